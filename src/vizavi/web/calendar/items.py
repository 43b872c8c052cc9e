"""One event, one busy block as the calendar in the browser wants it; thousands are drawn for a month, so words and
addresses are found once and not for each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vizavi.connections import states
from vizavi.events.models import EventStatus, EventType
from vizavi.events.rules import OPEN
from vizavi.web.calendar.rows import Row
from vizavi.web.naming import local_name


@dataclass(frozen=True, slots=True)
class Drawing:
    """For whom and when it is drawn, and the words that all items share."""

    zone: ZoneInfo
    now: datetime
    rooms: dict[int, str]
    statuses: dict[str, str] = field(default_factory=lambda: {s.value: str(s.label) for s in EventStatus})
    types: dict[int, str] = field(default_factory=dict)
    texts: dict[int, tuple[str | Promise, str]] = field(default_factory=dict)
    address: str = field(default_factory=lambda: reverse("event_card", args=[0]).removesuffix("0/"))

    def type_name(self, event_type: EventType) -> str:
        if event_type.pk not in self.types:
            self.types[event_type.pk] = local_name(event_type)
        return self.types[event_type.pk]

    def translated(self, text: str | Promise) -> str:
        """Thousands of chips share one text, which is translated once; it is kept, so that its id stays its own."""
        if id(text) not in self.texts:
            self.texts[id(text)] = text, str(text)
        return self.texts[id(text)][1]

    def naive(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat()[:19]


def event_item(drawing: Drawing, event: Row, *, chip: states.Chip, editable: bool) -> dict[str, Any]:
    start, end = _naive_span(drawing, event)
    title, subtitle = _texts(drawing, event)
    still_open = event.status in OPEN
    card = f"{drawing.address}{event.pk}/"
    return {
        "id": f"e{event.pk}",
        "title": title,
        "start": start,
        "end": end,
        "allDay": event.starts_on is not None,
        "startEditable": editable and still_open,
        "durationEditable": editable and still_open,
        "styles": [f"--vz-color: {event.type.color}"],
        "classNames": _classes(event, overdue=still_open and event.ends_at < drawing.now),
        "extendedProps": {
            "kind": "event",
            "id": event.pk,
            "revision": event.revision,
            "start": start,
            "end": end,
            "startText": "" if event.starts_on else start[11:16],
            "subtitle": subtitle,
            "hint": "\n".join([title, subtitle, drawing.statuses[event.status], event.responsible]),
            "chip": _sign(drawing, chip),
            "cardUrl": card,
            "moveUrl": f"{card}move/",
        },
    }


def _sign(drawing: Drawing, chip: states.Chip) -> dict[str, Any] | None:
    """What is not exported needs no sign."""
    if chip.code == "not_exported":
        return None
    return {
        "code": chip.code,
        "label": drawing.translated(chip.label),
        "detail": drawing.translated(chip.detail),
        "moving": chip.moving,
    }


def _naive_span(drawing: Drawing, event: Row) -> tuple[str, str]:
    if event.starts_on and event.ends_on:
        return event.starts_on.isoformat(), event.ends_on.isoformat()
    return drawing.naive(event.starts_at), drawing.naive(event.ends_at)


def _texts(drawing: Drawing, event: Row) -> tuple[str, str]:
    kind = drawing.type_name(event.type)
    title = event.candidate or event.title or kind
    room = drawing.rooms[event.room_id] if event.room_id else ""
    rest = [kind if title != kind else "", event.vacancy or "", room]
    return title, " · ".join(part for part in rest if part)


def _classes(event: Row, *, overdue: bool) -> list[str]:
    names = ["vz-event", f"vz-{event.status.replace('_', '-')}"]
    return [*names, "vz-overdue"] if overdue else names


def block_item(drawing: Drawing, block: states.Taken, *, whose: str) -> dict[str, Any]:
    whole = block.starts_on is not None
    title = block.title or _("Busy")
    return {
        "id": f"b{block.block_id}",
        "resourceIds": [f"person-{block.user_id}"],
        "title": title,
        "start": block.starts_on.isoformat() if block.starts_on else drawing.naive(block.starts_at),
        "end": block.ends_on.isoformat() if block.ends_on else drawing.naive(block.ends_at),
        "allDay": whole,
        "startEditable": False,
        "durationEditable": False,
        "classNames": ["vz-busy"],
        "extendedProps": {
            "kind": "busy",
            "startText": "" if whole else drawing.naive(block.starts_at)[11:16],
            "subtitle": whose,
            "hint": "\n".join(part for part in (title, whose, _("external calendar")) if part),
        },
    }
