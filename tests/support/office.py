"""A recruiter whose Google account is connected to the sandbox over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.support.google_settings import google_at
from tests.support.sandbox import ANNA, SERGEY, Api, Sandbox, timed

from vizavi.connections.models import Account, Calendar, Link
from vizavi.connections.work import WorkResult, work_account
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.events.rules import Span
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.recruiting.models import Candidate


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("google")) as running:
        yield running


class Office:
    """Anna, her calendar there, and what she does here."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.zone = "Europe/Moscow"
        self.tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        self.anna = self.user(ANNA, "Крылова", "Анна", role="recruiter")
        self.orlov = Candidate.objects.create(last_name="Орлов", first_name="Денис")
        self.type = EventType.objects.get(code="interview")
        self.account = self.connect(self.anna)
        self.google: Api = sandbox.api(ANNA, ["calendar"])

    def user(self, email: str, last: str, first: str, role: str = "interviewer") -> User:
        google = ExternalCalendar.GOOGLE
        return User.objects.create_user(email, last_name=last, first_name=first, role=role, external_calendar=google)

    def lead(self) -> User:
        return self.user("olga@vetervolna.example", "Мельникова", "Ольга", role="administrator")

    def connect(self, user: User, login: str = "") -> Account:
        login = login or user.email
        token = self.sandbox.mint(login, list(oauth.SCOPES))
        account = Account.objects.create(
            user=user,
            remote_id=login,
            email=login,
            active=True,
            refresh_token=token["refresh_token"],
            access_token=token["access_token"],
            access_expires_at=timezone.now() + timedelta(hours=1),
            scopes=" ".join(sorted(oauth.SCOPES)),
            connected_at=timezone.now(),
            begun=True,
        )
        Calendar.objects.create(
            account=account,
            remote_id=login,
            name="primary",
            time_zone=self.zone,
            primary=True,
            reads=True,
            writes=True,
        )
        return account

    @property
    def calendar(self) -> Calendar:
        return self.account.calendars.get(writes=True)

    def hour(self, hours: float, length: float = 1) -> Span:
        start = self.tomorrow.astimezone(UTC) + timedelta(hours=hours)
        return Span(start, start + timedelta(hours=length), self.zone)

    def plan(self, hours: float = 0, **changes: object) -> Event:
        values = {"type": self.type, "span": self.hour(hours), "responsible": self.anna, "candidate": self.orlov}
        values |= changes
        return operations.plan(operations.EventValues(**values), by=self.anna, now=timezone.now())

    def move(self, event: Event, hours: float) -> Event:
        event.refresh_from_db()
        return operations.reschedule(event.pk, event.revision, self.hour(hours), by=self.anna, now=timezone.now())

    def push(self) -> WorkResult:
        self.rest()
        return work_account(self.account.pk, pull=False, now=timezone.now)

    def pull(self) -> WorkResult:
        self.rest()
        return work_account(self.account.pk, pull=True, now=timezone.now)

    def rest(self) -> None:
        """The pauses that were asked for are over."""
        Account.objects.update(not_before=None)
        Link.objects.update(next_try=None)

    def there(self, event: Event) -> dict:
        return self.google.get(event.links.get(calendar__writes=True).remote_id)

    def move_there(self, event: Event, hours: float) -> None:
        span = self.hour(hours)
        body = timed(span.starts_at.isoformat(), span.ends_at.isoformat())
        self.google.patch(self.there(event)["id"], body)

    def living(self) -> list[dict]:
        return self.google.items()


def starts(item: dict) -> datetime:
    return datetime.fromisoformat(item["start"]["dateTime"])


@pytest.fixture
def office(db, settings, sandbox: Sandbox) -> Office:
    settings.GOOGLE = google_at(sandbox.url, settings.GOOGLE)
    sandbox.reset()
    return Office(sandbox)


@pytest.fixture
def sergey(office: Office) -> User:
    return office.user(SERGEY, "Тарасов", "Сергей")
