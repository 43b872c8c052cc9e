"""Steps of the test with many workers, run inside an installation: `python crowd_steps.py STEP …`, answers JSON."""

import json
import os
import signal
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django is set up first

from vizavi.connections import due  # noqa: E402
from vizavi.connections.models import Account, Calendar  # noqa: E402
from vizavi.connections.tasks import wake  # noqa: E402
from vizavi.events import operations as events  # noqa: E402
from vizavi.events.models import EventType  # noqa: E402
from vizavi.events.rules import Span  # noqa: E402
from vizavi.jobs import operations  # noqa: E402
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRunItem  # noqa: E402
from vizavi.jobs.rules import Period  # noqa: E402
from vizavi.people.models import ExternalCalendar, User  # noqa: E402
from vizavi.providers.google import oauth  # noqa: E402

ZONE = "Europe/Moscow"
LONGEST = 60 + 120 + 60  # seconds: a lease, a claimed load, and the minute in which they are found
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


def connect(each: str) -> int:
    """An account for every token on standard input, with interviews that are to go out."""
    TaskDefinition.objects.update(period=Period.MANUAL, next_run_at=None)
    assessment = EventType.objects.get(code="assessment")
    for token in json.load(sys.stdin):
        user = _connected(token)
        for number in range(int(each)):
            start = timezone.now().replace(microsecond=0) + timedelta(days=1, hours=5 * number)
            span = Span(start, start + timedelta(hours=4), ZONE)
            values = events.EventValues(type=assessment, span=span, responsible=user, title=f"Оценка {number}")
            events.plan(values, by=user, now=timezone.now())
    return Account.objects.count()


def _connected(token: dict[str, str]) -> User:
    google = ExternalCalendar.GOOGLE
    email = token["email"]
    user = User.objects.create(email=email, last_name=email, first_name="", role="recruiter", external_calendar=google)
    account = Account.objects.create(
        user=user,
        remote_id=email,
        email=email,
        active=True,
        begun=True,
        refresh_token=token["refresh_token"],
        access_token=token["access_token"],
        access_expires_at=timezone.now() + timedelta(hours=1),
        scopes=" ".join(sorted(oauth.SCOPES)),
        connected_at=timezone.now(),
    )
    Calendar.objects.create(
        account=account, remote_id=email, name=email, time_zone=ZONE, primary=True, reads=True, writes=True
    )
    return user


def share_out() -> dict[str, object]:
    """Everybody saves at once and everything is loaded; answers when all is done."""
    _start()
    return _watch(1)


def share_out_and_kill(pid: str, lease: str) -> dict[str, object]:
    """The same, but that worker is killed once a fifth is done; a lease that is "short" need not be waited for."""
    _start()
    before = _watch(0.2)
    os.kill(int(pid), signal.SIGKILL)
    held = Account.objects.filter(lease_owner__contains=f":{pid}:")
    orphans = list(held.values_list("pk", flat=True))
    if lease == "short":
        past = timezone.now() - timedelta(minutes=3)
        held.update(lease_until=past)
        TaskRunItem.objects.filter(status=RunStatus.RUNNING, account__in=orphans).update(claimed_at=past)
    return _watch(1) | {"before": before, "orphans": len(orphans)}


def _start() -> None:
    for pk in Account.objects.values_list("pk", flat=True):
        wake.enqueue(pk)
    operations.run_now(TaskDefinition.objects.get(code="calendar_pull"), by=None, now=timezone.now())


def _watch(share: float) -> dict[str, object]:
    """Wait until that share of the accounts is done; which processes held a lease meanwhile, and how long it took."""
    total, began = Account.objects.count(), time.monotonic()
    holders: set[str] = set()
    while True:
        owners = Account.objects.filter(lease_until__gt=timezone.now()).values_list("lease_owner", flat=True)
        holders |= {owner.split(":")[1] for owner in owners}
        left = set(due.accounts_with_work(timezone.now()).values_list("pk", flat=True))
        left |= set(Account.objects.exclude(lease_owner="").values_list("pk", flat=True))
        left |= set(TaskRunItem.objects.filter(status__in=OPEN).values_list("account", flat=True))
        took = time.monotonic() - began
        if total - len(left) >= share * total or took > LONGEST:
            return {"holders": sorted(map(int, holders)), "done": total - len(left), "seconds": round(took, 1)}
        time.sleep(0.01)


STEPS = {step.__name__: step for step in (connect, share_out, share_out_and_kill)}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
