"""What a person should know before saving: who is taken then, and what the clock says elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.rules import Span
from vizavi.events.writing import span_of
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate
from vizavi.web.choices import zone_label
from vizavi.web.dates import span_text, wall_text
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


def warnings_for(cleaned: Mapping[str, Any], viewer: User, event: Event | None) -> list[str]:
    """Everything that speaks against the time on the form, as far as the form is filled."""
    span, event_type = cleaned.get("span"), cleaned.get("type")
    if span is None or event_type is None:
        return []
    optional = set(cleaned.get("optional") or [])
    people = [user for user in cleaned.get("participants") or [] if user not in optional]
    if responsible := cleaned.get("responsible"):
        people = [responsible, *(user for user in people if user != responsible)]
    overlaps = queries.overlaps(
        span,
        type=event_type,
        people=people,
        candidate=cleaned.get("candidate"),
        room=cleaned.get("room"),
        exclude=event.pk if event else None,
    )
    return overlap_texts(overlaps) + _busy_texts(span, viewer, people)


def warnings_of(event: Event, viewer: User) -> list[str]:
    """The same of an event as it stands, for whoever has moved it."""
    busy = _busy_texts(span_of(event), viewer, queries.blocked_people(event))
    return overlap_texts(queries.overlaps_of(event)) + busy


def _busy_texts(span: Span, viewer: User, people: Iterable[User]) -> list[str]:
    if span.all_day:
        return []
    names = {person.pk: person.short_name for person in people}
    texts = [
        _("%(name)s is busy at %(time)s: %(what)s.")
        % {
            "name": names[block.user_id],
            "time": span_text(block.starts_at, block.ends_at),
            "what": block.title or _("external calendar"),
        }
        for block in states.blocks_between(viewer, span.starts_at, span.ends_at, names.keys())
        if block.starts_on is None
    ]
    return list(dict.fromkeys(texts))


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
