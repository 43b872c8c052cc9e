"""People with accounts, and the task they run."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from vizavi.common.permissions import Role
from vizavi.connections.models import Account
from vizavi.jobs.models import TaskDefinition
from vizavi.people.models import User

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def make_user(email: str, first: str, last: str, role: Role) -> User:
    return User.objects.create(email=email, first_name=first, last_name=last, role=role, password="!")


def connect(user: User, **fields: object) -> Account:
    values = {"remote_id": user.email, "email": user.email, "active": True, "begun": True, "connected_at": NOON}
    values |= fields
    return Account.objects.create(user=user, **values)


@pytest.fixture
def olga(db: None) -> User:
    return make_user("olga@vetervolna.example", "Ольга", "Мельникова", Role.ADMINISTRATOR)


@pytest.fixture
def anna(db: None) -> User:
    return make_user("anna@vetervolna.example", "Анна", "Крылова", Role.RECRUITER)


@pytest.fixture
def sergey(db: None) -> User:
    return make_user("sergey@vetervolna.example", "Сергей", "Тарасов", Role.INTERVIEWER)


@pytest.fixture
def watcher(db: None) -> User:
    return make_user("watcher@vetervolna.example", "Пётр", "Наблюдов", Role.OBSERVER)


@pytest.fixture
def loading(db: None) -> TaskDefinition:
    task, _created = TaskDefinition.objects.get_or_create(code="calendar_pull")
    return task


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOON
