"""Who may call which operation of the API: every one has a row, and every role is tried on it (DOMAIN 5.5)."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.test_permissions import (  # noqa: F401 - fixtures
    ADMINISTRATORS,
    DIRECTORS,
    EVERYBODY,
    OWNERS,
    PLANNERS,
    A,
    I,
    L,
    O,
    R,
    objects,
    people,
    responsible,
)

from vizavi.api.urls import schema
from vizavi.common.permissions import Role
from vizavi.connections.models import Account, JournalEntry
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.events.models import Event
from vizavi.people.tokens import create_token
from vizavi.recruiting.models import Candidate, Vacancy

# operation: (a body that passes the schema, who gets past the rights on the recruiter's own objects)
MATRIX: dict[str, tuple[Any, set[Role]]] = {
    "GET /me": (None, EVERYBODY),
    "PATCH /me": ({}, EVERYBODY),
    "GET /users": (None, PLANNERS),
    "GET /users/{user_id}": (None, PLANNERS),
    "GET /rooms": (None, EVERYBODY),
    "GET /rooms/{room_id}": (None, EVERYBODY),
    "GET /event-types": (None, EVERYBODY),
    "GET /event-types/{code}": (None, EVERYBODY),
    "PATCH /event-types/{code}": ({"export_enabled": True}, DIRECTORS),
    "POST /event-types/{code}/preview": ({"export_enabled": True}, DIRECTORS),
    "GET /events": (None, EVERYBODY),
    "POST /events": ({"type": "nonsense"}, PLANNERS),
    "GET /events/{event_id}": (None, EVERYBODY),
    "PATCH /events/{event_id}": ({"revision": 1}, PLANNERS),
    "POST /events/{event_id}/cancel": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/confirm": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/unconfirm": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/held": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/outcome": ({"revision": 99, "outcome": "passed"}, PLANNERS),
    "POST /events/{event_id}/no-show": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/restore": ({"revision": 99}, PLANNERS),
    "POST /events/{event_id}/revert": ({"revision": 1}, ADMINISTRATORS),
    "GET /busy": (None, EVERYBODY),
    "GET /candidates": (None, EVERYBODY),
    "POST /candidates": ({"last_name": "", "first_name": ""}, PLANNERS),
    "GET /candidates/{candidate_id}": (None, EVERYBODY),
    "PATCH /candidates/{candidate_id}": ({"city": "Тверь"}, PLANNERS),
    "GET /vacancies": (None, EVERYBODY),
    "POST /vacancies": ({"number": "", "title": ""}, PLANNERS),
    "GET /vacancies/{vacancy_id}": (None, EVERYBODY),
    "PATCH /vacancies/{vacancy_id}": ({"city": "Тверь"}, PLANNERS),
    "GET /stages": (None, EVERYBODY),
    "GET /rejection-reasons": (None, EVERYBODY),
    "GET /applications": (None, EVERYBODY),
    "POST /applications": ({"candidate": 1, "vacancy": 1}, PLANNERS),
    "GET /applications/{application_id}": (None, EVERYBODY),
    "PATCH /applications/{application_id}": ({"stage": "screening"}, PLANNERS),
    "GET /accounts": (None, OWNERS),
    "POST /accounts/consent": ({"login": "nonsense"}, OWNERS),
    "POST /accounts/consent/finish": ({"code": ""}, OWNERS),
    "GET /accounts/{account_id}": (None, {*DIRECTORS, R}),
    "POST /accounts/{account_id}/confirm": (None, {A, R}),
    "GET /accounts/{account_id}/calendars": (None, {*DIRECTORS, R}),
    "PUT /accounts/{account_id}/calendars": ({}, {A, R}),
    "POST /accounts/{account_id}/calendars/preview": ({}, {A, R}),
    "POST /accounts/{account_id}/check": (None, {A, R}),
    "POST /accounts/{account_id}/disconnect": ({"existing": "remove", "revoke": True}, {A, R}),
    "POST /accounts/{account_id}/disconnect/preview": ({"existing": "keep"}, {A, R}),
    "GET /tasks": (None, OWNERS),
    "GET /tasks/{code}": (None, OWNERS),
    "PUT /tasks/{code}/schedule": ({"period": "manual"}, ADMINISTRATORS),
    "POST /tasks/{code}/runs": (None, OWNERS),
    "GET /tasks/{code}/runs": (None, OWNERS),
    "GET /runs/{run_id}": (None, DIRECTORS),
    "GET /journal": (None, OWNERS),
    "GET /questions": (None, OWNERS),
    "POST /questions/{kind}/{key}/answer": ({"choice": "keep"}, OWNERS),
}


@pytest.fixture
def keys(people, objects) -> dict[str, Any]:  # noqa: F811
    account = connected(people[R], timezone.now())
    names = ("event", "candidate", "application", "vacancy", "room", "user", "run")
    return {f"{name}_id": objects[name] for name in names} | {
        "account_id": account.pk,
        "kind": "detached",
        "key": 1,
        "code": "interview",
    }


@pytest.fixture
def tokens(people) -> dict[Role, str]:  # noqa: F811
    now = timezone.now()
    return {role: create_token(user, name="т", days=1, by=user, now=now).secret for role, user in people.items()}


def call(operation: str, keys: dict[str, Any], secret: str, body: Any = None) -> Any:
    method, path = operation.split()
    code = {"code": "calendar_pull"} if path.startswith("/tasks") else {}
    told = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    address = f"/api/v1{path.format(**keys | code)}"
    return getattr(Client(), method.lower())(address, headers={"Authorization": f"Bearer {secret}"}, **told)


def test_every_operation_has_a_row():
    described = {
        f"{method.upper()} {address.removeprefix('/api/v1')}"
        for address, methods in schema()["paths"].items()
        for method in methods
    }
    assert sorted(described) == sorted(MATRIX)


@pytest.mark.parametrize("operation", MATRIX)
def test_only_those_with_the_right_get_in(operation, keys, tokens):
    body, wanted = MATRIX[operation]
    answers = {role: call(operation, keys, secret, body).status_code for role, secret in tokens.items()}
    assert {role for role, status in answers.items() if status not in {403, 404}} == wanted, answers
    assert not [status for status in answers.values() if status >= 500]


@pytest.mark.parametrize("operation", MATRIX)
def test_a_stranger_gets_nothing(operation, keys):
    assert call(operation, keys, "vz_nonsense", MATRIX[operation][0]).status_code == 401


def test_another_recruiter_sees_but_does_not_touch(people, keys, tokens):  # noqa: F811
    people[L].role = R
    people[L].save()
    colleague = tokens[L]
    for operation, (body, _roles) in MATRIX.items():
        if "{event_id}" in operation and "revert" not in operation:
            wanted = 200 if body is None else 403
            assert call(operation, keys, colleague, body).status_code == wanted, operation
    for path in ("candidates/{candidate_id}", "vacancies/{vacancy_id}"):
        assert call(f"GET /{path}", keys, colleague).status_code == 200
        assert call(f"PATCH /{path}", keys, colleague, {"city": "Тверь"}).status_code == 403
    assert call("PATCH /applications/{application_id}", keys, colleague, {"stage": "review"}).status_code == 403
    assert call("GET /accounts/{account_id}", keys, colleague).status_code == 404
    assert call("GET /runs/{run_id}", keys, colleague).status_code == 404
    assert Event.objects.get().revision == 1


def test_an_interviewer_sees_only_what_belongs_to_own_events(people, keys, tokens):  # noqa: F811
    stranger = Candidate.objects.create(last_name="Чужая", first_name="Нина")
    vacancy = Vacancy.objects.create(number="V-2", title="Кладовщик", recruiter=people[R])
    for path, own, other in (
        ("candidates", keys["candidate_id"], stranger),
        ("vacancies", keys["vacancy_id"], vacancy),
    ):
        listed = call(f"GET /{path}", keys, tokens[I]).json()["items"]
        assert [one["id"] for one in listed] == [own]
        assert call(f"GET /{path}/{other.pk}", keys, tokens[I]).status_code == 404
    Event.objects.get().participants.all().delete()
    assert call("GET /events", keys, tokens[I]).json()["items"] == []
    assert call("GET /events/{event_id}", keys, tokens[I]).status_code == 404


def test_an_observer_sees_no_contacts_and_no_internal_comment(keys, tokens):
    Candidate.objects.update(email="orlov@mail.example", phone="+7 900 000-00-01")
    Event.objects.update(internal_comment="просит больше")
    seen = {role: call("GET /candidates/{candidate_id}", keys, tokens[role]).json() for role in (R, O)}
    assert [(one["email"], one["phone"]) for one in seen.values()] == [
        ("orlov@mail.example", "+7 900 000-00-01"),
        (None, None),
    ]
    comments = [call("GET /events/{event_id}", keys, tokens[role]).json()["internal_comment"] for role in (R, O)]
    assert comments == ["просит больше", None]


def test_the_schedule_is_told_to_administrators_alone(keys, tokens):
    shown = {role: call("GET /tasks/{code}", keys, tokens[role]).json()["schedule"] for role in (A, R)}
    assert (shown[R], shown[A]["period"]) == (None, "every")


def test_what_a_journal_tells_of_a_private_calendar_is_for_its_owner(people, keys, tokens):  # noqa: F811
    account = Account.objects.get(user=people[R])
    changes = {"title": ["Стоматолог", "Врач"]}
    JournalEntry.objects.create(at=timezone.now(), account=account, direction="in", action="taken", changes=changes)
    told = {role: call("GET /journal", keys, tokens[role]).json()["items"] for role in (A, R, I)}
    assert [line["changes"] for line in told[R]] == [changes]
    assert [line["changes"] for line in told[A]] == [{}]
    assert told[I] == []


def test_questions_are_asked_only_of_who_may_answer(people, keys, tokens):  # noqa: F811
    account = Account.objects.get(user=people[R])
    link = copied(Event.objects.get(), account.calendars.get(), state="detached")
    asked = {role: call("GET /questions", keys, tokens[role]).json()["items"] for role in (R, I)}
    assert ([(one["kind"], one["id"]) for one in asked[R]], asked[I]) == ([("detached", link.pk)], [])
    here = keys | {"key": link.pk}
    answer = "POST /questions/{kind}/{key}/answer"
    assert call(answer, here, tokens[I], {"choice": "keep"}).status_code == 422
    assert call(answer, here, tokens[R], {"choice": "accept"}).json()["code"] == "rule-unknown"
    assert call(answer, here, tokens[R], {"choice": "keep"}).status_code == 204
    assert call(answer, here, tokens[R], {"choice": "keep"}).json()["code"] == "rule-answered"
    link.refresh_from_db()
    assert link.state == "paused"


def test_a_calendar_that_is_no_longer_listed_is_not_offered(people, keys, tokens):  # noqa: F811
    calendar(Account.objects.get(user=people[R]), "старый", access_role="none")
    names = [one["name"] for one in call("GET /accounts/{account_id}/calendars", keys, tokens[R]).json()]
    assert names == [people[R].email]
