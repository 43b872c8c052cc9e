"""Google's event JSON as values of the sync core: reading is tolerant and never fails for more than one item."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from vizavi.providers import bodies
from vizavi.providers.google import zones
from vizavi.sync.model import Answer, Content, Kind, Person, RemoteItem, Stamp, When

FIRST_YEAR, LAST_YEAR = 1500, 2500  # outside of it even converting to a zone may overflow
LONGEST_ID, LONGEST_ETAG = 1024, 200  # bytes that the columns and their indexes hold
NOT_BUSY = frozenset({"birthday", "workingLocation"})
ITEM_FIELDS = (
    "id,etag,iCalUID,status,updated,summary,description,location,start,end,transparency,visibility,eventType,"
    "recurrence,recurringEventId,originalStartTime,organizer(email,self),"
    "attendees(email,displayName,organizer,self,resource,optional,responseStatus),"
    "hangoutLink,conferenceData(entryPoints(entryPointType,uri)),extendedProperties(private)"
)
PAGE_FIELDS = f"nextPageToken,nextSyncToken,timeZone,items({ITEM_FIELDS})"
ANSWERS = {
    "needsAction": Answer.NEEDS_ACTION,
    "accepted": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}


class Moment(msgspec.Struct, rename="camel"):
    """One end of an event: a date, or a time with an offset (or else in `time_zone`)."""

    day: date | None = msgspec.field(default=None, name="date")
    date_time: datetime | None = None
    time_zone: str | None = None


class Actor(msgspec.Struct, rename={"is_self": "self"}):
    email: str = ""
    is_self: bool = False


class Attendee(msgspec.Struct, rename={"is_self": "self", "name": "displayName", "answer": "responseStatus"}):
    email: str = ""
    name: str | None = None
    organizer: bool = False
    is_self: bool = False
    resource: bool = False
    optional: bool = False
    answer: str = "needsAction"


class EntryPoint(msgspec.Struct, rename="camel"):
    entry_point_type: str = ""
    uri: str = ""


class Conference(msgspec.Struct, rename="camel"):
    entry_points: list[EntryPoint] | None = None


class Properties(msgspec.Struct):
    private: dict[str, str] | None = None


class Event(msgspec.Struct, rename="camel"):
    """What we read of an event; unknown fields are passed over."""

    id: str
    etag: str = ""
    ical_uid: str = msgspec.field(default="", name="iCalUID")
    status: str = "confirmed"
    updated: str = ""
    summary: str | None = None
    description: str | None = None
    location: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    transparency: str = "opaque"
    visibility: str = "default"
    event_type: str = "default"
    recurrence: list[str] | None = None
    recurring_event_id: str | None = None
    original_start_time: Moment | None = None
    organizer: Actor | None = None
    attendees: list[Attendee] | None = None
    hangout_link: str | None = None
    conference_data: Conference | None = None
    extended_properties: Properties | None = None


class Listing(msgspec.Struct, rename="camel"):
    """A page: its items stay undecoded, so that an odd one spoils only itself."""

    items: list[msgspec.Raw] | None = None
    next_page_token: str | None = None
    next_sync_token: str | None = None
    time_zone: Any = None  # not worth losing a page for


class Unreadable(Exception):
    """Why an item makes no sense, in plain words."""


# Why an item makes no sense. These sentences are translated where they are shown; details follow in brackets.
NO_EVENT = "It is not what an event looks like."
NO_ID = "It has no id that could be asked for."
NO_ORIGINAL = "It does not say which occurrence of its series it is."
NO_START = "It has no start."
NO_TIME = "It has neither a date nor a time."
MIXED_ENDS = "One end is a whole day, the other a time of day."
NEGATIVE = "It ends before it starts."
NO_YEAR = "Its year cannot be meant."

_events = msgspec.json.Decoder(Event)
_anything = msgspec.json.Decoder()


def read_items(raws: Iterable[msgspec.Raw] | None, *, calendar_id: str, zone: str) -> tuple[RemoteItem, ...]:
    """The items of a page, each once and as it was told last; a tombstone without an id says nothing."""
    found: dict[str, RemoteItem] = {}
    for raw in raws or ():
        item = read_item(raw, calendar_id=calendar_id, zone=zone)
        if item.remote_id:
            found[item.remote_id] = item
        elif not item.deleted:
            made_up = f"?{blake2b(raw, digest_size=16).hexdigest()}"  # the same for the same item, and never Google's
            found[made_up] = replace(item, remote_id=made_up)
    return tuple(found.values())


def read_item(raw: msgspec.Raw | bytes, *, calendar_id: str, zone: str) -> RemoteItem:
    """One item; what cannot be understood becomes its `problem`, what cannot be asked for again has no id."""
    try:
        event = bodies.decoded(bytes(raw), _events)
        return _item(event, calendar_id, zone)
    except bodies.UNREADABLE as error:
        return _unreadable(raw, f"{NO_EVENT} ({str(error)[:200]})")
    except Unreadable as error:
        return _unreadable(raw, str(error))


def _item(event: Event, calendar_id: str, zone: str) -> RemoteItem:
    deleted = event.status == "cancelled"
    original = _original_start(event, zone)
    kind = _kind(event)
    if not usable(event.id):
        raise Unreadable(NO_ID)
    if kind is Kind.EXCEPTION and original is None and not deleted:
        raise Unreadable(NO_ORIGINAL)
    return RemoteItem(
        remote_id=event.id,
        etag=_etag(event.etag),
        ical_uid=usable(event.ical_uid),
        deleted=deleted,
        content=None if deleted else _content(event, zone),
        updated=_updated(event.updated),
        stamp=_stamp(event),
        kind=kind,
        master_id=usable(event.recurring_event_id),
        original_start=original,
        recurrence=tuple(_text(line) for line in event.recurrence or ()),
        occupies=_occupies(event),
        organizer=_organizer(event.organizer, calendar_id),
    )


def usable(name: str | None) -> str:
    """An id as it can be stored and asked for; "" for all others."""
    if not name or name in {".", ".."} or not name.isprintable():
        return ""
    return name if len(name.encode()) <= LONGEST_ID else ""


def _etag(text: str) -> str:
    """As it can be sent back in a header; an unusable one is none: then the item is read before it is written to."""
    return text if len(text) <= LONGEST_ETAG and text.isascii() and text.isprintable() else ""


def _content(event: Event, zone: str) -> Content:
    return Content(
        when=_when(event, zone),
        title=_text(event.summary),
        description=_text(event.description),
        location=_text(event.location),
        video=_video(event),
        people=_people(event.attendees or ()),
        private=event.visibility in ("private", "confidential"),
        busy=event.transparency != "transparent",
        tentative=event.status == "tentative",
    )


def _text(text: str | None) -> str:
    """Without the one character that PostgreSQL does not store."""
    return (text or "").replace("\0", "")


def _when(event: Event, zone: str) -> When:
    """Both ends alike; a missing end is as long as RFC 5545 says, an all-day event lasts at least a day."""
    if event.start is None:
        raise Unreadable(NO_START)
    name = zones.iana(event.start.time_zone, zone)
    start = _point(event.start, name)
    end = start if event.end is None else _point(event.end, zones.iana(event.end.time_zone, name))
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise Unreadable(MIXED_ENDS)
    if end < start:
        raise Unreadable(NEGATIVE)
    if not isinstance(start, datetime):
        end = max(end, start + timedelta(days=1))
    return When(start, end, name)


def _point(moment: Moment, zone: str) -> date | datetime:
    value: date | datetime | None = moment.date_time or moment.day
    if value is None:
        raise Unreadable(NO_TIME)
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Unreadable(f"{NO_YEAR} ({value.year})")
    if not isinstance(value, datetime):
        return value
    aware = value if value.tzinfo else value.replace(tzinfo=zones.zone(zone))
    return aware.astimezone(UTC)


def _original_start(event: Event, zone: str) -> date | datetime | None:
    moment = event.original_start_time
    try:
        return None if moment is None else _point(moment, zones.iana(moment.time_zone, zone))
    except Unreadable:
        return None


def _people(attendees: Iterable[Attendee]) -> tuple[Person, ...]:
    """The guests. The organizer's and the calendar's own row and rooms are no guests; a write leaves them in place."""
    guests: dict[str, Person] = {}
    for row in attendees:
        email = _text(row.email).strip().lower()
        if email and not (row.organizer or row.is_self or row.resource):
            answer = ANSWERS.get(row.answer, Answer.NEEDS_ACTION)
            guests.setdefault(email, Person(email, _text(row.name), answer, row.optional))
    return tuple(guests[email] for email in sorted(guests))


def _video(event: Event) -> str:
    """The link of the meeting. It is read for blocks and notices; we write it as text, see Traits.lost_fields."""
    points = (event.conference_data.entry_points if event.conference_data else None) or []
    found = [point.uri for point in points if point.entry_point_type == "video" and point.uri]
    return _text(event.hangout_link or (found[0] if found else ""))


def _kind(event: Event) -> Kind:
    if usable(event.recurring_event_id):
        return Kind.EXCEPTION
    return Kind.MASTER if event.recurrence else Kind.SINGLE


def _occupies(event: Event) -> bool:
    declined = any(row.is_self and row.answer == "declined" for row in event.attendees or ())
    return event.transparency != "transparent" and event.event_type not in NOT_BUSY and not declined


def _organizer(organizer: Actor | None, calendar_id: str) -> str:
    if organizer is None or organizer.is_self or organizer.email.lower() == calendar_id.lower():
        return ""
    return organizer.email.lower() or "unknown"


def _stamp(event: Event) -> Stamp | None:
    """Our properties, if they are about this very item: Google's "Duplicate" copies them (DESIGN 5.2)."""
    own = (event.extended_properties.private if event.extended_properties else None) or {}
    if own.get("vz_remote_id") != event.id:
        return None
    revision = own.get("vz_rev", "")
    return Stamp(
        install=_text(own.get("vz_install")),
        event=_text(own.get("vz_event")),
        remote_id=event.id,
        revision=int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 10 else 0,
        type=_text(own.get("vz_type")),
    )


def _updated(text: str) -> datetime | None:
    """Google's clock; holidays have been seen with the year 0000."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _unreadable(raw: msgspec.Raw | bytes, why: str) -> RemoteItem:
    """As much as can be told about an item of a wrong shape: which one it is, and whether it is gone."""
    loose = _loose(raw)
    known, start = _strings(loose), _strings(loose.get("start"))
    deleted = known.get("status") == "cancelled"
    open_to_all = loose.get("visibility", "default") in ("default", "public")
    master_id = usable(known.get("recurringEventId"))
    return RemoteItem(
        remote_id=usable(known.get("id")),
        etag=_etag(known.get("etag", "")),
        ical_uid=usable(known.get("iCalUID")),
        deleted=deleted,
        kind=Kind.EXCEPTION if master_id else Kind.SINGLE,
        master_id=master_id,
        problem="" if deleted else why,
        title=_text(known.get("summary")) if open_to_all else "",
        day=_text(start.get("dateTime") or start.get("date")),
    )


def _loose(raw: msgspec.Raw | bytes) -> dict[str, Any]:
    try:
        value = bodies.decoded(bytes(raw), _anything)
    except bodies.UNREADABLE:
        value = None
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> dict[str, str]:
    return {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
