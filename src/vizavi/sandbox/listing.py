"""events.list and events.instances: paging before filtering, sync tokens, windows, expansion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vizavi.sandbox import calendars, content, errors, recurrence, rendering, rows, tokens, wire
from vizavi.sandbox.calendars import POPUP, Calendar
from vizavi.sandbox.context import Context
from vizavi.sandbox.rendering import View
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import quoted
from vizavi.sandbox.wire import Call, Reply

FORBIDDEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
# what a sync token remembers of the first request and compares with the later ones
BOUND = ("singleEvents", "showHiddenInvitations")
# Google says only that there is such a horizon; a month is what is told of it
UPDATED_HORIZON = timedelta(days=30)


@dataclass(frozen=True)
class Query:
    """One listing, with what its tokens remember."""

    call: Call
    calendar: Calendar
    single: bool
    show_deleted: bool
    order: str | None
    time_min: datetime | None
    time_max: datetime | None
    updated_min: datetime | None
    since: int
    incremental: bool


def _query(ctx: Context, where: Calendar) -> Query:
    call = ctx.call
    times_only = ctx.only_times or not where.at_least("reader")
    single = bool(call.flag("singleEvents")) or times_only
    order = call.text("orderBy")
    if order not in {None, "startTime", "updated"}:
        raise errors.invalid("Invalid value for orderBy.", parameter="orderBy")
    if order == "startTime" and not single:
        message = "The requested ordering is not available for the particular query."
        raise errors.ApiError(400, "badRequest", message, location=("parameter", "orderBy"))
    low, high = call.moment("timeMin"), call.moment("timeMax")
    if low and high and high <= low:
        raise errors.time_range_empty()
    token = call.text("syncToken")
    if token:
        return _incremental(ctx, where, token, single=single)
    updated = call.moment("updatedMin")
    if updated and updated < datetime.now(UTC) - UPDATED_HORIZON:
        raise errors.updated_min_too_long_ago()
    shown = bool(call.flag("showDeleted")) or updated is not None
    return Query(call, where, single, shown, order, low, high, updated, 0, False)


def _incremental(ctx: Context, where: Calendar, token: str, *, single: bool) -> Query:
    call = ctx.call
    for name in FORBIDDEN:
        if name in call.query:
            raise errors.sync_token_restricted(name)
    if call.flag("showDeleted") is False:
        raise errors.sync_token_restricted("showDeleted")
    data = tokens.read(ctx.store, "sync", token)
    if data is None:
        raise errors.full_sync_required()
    if data["calendar"] != where.id or data["epoch"] != where.epoch or data["role"] != where.role:
        raise errors.full_sync_required()
    bound = _bound(call)
    for name in bound:
        if bound[name] != data["bound"].get(name):
            raise errors.sync_token_restricted(name)
    low, high = (datetime.fromisoformat(data[name]) if data[name] else None for name in ("min", "max"))
    return Query(call, where, single, True, None, low, high, None, data["change"], True)


def _bound(call: Call) -> dict[str, Any]:
    return {name: bool(call.flag(name)) for name in BOUND} | {"eventTypes": sorted(call.many("eventTypes"))}


def list_events(ctx: Context, calendar: str) -> Reply:
    where = calendars.reachable(ctx, calendar)
    query = _query(ctx, where)
    view = View.of(where, ctx)
    size = ctx.call.number("maxResults", 250, 2500)
    page = _page_mark(ctx, where, query)
    if query.single or query.order:
        items, after = _sorted_page(ctx, query, page, size)
    else:
        items, after = _plain_page(ctx, query, page, size)
    etag = quoted(where.counter * 2 + where.epoch)
    if ctx.call.headers.get("if-none-match") == etag and not query.incremental:
        return Reply(304, None, {"ETag": etag})
    result = _head(view, where, etag)
    if after is not None:
        result["nextPageToken"] = tokens.make(ctx.store, "page", page | {"after": after})
    elif _gives_token(query):
        result["nextSyncToken"] = _sync_token(ctx, query, page["upto"])
    result["items"] = [rendering.event(row, view, sparse=True) for row in items]
    return Reply(200, result, {"ETag": etag})


def _head(view: View, where: Calendar, etag: str) -> dict[str, Any]:
    return {
        "kind": "calendar#events",
        "etag": etag,
        "summary": where.body.get("summary", where.id),
        "description": where.body.get("description", ""),
        "updated": wire.stamp(datetime.fromtimestamp(where.etag / 2_000_000, view.zone), millis=True),
        "timeZone": str(view.zone),
        "accessRole": where.role,
        "defaultReminders": [POPUP] if where.primary else [],
    }


def _page_mark(ctx: Context, where: Calendar, query: Query) -> dict[str, Any]:
    text = ctx.call.text("pageToken")
    if text is None:
        return {"after": None, "upto": where.counter, "since": query.since, "calendar": where.id}
    data = tokens.read(ctx.store, "page", text)
    if data is None or data["calendar"] != where.id or data["since"] != query.since:
        raise errors.invalid("Invalid page token value.", parameter="pageToken")
    return data


def _gives_token(query: Query) -> bool:
    narrowed = any(name in query.call.query for name in FORBIDDEN if name not in {"timeMin", "timeMax"})
    return query.incremental or not narrowed


def _sync_token(ctx: Context, query: Query, change: int) -> str:
    # the counter of the first page: whatever changed while paging is delivered once more next time
    data = {
        "calendar": query.calendar.id,
        "epoch": query.calendar.epoch,
        "role": query.calendar.role,
        "change": max(change, query.since),
        "bound": _bound(query.call),
        "min": query.time_min.isoformat() if query.time_min else None,
        "max": query.time_max.isoformat() if query.time_max else None,
    }
    return tokens.make(ctx.store, "sync", data)


def _plain_page(ctx: Context, query: Query, page: dict[str, Any], size: int) -> tuple[list[Row], int | None]:
    """Cut the page first and filter afterwards, so a page may be short or empty and yet not the last."""
    after = page["after"] if page["after"] is not None else query.since
    found = rows.changed_after(ctx.store, query.calendar.id, after, size + 1)
    kept = [row for row in found[:size] if _visible(ctx, query, row) and _matches(query, row)]
    return kept, found[size - 1].change if len(found) > size else None


def _sorted_page(ctx: Context, query: Query, page: dict[str, Any], size: int) -> tuple[list[Row], int | None]:
    found = rows.changed_after(ctx.store, query.calendar.id, query.since, -1)
    if query.single:
        found = list(_expanded(ctx, query, found))
    kept = [row for row in found if _visible(ctx, query, row) and _matches(query, row)]
    if query.order == "updated":
        kept.sort(key=lambda row: (row.body["updated"], row.id))
    elif query.single and not query.incremental:
        kept.sort(key=lambda row: (content.begin(row.body["start"], query.calendar), row.id))
    offset = page["after"] or 0
    return kept[offset : offset + size], offset + size if len(kept) > offset + size else None


def _expanded(ctx: Context, query: Query, found: list[Row]) -> Iterator[Row]:
    for row in found:
        if not row.is_series:
            yield row
            continue
        touched = {other.id for other in rows.exceptions(ctx.store, query.calendar.id, row.id)}
        yield from (
            one for one in instances_of(row, query.calendar, query.time_min, query.time_max) if one.id not in touched
        )


def instances_of(master: Row, calendar: Calendar, low: datetime | None, high: datetime | None) -> Iterator[Row]:
    source = recurrence.series(master.body, calendar.zone)
    for start in recurrence.starts(source, low, high):
        body = recurrence.instance(master.body, source, start)
        yield Row(calendar.id, body["id"], master.change, master.born, master.etag, master.id, body, stored=False)


def _visible(ctx: Context, query: Query, row: Row) -> bool:
    if query.show_deleted or not row.cancelled:
        return True
    if query.single or not row.master:
        return False
    # without instances a reader needs to know which occurrences of a living series are gone
    master = rows.load_row(ctx.store, row.calendar, row.master)
    return master is not None and not master.cancelled


def _matches(query: Query, row: Row) -> bool:
    if query.incremental and (row.cancelled or row.born <= query.since):
        # something the reader may hold: it is told even when it has left the window
        return _right_type(query, row)
    return (
        _right_type(query, row)
        and _in_window(query, row)
        and _fits_text(query, row)
        and _fits_properties(query, row)
        and _recent(query, row)
    )


def _right_type(query: Query, row: Row) -> bool:
    wanted = query.call.many("eventTypes")
    return not wanted or row.body["eventType"] in wanted


def _in_window(query: Query, row: Row) -> bool:
    if query.time_min is None and query.time_max is None:
        return True
    if row.is_series:
        source = recurrence.series(row.body, query.calendar.zone)
        return next(iter(recurrence.starts(source, query.time_min, query.time_max)), None) is not None
    return overlaps(row.body, query.calendar, query.time_min, query.time_max)


def overlaps(body: dict[str, Any], calendar: Calendar, low: datetime | None, high: datetime | None) -> bool:
    """timeMin is an exclusive bound on the end, timeMax on the start; dates live in the calendar's zone."""
    if low is not None and content.begin(body["end"], calendar) <= low:
        return False
    return high is None or content.begin(body["start"], calendar) < high


