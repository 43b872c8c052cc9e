"""What we send to Google: bodies of inserts and patches, and the guest list that may lose nobody."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vizavi.providers.google.wire import ANSWERS
from vizavi.sync.model import Content, Create, Group, Patch, Person, Stamp, When

Body = dict[str, Any]
_WORDS = {answer: word for word, answer in ANSWERS.items()}


def insert_body(write: Create) -> Body:
    """The event with our id. Never both an id and an iCalUID (facts 3)."""
    guests = [_new_guest(person) for person in write.content.people]
    return {"id": write.remote_id} | _fields(write.content, frozenset(Group), guests) | _properties(write.stamp)


def patch_body(write: Patch, guests: Sequence[Body] | None = None) -> Body:
    """Only the groups we changed; `guests` are the complete rows where the people are among them."""
    body = _fields(write.content, write.groups, list(guests or ())) | _properties(write.stamp)
    return body | ({"status": _status(write.content)} if write.revive else {})


def merged_guests(known: Collection[Body], people: Collection[Person]) -> list[Body]:
    """The rows as they are there, with `people` as the wanted guests.

    A list is replaced whole, so rows keep everything (answers, comments, further guests), and rows that we do not
    count as guests (the organizer, the calendar's own, rooms) stay. PITFALLS 14.
    """
    wanted = {person.email: person for person in people}
    rows: list[Body] = []
    for row in known:
        person = wanted.pop(str(row.get("email", "")).strip().lower(), None)
        if person is not None:
            rows.append({**row, "optional": person.optional})
        elif row.get("organizer") or row.get("self") or row.get("resource"):
            rows.append(dict(row))
    return rows + [_new_guest(person) for person in wanted.values()]


def stamp_properties(stamp: Stamp) -> dict[str, str]:
    return {
        "vz_install": stamp.install,
        "vz_event": stamp.event,
        "vz_remote_id": stamp.remote_id,
        "vz_rev": str(stamp.revision),
        "vz_type": stamp.type,
    }


def _fields(content: Content, groups: Collection[Group], guests: list[Body]) -> Body:
    parts: Mapping[Group, Body] = {
        Group.TIME: _ends(content.when),
        Group.TEXT: {"summary": content.title, "description": content.description},
        Group.PLACE: {"location": content.location},  # the video link is part of the texts: Traits.lost_fields
        Group.PEOPLE: {"attendees": guests},
        Group.STATE: {
            "status": _status(content),
            "transparency": "opaque" if content.busy else "transparent",
            "visibility": "private" if content.private else "default",
        },
    }
    return {name: value for group in Group if group in groups for name, value in parts[group].items()}


def _ends(when: When) -> Body:
    return {"start": _moment(when, is_start=True), "end": _moment(when, is_start=False)}


def _moment(when: When, *, is_start: bool) -> Body:
    """All three keys: PATCH merges nested objects, so all-day ↔ timed needs the others as null (facts 3)."""
    value = when.start if is_start else when.end
    if isinstance(value, datetime):
        at = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"date": None, "dateTime": at, "timeZone": when.zone}
    return {"date": value.isoformat(), "dateTime": None, "timeZone": None}


def _status(content: Content) -> str:
    return "tentative" if content.tentative else "confirmed"


def _new_guest(person: Person) -> Body:
    row: Body = {"email": person.email, "responseStatus": _WORDS[person.answer], "optional": person.optional}
    return row | ({"displayName": person.name} if person.name else {})


def _properties(stamp: Stamp) -> Body:
    return {"extendedProperties": {"private": stamp_properties(stamp)}}
