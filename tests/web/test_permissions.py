"""Who may open which address: every named address has a row, and every role is tried on it (DOMAIN 5.5)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from vizavi.common.permissions import Role
from vizavi.connections.models import Account
from vizavi.events.models import EventType, Room
from vizavi.events.operations import EventValues, plan
from vizavi.events.rules import days
from vizavi.jobs.models import TaskDefinition, TaskRun
from vizavi.notifications.models import Notification
from vizavi.people.models import Department, User
from vizavi.recruiting.models import Candidate, RejectionReason, Stage, Vacancy
from vizavi.recruiting.operations import put_on_vacancy

A, L, R, I, O = Role  # noqa: E741 - in the order of the table: administrator, lead, recruiter, interviewer, observer
EVERYBODY, OWNERS, PLANNERS, DIRECTORS, ADMINISTRATORS = {A, L, R, I, O}, {A, L, R, I}, {A, L, R}, {A, L}, {A}

# address: (method, its object, who may); whoever may not gets 403, where the object is not theirs to see 404
MATRIX: dict[str, tuple[str, str, set[Role]]] = {
    "home": ("get", "", EVERYBODY),
    "desk": ("get", "", EVERYBODY),
    "notifications": ("get", "", EVERYBODY),
    "notifications_bell": ("get", "", EVERYBODY),
    "notifications_read": ("post", "", EVERYBODY),
    "notification": ("get", "notification", EVERYBODY),
    "calendar": ("get", "", EVERYBODY),
    "calendar_feed": ("get", "", EVERYBODY),
    "event_new": ("get", "", PLANNERS),
    "event_check": ("post", "", PLANNERS),
    "event_card": ("get", "event", EVERYBODY),
    "event_move": ("post", "event", PLANNERS),
    "event_status": ("post", "event", PLANNERS),
    "event_sync": ("get", "event", EVERYBODY),
    "event_answer": ("post", "event", PLANNERS),
    "event_proposal": ("post", "event", PLANNERS),
    "event_journal": ("get", "event", PLANNERS),
    "event_history": ("get", "event", PLANNERS),
    "candidates": ("get", "", EVERYBODY),
    "candidate_options": ("get", "", EVERYBODY),
    "candidate_new": ("get", "", PLANNERS),
    "candidate": ("get", "candidate", EVERYBODY),
    "candidates_move": ("get", "", PLANNERS),
    "candidates_put": ("get", "", PLANNERS),
    "candidate_history": ("get", "candidate", PLANNERS),
    "candidate_edit": ("get", "candidate", PLANNERS),
    "application_new": ("post", "candidate", PLANNERS),
    "application_stage": ("post", "application", PLANNERS),
    "vacancies": ("get", "", EVERYBODY),
    "vacancy_new": ("get", "", PLANNERS),
    "application_move": ("get", "application", PLANNERS),
    "vacancy": ("get", "vacancy", EVERYBODY),
    "vacancy_board": ("get", "vacancy", EVERYBODY),
    "vacancy_details": ("get", "vacancy", EVERYBODY),
    "vacancy_events": ("get", "vacancy", EVERYBODY),
    "vacancy_history": ("get", "vacancy", PLANNERS),
    "vacancy_edit": ("get", "vacancy", PLANNERS),
    "user_settings": ("get", "", EVERYBODY),
    "settings_password": ("get", "", EVERYBODY),
    "settings_calendar": ("get", "", OWNERS),
    "settings_google": ("get", "", OWNERS),
    "google_request_access": ("post", "", OWNERS),
    "google_paste_code": ("post", "", OWNERS),
    "google_check": ("post", "", OWNERS),
    "google_watch": ("get", "", OWNERS),
    "google_refresh": ("post", "", OWNERS),
    "google_save": ("post", "", OWNERS),
    "google_confirm_login": ("post", "account", OWNERS),
    "google_brake": ("post", "", OWNERS),
    "google_found": ("get", "", OWNERS),
    "google_disconnect": ("post", "", OWNERS),
    "google_closing": ("get", "", OWNERS),
    "manual_run": ("get", "", OWNERS),
    "manual_run_start": ("post", "", OWNERS),
    "manual_run_progress": ("get", "run", OWNERS),
    "sync_journal": ("get", "", OWNERS),
    "event_types": ("get", "", DIRECTORS),
    "event_type_new": ("get", "", DIRECTORS),
    "event_type_title": ("get", "", DIRECTORS),
    "event_type": ("get", "event_type", DIRECTORS),
    "event_type_export": ("get", "event_type", DIRECTORS),
    "rooms": ("get", "", DIRECTORS),
    "room_new": ("get", "", DIRECTORS),
    "room": ("get", "room", DIRECTORS),
    "departments": ("get", "", DIRECTORS),
    "department_new": ("get", "", DIRECTORS),
    "department": ("get", "department", DIRECTORS),
    "department_delete": ("post", "department", DIRECTORS),
    "stages": ("get", "", DIRECTORS),
    "stage": ("get", "stage", DIRECTORS),
    "rejection_reasons": ("get", "", DIRECTORS),
    "rejection_reason_new": ("get", "", DIRECTORS),
    "rejection_reason": ("get", "reason", DIRECTORS),
    "users": ("get", "", ADMINISTRATORS),
    "user_new": ("get", "", ADMINISTRATORS),
    "user": ("get", "user", ADMINISTRATORS),
    "user_password": ("post", "user", ADMINISTRATORS),
    "tasks": ("get", "", ADMINISTRATORS),
    "task": ("get", "task", ADMINISTRATORS),
    "task_next_run": ("get", "task", ADMINISTRATORS),
    "task_run": ("get", "run", DIRECTORS),
    "connections": ("get", "", DIRECTORS),
    "google_project": ("get", "", ADMINISTRATORS),
    "audit_log": ("get", "", ADMINISTRATORS),
    "demo_look": ("get", "", EVERYBODY),
}
OPEN_TO_ALL = {"login", "logout", "language", "google_callback", "google_done"}
SEEN_BY_OWNER_ONLY = {
    "google_confirm_login",
    "manual_run_progress",
    "notification",
}  # 404 for those who may, but not this one


def named(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name


@pytest.fixture(autouse=True)
def demo(settings) -> None:
    """Else its page would not be there at all."""
    settings.DEMO = True


@pytest.fixture
def people(db) -> dict[Role, User]:
    return {
        role: User.objects.create_user(f"{role}@vetervolna.example", last_name="Тестова", first_name=role, role=role)
        for role in Role
    }


@pytest.fixture
def objects(people) -> dict[str, Any]:
    """The recruiter's own interview, in which the interviewer takes part, and what belongs to it."""
    now = timezone.now()
    recruiter, interviewer = people[R], people[I]
    candidate = Candidate.objects.create(last_name="Орлов", first_name="Денис")
    vacancy = Vacancy.objects.create(number="V-1", title="Логист", recruiter=recruiter, manager=interviewer)
    event_type = EventType.objects.get(code="interview")
    values = EventValues(
        type=event_type,
        span=days(now.date(), now.date(), "Europe/Moscow"),
        responsible=recruiter,
        candidate=candidate,
        vacancy=vacancy,
        participants=((interviewer, False),),
    )
    department = Department.objects.create(name="Склад")
    Department.objects.create(name="Приёмка", parent=department)  # in use, so that the first role does not delete it
    task, _created = TaskDefinition.objects.get_or_create(code="calendar_pull")
    account = Account.objects.create(user=people[A], remote_id="another", email="a@mail.example", connected_at=now)
    return {
        "event": plan(values, by=recruiter, now=now).pk,
        "candidate": candidate.pk,
        "application": put_on_vacancy(candidate, vacancy, by=recruiter, now=now).pk,
        "vacancy": vacancy.pk,
        "event_type": event_type.pk,
        "room": Room.objects.create(name="Байкал").pk,
        "department": department.pk,
        "stage": Stage.objects.get(code="new").pk,
        "reason": RejectionReason.objects.get(name_ru="не явился").pk,
        "user": people[O].pk,
        "task": task.code,
        "run": TaskRun.objects.create(task=task, created_at=now).pk,
        "account": account.pk,
        "notification": Notification.objects.create(user=people[A], code="account_ok", key="1", at=now).pk,
    }


