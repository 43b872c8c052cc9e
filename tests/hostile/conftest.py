"""Anna's account at a Google that sends whatever bytes a test gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.hostile.rawserver import RawGoogle, page, raw_google
from tests.support.google_settings import google_at
from tests.support.sandbox import ANNA, timed

from vizavi.connections.models import Account, BusyBlock, Calendar, JournalEntry, Link
from vizavi.connections.work import WorkResult, work_account
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.events.rules import Span
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.recruiting.models import Candidate

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)


def at(hours: float, length: float = 1) -> dict[str, Any]:
    """Start and end as Google tells them."""
    start = TOMORROW + timedelta(hours=hours)
    return timed(start.isoformat(), (start + timedelta(hours=length)).isoformat())


def item(key: str, hours: float = 0, **fields: Any) -> dict[str, Any]:
    """An ordinary appointment of Anna; a field of ... is left out."""
    whole = {"id": key, "etag": f'"{key}"', "iCalUID": f"{key}@google.com", "status": "confirmed"} | at(hours)
    whole |= {"summary": f"Встреча {key}", "organizer": {"email": ANNA, "self": True}} | fields
    return {name: value for name, value in whole.items() if value is not ...}


@dataclass
class House:
    """Anna, one interview of hers that is in step, and what a run makes of what Google says."""

    google: RawGoogle
    anna: User
    account: Account
    calendar: Calendar
    interview: Event

    def serve(self, *pages: list[Any]) -> None:
        """The pages of the next reading; the last one carries the cursor."""
        last = len(pages) - 1
        for number, items in enumerate(pages):
            following = f"p{number + 1}" if number < last else ""
            self.google.pages[f"p{number}" if number else ""] = page(items, following=following)

    def pull(self) -> WorkResult:
        return work_account(self.account.pk, pull=True, now=timezone.now)

    @property
    def link(self) -> Link:
        return self.interview.links.get()

    def moved(self, hours: float = 5, **fields: Any) -> dict[str, Any]:
        """The interview's item as it says that it was moved there."""
        return item(self.link.remote_id, hours, etag='"9"', summary="Интервью", **fields)

    def blocks(self) -> list[str]:
        return sorted(BusyBlock.objects.values_list("remote_id", flat=True))

    def told(self) -> list[str]:
        rows = JournalEntry.objects.filter(account=self.account, event=None, action="unreadable").order_by("pk")
        return [row.words for row in rows]

    def cursor(self) -> str:
        return Calendar.objects.get(pk=self.calendar.pk).cursor


@pytest.fixture(scope="session")
def raw() -> Iterator[RawGoogle]:
    with raw_google() as google:
        yield google


@pytest.fixture
def house(db, settings, raw: RawGoogle) -> House:
    settings.GOOGLE = google_at(raw.url, settings.GOOGLE)
    raw.forget()
    anna = User.objects.create_user(
        ANNA, last_name="Крылова", first_name="Анна", role="recruiter", external_calendar=ExternalCalendar.GOOGLE
    )
    account = Account.objects.create(
        user=anna,
        remote_id=ANNA,
        email=ANNA,
        active=True,
        begun=True,
        refresh_token="r",
        access_token="a",
        access_expires_at=timezone.now() + timedelta(days=1),
        scopes=" ".join(sorted(oauth.SCOPES)),
        connected_at=timezone.now(),
    )
    calendar = Calendar.objects.create(
        account=account, remote_id=ANNA, name="Анна", time_zone="Europe/Moscow", primary=True, reads=True, writes=True
    )
    orlov = Candidate.objects.create(last_name="Орлов", first_name="Денис")
    span = Span(TOMORROW, TOMORROW + timedelta(hours=1), "Europe/Moscow")
    values = {"type": EventType.objects.get(code="interview"), "span": span, "responsible": anna, "candidate": orlov}
    interview = operations.plan(operations.EventValues(**values), by=anna, now=timezone.now())
    work_account(account.pk, pull=False, now=timezone.now)
    return House(raw, anna, account, calendar, interview)
