"""An interview of Anna with Orlov, who lives in Vladivostok, and a mail server that takes letters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from vizavi.events import operations, rules
from vizavi.events.models import Event, EventType, Room
from vizavi.events.operations import EventValues
from vizavi.letters.tests.mail_server import MailServer, listening
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate, Vacancy

MOSCOW = "Europe/Moscow"
wall = datetime.fromisoformat


def timed(start: str = "2026-11-23 10:00", end: str = "2026-11-23 11:00") -> rules.Span:
    return rules.timed(wall(start), wall(end), MOSCOW)


def whole_days(first: str, last: str) -> rules.Span:
    return rules.days(date.fromisoformat(first), date.fromisoformat(last), MOSCOW)


@pytest.fixture
def far(orlov: Candidate) -> Candidate:
    orlov.patronymic, orlov.time_zone = "Игоревич", "Asia/Vladivostok"
    orlov.save()
    return orlov


@pytest.fixture
def event(interview: EventType, anna: User, far: Candidate, python_vacancy: Vacancy, now: datetime) -> Event:
    room = Room.objects.create(name="Байкал", city="Москва", capacity=8)
    values = EventValues(
        type=interview,
        span=timed(),
        responsible=anna,
        candidate=far,
        vacancy=python_vacancy,
        room=room,
        candidate_comment="Возьмите паспорт.",
        internal_comment="Просит слишком много.",
    )
    return operations.plan(values, by=anna, now=now)


def edited(event: Event, *, by: User, now: datetime, **fields: Any) -> Event:
    event = Event.objects.select_related("type", "candidate", "vacancy", "responsible", "room").get(pk=event.pk)
    values = replace(operations.values_of(event), **fields)
    return operations.edit(event.pk, event.revision, values, by=by, now=now)


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    with listening() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "hr", "a secret word"
        settings.DEFAULT_FROM_EMAIL = "hr@vetervolna.example"
        yield server
