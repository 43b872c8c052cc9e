"""Events as the calendar reads them: a month has thousands, so they are tuples and not model instances."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from vizavi.events import queries
from vizavi.events.models import Event, EventType, Participant, Room
from vizavi.people.models import User
from vizavi.web.calendar.query import Filters, Window

COLUMNS = (
    "type",
    "pk",
    "revision",
    "title",
    "status",
    "starts_at",
    "ends_at",
    "starts_on",
    "ends_on",
    "responsible",
    "responsible__first_name",
    "responsible__last_name",
    "candidate__last_name",
    "candidate__first_name",
    "vacancy__title",
    "vacancy__recruiter",
    "room",
)


class Row(NamedTuple):
    type: EventType
    pk: int
    revision: int
    title: str
    status: str
    starts_at: datetime
    ends_at: datetime
    starts_on: date | None
    ends_on: date | None
    responsible_id: int
    first_name: str
    last_name: str
    candidate_last_name: str | None
    candidate_first_name: str | None
    vacancy: str | None
    recruiter_id: int | None
    room_id: int | None

    @property
    def responsible(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def candidate(self) -> str:
        return f"{self.candidate_last_name or ''} {self.candidate_first_name or ''}".strip()


def rows(viewer: User, window: Window, filters: Filters) -> list[Row]:
    """What the viewer sees in the window, in two queries."""
    types = {entry.pk: entry for entry in EventType.objects.filter(in_grid=True)}
    day = timedelta(days=1)  # an all-day event belongs to its dates, whatever its zone
    wide = queries.between(queries.visible_to(viewer), window.starts_at - day, window.ends_at + day)
    wanted = _filtered(wide, filters).filter(type__in=types.keys() - filters.hidden_types)
    found = (Row(types[kind], *values) for kind, *values in wanted.order_by("starts_at", "pk").values_list(*COLUMNS))
    return [row for row in found if _inside(row, window)]


def room_names() -> dict[int, str]:
    return dict(Room.objects.values_list("pk", "name"))


def people_of(events: list[Row]) -> dict[int, list[int]]:
    """By event id: who has it in the own column, the responsible first."""
    people: defaultdict[int, list[int]] = defaultdict(list)
    for event in events:
        people[event.pk].append(event.responsible_id)
    taking_part = Participant.objects.filter(event__in=people.keys()).order_by("pk")
    for event_id, user_id in taking_part.values_list("event", "user"):
        people[event_id].append(user_id)
    return people


def _filtered(events: "QuerySet[Event]", filters: Filters) -> "QuerySet[Event]":
    if filters.people is not None:
        taking_part = Participant.objects.filter(event=OuterRef("pk"), user__in=filters.people)
        events = events.filter(Q(responsible__in=filters.people) | Exists(taking_part))
    if filters.vacancy is not None:
        events = events.filter(vacancy=filters.vacancy)
    if filters.rooms is not None:
        events = events.filter(room__in=filters.rooms)
    return events.filter(status__in=filters.statuses)


def _inside(event: Row, window: Window) -> bool:
    if event.starts_on and event.ends_on:
        return event.starts_on < window.end and event.ends_on > window.first
    return event.starts_at < window.ends_at and event.ends_at >= window.starts_at
