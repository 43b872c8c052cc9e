"""Events as stored: one JSON row per event and calendar, numbered by the calendar's change counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vizavi.sandbox import kinds, recurrence, wire
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.state import Store, dump, load


@dataclass(frozen=True)
class Row:
    calendar: str
    id: str
    change: int
    born: int
    etag: int
    master: str | None
    body: dict[str, Any]
    stored: bool = True

    @property
    def cancelled(self) -> bool:
        return bool(self.body["status"] == "cancelled")

    @property
    def is_series(self) -> bool:
        return bool(self.body.get("recurrence"))

    @property
    def own(self) -> bool:
        """The organizer's copy, or a private copy that depends on nobody."""
        host = self.body["organizer"]["email"]
        return bool(self.body.get("privateCopy")) or host in {self.calendar, kinds.UNKNOWN_ORGANIZER}


def _row(found: Any) -> Row:
    return Row(
        found["calendar"],
        found["id"],
        found["change"],
        found["born"],
        found["etag"],
        found["master"],
        load(found["body"]),
    )


def load_row(store: Store, calendar_id: str, event_id: str) -> Row | None:
    found = store.row("SELECT * FROM event WHERE calendar=? AND id=?", calendar_id, event_id)
    return _row(found) if found else None


def locate(store: Store, calendar: Calendar, event_id: str) -> Row | None:
    """A stored event, or an occurrence worked out from its id."""
    row = load_row(store, calendar.id, event_id)
    parts = recurrence.split_id(event_id)
    if row is not None or parts is None:
        return row
    master = load_row(store, calendar.id, parts[0])
    if master is None or not master.is_series:
        return None
    source = recurrence.series(master.body, calendar.zone)
    start = recurrence.start_of(source, parts[1])
    if start is None:
        return None
    body = recurrence.instance(master.body, source, start)
    return Row(calendar.id, body["id"], master.change, master.born, master.etag, master.id, body, stored=False)


def changed_after(store: Store, calendar_id: str, after: int, limit: int) -> list[Row]:
    sql = "SELECT * FROM event WHERE calendar=? AND change>? ORDER BY change LIMIT ?"
    return [_row(found) for found in store.rows(sql, calendar_id, after, limit)]


def exceptions(store: Store, calendar_id: str, master: str) -> list[Row]:
    sql = "SELECT * FROM event WHERE calendar=? AND master=? ORDER BY change"
    return [_row(found) for found in store.rows(sql, calendar_id, master)]


def copies(store: Store, event_id: str, organizer: str) -> list[Row]:
    """The guests' copies of an event."""
    found = store.rows("SELECT * FROM event WHERE id=? AND calendar<>?", event_id, organizer)
    return [row for row in map(_row, found) if row.body["organizer"]["email"] == organizer]


def by_uid(store: Store, calendar_id: str, uid: str) -> Row | None:
    sql = "SELECT * FROM event WHERE calendar=? AND ical_uid=? AND master IS NULL"
    found = store.row(sql, calendar_id, uid)
    return _row(found) if found else None


def put(store: Store, calendar_id: str, body: dict[str, Any], *, quiet: bool = False) -> Row:
    """Write an event and give it the calendar's next change number; quiet leaves `updated` alone."""
    store.run("UPDATE calendar SET counter=counter+1 WHERE id=?", calendar_id)
    counter = store.row("SELECT counter FROM calendar WHERE id=?", calendar_id)
    change = int(counter["counter"]) if counter else 0
    etag = store.tick()
    if not quiet or "updated" not in body:
        body = body | {"updated": wire.stamp(datetime.fromtimestamp(etag / 2_000_000, UTC), millis=True)}
    body.setdefault("created", body["updated"][:19] + "Z")
    master = body.get("recurringEventId")
    store.run(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (calendar, id) DO UPDATE SET"
        " change=excluded.change, etag=excluded.etag, ical_uid=excluded.ical_uid, body=excluded.body",
        calendar_id,
        body["id"],
        change,
        change,
        etag,
        master,
        body["iCalUID"],
        dump(body),
    )
    row = load_row(store, calendar_id, body["id"])
    assert row is not None  # noqa: S101 - it was written a line above
    return row


def remove(store: Store, calendar_id: str, event_id: str) -> None:
    store.run("DELETE FROM event WHERE calendar=? AND id=?", calendar_id, event_id)
