"""The calls that concern an account and not one of its calendars."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import msgspec

from vizavi.providers.google import zones
from vizavi.providers.google.failures import failure, listing_error, refusal
from vizavi.providers.google.session import Call, Session

WRITING_ROLES = ("owner", "writer", "writerWithoutPrivateAccess")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One row of a person's list of calendars."""

    remote_id: str
    name: str
    zone: str
    access_role: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose account it is."""

    remote_id: str
    email: str


class _Entry(msgspec.Struct, rename="camel"):
    id: str
    summary: str = ""
    summary_override: str | None = None
    time_zone: str = zones.UTC
    access_role: str = "none"
    primary: bool = False
    deleted: bool = False

    def told(self) -> CalendarEntry:
        name = self.summary_override or self.summary or self.id
        return CalendarEntry(self.id, name, zones.iana(self.time_zone, zones.UTC), self.access_role, self.primary)


class _Entries(msgspec.Struct, rename="camel"):
    items: list[_Entry] = []
    next_page_token: str | None = None


class _Item(msgspec.Struct):
    id: str


class _Items(msgspec.Struct, rename="camel"):
    items: list[_Item] = []
    next_page_token: str | None = None


class _Person(msgspec.Struct):
    id: str
    email: str


class AccountClient:
    """The calls that concern an account and not one of its calendars."""

    def __init__(self, session: Session, *, userinfo_uri: str) -> None:
        self._session = session
        self._userinfo_uri = userinfo_uri

    def identity(self) -> Identity:
        reply = self._session.get(self._userinfo_uri)
        if not reply.ok:
            raise refusal(failure(reply))
        person: _Person = reply.decoded(_Person)
        return Identity(person.id, person.email.strip().lower())

    def list_calendars(self) -> list[CalendarEntry]:
        found: list[CalendarEntry] = []
        token, seen = None, set[str]()
        while True:
            params = {"maxResults": "250"} | ({"pageToken": token} if token else {})
            page: _Entries = self._session.ask(Call("GET", "users/me/calendarList", params)).decoded(_Entries)
            found += [entry.told() for entry in page.items if not entry.deleted]
            token = page.next_page_token
            if token is None or token in seen:
                return found
            seen.add(token)

    def create_calendar(self, name: str, zone: str) -> CalendarEntry:
        body = {"summary": name, "timeZone": zone}
        made: _Entry = self._session.ask(Call("POST", "calendars", body=body)).decoded(_Entry)
        return CalendarEntry(made.id, made.summary or name, made.time_zone, "owner", primary=False)

    def count(self, calendar_id: str, start: datetime, end: datetime, *, known: Collection[str]) -> tuple[int, bool]:
        """How many items beside the `known` ones lie in a window, by one request; True where there are more."""
        params = {
            "fields": "items(id),nextPageToken",
            "maxResults": "2500",
            "singleEvents": "true",
            "timeMin": start.isoformat(),
            "timeMax": end.isoformat(),
        }
        reply = self._session.call(Call("GET", _events(calendar_id), params))
        if not reply.ok:
            raise listing_error(failure(reply), with_cursor=False)
        page: _Items = reply.decoded(_Items)
        return sum(item.id not in known for item in page.items), page.next_page_token is not None

    def probe(self, calendar_id: str) -> None:
        """A live look into a calendar: raises what stands in the way of reading it."""
        probe(self._session, calendar_id)


def probe(session: Session, calendar_id: str) -> None:
    reply = session.call(Call("GET", _events(calendar_id), {"maxResults": "1", "fields": "timeZone"}))
    if not reply.ok:
        raise listing_error(failure(reply), with_cursor=False)


def _events(calendar_id: str) -> str:
    return f"calendars/{quote(calendar_id, safe='')}/events"
