"""What the calendar shows in a range: events and busy blocks, in naive local times of the signed-in person.

The number of queries does not depend on how much there is to show.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from vizavi.connections import states
from vizavi.events import queries
from vizavi.people.models import User
from vizavi.web.calendar.items import Drawing, block_item, event_item
from vizavi.web.calendar.query import Filters, Window
from vizavi.web.calendar.rows import people_of, room_names, rows


def feed(viewer: User, window: Window, filters: Filters, *, now: datetime) -> dict[str, Any]:
    drawing = Drawing(ZoneInfo(viewer.time_zone), now, room_names())
    items = _events(viewer, window, filters, drawing)
    if filters.busy and filters.columns != "rooms":
        items += _blocks(viewer, window, filters, drawing)
    return {"offset": offset(drawing.zone, now), "events": items}


def offset(zone: ZoneInfo, now: datetime) -> str:
    """«+03:00», by which the browser knows what is today and now for this person."""
    text = now.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _events(viewer: User, window: Window, filters: Filters, drawing: Drawing) -> list[dict[str, Any]]:
    found = rows(viewer, window, filters)
    chips = states.chips(found, now=drawing.now)
    may_edit = queries.editor(viewer)
    columns = people_of(found) if filters.columns == "team" else {}
    items = []
    for row in found:
        movable = may_edit(row.responsible_id, row.recruiter_id)
        item = event_item(drawing, row, chip=chips[row.pk], editable=movable)
        if filters.columns == "team":
            item["resourceIds"] = [f"person-{user_id}" for user_id in columns[row.pk]]
        elif filters.columns == "rooms":
            item["resourceIds"] = [f"room-{row.room_id}"]
        items.append(item)
    return items


def _blocks(viewer: User, window: Window, filters: Filters, drawing: Drawing) -> list[dict[str, Any]]:
    people = filters.people
    shown = User.objects.filter(is_active=True) if people is None else User.objects.filter(pk__in=people)
    names = {person.pk: person.short_name for person in shown}
    taken = states.blocks_between(viewer, window.starts_at, window.ends_at, names.keys())
    names |= {viewer.pk: ""}  # one's own need no name
    return [block_item(drawing, block, whose=names[block.user_id]) for block in taken]
