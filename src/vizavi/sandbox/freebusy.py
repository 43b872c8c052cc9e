"""freeBusy.query: merged busy times; a calendar that fails says so inside a 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vizavi.sandbox import calendars, content, errors, listing, rows, wire
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.context import Context
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import Store

FREE_TYPES = {"workingLocation", "birthday"}


def query(ctx: Context) -> dict[str, Any]:
    body = ctx.call.json()
    low, high = (_moment(body, name) for name in ("timeMin", "timeMax"))
    if high <= low:
        raise errors.time_range_empty()
    if (high - low).days > 92:
        message = "The requested time range is too long."
        raise errors.ApiError(400, "timeRangeTooLong", message, domain="calendar")
    zone = wire.zone(body.get("timeZone") or "UTC")
    answers = {}
    for number, item in enumerate(body.get("items") or []):
        wanted = str(item.get("id", ""))
        if number >= min(int(body.get("calendarExpansionMax") or 50), 50):
            answers[wanted] = _failed("tooManyCalendarsRequested")
            continue
        try:
            calendar = calendars.find(ctx.store, ctx.email, wanted)
        except errors.ApiError:
            answers[wanted] = _failed("notFound")
            continue
        spans = busy(ctx.store, calendar, low, high)
        answers[wanted] = {
            "busy": [
                {"start": wire.stamp(start.astimezone(zone)), "end": wire.stamp(end.astimezone(zone))}
                for start, end in spans
            ]
        }
    return {
        "kind": "calendar#freeBusy",
        "timeMin": wire.stamp(low, millis=True),
        "timeMax": wire.stamp(high, millis=True),
        "calendars": answers,
    }


def _moment(body: dict[str, Any], name: str) -> datetime:
    value = body.get(name)
    if not value:
        raise errors.required(f"Missing {name} parameter.")
    found = wire.Call("GET", "", {name: [str(value)]}).moment(name)
    assert found is not None  # noqa: S101 - a given value is parsed or refused
    return found


def _failed(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def busy(store: Store, calendar: Calendar, low: datetime, high: datetime) -> list[tuple[datetime, datetime]]:
    spans = []
    for row in rows.changed_after(store, calendar.id, 0, -1):
        if row.cancelled or not _blocks(row, calendar):
            continue
        for body in _bodies(store, row, calendar, low, high):
            start, end = (content.begin(body[name], calendar).astimezone(UTC) for name in ("start", "end"))
            if start < high and end > low and start < end:
                spans.append((max(start, low), min(end, high)))
    return _merged(sorted(spans))


def _blocks(row: Row, calendar: Calendar) -> bool:
    body = row.body
    mine: dict[str, Any] = next((one for one in body.get("attendees", []) if one["email"] == calendar.id), {})
    free = body.get("transparency") == "transparent" or body["eventType"] in FREE_TYPES
    return not free and mine.get("responseStatus") != "declined"


def _bodies(store: Store, row: Row, calendar: Calendar, low: datetime, high: datetime) -> list[dict[str, Any]]:
    if not row.is_series:
        return [row.body]
    touched = {other.id for other in rows.exceptions(store, calendar.id, row.id)}
    return [one.body for one in listing.instances_of(row, calendar, low, high) if one.id not in touched]


def _merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    result: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
