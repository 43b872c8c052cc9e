"""What the calendar shows in a range: events and busy blocks, in naive local times of the signed-in person.

The number of queries does not depend on how much there is to show.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event, EventStatus, Participant
from vizavi.people.models import User
from vizavi.web.calendar.items import Drawing, block_item, event_item
from vizavi.web.calendar.query import Filters, Window

SEEN = (
    "revision",
    "type",
    "title",
    "status",
    "starts_at",
    "ends_at",
    "starts_on",
    "ends_on",
    "candidate",
    "vacancy",
    "responsible",
    "room",
)


def feed(viewer: User, window: Window, filters: Filters, *, now: datetime) -> dict[str, Any]:
    drawing = Drawing(ZoneInfo(viewer.time_zone), now)
    items = _events(viewer, window, filters, drawing)
    if filters.busy:
        items += _blocks(viewer, window, filters.people, drawing)
    return {"offset": offset(drawing.zone, now), "events": items}


def offset(zone: ZoneInfo, now: datetime) -> str:
    """«+03:00», by which the browser knows what is today and now for this person."""
    text = now.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _events(viewer: User, window: Window, filters: Filters, drawing: Drawing) -> list[dict[str, Any]]:
    day = timedelta(days=1)  # an all-day event belongs to its dates, whatever its zone
    wide = queries.between(queries.visible_to(viewer), window.starts_at - day, window.ends_at + day)
    # each candidate, vacancy, user once: joins would build them anew for every event
    detailed = _filtered(wide, filters).prefetch_related("type", "candidate", "vacancy", "responsible", "room")
    found = [event for event in detailed.only(*SEEN) if _inside(event, window)]
    chips = states.chips(found, now=drawing.now)
    return [
        event_item(drawing, event, chip=chips.get(event.pk), editable=queries.may_edit(viewer, event))
        for event in found
    ]


def _filtered(events: "QuerySet[Event]", filters: Filters) -> "QuerySet[Event]":
    if filters.people is not None:
        taking_part = Participant.objects.filter(event=OuterRef("pk"), user__in=filters.people)
        events = events.filter(Q(responsible__in=filters.people) | Exists(taking_part))
    if filters.hidden_types:
        events = events.exclude(type__in=filters.hidden_types)
    if not filters.cancelled:
        events = events.exclude(status=EventStatus.CANCELLED)
    return events.filter(type__in_grid=True)


def _inside(event: Event, window: Window) -> bool:
    if event.starts_on and event.ends_on:
        return event.starts_on < window.end and event.ends_on > window.first
    return event.starts_at < window.ends_at and event.ends_at >= window.starts_at


def _blocks(viewer: User, window: Window, people: frozenset[int] | None, drawing: Drawing) -> list[dict[str, Any]]:
    shown = User.objects.filter(is_active=True) if people is None else User.objects.filter(pk__in=people)
    names = {person.pk: person.short_name for person in shown}
    taken = states.blocks_between(viewer, window.starts_at, window.ends_at, names.keys())
    names |= {viewer.pk: ""}  # one's own need no name
    return [block_item(drawing, block, whose=names[block.user_id]) for block in taken]
