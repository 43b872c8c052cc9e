"""Thousands of events at once, for benchmarks: copies of a few patterns, one after the other in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from vizavi.sandbox import calendars, content, wire
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.state import Store, dump, short_hash

HOUR = timedelta(hours=1)


def sow(
    db: Store, calendar_id: str, patterns: Sequence[dict[str, Any]], *, count: int, first: datetime, every: timedelta
) -> None:
    """`count` events of an hour; a pattern is an event resource without times. Guests get no copies.

    A pattern may be cancelled: that makes a calendar full of tombstones, whose pages are empty.
    """
    calendar = calendars.own(db, calendar_id)
    written = wire.stamp(datetime.now(UTC), millis=True)
    shared = {
        "status": "confirmed",
        "sequence": 0,
        "creator": {"email": calendar.owner},
        "organizer": {"email": calendar.id},
        "created": written[:19] + "Z",
        "updated": written,
    }
    bodies = [content.clean({"eventType": "default"} | one | _times(first, calendar), calendar) for one in patterns]
    rows = _rows(db, calendar, [shared | body for body in bodies], count=count, first=first, every=every)
    db.run_many("INSERT INTO event VALUES (?, ?, ?, ?, ?, NULL, ?, ?)", rows)
    db.run("UPDATE calendar SET counter=counter+? WHERE id=?", count, calendar.id)


def _rows(
    db: Store, calendar: Calendar, bodies: Sequence[dict[str, Any]], *, count: int, first: datetime, every: timedelta
) -> Iterator[tuple[Any, ...]]:
    etag = db.tick()
    for number in range(count):
        event_id = short_hash(f"{calendar.id} {calendar.counter + number}")
        uid, change = f"{event_id}@google.com", calendar.counter + number + 1
        own = {"id": event_id, "iCalUID": uid} | _times(first + number * every, calendar)
        yield calendar.id, event_id, change, change, etag, uid, dump(bodies[number % len(bodies)] | own)


def _times(start: datetime, calendar: Calendar) -> dict[str, Any]:
    ends = {"start": start, "end": start + HOUR}
    zone = {"timeZone": str(calendar.zone)}
    return {name: {"dateTime": wire.stamp(moment.astimezone(calendar.zone))} | zone for name, moment in ends.items()}
