"""Where a measure runs: an empty installation and an empty local Google of its own, and people connected to both."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import requests
from django.core.management import call_command

from vizavi.running.addresses import any_free
from vizavi.running.demo import CLIENT_ID, COMPANY, google_at

ZONE = "Europe/Moscow"
PASSWORD = "a bench mark"  # of an installation that lives for minutes
PATTERNS: list[dict[str, Any]] = [
    {"summary": "Планёрка отдела", "location": "Байкал", "description": "Повестка: найм, сроки, отпуска. " * 3},
    {"summary": "Один на один"},
    {"summary": "Созвон с агентством", "location": "Meet"},
    {
        "summary": "Встреча с заказчиком",
        "description": "Смета и календарный план; <b>договор</b> во вложении.",
        "attendees": [{"email": f"guest{number}@customer.example", "displayName": "Гость"} for number in range(3)],
    },
    {"summary": "Время для работы", "reminders": {"overrides": [{"method": "popup", "minutes": 5}]}},
]


@dataclass
class Ground:
    """What a measure stands on; Django is set up for this installation in the measuring process, and its settings are
    the environment of every process that is started from here."""

    google: Any  # vizavi.demo.google.LocalGoogle, which needs that set-up
    people: list[str] = field(default_factory=list)

    def recruiter(self, **calendar: Any) -> Any:
        """The account of one more recruiter, connected as if the owner had consented and saved."""
        from django.utils import timezone  # Django is set up only by now, here and below

        from vizavi.connections.models import Account, Calendar
        from vizavi.people.models import ExternalCalendar, User
        from vizavi.providers.google import oauth

        email = f"recruiter{len(self.people)}{COMPANY}"
        self.people.append(email)
        self.google.tell("accounts", email=email)
        token = self.google.grant(email)
        name = {"last_name": f"Рекрутер{len(self.people)}", "first_name": "Анна", "role": "recruiter"}
        user = User.objects.create(email=email, external_calendar=ExternalCalendar.GOOGLE, **name)
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
        row = {"name": "primary", "time_zone": ZONE, "primary": True, "reads": True, "writes": True} | calendar
        Calendar.objects.create(account=account, remote_id=email, **row)
        return account

    def fill(self, email: str, count: int, *, since: timedelta, until: timedelta) -> None:
        """`count` events in somebody's Google, spread evenly between now + since and now + until."""
        first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + since
        every = (until - since) / timedelta(minutes=1) / count
        wish = {"calendar": email, "count": count, "first": first.isoformat(), "every_minutes": every}
        self.google.tell("many", patterns=PATTERNS, **wish)

    def plan(self, account: Any, count: int, *, every: timedelta = timedelta(minutes=30)) -> None:
        """`count` interviews of the account's user, an hour each, from tomorrow on."""
        from django.utils import timezone

        from vizavi.events import operations
        from vizavi.events.models import EventType
        from vizavi.events.rules import Span

        kind = EventType.objects.get(code="interview")
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        moments = [start + every * number for number in range(count)]
        spans = [Span(begins, begins + timedelta(hours=1), ZONE) for begins in moments]
        values = [
            operations.RemoteValues(
                type=kind, span=span, title=f"Интервью {number}", place="Байкал", comment="Ждём вас"
            )
            for number, span in enumerate(spans)
        ]
        operations.load_remote(values, responsible=account.user, now=timezone.now())

    def reader(self, email: str) -> "Reader":
        return Reader(self.google.url, self.google.grant(email)["access_token"])

    def log(self) -> list[dict[str, Any]]:
        """Whatever the local Google was asked since its log was last cleared."""
        return list(self.google.tell("log", method="GET")["lines"])

    def clear_log(self) -> None:
        self.google.tell("log", method="DELETE")

    def requests(self) -> int:
        """HTTP requests to the Calendar API since the log was last cleared; parts of a batch are one request."""
        return sum(not line["inner"] and line["path"] != "/token" for line in self.log())

    @contextmanager
    def started(self, word: str) -> Iterator[None]:
        """`vizavi WORD` as a process beside this one."""
        process = subprocess.Popen([sys.executable, "-m", "vizavi.cli", word])
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


class Reader:
    """Somebody's main calendar, as another program reads it over the Calendar API."""

    def __init__(self, url: str, token: str) -> None:
        self.address = f"{url}/calendar/v3/calendars/primary/events"
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def page(self, **query: str) -> dict[str, Any]:
        answer = self.http.get(self.address, params={"maxResults": "2500", **query}, timeout=20)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@contextmanager
def ground(**settings: str) -> Iterator[Ground]:
    """`settings` are VIZAVI_ variables without the prefix. Once per process: Django is set up once."""
    with tempfile.TemporaryDirectory(prefix="vizavi-bench-") as folder, _local_google(Path(folder) / "google") as url:
        port = any_free()
        home = Path(folder) / "home"
        local = {"HOME": str(home), "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "WARNING"}
        _forget_settings()
        os.environ.update({f"VIZAVI_{name}": value for name, value in (local | google_at(url) | settings).items()})
        django.setup()
        from vizavi.demo.google import LocalGoogle

        call_command("migrate", verbosity=0, skip_checks=True)
        _stop_schedules()
        yield Ground(LocalGoogle(url, CLIENT_ID))


@contextmanager
def _local_google(home: Path) -> Iterator[str]:
    """The address of an empty one, on a port that is free."""
    command = [sys.executable, "-m", "vizavi.sandbox", "--port", "0", "--home", str(home), "--empty"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+:\d+", line)
        assert found, f"the local Google did not start: {line!r}"
        try:
            yield found.group(0)
        finally:
            process.terminate()


def _forget_settings() -> None:
    """Nothing of this machine's own installation, by environment or by a file .env, reaches a measure."""
    for name in [name for name in os.environ if name.startswith("VIZAVI_")]:
        del os.environ[name]
    os.environ.update(DJANGO_SETTINGS_MODULE="vizavi.settings", PYTHON_DOTENV_DISABLED="1")


def _stop_schedules() -> None:
    """Nothing runs but what is measured."""
    from vizavi.jobs.models import TaskDefinition
    from vizavi.jobs.rules import Period

    TaskDefinition.objects.update(period=Period.MANUAL, next_run_at=None)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
