"""Steps of the restore tests that run inside an installation: `python restore_steps.py SANDBOX STEP`, answers JSON."""

import json
import sys
import time

import django
import requests

django.setup()

from django.conf import settings  # noqa: E402 - Django is set up first
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.support.office import Office, starts  # noqa: E402
from tests.support.sandbox import ANNA, Sandbox  # noqa: E402

from vizavi.api.models import KeptAnswer  # noqa: E402
from vizavi.connections.models import Account, Installation, Link  # noqa: E402
from vizavi.events import operations  # noqa: E402
from vizavi.events.models import Event, EventStatus, EventType  # noqa: E402
from vizavi.jobs.models import TaskDefinition, Worker  # noqa: E402
from vizavi.letters.models import Letter  # noqa: E402
from vizavi.notifications.models import Notification  # noqa: E402
from vizavi.people.models import ApiToken, Group, User  # noqa: E402
from vizavi.people.tokens import create_token  # noqa: E402
from vizavi.recruiting.models import Candidate  # noqa: E402

NAMES = ("kept", "moved here", "moved there", "cancelled", "not exported yet")
LATER = "planned after the backup"


class Reached(Sandbox):
    """A sandbox that somebody else has started."""

    def __init__(self, url: str) -> None:
        self.url, self.http = url, requests.Session()


class Again(Office):
    """The office as it is found, not founded."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.zone = sandbox, "Europe/Moscow"
        self.anna = User.objects.get(email=ANNA)
        self.account = Account.objects.get(user=self.anna)
        self.type = EventType.objects.get(code="interview")
        self.orlov = Candidate.objects.get()
        self.google = sandbox.api(ANNA, ["calendar"])
        self.tomorrow = Event.objects.order_by("starts_at").first().starts_at

    def event(self, name: str) -> Event:
        return Event.objects.get(title=name)


def found(sandbox: Sandbox) -> None:
    """An office with four interviews in Google, and one of a type that is not exported yet."""
    TaskDefinition.objects.update(period="manual", next_run_at=None)
    office = Office(sandbox)
    for number, name in enumerate(NAMES[:4]):
        office.plan(2 * number, title=name)
    office.plan(8, title=NAMES[4], type=EventType.objects.get(code="client_interview"))
    office.push()
    office.pull()


def use_everything(sandbox: Sandbox) -> None:
    """A row in tables that the others leave empty."""
    office, now = Again(sandbox), timezone.now()
    group = Group.objects.create(name="Подбор")
    group.members.add(office.anna)
    token = create_token(office.anna, name="программа", days=None, by=None, now=now).token
    KeptAnswer.objects.create(token=token, key="once", fingerprint="0", created_at=now, status=201, body="{}")
    notice = {"code": "moved", "key": "moved-1", "values": {"start": "2026-11-27"}}
    Notification.objects.create(user=office.anna, event=office.event("kept"), at=now, **notice)
    kept = office.event("kept")
    for letter_state in ("sent", "waiting"):
        Letter.objects.create(event=kept, written_at=now, starts_at=kept.starts_at, state=letter_state)


def a_day_passes(sandbox: Sandbox) -> None:
    """On both sides, all of it exchanged before the machine is lost."""
    office, now = Again(sandbox), timezone.now()
    office.move(office.event("moved here"), 12)
    office.move_there(office.event("moved there"), 14)
    gone = office.event("cancelled")
    operations.cancel(gone.pk, gone.revision, reason="illness", by=office.anna, now=now)
    EventType.objects.filter(code="client_interview").update(export_enabled=True)
    office.plan(16, title=LATER)
    office.pull()
    office.push()


def work(sandbox: Sandbox) -> None:
    """What workers do: push first, then read."""
    office = Again(sandbox)
    office.push()
    office.pull()


def flag_on(sandbox: Sandbox) -> None:
    EventType.objects.filter(code="client_interview").update(export_enabled=True)


def move_kept(sandbox: Sandbox) -> None:
    office = Again(sandbox)
    office.move(office.event("kept"), 20)


def write_without_pause(sandbox: Sandbox) -> int:
    """The same number in two tables, one transaction each time, until told to stop."""
    stop, number = settings.HOME / "stop", 0
    deadline = time.monotonic() + 60
    while not stop.exists() and time.monotonic() < deadline:
        number += 1
        with transaction.atomic():
            Event.objects.filter(title="kept").update(internal_comment=str(number))
            Candidate.objects.update(first_name=str(number))
        if number == 1:
            (settings.HOME / "writing").touch()
    return number


def await_worker(sandbox: Sandbox) -> None:
    deadline = time.monotonic() + 40
    while not Worker.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def state(sandbox: Sandbox) -> dict[str, object]:
    events = Event.objects.order_by("starts_at")
    links = Link.objects.order_by("event__starts_at").select_related("event")
    account = Account.objects.get()
    return {
        "events": [[row.title, row.starts_at.isoformat(), row.status] for row in events],
        "links": [[row.event.title, row.remote_id, row.state] for row in links],
        "there": [[item["id"], starts(item).timestamp()] for item in sandbox.api(ANNA, ["calendar"]).items()],
        "writes": sum(line["method"] != "GET" and "/calendar/v3/" in line["path"] for line in sandbox.log()),
        "planned": Event.objects.filter(status=EventStatus.PLANNED).count(),
        "installation": Installation.get().uid.hex,
        "state": account.state,
        "token": account.refresh_token,
        "api_tokens": ApiToken.objects.count(),
    }


STEPS = {
    step.__name__: step
    for step in (
        found,
        use_everything,
        a_day_passes,
        work,
        flag_on,
        move_kept,
        write_without_pause,
        await_worker,
        state,
    )
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[2]](Reached(sys.argv[1]))))
