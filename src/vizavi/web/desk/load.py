"""The week's load: meetings and hours of each day, for oneself and, for a head of recruiting, of each recruiter."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.formats import get_format
from django.utils.timezone import localdate, localtime

from vizavi.common.permissions import MATRIX, Right, Scope, allowed, scope
from vizavi.common.zones import midnight
from vizavi.events import queries
from vizavi.events.models import Answer, Event, EventStatus, Participant
from vizavi.events.rules import OPEN
from vizavi.people.models import User

RECRUITING = [role for role, granted in MATRIX[Right.PLAN_EVENTS].items() if granted is not Scope.NONE]
COUNTED = [*OPEN, EventStatus.HELD]
FULL_DAY = 8 * 60  # minutes; the bar of a fuller day is full


@dataclass(slots=True)
class Cell:
    """One day of one person."""

    day: date
    today: bool
    meetings: int = 0
    minutes: int = 0

    @property
    def hours(self) -> float:
        return self.minutes / 60


@dataclass(frozen=True, slots=True)
class Line:
    """A person's week."""

    person: User
    cells: list[Cell]

    @property
    def total(self) -> Cell:
        meetings, minutes = (sum(getattr(cell, name) for cell in self.cells) for name in ("meetings", "minutes"))
        return Cell(self.cells[0].day, today=False, meetings=meetings, minutes=minutes)


@dataclass(frozen=True, slots=True)
class Week:
    days: list[date]
    own: Line | None
    team: list[Line] = field(default_factory=list)
    full_day: int = FULL_DAY


def week_of(user: User, now: datetime) -> Week:
    today = localdate(now)
    # get_format tells 0 for Sunday, weekday() for Monday
    first = today - timedelta(days=(today.weekday() + 1 - int(get_format("FIRST_DAY_OF_WEEK"))) % 7)
    days = [first + timedelta(days=number) for number in range(7)]
    team = _team() if scope(user, Right.EDIT_EVENTS) is Scope.ALL else []
    people = {person.pk: person for person in [*team, user]}
    cells = {pk: {day: Cell(day, day == today) for day in days} for pk in people}
    for pk, start, end in _taken(people, days, user.time_zone):
        if cell := cells[pk].get(localtime(start).date()):
            cell.meetings += 1
            cell.minutes += round((end - start).total_seconds() / 60)
    lines = {pk: Line(person, list(cells[pk].values())) for pk, person in people.items()}
    own = lines[user.pk] if allowed(user, Right.ANSWER, own=True) else None
    return Week(days, own, [lines[person.pk] for person in team])


def _team() -> list[User]:
    return list(User.objects.filter(is_active=True, role__in=RECRUITING).order_by("last_name", "first_name", "pk"))


def _taken(people: Collection[int], days: list[date], zone: str) -> Iterable[tuple[int, datetime, datetime]]:
    """(person, start, end) of timed meetings: those one is responsible for, and those one takes part in."""
    start, end = midnight(days[0], zone), midnight(days[-1] + timedelta(days=1), zone)
    week = _timed(queries.between(Event.objects.all(), start, end))
    yield from week.filter(responsible__in=people).values_list("responsible", "starts_at", "ends_at")
    takes_part = Participant.objects.filter(user__in=people, event__in=week).exclude(Q(answer=Answer.DECLINED))
    beside = takes_part.exclude(user=F("event__responsible"))
    yield from beside.values_list("user", "event__starts_at", "event__ends_at")


def _timed(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.filter(status__in=COUNTED, starts_on=None, type__in_grid=True, ends_at__gt=F("starts_at"))
