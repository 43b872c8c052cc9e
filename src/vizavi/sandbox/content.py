"""What may stand in an event: merging a patch, cleaning a body, refusing nonsense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vizavi.sandbox import errors, kinds, recurrence, wire
from vizavi.sandbox.calendars import Calendar
from vizavi.sandbox.rows import Row

CLIENT_ID = re.compile(r"^[a-v0-9]{5,1024}$")
IMMUTABLE = (
    "id",
    "created",
    "updated",
    "creator",
    "organizer",
    "recurringEventId",
    "originalStartTime",
    "hangoutLink",
    "iCalUID",
    "privateCopy",
    "eventType",
)
WRITABLE = {
    "summary",
    "description",
    "location",
    "colorId",
    "start",
    "end",
    "recurrence",
    "transparency",
    "visibility",
    "sequence",
    "attendees",
    "extendedProperties",
    "reminders",
    "conferenceData",
    "status",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "anyoneCanAddSelf",
    "source",
    "attachments",
    "workingLocationProperties",
    "outOfOfficeProperties",
    "focusTimeProperties",
    "birthdayProperties",
    "eventLabelId",
    "gadget",
}
DEFAULTS = {
    "transparency": "opaque",
    "visibility": "default",
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
}
ANSWERS = {"needsAction", "declined", "tentative", "accepted"}
ATTENDEE_FIELDS = ("email", "displayName", "optional", "resource", "responseStatus", "comment", "additionalGuests")
KINDS: dict[str, type] = {
    "start": dict,
    "end": dict,
    "extendedProperties": dict,
    "reminders": dict,
    "conferenceData": dict,
    "source": dict,
    "gadget": dict,
    "workingLocationProperties": dict,
    "outOfOfficeProperties": dict,
    "focusTimeProperties": dict,
    "birthdayProperties": dict,
    "recurrence": list,
    "attendees": list,
    "attachments": list,
    "sequence": int,
    "guestsCanInviteOthers": bool,
    "guestsCanModify": bool,
    "guestsCanSeeOtherGuests": bool,
    "anyoneCanAddSelf": bool,
}
STATES = {"confirmed", "tentative", "cancelled"}
VISIBILITIES = {"default", "public", "private", "confidential"}
MOST_ATTACHMENTS = 25
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """PATCH: objects merge key by key, null deletes, everything else (arrays too) is replaced whole."""
    result = dict(old)
    for name, value in new.items():
        held = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(held, dict):
            result[name] = merge(held, value)
        else:
            result[name] = _without_nulls(value)
    return result


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


def check_shape(body: dict[str, Any]) -> None:
    """JSON of the wrong kind never reaches the rules."""
    for name, value in body.items():
        kind = KINDS.get(name, str) if name in WRITABLE else object
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise errors.parse_error()
    for kind_of in ("private", "shared"):
        if not isinstance((body.get("extendedProperties") or {}).get(kind_of) or {}, dict):
            raise errors.parse_error()


def clean(body: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """A complete, legal event body; raises what Google would answer."""
    body = {name: value for name, value in body.items() if value is not None}
    for name in ("start", "end"):
        if not body.get(name):
            raise errors.required(f"Missing {name} time.")
    if body.get("status", "confirmed") not in STATES:
        raise errors.invalid("Invalid status value.")
    if body.get("visibility", "default") not in VISIBILITIES:
        raise errors.invalid("Invalid visibility value.")
    if body.get("transparency", "opaque") not in {"opaque", "transparent"}:
        raise errors.invalid("Invalid transparency value.")
    if len(body.get("attachments", [])) > MOST_ATTACHMENTS:
        raise errors.invalid("An event has at most 25 attachments.")
    _check_kinds(body)
    if body.get("recurrence"):
        _check_zone(body)
    body["start"], body["end"] = (_point(body[name], calendar) for name in ("start", "end"))
    _check_order(body, calendar)
    if body.get("recurrence"):
        recurrence.check(body["recurrence"], body, calendar.zone)
    else:
        body.pop("recurrence", None)
    return _without_defaults(_cleaned_parts(body))


def _cleaned_parts(body: dict[str, Any]) -> dict[str, Any]:
    if "attendees" in body:
        body["attendees"] = _attendees(body["attendees"])
    if "extendedProperties" in body:
        body["extendedProperties"] = properties(body["extendedProperties"])
    body["reminders"] = _reminders(body.get("reminders"))
    for name in ("attendees", "extendedProperties"):
        if not body.get(name):
            body.pop(name, None)
    kinds.check(body)
    return body


def _without_defaults(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in body.items()
        if not (name in DEFAULTS and DEFAULTS[name] == value) and value not in ("", None)
    }


def _check_kinds(body: dict[str, Any]) -> None:
    kinds = [{key for key in ("date", "dateTime") if body[name].get(key)} for name in ("start", "end")]
    if any(len(kind) == 2 for kind in kinds) or (all(kinds) and kinds[0] != kinds[1]):
        raise errors.invalid("Start and end times must either both be date or both be dateTime.")
    for name, kind in zip(("start", "end"), kinds, strict=True):
        if not kind:
            raise errors.required(f"Missing {name} time.")


def _check_zone(body: dict[str, Any]) -> None:
    if "dateTime" in body["start"] and not body["start"].get("timeZone"):
        raise errors.required("Missing time zone definition for start time.")


def _point(point: dict[str, Any], calendar: Calendar) -> dict[str, str]:
    if point.get("date"):
        try:
            return {"date": date.fromisoformat(point["date"]).isoformat()}
        except (TypeError, ValueError) as error:
            raise errors.ApiError(400, "badRequest", "Bad Request") from error
    zone = wire.zone(point["timeZone"]) if point.get("timeZone") else calendar.zone
    try:
        moment = datetime.fromisoformat(point["dateTime"].upper())
    except (TypeError, ValueError, AttributeError) as error:
        raise errors.ApiError(400, "badRequest", "Bad Request") from error
    moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return {"dateTime": wire.stamp(moment.replace(microsecond=0)), "timeZone": str(zone)}


def _check_order(body: dict[str, Any], calendar: Calendar) -> None:
    if "date" in body["start"] and body["start"] == body["end"]:
        raise errors.time_range_empty()
    if begin(body["end"], calendar) < begin(body["start"], calendar):
        raise errors.time_range_empty()


def begin(point: dict[str, Any], calendar: Calendar) -> datetime:
    """The instant of a start or end; a date begins at midnight of the calendar's zone."""
    if "date" in point:
        return datetime.fromisoformat(point["date"]).replace(tzinfo=calendar.zone)
    return datetime.fromisoformat(point["dateTime"])


