"""Guests' copies: shared fields flow from the organizer, only the answer flows back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vizavi.sandbox import errors, people, rows
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


UNANSWERED = "needsAction"
# beyond this Google keeps the answers to the organizer
MOST_ANSWERS_SHARED = 200


def spread(
    store: Store,
    row: Row,
    *,
    was: Row | None = None,
    sent: Collection[str] = (),
    withdraw: bool = True,
    moved_from: str | None = None,
) -> None:
    """Bring the guests' copies in line with what the organizer's event became, or with what was sent again.

    Other fields of a copy stay as the guest made them; withdraw=False leaves removed guests theirs.
    """
    if not row.own or row.body.get("privateCopy"):
        return
    fields = _changed(was, row) | (set(sent) & set(SHARED) - {"status"})
    before = set() if was is None or was.cancelled else _people(was)
    invited = set() if row.cancelled else _people(row)
    present = _copies(store, row, moved_from)
    waiting = {person["email"] for person in row.body.get("attendees", []) if person["responseStatus"] == UNANSWERED}
    for email in sorted(invited - {row.calendar}):
        if email in waiting and email not in present and people.shows_only_answered(store, email):
            continue
        if _has_calendar(store, email):
            _align(store, email, row, present.get(email), fields if email in before else set(SHARED))
    for email, copy in present.items():
        if email not in invited and not copy.cancelled and withdraw:
            rows.put(store, email, copy.body | {"status": "cancelled"})
    if row.cancelled and row.master and withdraw:
        _cancel_occurrence(store, row)


def _changed(was: Row | None, row: Row) -> set[str]:
    if was is None:
        return set(SHARED)
    return {name for name in SHARED if was.body.get(name) != row.body.get(name)}


def _people(row: Row) -> set[str]:
    return {person["email"] for person in row.body.get("attendees", [])}


def _copies(store: Store, row: Row, moved_from: str | None) -> dict[str, Row]:
    found = rows.copies(store, row.id, moved_from or row.calendar)
    former = rows.load_row(store, moved_from, row.id) if moved_from else None
    return {copy.calendar: copy for copy in (*found, *([former] if former else []))}


def others(store: Store, row: Row) -> list[Row]:
    """The living copies of an event in other calendars, the organizer's among them."""
    host = row.body["organizer"]["email"]
    found = [*rows.copies(store, row.id, host), rows.load_row(store, host, row.id)]
    return [copy for copy in found if copy and copy.calendar != row.calendar and not copy.cancelled]


def _has_calendar(store: Store, email: str) -> bool:
    return store.row("SELECT 1 FROM calendar WHERE id=?", email) is not None


def _align(store: Store, email: str, row: Row, copy: Row | None, fields: set[str]) -> None:
    if copy is None:
        master = rows.load_row(store, email, row.master) if row.master else None
        private = {name: value for name, value in (master.body if master else {}).items() if name not in SHARED}
        base, fields = private | {"reminders": private.get("reminders", {"useDefault": True})}, set(SHARED)
    else:
        base = copy.body
    body = {name: value for name, value in base.items() if name not in fields}
    body |= {name: row.body[name] for name in SHARED if name in fields and name in row.body}
    body = _with_properties(body, row)
    if copy is None or _without_times(copy.body) != _without_times(body):
        rows.put(store, email, body)


def _with_properties(body: dict[str, Any], row: Row) -> dict[str, Any]:
    """A guest's private properties are the guest's, the shared ones are everybody's."""
    properties = {
        "private": body.get("extendedProperties", {}).get("private"),
        "shared": row.body.get("extendedProperties", {}).get("shared"),
    }
    kept = {kind: pairs for kind, pairs in properties.items() if pairs}
    rest = {name: value for name, value in body.items() if name != "extendedProperties"}
    return rest | ({"extendedProperties": kept} if kept else {})


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


def report(store: Store, copy: Row) -> None:
    """Carry what is a guest's to say to the organizer's event, and from there to the other guests."""
    source = _organizers_row(store, copy.body["organizer"]["email"], copy)
    if source is None or source.cancelled:
        return
    body = _with_answer_of(copy, source.body)
    shared = copy.body.get("extendedProperties", {}).get("shared", {})
    if copy.calendar in _people(source) and shared != source.body.get("extendedProperties", {}).get("shared", {}):
        body = _with_shared(body, shared)
    if copy.body.get("guestsCanModify"):
        theirs = {name: copy.body[name] for name in SHARED if name in copy.body}
        kept = {name: value for name, value in body.items() if name not in SHARED}
        body = kept | theirs | {name: source.body[name] for name in ("organizer", "creator", "status")}
    if body == source.body:
        return
    written = rows.put(store, source.calendar, body)
    if len(_people(written)) <= MOST_ANSWERS_SHARED or _changed(source, written) - {"attendees"}:
        spread(store, written, was=source)


def _with_shared(body: dict[str, Any], shared: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in body.get("extendedProperties", {}).items() if name != "shared"}
    return body | {"extendedProperties": kept | ({"shared": shared} if shared else {})}


def _with_answer_of(copy: Row, body: dict[str, Any]) -> dict[str, Any]:
    mine = _own_line(copy.body, copy.calendar)
    if mine is None or "attendees" not in body:
        return body
    changed = [
        _with_answer(person, mine) if person["email"] == copy.calendar else person for person in body["attendees"]
    ]
    return body | {"attendees": changed}


def arranged(store: Store, before: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The guest list as Google takes it from an organizer: who is a room, and whose answer waits for the guest."""
    if "attendees" not in body:
        return body
    known = {person["email"]: person for person in before.get("attendees", [])}
    return body | {"attendees": [_arranged(store, known.get(one["email"]), one) for one in body["attendees"]]}


def _arranged(store: Store, known: dict[str, Any] | None, person: dict[str, Any]) -> dict[str, Any]:
    if known is None:
        reset = people.shows_only_answered(store, person["email"])
        return person | ({"responseStatus": UNANSWERED} if reset else {})
    rest = {name: value for name, value in person.items() if name != "resource"}
    return rest | ({"resource": known["resource"]} if "resource" in known else {})


def answer_by_letter(store: Store, calendar: str, event: str, email: str, status: str) -> None:
    """A guest presses a button in the invitation's letter, with or without a Google account."""
    source = rows.load_row(store, calendar, event)
    if source is None or email not in _people(source):
        raise errors.not_found()
    people_now = [
        person | {"responseStatus": status} if person["email"] == email else person
        for person in source.body["attendees"]
    ]
    written = rows.put(store, calendar, source.body | {"attendees": people_now})
    if len(people_now) <= MOST_ANSWERS_SHARED:
        spread(store, written, was=source)


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
    changed = [
        person | {"responseStatus": "declined"} if person["email"] == email else person
        for person in body.get("attendees", [])
    ]
    return body | {"attendees": changed}


def own_answer_only(old: dict[str, Any], sent: list[dict[str, Any]], email: str) -> list[dict[str, Any]]:
    """What remains of a guest's list: his own line; the others' answers are not his to give."""
    mine = next((person for person in sent if str(person.get("email", "")).lower() == email), None)
    return [
        _with_answer(person, mine) if mine and person["email"] == email else person
        for person in old.get("attendees", [])
    ]
