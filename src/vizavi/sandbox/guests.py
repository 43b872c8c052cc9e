"""Guests' copies: shared fields flow from the organizer, only the answer flows back."""

from __future__ import annotations

from typing import Any

from vizavi.sandbox import rows
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import Store

SHARED = (
    "id",
    "iCalUID",
    "status",
    "start",
    "end",
    "recurrence",
    "recurringEventId",
    "originalStartTime",
    "summary",
    "description",
    "location",
    "attendees",
    "organizer",
    "creator",
    "sequence",
    "eventType",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "anyoneCanAddSelf",
    "conferenceData",
    "hangoutLink",
    "visibility",
    "attachments",
)
ANSWER = ("responseStatus", "comment", "additionalGuests")


def spread(store: Store, row: Row, *, withdraw: bool = True, moved_from: str | None = None) -> None:
    """Bring every guest's copy in line with the organizer's; withdraw=False leaves removed guests theirs."""
    if not row.own or row.body.get("privateCopy"):
        return
    invited = {} if row.cancelled else {person["email"] for person in row.body.get("attendees", [])}
    known = rows.copies(store, row.id, moved_from or row.calendar)
    former = rows.load_row(store, moved_from, row.id) if moved_from else None
    present = {copy.calendar: copy for copy in (*known, *([former] if former else []))}
    for email in invited:
        if email != row.calendar and _has_calendar(store, email):
            _align(store, email, row, present.get(email))
    for email, copy in present.items():
        if email not in invited and not copy.cancelled and withdraw:
            rows.put(store, email, copy.body | {"status": "cancelled"})
    if row.cancelled and row.master and withdraw:
        _cancel_occurrence(store, row)


def _has_calendar(store: Store, email: str) -> bool:
    return store.row("SELECT 1 FROM calendar WHERE id=?", email) is not None


def _align(store: Store, email: str, row: Row, copy: Row | None) -> None:
    shared = {name: row.body[name] for name in SHARED if name in row.body}
    private = {name: value for name, value in (copy.body if copy else {}).items() if name not in SHARED}
    body = private | shared
    body.setdefault("reminders", {"useDefault": True})
    properties = {
        "private": private.get("extendedProperties", {}).get("private"),
        "shared": row.body.get("extendedProperties", {}).get("shared"),
    }
    body["extendedProperties"] = {kind: pairs for kind, pairs in properties.items() if pairs}
    if not body["extendedProperties"]:
        body.pop("extendedProperties")
    if copy is None or _without_times(copy.body) != _without_times(body):
        rows.put(store, email, body)


def _without_times(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in {"updated", "created"}}


def _cancel_occurrence(store: Store, row: Row) -> None:
    """A cancelled occurrence reaches those who hold the series but not yet this exception."""
    holders = rows.copies(store, row.master or "", row.calendar)
    present = {copy.calendar for copy in rows.copies(store, row.id, row.calendar)}
    for holder in holders:
        if holder.calendar not in present:
            shared = {name: row.body[name] for name in SHARED if name in row.body}
            rows.put(store, holder.calendar, shared | {"reminders": {"useDefault": True}})


def answer(store: Store, copy: Row) -> None:
    """Carry a guest's answer to the organizer's event and from there to the other guests."""
    organizer = copy.body["organizer"]["email"]
    mine = _own_line(copy.body, copy.calendar)
    source = _organizers_row(store, organizer, copy)
    if source is None or mine is None or source.cancelled:
        return
    people = [
        _with_answer(person, mine) if person["email"] == copy.calendar else person
        for person in source.body.get("attendees", [])
    ]
    if people != source.body.get("attendees", []):
        spread(store, rows.put(store, organizer, source.body | {"attendees": people}))


def _organizers_row(store: Store, organizer: str, copy: Row) -> Row | None:
    source = rows.load_row(store, organizer, copy.id)
    if source is not None or not copy.master:
        return source
    master = rows.load_row(store, organizer, copy.master)
    if master is None:
        return None
    body = {name: value for name, value in master.body.items() if name != "recurrence"}
    body |= {name: copy.body[name] for name in ("id", "recurringEventId", "originalStartTime", "start", "end")}
    return Row(organizer, copy.id, 0, 0, 0, copy.master, body, stored=False)


def _own_line(body: dict[str, Any], email: str) -> dict[str, Any] | None:
    return next((person for person in body.get("attendees", []) if person["email"] == email), None)


def _with_answer(person: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in person.items() if name not in ANSWER}
    return kept | {name: mine[name] for name in ANSWER if name in mine}


def declined(body: dict[str, Any], email: str) -> dict[str, Any]:
    people = [
        person | {"responseStatus": "declined"} if person["email"] == email else person
        for person in body.get("attendees", [])
    ]
    return body | {"attendees": people}


def own_answer_only(old: dict[str, Any], sent: list[dict[str, Any]], email: str) -> list[dict[str, Any]]:
    """What remains of a guest's list: his own line; the others' answers are not his to give."""
    mine = next((person for person in sent if str(person.get("email", "")).lower() == email), None)
    return [
        _with_answer(person, mine) if mine and person["email"] == email else person
        for person in old.get("attendees", [])
    ]
