"""Where a measure runs: an empty installation and an empty local Google of its own, and people connected to both."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from tests.support.installation import Installation, free_port, installation
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, DOMAIN, Sandbox

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
    """What a measure stands on; Django is set up for this installation in the measuring process."""

    installed: Installation
    sandbox: Sandbox
    people: list[str] = field(default_factory=list)

    def recruiter(self, **calendar: Any) -> Any:
        """The account of one more recruiter, connected as if the owner had consented and saved."""
        from django.utils import timezone  # Django is set up only by now, here and below

        from vizavi.connections.models import Account, Calendar
        from vizavi.people.models import ExternalCalendar, User
        from vizavi.providers.google import oauth

        email = f"recruiter{len(self.people)}@{DOMAIN}"
        self.people.append(email)
        self.sandbox.admin("POST", "accounts", email=email)
        token = self.sandbox.mint(email, list(oauth.SCOPES))
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
        self.sandbox.admin("POST", "many", patterns=PATTERNS, **wish)

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

    def requests(self, *, clear: bool = False) -> list[dict[str, Any]]:
        """The HTTP requests to the Calendar API since the log was last cleared; parts of a batch are one request."""
        lines = [line for line in self.sandbox.log() if not line["inner"] and line["path"] != "/token"]
        if clear:
            self.sandbox.admin("DELETE", "log")
        return lines


@contextmanager
def ground(**settings: str) -> Iterator[Ground]:
    """`settings` are VIZAVI_ variables without the prefix. Once per process: Django is set up once."""
    with tempfile.TemporaryDirectory(prefix="vizavi-bench-") as folder, Sandbox(Path(folder) / "google") as sandbox:
        url = sandbox.url
        google = {
            "GOOGLE_CLIENT_ID": CLIENT_ID,
            "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "GOOGLE_AUTH_URI": f"{url}/o/oauth2/v2/auth",
            "GOOGLE_TOKEN_URI": f"{url}/token",
            "GOOGLE_REVOKE_URI": f"{url}/revoke",
            "GOOGLE_USERINFO_URI": f"{url}/oauth2/v2/userinfo",
            "GOOGLE_API_ROOT": f"{url}/calendar/v3",
            "GOOGLE_BATCH_URI": f"{url}/batch/calendar/v3",
        }
        port = free_port()
        local = {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "WARNING"}
        installed = installation(Path(folder) / "home", **(local | google | settings))
        os.environ.clear()
        os.environ.update(installed.environment)
        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        _stop_schedules()
        yield Ground(installed, sandbox)


def _stop_schedules() -> None:
    """Nothing runs but what is measured."""
    from vizavi.jobs.models import TaskDefinition
    from vizavi.jobs.rules import Period

    TaskDefinition.objects.update(period=Period.MANUAL, next_run_at=None)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
