"""People who call the API with tokens of their own."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from vizavi.people.models import User
from vizavi.people.tokens import create_token


@pytest.fixture(autouse=True)
def friday(now: datetime, directories: None):
    with time_machine.travel(now, tick=False):
        yield


class Caller:
    """A program that acts for somebody."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user = user
        self.secret = create_token(user, name="программа", days=None, by=user, now=now).secret
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        told = {"data": text, "content_type": "application/json"} if text is not None else {}
        headers = {"Authorization": f"Bearer {self.secret}"} | sent
        return getattr(self.client, method)(f"/api/v1{path}", headers=headers, **told)

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = self(method, path, body, **headers)
        assert response.status_code in {200, 201}, response.content.decode()
        return response.json()

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, list[str]]:
        """Status, code, and the fields that were wrong."""
        response = self(method, path, body, **headers)
        assert response["Content-Type"] == "application/problem+json", response.content.decode()
        told = response.json()
        assert (told["status"], told["type"]) == (response.status_code, f"urn:vizavi:problem:{told['code']}")
        return response.status_code, told["code"], [error["field"] for error in told["errors"]]


@pytest.fixture
def calls(now: datetime) -> Callable[[User], Caller]:
    return lambda user: Caller(user, now)


@pytest.fixture
def her(calls: Callable[[User], Caller], anna: User) -> Caller:
    """Anna's."""
    return calls(anna)
