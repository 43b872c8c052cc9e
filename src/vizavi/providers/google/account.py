"""The calls that concern an account and not one of its calendars."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from vizavi.providers import bodies
from vizavi.providers.google import wire, zones
from vizavi.providers.google.failures import failure, listing_error, refusal
from vizavi.providers.google.session import Call, Session

LONGEST, LONGEST_ROLE = 300, 30  # characters that are kept of an id or a name, of a role
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
    summary: Any = ""
    summary_override: Any = None
    time_zone: Any = zones.UTC
    access_role: Any = "none"
    primary: Any = False
    deleted: Any = False

    def told(self) -> CalendarEntry:
        """What is of a wrong type is passed over: an odd name must not make a calendar disappear."""
        name = next(text for text in (self.summary_override, self.summary, self.id) if text and isinstance(text, str))
        role = self.access_role[:LONGEST_ROLE] if isinstance(self.access_role, str) else "none"
        zone = zones.iana(self.time_zone, zones.UTC)
        return CalendarEntry(self.id, name[:LONGEST], zone, role, primary=self.primary is True)


_entries = msgspec.json.Decoder(_Entry)


class _Entries(msgspec.Struct, rename="camel"):
    """A page: its rows stay undecoded, so that an odd one spoils only itself."""

    items: list[msgspec.Raw] | None = None
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
            found += _told(page.items or ())
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


def _told(rows: Iterable[msgspec.Raw]) -> Iterator[CalendarEntry]:
    """A calendar that cannot be read or asked for is none."""
    for row in rows:
        try:
            entry: _Entry = bodies.decoded(bytes(row), _entries)
        except bodies.UNREADABLE:
            continue
        if entry.deleted is not True and len(entry.id) <= LONGEST and wire.usable(entry.id):
            yield entry.told()


def probe(session: Session, calendar_id: str) -> None:
    reply = session.call(Call("GET", _events(calendar_id), {"maxResults": "1", "fields": "timeZone"}))
    if not reply.ok:
        raise listing_error(failure(reply), with_cursor=False)


def _events(calendar_id: str) -> str:
    return f"calendars/{quote(calendar_id, safe='')}/events"
