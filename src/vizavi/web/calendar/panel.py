"""What can be chosen beside the calendar: whose events, which statuses, vacancy and rooms, whose columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from vizavi.events import queries
from vizavi.events.models import EventStatus, Room
from vizavi.people.models import Group, User
from vizavi.recruiting.models import Vacancy, VacancyStatus
from vizavi.web.calendar.query import USUAL, Filters

TEAM_SIZE = 8  # columns that a screen shows without being moved sideways
PAST = (VacancyStatus.CLOSED, VacancyStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class StatusChoice:
    code: str
    label: str
    usual: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """`members` are the numbers of their boxes, "1,5,7"."""

    name: str
    members: str


def choosable_people(viewer: User) -> list[User]:
    """Oneself first."""
    people = User.objects.filter(is_active=True).order_by("last_name", "first_name")
    return sorted(people, key=lambda person: person != viewer)


def choosable_groups() -> list[GroupChoice]:
    """Groups with somebody in them who can be ticked."""
    active = Prefetch("members", User.objects.filter(is_active=True), to_attr="active")
    found = Group.objects.prefetch_related(active).order_by("name")
    choices = [GroupChoice(group.name, _numbers(group.active)) for group in found]
    return [choice for choice in choices if choice.members]


def _numbers(people: Sequence[User]) -> str:
    return ",".join(str(person.pk) for person in people)


def usual_team(people: Sequence[User]) -> set[int]:
    """Whose columns are shown where the address names none: as many as a screen holds."""
    return {person.pk for person in people[:TEAM_SIZE]}


def statuses(filters: Filters) -> list[StatusChoice]:
    return [
        StatusChoice(code, str(label), code in USUAL, code in filters.statuses) for code, label in EventStatus.choices
    ]


def choosable_vacancies(viewer: User, chosen: int | None) -> list[Vacancy]:
    visible = queries.visible_vacancies(viewer).filter(~Q(status__in=PAST) | Q(pk=chosen))
    return list(visible.order_by("number"))


def choosable_rooms(chosen: Collection[int] | None) -> list[Room]:
    return list(Room.objects.filter(Q(active=True) | Q(pk__in=chosen or [])).order_by("city", "name"))