def _recent(query: Query, row: Row) -> bool:
    return query.updated_min is None or datetime.fromisoformat(row.body["updated"]) >= query.updated_min


def _fits_text(query: Query, row: Row) -> bool:
    uid, words = query.call.text("iCalUID"), (query.call.text("q") or "").lower().split()
    if uid and row.body["iCalUID"] != uid:
        return False
    if not words:
        return True
    texts = [row.body.get(name, "") for name in ("summary", "description", "location")]
    for person in (*row.body.get("attendees", []), row.body["organizer"]):
        texts += [person.get("email", ""), person.get("displayName", "")]
    text = " ".join(texts).lower()
    return all(word in text for word in words)


def _fits_properties(query: Query, row: Row) -> bool:
    for kind in ("private", "shared"):
        held = row.body.get("extendedProperties", {}).get(kind, {})
        for pair in query.call.many(f"{kind}ExtendedProperty"):
            name, _, value = pair.partition("=")
            if held.get(name) != value:
                return False
    return True


def list_instances(ctx: Context, calendar: str, event: str) -> dict[str, Any]:
    where = calendars.reachable(ctx, calendar)
    row = rows.locate(ctx.store, where, event)
    if row is None:
        raise errors.not_found()
    call = ctx.call
    low, high = call.moment("timeMin"), call.moment("timeMax")
    if low:
        # unlike in a list the bound belongs to the window
        low -= timedelta(seconds=1)
    found = [row]
    if row.is_series:
        stored = {other.id: other for other in rows.exceptions(ctx.store, where.id, row.id)}
        untouched = [one for one in instances_of(row, where, low, high) if one.id not in stored]
        found = untouched + [one for one in stored.values() if overlaps(one.body, where, low, high)]
    found = [one for one in found if not one.cancelled or call.flag("showDeleted")]
    if wanted := call.text("originalStart"):
        found = [one for one in found if wanted in one.body.get("originalStartTime", {}).values()]
    found.sort(key=lambda one: (content.begin(one.body["start"], where), one.id))
    offset = int((tokens.read(ctx.store, "instances", call.text("pageToken") or "") or {"after": 0})["after"])
    size = call.number("maxResults", 250, 2500)
    view = View.of(where, ctx)
    result = _head(view, where, quoted(where.counter * 2 + where.epoch))
    if len(found) > offset + size:
        result["nextPageToken"] = tokens.make(ctx.store, "instances", {"after": offset + size})
    return result | {"items": [rendering.event(one, view) for one in found[offset : offset + size]]}
