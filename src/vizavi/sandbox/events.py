"""events.get, insert, import, patch, update, delete: the writes and their rules."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from vizavi.sandbox import (
    calendars,
    conferences,
    content,
    errors,
    guests,
    kinds,
    outbox,
    recurrence,
    rendering,
    rows,
)
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.context import SANDBOX, Context
from vizavi.sandbox.rendering import View
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import quoted
from vizavi.sandbox.wire import Reply

GUEST_FLAGS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests")
SEQUENCE = (
    "Invalid sequence value. The specified sequence number is below the current sequence number of the"
    " resource. Re-fetch the resource and use its sequence number on the following request."
)
HOUR = timedelta(hours=1)


def get(ctx: Context, calendar: str, event: str) -> Any:
    where = calendars.reachable(ctx, calendar)
    row = existing(ctx, where, event)
    if body := conferences.settled(row.body):
        row = rows.put(ctx.store, where.id, body)
    if ctx.call.headers.get("if-none-match") in {quoted(row.etag), "*"}:
        return Reply(304, None, {"ETag": quoted(row.etag)})
    return shown(ctx, where, row)


def existing(ctx: Context, where: Calendar, event: str) -> Row:
    row = rows.locate(ctx.store, where, event)
    if row is None:
        raise errors.not_found()
    return row


def shown(ctx: Context, where: Calendar, row: Row) -> Reply:
    payload = rendering.event(row, View.of(where, ctx))
    return Reply(200, payload, {"ETag": quoted(row.etag)})


def writable(ctx: Context, calendar: str) -> Calendar:
    where = calendars.reachable(ctx, calendar)
    if not where.at_least("writer"):
        raise errors.required_access_level()
    outbox.sent_updates(ctx)
    return where


def _sent(ctx: Context) -> dict[str, Any]:
    body = ctx.call.json()
    content.check_shape(body)
    return body


# insert and import --------------------------------------------------------------------------------------


def insert(ctx: Context, calendar: str) -> Reply:
    where = writable(ctx, calendar)
    sent = _sent(ctx)
    if sent.get("recurringEventId") and sent.get("originalStartTime") and not sent.get("id"):
        return _insert_exception(ctx, where, sent)
    return _create(ctx, where, sent)


def quick_add(ctx: Context, calendar: str) -> Reply:
    where = writable(ctx, calendar)
    text = ctx.call.text("text")
    if not text:
        raise errors.ApiError(400, "required", "Required parameter: text", location=("parameter", "text"))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    times = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": (start + HOUR).isoformat()}}
    return _create(ctx, where, {"summary": text} | times)


def _create(ctx: Context, where: Calendar, sent: dict[str, Any]) -> Reply:
    event_id = _new_id(ctx, where, sent)
    kind = sent.get("eventType") or "default"
    if kind == "fromGmail" and ctx.client_id != SANDBOX:
        raise errors.event_type_restriction("Events of type 'fromGmail' cannot be inserted.")
    if kind != "default" and not where.primary:
        raise errors.event_type_restriction(f"'{kind}' events are allowed only on primary calendars.")
    body = content.clean(_taken(ctx, sent, event_id, {}) | {"eventType": kind}, where)
    body = guests.arranged(ctx.store, {}, body)
    content.check_room(body)
    body |= {
        "id": event_id,
        "iCalUID": sent.get("iCalUID") or f"{event_id}@google.com",
        "status": body.get("status", "confirmed"),
        "sequence": int(body.get("sequence", 0)),
        "creator": {"email": ctx.email},
        "organizer": {"email": kinds.UNKNOWN_ORGANIZER} if kind == "outOfOffice" else organizer(where),
    }
    row = rows.put(ctx.store, where.id, body)
    guests.spread(ctx.store, row)
    outbox.record(ctx, row, "invite")
    return shown(ctx, where, row)


def organizer(where: Calendar) -> dict[str, str]:
    return {"email": where.id} if where.primary else {"email": where.id, "displayName": where.body["summary"]}


def _new_id(ctx: Context, where: Calendar, sent: dict[str, Any]) -> str:
    wanted, uid = sent.get("id"), sent.get("iCalUID")
    if wanted:
        if rows.load_row(ctx.store, where.id, str(wanted)) is not None:
            raise errors.duplicate()
        if uid or not content.CLIENT_ID.match(str(wanted)):
            raise errors.invalid("Invalid resource id value.")
    if uid and rows.by_uid(ctx.store, where.id, str(uid)) is not None:
        raise errors.duplicate()
    return str(wanted) if wanted else made_id()


def made_id() -> str:
    return "".join(secrets.choice("abcdefghijklmnopqrstuv0123456789") for _ in range(26))


def _taken(ctx: Context, sent: dict[str, Any], event_id: str, before: dict[str, Any]) -> dict[str, Any]:
    """The fields of a body that a client may write, and that its request says it understands."""
    new = {name: value for name, value in sent.items() if name in content.WRITABLE}
    if not ctx.call.flag("supportsAttachments"):
        new.pop("attachments", None)
    return conferences.taken(ctx, new, event_id, before)


def _insert_exception(ctx: Context, where: Calendar, sent: dict[str, Any]) -> Reply:
    master = existing(ctx, where, str(sent["recurringEventId"]))
    source = recurrence.series(master.body, where.zone)
    original = recurrence.wall(sent["originalStartTime"], source.zone)
    event_id = recurrence.instance_id(master.id, source, original)
    if rows.load_row(ctx.store, where.id, event_id) is not None:
        raise errors.duplicate()
    return _write(ctx, where, existing(ctx, where, event_id), sent, replace=False)


def import_event(ctx: Context, calendar: str) -> Reply:
    where = writable(ctx, calendar)
    sent = _sent(ctx)
    uid = sent.get("iCalUID")
    if not uid:
        raise errors.required("Missing iCal UID.")
    if (sent.get("eventType") or "default") != "default":
        raise errors.event_type_restriction(kinds.ONLY_DEFAULT)
    known = rows.by_uid(ctx.store, where.id, str(uid))
    body = content.clean(_taken(ctx, sent, "", {}) | {"eventType": "default"}, where)
    content.check_room(body)
    named = {name: value for name, value in (sent.get("organizer") or {}).items() if name in {"email", "displayName"}}
    body |= {
        "id": known.id if known else made_id(),
        "iCalUID": uid,
        "status": body.get("status", "confirmed"),
        "sequence": int(body.get("sequence", 0)),
        "creator": {"email": ctx.email},
        "privateCopy": True,
        "organizer": named or organizer(where),
    }
    if known:
        body["created"] = known.body["created"]
    return shown(ctx, where, rows.put(ctx.store, where.id, body))


# patch, update ------------------------------------------------------------------------------------------


def patch(ctx: Context, calendar: str, event: str) -> Reply:
    where = writable(ctx, calendar)
    return _write(ctx, where, existing(ctx, where, event), _sent(ctx), replace=False)


def update(ctx: Context, calendar: str, event: str) -> Reply:
    where = writable(ctx, calendar)
    return _write(ctx, where, existing(ctx, where, event), _sent(ctx), replace=True)


def _write(ctx: Context, where: Calendar, row: Row, sent: dict[str, Any], *, replace: bool) -> Reply:
    calendars.check_match(ctx.call, row.etag)
    if sent.get("status") == "cancelled" and not row.cancelled:
        return shown(ctx, where, _cancel(ctx, where, row))
    if sent.get("attendeesOmitted") and "attendees" in sent:
        # a list that was cut says nothing about the people who are not in it
        sent = sent | {"attendees": guests.own_answer_only(row.body, sent["attendees"] or [], where.id)}
    body = _merged(ctx, row, sent, replace=replace)
    if not row.own:
        body = _as_guest(row, body, sent, where, replace=replace)
    body = _sequenced(row, content.clean(body, where), sent)
    if row.own:
        body = guests.arranged(ctx.store, row.body, body)
    kinds.check_change(row.body, body)
    if sent.get("extendedProperties"):
        content.check_room(body, guests.others(ctx.store, row))
    if row.stored and body == row.body:
        # nothing changed here, but what is sent again overwrites what guests made of it
        guests.spread(ctx.store, row, was=row, sent=sent.keys())
        return shown(ctx, where, row)
    if row.master and row.own:
        body = _in_step_with_series(ctx, where, row, body)
    quiet = {**body, "reminders": 0} == {**row.body, "reminders": 0}
    written = rows.put(ctx.store, where.id, body, quiet=quiet)
    if not written.own:
        _after_guest(ctx, written)
        return shown(ctx, where, written)
    if written.is_series:
        _drop_lost_exceptions(ctx, where, written)
    before = [person["email"] for person in row.body.get("attendees", [])]
    guests.spread(ctx.store, written, was=row, sent=sent.keys(), withdraw=outbox.sent_updates(ctx) != "none")
    outbox.record(ctx, written, "update", also=before)
    return shown(ctx, where, written)


def _merged(ctx: Context, row: Row, sent: dict[str, Any], *, replace: bool) -> dict[str, Any]:
    sent_type = sent.get("eventType")
    if sent_type and sent_type != row.body["eventType"]:
        raise errors.event_type_restriction("The event type cannot be changed.")
    new = _taken(ctx, sent, row.id, row.body)
    if row.master:
        new.pop("recurrence", None)
    fixed = {name: row.body[name] for name in content.IMMUTABLE if name in row.body}
    if not replace:
        return content.merge(row.body, new) | fixed | _only(new, "hangoutLink")
    status = {"status": new.get("status") or "confirmed", "sequence": row.body["sequence"]}
    body = status | content.merge({}, new) | fixed | _only(new, "hangoutLink")
    # a client that does not know of these does not clear them
    unknown = [] if ctx.call.flag("supportsAttachments") else ["attachments"]
    if ctx.call.text("conferenceDataVersion") != "1":
        unknown.append("conferenceData")
    elif "conferenceData" not in new:
        body.pop("hangoutLink", None)
    return body | {name: row.body[name] for name in unknown if name in row.body}


def _only(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: body[name]} if name in body else {}


def _sequenced(row: Row, body: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    current = int(row.body["sequence"])
    asked = sent.get("sequence")
    if asked is not None and int(asked) < current:
        raise errors.invalid(SEQUENCE)
    moved = any(body.get(name) != row.body.get(name) for name in ("start", "end", "recurrence"))
    revived = row.cancelled and body["status"] != "cancelled"
    step = current + 1 if (moved or revived) and row.own else current
    return body | {"sequence": max(step, int(asked or 0))}


def _in_step_with_series(ctx: Context, where: Calendar, row: Row, body: dict[str, Any]) -> dict[str, Any]:
    """One occurrence cannot be less private than its series, and makes the whole series as private as itself."""
    master = rows.load_row(ctx.store, where.id, row.master or "")
    if master is None or (_is_private(body) == _is_private(master.body)):
        return body
    if _is_private(master.body):
        return body | {"visibility": master.body["visibility"]}
    written = rows.put(ctx.store, where.id, master.body | {"visibility": body["visibility"]})
    guests.spread(ctx.store, written, was=master)
    return body


def _is_private(body: dict[str, Any]) -> bool:
    return body.get("visibility") in {"private", "confidential"}


def _as_guest(
    row: Row, body: dict[str, Any], sent: dict[str, Any], where: Calendar, *, replace: bool
) -> dict[str, Any]:
    """A guest may answer and change what is private to the copy; the guest flags are the organizer's."""
    for name in GUEST_FLAGS:
        default = content.DEFAULTS[name]
        wanted = sent.get(name, default if replace else row.body.get(name, default))
        if wanted != row.body.get(name, default):
            raise errors.forbidden_for_non_organizer()
    if "attendees" in sent and not row.body.get("guestsCanModify"):
        return body | {"attendees": guests.own_answer_only(row.body, sent["attendees"] or [], where.id)}
    return body


