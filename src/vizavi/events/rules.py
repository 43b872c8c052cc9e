"""What an event may be: its span of time, the moves of its status, what its type asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from string import Formatter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from vizavi.common import zones
from vizavi.common.errors import RuleError
from vizavi.events.models import EventStatus, EventType, Outcome, every_outcome

LONGEST = timedelta(days=366)  # nothing we plan lasts longer, so a range of the calendar is found in bounded time
BUSY_CODE = "external_busy"  # the directory's entry for busy blocks: their colour and legend
LARGEST_BUFFER = 240  # minutes
EARLIEST_REMINDER = 14 * 24 * 60  # minutes
MOST_REMINDERS = 5
OPEN = frozenset({EventStatus.PLANNED, EventStatus.CONFIRMED})
FINAL = frozenset({EventStatus.HELD, EventStatus.NO_SHOW})

FIELD_GROUPS: Mapping[str, tuple[str, ...]] = {
    "time": ("starts_at", "ends_at", "starts_on", "ends_on", "zone"),
    "text": ("type", "title", "candidate", "vacancy", "candidate_comment"),
    "place": ("format", "room", "address", "video_url"),
    "people": ("responsible", "participants", "answers"),
    "state": ("status", "outcome"),
}
TITLE_FIELDS = frozenset({"type", "candidate", "vacancy"})
LETTER_FIELDS = (
    "candidate",
    "type",
    "vacancy",
    "date",
    "time",
    "zone",
    "place",
    "video_link",
    "responsible",
    "comment",
)

_PLANNED, _CONFIRMED, _HELD = EventStatus.PLANNED, EventStatus.CONFIRMED, EventStatus.HELD
_NO_SHOW, _CANCELLED = EventStatus.NO_SHOW, EventStatus.CANCELLED
MOVES: Mapping[EventStatus, frozenset[EventStatus]] = {
    _PLANNED: frozenset({_CONFIRMED, _HELD, _NO_SHOW, _CANCELLED}),
    _CONFIRMED: frozenset({_PLANNED, _HELD, _NO_SHOW, _CANCELLED}),
    _CANCELLED: frozenset({_PLANNED}),  # "restore"
    _HELD: frozenset(),
    _NO_SHOW: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Span:
    """When something is: UTC instants, and for whole days also the dates (`ends_on` exclusive) in `zone`."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def all_day(self) -> bool:
        return self.starts_on is not None


def timed(start: datetime, end: datetime, zone: str) -> Span:
    """From and to by the wall clock of `zone`."""
    zones.check_zone(zone)
    span = Span(zones.instant(start, zone, field="start"), zones.instant(end, zone, field="end"), zone)
    _check_order(span.starts_at, span.ends_at)
    return span


def exact(start: datetime, end: datetime, zone: str) -> Span:
    """From and to as instants; `zone` is whose wall clock shows them."""
    zones.check_zone(zone)
    tz = ZoneInfo(zone)
    for field, moment in (("start", start), ("end", end)):
        zones.check_year(moment.astimezone(tz).date(), field=field)
    first, last = (moment.astimezone(UTC).replace(microsecond=0) for moment in (start, end))
    _check_order(first, last)
    return Span(first, last, zone)


def days(first: date, last: date, zone: str) -> Span:
    """Whole days, the last one included."""
    zones.check_zone(zone)
    zones.check_year(first, field="start")
    zones.check_year(last, field="end")
    _check_order(first, last)
    after = last + timedelta(days=1)
    return Span(zones.midnight(first, zone), zones.midnight(after, zone), zone, first, after)


def _check_order(start: date, end: date) -> None:
    if end < start:
        raise RuleError("end", "before_start", _("The end is before the start. Correct one of them."))
    if end - start > LONGEST:
        raise RuleError("end", "too_long", _("An event cannot last longer than a year. Check the end."))


def check_length(span: Span, event_type: EventType) -> None:
    """Zero length is for types that are a moment by nature."""
    if span.starts_at == span.ends_at and event_type.duration:
        raise RuleError("end", "zero_length", _("The end equals the start. Enter when the event ends."))


def check_movable(status: str) -> None:
    """Only what still lies ahead is moved."""
    if status == EventStatus.HELD:
        raise RuleError(
            "start",
            "held",
            _("The event has been held, its time is not changed any more. Everything stayed as it was."),
        )
    if status == EventStatus.NO_SHOW:
        raise RuleError(
            "start",
            "no_show",
            _("The candidate did not come, the time is not changed any more. Plan a new event instead."),
        )
    if status == EventStatus.CANCELLED:
        raise RuleError("start", "cancelled", _("The event is cancelled. Restore it first, then move it."))


def check_move(before: str, after: EventStatus) -> None:
    """Whether the status may go from one to the other (without an administrator's revert)."""
    old = EventStatus(before)
    if after not in MOVES[old]:
        raise RuleError(
            "status",
            "not_allowed",
            _("An event in the status “%(before)s” cannot become “%(after)s”. Nothing was changed.")
            % {"before": old.label, "after": after.label},
        )


