"""The people of the house and what they work on, for the tests of all apps."""

from datetime import UTC, datetime

import pytest

from vizavi.common.permissions import Role
from vizavi.events import default_letters
from vizavi.events import defaults as event_defaults
from vizavi.events.models import EventType, MessageTemplate, Room
from vizavi.people.models import User
from vizavi.recruiting import defaults as funnel_defaults
from vizavi.recruiting.models import Candidate, RejectionReason, Stage, Vacancy

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # Friday noon in Moscow


@pytest.fixture
def now() -> datetime:
    return NOW


def _user(login: str, first_name: str, last_name: str, role: Role) -> User:
    email = f"{login}@vetervolna.example"
    return User.objects.create(email=email, first_name=first_name, last_name=last_name, role=role)


@pytest.fixture
def olga(db: None) -> User:
    """Administrator."""
    return _user("olga", "Ольга", "Мельникова", Role.ADMINISTRATOR)


@pytest.fixture
def pavel(db: None) -> User:
    """Head of recruiting."""
    return _user("pavel", "Павел", "Старший", Role.LEAD)


@pytest.fixture
def anna(db: None) -> User:
    """Recruiter of the Python vacancy."""
    return _user("anna", "Анна", "Крылова", Role.RECRUITER)


@pytest.fixture
def dmitry(db: None) -> User:
    """Another recruiter: a colleague."""
    return _user("dmitry", "Дмитрий", "Лаптев", Role.RECRUITER)


@pytest.fixture
def sergey(db: None) -> User:
    """Interviewer."""
    return _user("sergey", "Сергей", "Тарасов", Role.INTERVIEWER)


@pytest.fixture
def watcher(db: None) -> User:
    """Observer."""
    return _user("watcher", "Пётр", "Наблюдов", Role.OBSERVER)


@pytest.fixture
def python_vacancy(anna: User, sergey: User) -> Vacancy:
    return Vacancy.objects.create(number="V-101", title="Python-разработчик", recruiter=anna, manager=sergey)


@pytest.fixture
def sales_vacancy(dmitry: User) -> Vacancy:
    return Vacancy.objects.create(number="V-104", title="Менеджер по продажам", recruiter=dmitry)


@pytest.fixture
def orlov(db: None) -> Candidate:
    return Candidate.objects.create(last_name="Орлов", first_name="Денис", email="orlov@mail.example")


@pytest.fixture
def belova(db: None) -> Candidate:
    return Candidate.objects.create(last_name="Белова", first_name="Ирина")


@pytest.fixture
def directories(db: None) -> None:
    """As the migrations leave them; tests with real transactions find them emptied."""
    event_defaults.create_missing(EventType)
    funnel_defaults.create_missing(Stage, RejectionReason)
    event_defaults.complete(EventType, Stage)
    default_letters.create_missing(MessageTemplate, EventType)
    event_defaults.count_interviewers(EventType)


@pytest.fixture
def interview(directories: None) -> EventType:
    return EventType.objects.get(code="interview")


@pytest.fixture
def baikal(db: None) -> Room:
    return Room.objects.create(name="Байкал", capacity=8)