def test_every_address_has_a_row():
    assert sorted(named(get_resolver().url_patterns)) == sorted(MATRIX.keys() | OPEN_TO_ALL)


def answer(client: Client, name: str, objects: dict[str, Any]) -> int:
    method, kind, _roles = MATRIX[name]
    return getattr(client, method)(reverse(name, args=[objects[kind]] if kind else [])).status_code


@pytest.mark.parametrize("name", MATRIX)
def test_a_stranger_is_sent_to_the_login(client, objects, name):
    response = getattr(client, MATRIX[name][0])(
        reverse(name, args=[objects[MATRIX[name][1]]] if MATRIX[name][1] else [])
    )
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("login"))


@pytest.mark.parametrize("name", MATRIX)
def test_only_those_with_the_right_get_in(client, people, objects, name):
    let_in = set()
    for role, user in people.items():
        client.force_login(user)
        status = answer(client, name, objects)
        assert status < 500
        if status not in {403, 404} or (status == 404 and name in SEEN_BY_OWNER_ONLY):
            let_in.add(role)
    assert let_in == MATRIX[name][2]


def test_the_menu_shows_only_what_one_may_open(client, people):
    client.force_login(people[O])
    page = client.get("/settings/").content.decode()
    assert "Персональные настройки" in page
    for hidden in ("Администрирование", "Журнал синхронизации", "Ручной запуск", "Интеграция с Google"):
        assert hidden not in page
