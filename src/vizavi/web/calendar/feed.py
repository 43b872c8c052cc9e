"""Events and busy blocks as the calendar in the browser wants them: naive local times of the signed-in person.

The number of queries does not depend on how much there is to show.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event, EventStatus, Participant
from vizavi.people.models import User
from vizavi.web.calendar.query import Filters, Window
from vizavi.web.naming import local_name

OPEN = {EventStatus.PLANNED, EventStatus.CONFIRMED}


def feed(viewer: User, window: Window, filters: Filters, *, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(viewer.time_zone)
    items = _events(viewer, window, filters, zone=zone, now=now)
    if filters.busy:
        items += _blocks(viewer, window, filters.people, zone)
    return {"offset": offset(zone, now), "events": items}


def offset(zone: ZoneInfo, now: datetime) -> str:
    """«+03:00», by which the browser knows what is today and now for this person."""
    text = now.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _events(viewer: User, window: Window, filters: Filters, *, zone: ZoneInfo, now: datetime) -> list[dict[str, Any]]:
    day = timedelta(days=1)  # an all-day event belongs to its dates, whatever its zone
    wide = queries.between(queries.visible_to(viewer), window.starts_at - day, window.ends_at + day)
    found = [event for event in _filtered(wide, filters) if _inside(event, window)]
    chips = states.chips(found, now=now)
    return [
        event_item(event, zone, now=now, chip=chips.get(event.pk), editable=queries.may_edit(viewer, event))
        for event in found
    ]


def _filtered(events: "QuerySet[Event]", filters: Filters) -> Iterable[Event]:
    if filters.people is not None:
        taking_part = Participant.objects.filter(event=OuterRef("pk"), user__in=filters.people)
        events = events.filter(Q(responsible__in=filters.people) | Exists(taking_part))
    if filters.hidden_types:
        events = events.exclude(type__in=filters.hidden_types)
    if not filters.cancelled:
        events = events.exclude(status=EventStatus.CANCELLED)
    return events.filter(type__in_grid=True).select_related("type", "candidate", "vacancy", "responsible", "room")


def _inside(event: Event, window: Window) -> bool:
    if event.starts_on and event.ends_on:
        return event.starts_on < window.end and event.ends_on > window.first
    return event.starts_at < window.ends_at and event.ends_at >= window.starts_at


def event_item(
    event: Event, zone: ZoneInfo, *, now: datetime, chip: states.Chip | None, editable: bool
) -> dict[str, Any]:
    start, end = _naive_span(event, zone)
    title, subtitle = _texts(event)
    return {
        "id": f"e{event.pk}",
        "title": title,
        "start": start,
        "end": end,
        "allDay": event.all_day,
        "startEditable": editable and event.status in OPEN,
        "durationEditable": editable and event.status in OPEN,
        "styles": [f"--vz-color: {event.type.color}"],
        "classNames": _classes(event, now),
        "extendedProps": {
            "kind": "event",
            "id": event.pk,
            "revision": event.revision,
            "start": start,
            "end": end,
            "startText": "" if event.all_day else start[11:16],
            "subtitle": subtitle,
            "hint": _hint(event, title, subtitle),
            "chip": _sign(chip) if chip else None,
            "cardUrl": reverse("event_card", args=[event.pk]),
            "moveUrl": reverse("event_move", args=[event.pk]),
        },
    }


def _sign(chip: states.Chip) -> dict[str, Any]:
    return {"code": chip.code, "label": str(chip.label), "detail": str(chip.detail), "moving": chip.moving}


def _naive_span(event: Event, zone: ZoneInfo) -> tuple[str, str]:
    if event.starts_on and event.ends_on:
        return event.starts_on.isoformat(), event.ends_on.isoformat()
    return naive(event.starts_at, zone), naive(event.ends_at, zone)


def naive(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _texts(event: Event) -> tuple[str, str]:
    kind = local_name(event.type)
    title = event.candidate.full_name if event.candidate else event.title or kind
    rest = [kind if title != kind else "", event.vacancy.title if event.vacancy else "", _place(event)]
    return title, " · ".join(part for part in rest if part)


def _place(event: Event) -> str:
    return event.room.name if event.room else ""


def _classes(event: Event, now: datetime) -> list[str]:
    names = ["vz-event", f"vz-{event.status.replace('_', '-')}"]
    if event.status in OPEN and event.ends_at < now:
        names.append("vz-overdue")
    return names


def _hint(event: Event, title: str, subtitle: str) -> str:
    return "\n".join([title, subtitle, event.get_status_display(), event.responsible.short_name])


def _blocks(viewer: User, window: Window, people: frozenset[int] | None, zone: ZoneInfo) -> list[dict[str, Any]]:
    shown = User.objects.filter(is_active=True) if people is None else User.objects.filter(pk__in=people)
    names = {person.pk: person.short_name for person in shown}
    taken = states.blocks_between(viewer, window.starts_at, window.ends_at, names.keys())
    return [
        _block_item(block, zone, whose="" if block.user_id == viewer.pk else names[block.user_id]) for block in taken
    ]


def _block_item(block: states.Taken, zone: ZoneInfo, *, whose: str) -> dict[str, Any]:
    whole = block.starts_on is not None
    title = block.title or _("Busy")
    return {
        "id": f"b{block.block_id}",
        "title": title,
        "start": block.starts_on.isoformat() if block.starts_on else naive(block.starts_at, zone),
        "end": block.ends_on.isoformat() if block.ends_on else naive(block.ends_at, zone),
        "allDay": whole,
        "startEditable": False,
        "durationEditable": False,
        "classNames": ["vz-busy"],
        "extendedProps": {
            "kind": "busy",
            "startText": "" if whole else naive(block.starts_at, zone)[11:16],
            "subtitle": whose,
            "hint": "\n".join(part for part in (title, whose, _("external calendar")) if part),
        },
    }
