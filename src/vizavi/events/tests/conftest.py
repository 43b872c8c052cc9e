"""An interview that Anna plans with Orlov on her Python vacancy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from vizavi.common import changes
from vizavi.events import operations, rules
from vizavi.events.models import Event, EventType
from vizavi.events.operations import EventValues
from vizavi.events.rules import Span
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate, Vacancy

wall = datetime.fromisoformat
MOSCOW = "Europe/Moscow"


def span(day: str = "2026-11-23", start: str = "10:00", end: str = "11:00", zone: str = MOSCOW) -> Span:
    return rules.timed(wall(f"{day} {start}"), wall(f"{day} {end}"), zone)


def all_day(first: str, last: str | None = None) -> Span:
    return rules.days(date.fromisoformat(first), date.fromisoformat(last or first), MOSCOW)


@pytest.fixture
def values(interview: EventType, anna: User, orlov: Candidate, python_vacancy: Vacancy) -> EventValues:
    return EventValues(
        type=interview, span=span(), responsible=anna, candidate=orlov, vacancy=python_vacancy, address="ул. Правды, 8"
    )


@pytest.fixture
def plan(values: EventValues, anna: User, now: datetime) -> Callable[..., Event]:
    """Plans what `values` say, with the fields given replaced."""

    def plan_with(**fields: object) -> Event:
        return operations.plan(replace(values, **fields), by=anna, now=now)

    return plan_with


@pytest.fixture
def event(plan: Callable[..., Event]) -> Event:
    return plan()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """Who is told of changes, beside the apps that registered."""
    heard: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(changes, "_handlers", [*changes._handlers, lambda kind, ids: heard.append((kind, sorted(ids)))])
    return heard
