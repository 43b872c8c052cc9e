"""What a person should know before saving: who is taken then, and what the clock says elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vizavi.common.dates import days_text, span_text, wall_text
from vizavi.common.zones import zone_label
from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Answer, Event, EventType, Room
from vizavi.events.operations import EventValues
from vizavi.events.rules import Span
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate
from vizavi.web.naming import local_name


def overlap_texts(overlaps: Iterable[queries.Overlap]) -> list[str]:
    return list(dict.fromkeys(_overlap_text(overlap) for overlap in overlaps))


def _overlap_text(overlap: queries.Overlap) -> str:
    event = overlap.event
    values = {
        "name": overlap.name,
        "time": span_text(event.starts_at, event.ends_at),
        "what": event.candidate.full_name if event.candidate else event.title or local_name(event.type),
    }
    if overlap.clash == "buffer":
        return _("%(name)s: too little time for the way, “%(what)s” is at %(time)s.") % values
    if overlap.kind == "room":
        return _("The room %(name)s is taken at %(time)s: %(what)s.") % values
    return _("%(name)s is busy at %(time)s: %(what)s.") % values


def warnings_for(entered: Mapping[str, Any], viewer: User, event: Event | None) -> list[str]:
    """Everything that speaks against what is entered on the form of an event, as far as it is filled."""
    span, event_type = entered.get("span"), entered.get("type")
    if span is None or event_type is None:
        return []
    people, candidate, room = _required(entered, event), entered.get("candidate"), entered.get("room")
    overlaps = queries.overlaps(
        span, type=event_type, people=people, candidate=candidate, room=room, exclude=event.pk if event else None
    )
    busy = _busy_texts(span, event_type, viewer=viewer, people=people)
    return overlap_texts(overlaps) + busy + _capacity_texts(entered, room) + _too_few_texts(event_type, len(people))


def as_entered(values: EventValues) -> dict[str, Any]:
    """The values of an event by the names they have on its form."""
    return {
        "span": values.span,
        "type": values.type,
        "responsible": values.responsible,
        "participants": [user for user, _optional in values.participants],
        "optional": [user for user, optional in values.participants if optional],
        "candidate": values.candidate,
        "room": values.room,
    }


def _required(entered: Mapping[str, Any], event: Event | None) -> list[User]:
    """Whose time it takes: the responsible and those required who have not declined."""
    free = {user.pk for user in entered.get("optional") or []}
    if event:
        free |= {row.user_id for row in event.participants.all() if row.answer == Answer.DECLINED}
    people = [user for user in entered.get("participants") or [] if user.pk not in free]
    if responsible := entered.get("responsible"):
        people = [responsible, *(user for user in people if user != responsible)]
    return people


def _capacity_texts(entered: Mapping[str, Any], room: Room | None) -> list[str]:
    people = {user.pk for user in [*(entered.get("participants") or []), entered.get("responsible")] if user}
    heads = len(people) + bool(entered.get("candidate"))
    if room is None or heads <= room.capacity:
        return []
    text = ngettext(
        "The room %(room)s seats %(seats)s, %(heads)s person comes.",
        "The room %(room)s seats %(seats)s, %(heads)s people come.",
        heads,
    )
    return [text % {"room": room.name, "seats": room.capacity, "heads": heads}]


def _too_few_texts(event_type: EventType, people: int) -> list[str]:
    if people >= event_type.min_interviewers:
        return []
    text = ngettext(
        "%(type)s: %(number)s interviewer comes, at least %(least)s are needed.",
        "%(type)s: %(number)s interviewers come, at least %(least)s are needed.",
        people,
    )
    return [text % {"type": local_name(event_type), "number": people, "least": event_type.min_interviewers}]


def _busy_texts(span: Span, event_type: EventType, *, viewer: User, people: Iterable[User]) -> list[str]:
    """External appointments have no buffers of their own; those of the type are kept free around the event."""
    if span.all_day:
        return []
    names = {person.pk: person.short_name for person in people}
    before, after = timedelta(minutes=event_type.buffer_before), timedelta(minutes=event_type.buffer_after)
    taken = states.blocks_between(viewer, span.starts_at - before, span.ends_at + after, names.keys())
    return list(dict.fromkeys(_busy_text(block, span, names[block.user_id]) for block in taken))


def _busy_text(block: states.Taken, span: Span, name: str) -> str:
    values = {"name": name, "what": block.title or _("external calendar")}
    if block.starts_on and block.ends_on:
        days = days_text(block.starts_on, block.ends_on - timedelta(days=1))
        return _("%(name)s is busy all day, %(days)s: %(what)s.") % {**values, "days": days}
    values["time"] = span_text(block.starts_at, block.ends_at)
    if block.ends_at <= span.starts_at or block.starts_at >= span.ends_at:
        return _("%(name)s: too little time for the way, “%(what)s” is at %(time)s.") % values
    return _("%(name)s is busy at %(time)s: %(what)s.") % values


@dataclass(frozen=True, slots=True)
class Clock:
    """The event's time on somebody's wall."""

    whose: str
    text: str
    zone: str


def clocks(span: Span, *, viewer: User, candidate: Candidate | None, responsible: User | None) -> list[Clock]:
    """The same moment in the other zones that matter; empty where all live by one clock."""
    if span.all_day:
        return []
    named = [(_("You"), viewer.time_zone)]
    if candidate:
        named.append((_("Candidate"), candidate.time_zone))
    if responsible and responsible != viewer:
        named.append((responsible.short_name, responsible.time_zone))
    shown = {span.zone: _wall(span, span.zone)}
    result = []
    for whose, zone in named:
        wall = _wall(span, zone)
        if wall not in shown.values():
            shown[zone] = wall
            result.append(Clock(whose, wall, zone_label(zone, span.starts_at)))
    return result


def _wall(span: Span, zone: str) -> str:
    tz = ZoneInfo(zone)
    return wall_text(span.starts_at.astimezone(tz), span.ends_at.astimezone(tz))


def twice(span: Span) -> str:
    """A note where the clock shows this time twice: the first one is meant."""
    if span.all_day:
        return ""
    start = span.starts_at.astimezone(ZoneInfo(span.zone))
    if start.utcoffset() == start.replace(fold=1 - start.fold).utcoffset():
        return ""
    offset = start.strftime("%z")
    return _("This time comes twice that night, as the clocks go back; meant is the one at UTC%(offset)s.") % {
        "offset": f"{offset[:3]}:{offset[3:5]}"
    }
