"""Recruiters who want to connect their Google accounts, and the sandbox that stands for Google."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.support.google_page import Answered, consent
from tests.support.sandbox import ANNA, CLIENT_ID, CLIENT_SECRET, ELENA, OLGA, Sandbox, running

from vizavi.connections.consent import Finished, finish_callback, start
from vizavi.people.models import User

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
SESSION = "annas-session"


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings) -> Sandbox:
    running_sandbox.reset()
    url = running_sandbox.url
    settings.BASE_URL = "http://127.0.0.1:8800"
    settings.GOOGLE = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "auth_uri": f"{url}/o/oauth2/v2/auth",
        "token_uri": f"{url}/token",
        "revoke_uri": f"{url}/revoke",
        "userinfo_uri": f"{url}/oauth2/v2/userinfo",
        "api_root": f"{url}/calendar/v3",
        "batch_uri": f"{url}/batch/calendar/v3",
        "redirect_uri": "",
    }
    return running_sandbox


@pytest.fixture
def anna(db) -> User:
    return User.objects.create_user(ANNA, last_name="Крылова", first_name="Анна", language="ru")


@pytest.fixture
def olga(db) -> User:
    return User.objects.create_user(OLGA, last_name="Мельникова", first_name="Ольга", role="administrator")


@pytest.fixture
def elena(db) -> User:
    return User.objects.create_user(ELENA, last_name="Громова", first_name="Елена", role="interviewer")


def ask(user: User, *, login: str | None = None, now: datetime = NOW, session: str = SESSION) -> str:
    return start(user, session_key=session, login=user.email if login is None else login, now=now)


def answered(user: User, *, login: str | None = None, as_whom: str = "", **choices: object) -> Answered:
    """The user requests access and answers on Google's page."""
    return consent(ask(user, login=login), as_whom or user.email, **choices)


def finish(user: User, answer: Answered, *, now: datetime = NOW, session: str = SESSION) -> Finished:
    done = finish_callback(
        state=answer.state, code=answer.code, error=answer.error, user=user, session_key=session, now=now
    )
    assert isinstance(done, Finished)
    return done


def connected(user: User, **choices: object) -> Finished:
    return finish(user, answered(user, **choices))
