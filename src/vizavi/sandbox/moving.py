"""events.move: the event lives on under its id in another calendar, a cancelled stub stays behind."""

from __future__ import annotations

from vizavi.sandbox import calendars, errors, events, guests, kinds, outbox, rows
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.context import Context
from vizavi.sandbox.rows import Row
from vizavi.sandbox.wire import Reply


def move(ctx: Context, calendar: str, event: str) -> Reply:
    where = events.writable(ctx, calendar)
    wanted = ctx.call.text("destination")
    if not wanted:
        raise errors.ApiError(400, "required", "Required parameter: destination", location=("parameter", "destination"))
    target = events.writable(ctx, wanted)
    row = events.existing(ctx, where, event)
    calendars.check_match(ctx.call, row.etag)
    _check(ctx, row, target)
    family = [row, *rows.exceptions(ctx.store, where.id, row.id)]
    moved = [_carry(ctx, member, target) for member in family]
    outbox.record(ctx, moved[0], "update")
    # what is answered is what the old calendar has now, although the event lives on elsewhere
    return events.shown(ctx, where, events.existing(ctx, where, event))


def _check(ctx: Context, row: Row, target: Calendar) -> None:
    if row.cancelled:
        raise errors.deleted()
    if row.body["eventType"] != "default":
        raise errors.event_type_restriction(kinds.ONLY_DEFAULT)
    if row.master:
        raise errors.invalid("Cannot change the organizer of an instance.")
    if not row.own:
        raise errors.forbidden_for_non_organizer()
    if target.id == row.calendar:
        raise errors.invalid("The destination calendar is the same as the source.")
    present = rows.load_row(ctx.store, target.id, row.id)
    if present is not None and not present.cancelled and present.own:
        raise errors.duplicate()


def _carry(ctx: Context, row: Row, target: Calendar) -> Row:
    moved = rows.put(ctx.store, target.id, row.body | {"organizer": events.organizer(target)})
    # the old calendar keeps a stub, or a guest's copy where its owner is a guest
    guests.spread(ctx.store, moved, moved_from=row.calendar)
    return moved