def _attendees(people: list[Any]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for person in people:
        email = person.get("email") if isinstance(person, dict) else None
        if not email:
            raise errors.required("Missing attendee email.")
        if not EMAIL.match(str(email)):
            raise errors.invalid("Invalid attendee email.")
        kept = {name: person[name] for name in ATTENDEE_FIELDS if person.get(name) not in (None, "", False, 0)}
        kept["email"] = str(email).lower()
        kept.setdefault("responseStatus", "needsAction")
        if kept["responseStatus"] not in ANSWERS:
            raise errors.invalid("Invalid attendee response status.")
        found[kept["email"]] = kept
    return list(found.values())


def properties(sent: Any) -> dict[str, dict[str, str]]:
    """Long keys vanish, long values are cut, silently."""
    kept: dict[str, dict[str, str]] = {}
    for kind in ("private", "shared"):
        pairs = (sent.get(kind) or {}) if isinstance(sent, dict) else {}
        mine = {key: str(value)[:1024] for key, value in pairs.items() if len(key) <= 44 and value is not None}
        if mine:
            kept[kind] = mine
    return kept


def check_room(body: dict[str, Any], copies: Sequence[Row] = ()) -> None:
    """The limits hold for all copies together: everybody's private properties and the shared ones."""
    private = [copy.body.get("extendedProperties", {}).get("private", {}) for copy in copies]
    flat = [pair for pairs in (*body.get("extendedProperties", {}).values(), *private) for pair in pairs.items()]
    if len(flat) > 300 or sum(len(key.encode()) + len(value.encode()) for key, value in flat) > 32_768:
        raise errors.invalid("The extended properties of the event are too large.")


def _reminders(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, dict) or not sent:
        return {"useDefault": True}
    overrides = sent.get("overrides") or []
    if sent.get("useDefault") and overrides:
        message = "Cannot specify both default reminders and overrides at the same time."
        raise errors.ApiError(400, "cannotUseDefaultRemindersAndSpecifyOverride", message, domain="calendar")
    kept = [item for item in overrides if item.get("method") != "sms"]
    if len(kept) > 5 or any(item.get("method") not in {"email", "popup"} for item in kept):
        raise errors.invalid("Invalid reminder.")
    if any(not 0 <= int(item.get("minutes", -1)) <= 40_320 for item in kept):
        raise errors.invalid("Invalid reminder minutes.")
    result: dict[str, Any] = {"useDefault": bool(sent.get("useDefault"))}
    return result | ({"overrides": kept} if kept else {})