def check_revert(before: str) -> None:
    if before not in FINAL:
        raise RuleError("status", "not_final", _("Only an event that was held or missed can be taken back."))


def check_has_come(starts_at: datetime, zone: str, now: datetime) -> None:
    """Held or missed can only be what was due by the end of its day: tomorrow's interview is neither yet."""
    tz = ZoneInfo(zone)
    if starts_at.astimezone(tz).date() > now.astimezone(tz).date():
        raise RuleError(
            "status", "in_future", _("The event is still ahead. Move it to its real time first, then mark how it went.")
        )


def is_overdue(status: str, ends_at: datetime, now: datetime) -> bool:
    return status in OPEN and ends_at < now


def check_needs(event_type: EventType, *, candidate: bool, vacancy: bool, room: bool, link: bool) -> None:
    """What the type asks for must be there."""
    if event_type.needs_candidate and not candidate:
        raise RuleError("candidate", "required", _("Choose a candidate: events of this type are about one."))
    if event_type.needs_vacancy and not vacancy:
        raise RuleError("vacancy", "required", _("Choose a vacancy: events of this type belong to one."))
    if event_type.needs_room and not room:
        raise RuleError("room", "required", _("Choose a room: events of this type take place in one."))
    if event_type.needs_link and not link:
        raise RuleError("video_url", "required", _("Enter the video link: events of this type are held by video."))


def check_outcome(event_type: EventType, outcome: str) -> None:
    """What the type does not know cannot be decided; nothing decided yet is always possible."""
    if outcome != Outcome.NONE and outcome not in event_type.outcomes:
        raise RuleError(
            "outcome",
            "not_allowed",
            _("Events of this type do not end as “%(outcome)s”. Nothing was changed.")
            % {"outcome": Outcome(outcome).label},
        )


def check_outcomes(outcomes: Collection[str]) -> None:
    if not set(outcomes) <= set(every_outcome()):
        raise RuleError("outcomes", "unknown", _("This outcome is not known. Choose from the list."))


def check_reminders(minutes: Collection[int]) -> None:
    if any(not 0 < number <= EARLIEST_REMINDER for number in minutes):
        raise RuleError(
            "reminders",
            "out_of_range",
            _("A reminder comes 1 minute to 14 days (20160 minutes) before the start."),
        )
    if len(minutes) > MOST_REMINDERS or len(set(minutes)) != len(minutes):
        raise RuleError("reminders", "too_many", _("At most five different reminders are possible."))


def check_code(before: str, after: str) -> None:
    """A type of the product keeps its code: others know it by that."""
    if before != after:
        raise RuleError("code", "system", _("This type comes with the product and keeps its code."))


def check_video_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise RuleError("video_url", "not_web", _("The video link must begin with https:// and name a site."))


def check_export(code: str, enabled: bool) -> None:
    if enabled and code == BUSY_CODE:
        raise RuleError(
            "export_enabled", "never", _("Busy time comes from the external calendar and is never sent back there.")
        )


def check_buffers(before: int, after: int) -> None:
    for field, minutes in (("buffer_before", before), ("buffer_after", after)):
        if minutes > LARGEST_BUFFER:
            raise RuleError(
                field,
                "too_long",
                _("A buffer is at most %(minutes)s minutes.") % {"minutes": LARGEST_BUFFER},
            )


def check_title_template(template: str) -> None:
    if wrong_field(template, TITLE_FIELDS):
        raise RuleError(
            "title_template",
            "unknown_field",
            _("Only {type}, {candidate} and {vacancy} are possible in braces. Correct the template."),
        )


def check_letter_template(subject: str, body: str) -> None:
    for field, text in (("subject", subject), ("body", body)):
        if wrong := wrong_field(text, LETTER_FIELDS):
            raise RuleError(
                field,
                "unknown_field",
                _("%(wrong)s is not a field of letters. Possible are: %(known)s.")
                % {"wrong": wrong, "known": ", ".join(f"{{{name}}}" for name in LETTER_FIELDS)},
            )


def wrong_field(template: str, known: Collection[str]) -> str:
    """The first thing in braces that is no known field (format instructions make it none), as it is written there."""
    try:
        parts = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:  # a brace without its other one
        return "{" if "{" in template else "}"
    for name, spec, conversion in parts:
        if name not in known or spec or conversion:
            return f"{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
    return ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Time somebody or something is taken for, with the buffers around it."""

    starts_at: datetime
    ends_at: datetime
    before: timedelta
    after: timedelta


class Clash(StrEnum):
    OVERLAP = "overlap"  # the meetings themselves collide
    BUFFER = "buffer"  # only the time around them does


def clash(one: Taken, other: Taken) -> Clash | None:
    first, second = sorted((one, other), key=lambda taken: (taken.starts_at, taken.ends_at))
    if second.starts_at < min(first.ends_at, second.ends_at):
        return Clash.OVERLAP
    # the buffers of both meetings add up: one travels back before the other travels out
    return Clash.BUFFER if second.starts_at - first.ends_at < first.after + second.before else None
