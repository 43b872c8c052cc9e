"""Processes to be killed: `python mortals.py SANDBOX_URL` loads the product once and forks on command, so that a birth
takes milliseconds. One line in, one line of JSON out; what lives on is named by its process id.

worker            a consumer of the queue, as `vizavi worker` runs it
people SEED       edits on both sides, one after the other, until killed
beginning         two people connect their calendars and plan the first meetings
bury PID          a minute after that process's death: its leases and claims have run out
minute            what happens each minute, and a loading of all accounts is started
owing             the accounts that have work, and the loads that are open
quiet             once everybody is dead: what is wrong
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import django
import requests

django.setup()

from django.conf import settings  # noqa: E402 - Django is set up first
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.module_loading import autodiscover_modules  # noqa: E402
from huey.contrib.djhuey import HUEY  # noqa: E402
from tests.soak.fate import Process  # noqa: E402
from tests.soak.histories import HERE, THERE  # noqa: E402
from tests.soak.quiet import settle  # noqa: E402
from tests.soak.world import LOADED, Step, World, end_pauses  # noqa: E402
from tests.support.sandbox import ANNA, Sandbox  # noqa: E402

from vizavi.connections import due  # noqa: E402
from vizavi.connections.models import Account  # noqa: E402
from vizavi.jobs import operations, tasks  # noqa: E402
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRunItem  # noqa: E402
from vizavi.people.models import User  # noqa: E402

PASSWORD = "kills-and-restarts"
PR_SET_PDEATHSIG = 1
WITHOUT_MEMORY = {"copy_there"}  # whose effects cannot be judged without knowing that it was done
OFFICE = ("pause", "pause", "disconnect", "reconnect", "reconnect", "choose", "choose", "policy", "answer", "answer")
UNMAILED = (1, 2, 3, 4, 6, 8, 9, 11, 12)  # of a step's third number: nobody asks for mail
NAMED = 4  # of the third number of "choose": no calendar is loaded as interviews


class Elsewhere(Sandbox):
    """A sandbox that somebody else has started."""

    def start(self) -> None:
        self.url = sys.argv[1]


def world() -> World:
    """As somebody sees it who has just come; the faults strike people's own calls too."""
    found = World(Elsewhere(settings.HOME), Process())
    while True:
        with suppress(requests.RequestException, AssertionError):
            found.join()
            return found


def beginning() -> None:
    made = World(Elsewhere(settings.HOME), Process())
    made.begin()
    for number in range(3):
        made.play(Step("plan", number % 2, number + 1, number + 1))
    anna = User.objects.get(email=ANNA)
    anna.set_password(PASSWORD)
    anna.save()


def worker() -> None:
    HUEY.create_consumer(**settings.HUEY["consumer"]).run()


def people(seed: str) -> None:
    chance, here = Random(int(seed)), world()
    while True:
        kind = chance.choices([HERE, THERE, OFFICE], [6, 6, 1])[0]
        what = chance.choice([name for name in kind if name not in WITHOUT_MEMORY])
        third = NAMED if what == "choose" else chance.choice(UNMAILED)
        with suppress(AssertionError):  # a call of their own that a fault has struck
            here.take(Step(what, chance.randrange(12), chance.randrange(40), third))


def bury(pid: str) -> None:
    """The lease of a minute and the claim of two are not waited for: those of the dead, and only those, end now.

    They are written back in the database: the product has no shorter lease, and a wait of minutes for each of hundreds
    of kills would prove no more.
    """
    past = timezone.now() - timedelta(minutes=3)
    Account.objects.filter(lease_owner__contains=f":{pid}:").update(lease_until=past)
    held = Account.objects.filter(lease_until__gt=timezone.now()).values("pk")
    running = TaskRunItem.objects.filter(status=RunStatus.RUNNING).exclude(account__in=held)
    running.update(claimed_at=past, claims=1)
    TaskRunItem.objects.filter(status=RunStatus.QUEUED).update(due_at=past)  # the message may have died with it


def minute() -> None:
    end_pauses()
    tasks.every_minute.call_local()
    with suppress(operations.RunRefused):  # nobody is connected at the moment
        operations.run_now(TaskDefinition.objects.get(code="calendar_pull"), by=None, now=timezone.now())


def owing() -> dict[str, Any]:
    accounts = due.accounts_with_work(timezone.now()).values_list("email", flat=True)
    items = TaskRunItem.objects.filter(status__in=(RunStatus.QUEUED, RunStatus.RUNNING))
    return {"accounts": list(accounts), "items": items.count()}


def quiet() -> list[str]:
    here = world()
    living = [item for _, item in here.living()]
    here.foreign = {item["id"] for item in living if item.get("summary", "").startswith(LOADED)}
    here.moved = here.carried = {item["id"] for item in living}  # perhaps: nobody is left who remembers
    return settle(here, everyone=True)


def born(what: Callable[..., Any], *words: str) -> int:
    """A child that does it and says what came of it; it does not outlive this process."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        say(what(*words))
    except BaseException as error:
        say({"error": f"{what.__name__}: {error!r}"})
    os._exit(0)


def say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def bury_the_dead() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


LIVING = {"worker": worker, "people": people}
DONE = {one.__name__: one for one in (beginning, bury, minute, owing, quiet)}


def main() -> None:
    autodiscover_modules("tasks")
    say("ready")
    for line in sys.stdin:
        what, *words = line.split()
        bury_the_dead()
        if what in LIVING:
            say(born(LIVING[what], *words))
        else:
            os.waitpid(born(DONE[what], *words), 0)


if __name__ == "__main__":
    main()