def _after_guest(ctx: Context, written: Row) -> None:
    guests.report(ctx.store, written)
    outbox.record(ctx, written, "answer")


def _drop_lost_exceptions(ctx: Context, where: Calendar, master: Row) -> None:
    """Exceptions of occurrences that the series no longer has are gone with them."""
    source = recurrence.series(master.body, where.zone)
    for row in rows.exceptions(ctx.store, where.id, master.id):
        original = recurrence.wall(row.body["originalStartTime"], source.zone)
        lost = master.cancelled or not recurrence.is_occurrence(source, original)
        if lost and not row.cancelled:
            guests.spread(ctx.store, rows.put(ctx.store, where.id, row.body | {"status": "cancelled"}))


# delete ----------------------------------------------------------------------------------------


def delete(ctx: Context, calendar: str, event: str) -> None:
    where = writable(ctx, calendar)
    row = existing(ctx, where, event)
    if row.cancelled:
        raise errors.deleted()
    calendars.check_match(ctx.call, row.etag)
    _cancel(ctx, where, row)


def _cancel(ctx: Context, where: Calendar, row: Row) -> Row:
    """Soft: the id stays taken for ever. A guest who deletes declines."""
    body = row.body | {"status": "cancelled"}
    if not row.own:
        body = guests.declined(body, where.id)
    written = rows.put(ctx.store, where.id, body)
    if not written.own:
        _after_guest(ctx, written)
        return written
    withdraw = outbox.sent_updates(ctx) != "none"
    guests.spread(ctx.store, written, withdraw=withdraw)
    for exception in rows.exceptions(ctx.store, where.id, row.id) if written.is_series else []:
        if not exception.cancelled:
            gone = rows.put(ctx.store, where.id, exception.body | {"status": "cancelled"})
            guests.spread(ctx.store, gone, withdraw=withdraw)
    outbox.record(ctx, written, "cancel")
    return written
