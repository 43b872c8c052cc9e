"""The special types of events, and what each of them cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from vizavi.sandbox import errors

# since 2021 nobody is shown as the organizer of an absence
UNKNOWN_ORGANIZER = "unknownorganizer@calendar.google.com"
ONLY_DEFAULT = "This operation is supported only for events of type 'default'."
YEARLY = (["RRULE:FREQ=YEARLY"], ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"])
BIRTHDAY_LACKS = ("description", "location", "attendees", "conferenceData", "attachments", "source")
FROM_GMAIL_MAY = {"colorId", "reminders", "visibility", "transparency", "status", "attendees", "extendedProperties"}


def check(body: dict[str, Any]) -> None:
    """Refuse what Google refuses for the event's type."""
    kind = body.get("eventType", "default")
    rules = {"birthday": _birthday, "workingLocation": _place, "outOfOffice": _absence, "focusTime": _absence}
    problem = next(rules[kind](body), None) if kind in rules else None
    if problem:
        raise errors.event_type_restriction(f"'{kind}' event type must {problem}.")


def check_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Of an event that Gmail made only little may be changed."""
    if before["eventType"] != "fromGmail":
        return
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if locked := changed - FROM_GMAIL_MAY - {"sequence"}:
        raise errors.event_type_restriction(f"'fromGmail' event type does not allow to change {min(locked)}.")


def _birthday(body: dict[str, Any]) -> Iterator[str]:
    yield from _whole_day(body)
    for kind in body.get("extendedProperties", {}):
        yield f"not have {kind} extended properties"
    if body.get("visibility") != "private":
        yield "have the visibility 'private'"
    if body.get("transparency") != "transparent":
        yield "be transparent"
    if body.get("recurrence") not in YEARLY:
        yield "be repeated yearly"
    for name in BIRTHDAY_LACKS:
        if body.get(name):
            yield f"not have the field {name}"


def _place(body: dict[str, Any]) -> Iterator[str]:
    if "date" in body["start"]:
        yield from _whole_day(body)
    if body.get("visibility") != "public":
        yield "have the visibility 'public'"
    if body.get("transparency") != "transparent":
        yield "be transparent"


def _absence(body: dict[str, Any]) -> Iterator[str]:
    if "date" in body["start"]:
        yield "not be all-day"
    if body.get("transparency", "opaque") != "opaque":
        yield "be opaque"


def _whole_day(body: dict[str, Any]) -> Iterator[str]:
    if "date" not in body["start"]:
        yield "be all-day"
    elif (date.fromisoformat(body["end"]["date"]) - date.fromisoformat(body["start"]["date"])).days != 1:
        yield "last exactly one day"
