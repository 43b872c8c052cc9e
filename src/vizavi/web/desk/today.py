"""The day of one person: own events by time, by the clock of whoever reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate

from vizavi.common.permissions import Right, allowed
from vizavi.common.zones import midnight
from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event, EventStatus
from vizavi.events.rules import OPEN, is_overdue
from vizavi.events.writing import span_of
from vizavi.people.models import User
from vizavi.web.events.warnings import Clock, clocks

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Row:
    """An event as one line of the desk."""

    event: Event
    chip: states.Chip
    clocks: list[Clock]  # the candidate's local time, where it is another one
    now: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Today:
    """`everybody` = all that the person may see, as none of it can be the person's own."""

    day: date
    rows: list[Row]
    more: int
    everybody: bool
    following: Event | None  # asked for on an empty day only


def today_of(user: User, now: datetime) -> Today:
    everybody = not allowed(user, Right.ANSWER, own=True)
    events = own_events(user, everybody=everybody)
    day = localdate(now)
    start, end = midnight(day, user.time_zone), midnight(day + timedelta(days=1), user.time_zone)
    found = queries.between(events, start, end).exclude(status=EventStatus.CANCELLED)
    rows = list(queries.with_details(found).order_by("starts_at", "pk")[: SHOWN + 1])
    more = found.count() - SHOWN if len(rows) > SHOWN else 0
    following = None if rows else _following(events, end)
    chips = states.chips(rows[:SHOWN], now=now)
    return Today(day, rows_of(rows[:SHOWN], chips, user=user, now=now), more, everybody, following)


def own_events(user: User, *, everybody: bool = False) -> QuerySet[Event]:
    return queries.visible_to(user) if everybody else queries.visible_to(user).filter(queries.is_own(user))


def rows_of(events: Iterable[Event], chips: Mapping[int, states.Chip], *, user: User, now: datetime) -> list[Row]:
    """Events need their details; nothing is asked for here."""
    return [
        Row(
            event,
            chips[event.pk],
            _clocks(event, user),
            event.status in OPEN and event.starts_at <= now < event.ends_at and not event.all_day,
            is_overdue(event.status, event.ends_at, now),
        )
        for event in events
    ]


def _clocks(event: Event, user: User) -> list[Clock]:
    span = replace(span_of(event), zone=user.time_zone)
    return clocks(span, viewer=user, candidate=event.candidate, responsible=None)


def _following(events: QuerySet[Event], after: datetime) -> Event | None:
    ahead = events.filter(status__in=OPEN, starts_at__gte=after)
    return ahead.select_related("type", "candidate").order_by("starts_at", "pk").first()
