"""How an event looks to the one who reads it: zone, own rows, what a stranger may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from vizavi.sandbox import wire
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.context import Context
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import quoted, short_hash

TIMES_ONLY = ("id", "status", "start", "end", "originalStartTime", "recurringEventId", "recurrence", "transparency")
HIDDEN_FIELDS = (*TIMES_ONLY, "created", "updated", "iCalUID", "sequence", "eventType", "organizer", "visibility")
SPARSE_INSTANCE = ("id", "status", "recurringEventId", "originalStartTime")


@dataclass(frozen=True)
class View:
    calendar: Calendar
    zone: ZoneInfo
    viewer: str
    max_attendees: int | None = None
    only_times: bool = False

    @classmethod
    def of(cls, calendar: Calendar, ctx: Context) -> View:
        call = ctx.call
        limit = call.number("maxAttendees", 0, 10_000) if call.text("maxAttendees") else None
        hidden = ctx.only_times or not calendar.at_least("reader")
        return cls(calendar, call.zone("timeZone") or calendar.zone, ctx.email, limit, hidden)


def event(row: Row, view: View, *, sparse: bool = False) -> dict[str, Any]:
    body = row.body
    head = {"kind": "calendar#event", "etag": quoted(row.etag)}
    if row.cancelled and row.master:
        return head | {
            name: _point(body[name], view.zone) if name == "originalStartTime" else body[name]
            for name in SPARSE_INSTANCE
        }
    if row.cancelled and sparse and row.own:
        return head | {"id": body["id"], "status": "cancelled"}
    if view.only_times:
        body = {name: body[name] for name in TIMES_ONLY if name in body}
    elif _is_secret(body) and not view.calendar.at_least("writer"):
        body = {name: body[name] for name in HIDDEN_FIELDS if name in body}
    result = head | body
    for name in ("start", "end", "originalStartTime"):
        if name in result:
            result[name] = _point(result[name], view.zone)
    if view.only_times:
        return result
    if body.get("creator", {}).get("email") != view.viewer:
        # where an event came from is its creator's business
        result.pop("source", None)
    result["htmlLink"] = "https://www.google.com/calendar/event?eid=" + short_hash(f"{row.id} {row.calendar}")
    result |= _people(body, row, view)
    return result


def _is_secret(body: dict[str, Any]) -> bool:
    return body.get("visibility") in {"private", "confidential"}


def _people(body: dict[str, Any], row: Row, view: View) -> dict[str, Any]:
    """`self` is relative to the calendar that was asked, not to the signed-in person."""
    mine = view.calendar.id
    result: dict[str, Any] = {}
    for name in ("creator", "organizer"):
        if name in body:
            result[name] = body[name] | ({"self": True} if body[name].get("email") == mine else {})
    people = body.get("attendees")
    if not people:
        return result
    organizer = body.get("organizer", {}).get("email")
    if not row.own and body.get("guestsCanSeeOtherGuests") is False:
        people = [person for person in people if person["email"] == mine]
        result["attendeesOmitted"] = True
    shown = [
        person
        | ({"self": True} if person["email"] == mine else {})
        | ({"organizer": True} if person["email"] == organizer else {})
        for person in people
    ]
    if view.max_attendees and len(shown) > view.max_attendees:
        shown = [person for person in shown if person.get("self")][: view.max_attendees]
        result["attendeesOmitted"] = True
    result["attendees"] = shown
    return result


def _point(point: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    if "dateTime" not in point:
        return point
    moment = datetime.fromisoformat(point["dateTime"]).astimezone(zone)
    return point | {"dateTime": wire.stamp(moment)}
