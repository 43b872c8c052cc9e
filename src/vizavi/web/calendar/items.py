"""One event, one busy block as the calendar in the browser wants it; thousands are drawn for a month, so words and
addresses are found once and not for each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from vizavi.connections import states
from vizavi.events.models import Event, EventStatus, EventType
from vizavi.events.rules import OPEN
from vizavi.web.naming import local_name


@dataclass(frozen=True, slots=True)
class Drawing:
    """For whom and when it is drawn, and the words that all items share."""

    zone: ZoneInfo
    now: datetime
    statuses: dict[str, str] = field(default_factory=lambda: {s.value: str(s.label) for s in EventStatus})
    types: dict[int, str] = field(default_factory=dict)
    address: str = field(default_factory=lambda: reverse("event_card", args=[0]).removesuffix("0/"))

    def type_name(self, event_type: EventType) -> str:
        if event_type.pk not in self.types:
            self.types[event_type.pk] = local_name(event_type)
        return self.types[event_type.pk]

    def naive(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="seconds")


def event_item(drawing: Drawing, event: Event, *, chip: states.Chip | None, editable: bool) -> dict[str, Any]:
    start, end = _naive_span(drawing, event)
    title, subtitle = _texts(drawing, event)
    movable = editable and event.status in OPEN
    card = f"{drawing.address}{event.pk}/"
    return {
        "id": f"e{event.pk}",
        "title": title,
        "start": start,
        "end": end,
        "allDay": event.all_day,
        "startEditable": movable,
        "durationEditable": movable,
        "styles": [f"--vz-color: {event.type.color}"],
        "classNames": _classes(event, drawing.now),
        "extendedProps": {
            "kind": "event",
            "id": event.pk,
            "revision": event.revision,
            "start": start,
            "end": end,
            "startText": "" if event.all_day else start[11:16],
            "subtitle": subtitle,
            "hint": "\n".join([title, subtitle, drawing.statuses[event.status], event.responsible.short_name]),
            "chip": _sign(chip) if chip else None,
            "cardUrl": card,
            "moveUrl": f"{card}move/",
        },
    }


def _sign(chip: states.Chip) -> dict[str, Any]:
    return {"code": chip.code, "label": str(chip.label), "detail": str(chip.detail), "moving": chip.moving}


def _naive_span(drawing: Drawing, event: Event) -> tuple[str, str]:
    if event.starts_on and event.ends_on:
        return event.starts_on.isoformat(), event.ends_on.isoformat()
    return drawing.naive(event.starts_at), drawing.naive(event.ends_at)


def _texts(drawing: Drawing, event: Event) -> tuple[str, str]:
    kind = drawing.type_name(event.type)
    title = event.candidate.full_name if event.candidate else event.title or kind
    vacancy, room = event.vacancy, event.room
    rest = [kind if title != kind else "", vacancy.title if vacancy else "", room.name if room else ""]
    return title, " · ".join(part for part in rest if part)


def _classes(event: Event, now: datetime) -> list[str]:
    names = ["vz-event", f"vz-{event.status.replace('_', '-')}"]
    if event.status in OPEN and event.ends_at < now:
        names.append("vz-overdue")
    return names


def block_item(drawing: Drawing, block: states.Taken, *, whose: str) -> dict[str, Any]:
    whole = block.starts_on is not None
    title = block.title or _("Busy")
    return {
        "id": f"b{block.block_id}",
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
