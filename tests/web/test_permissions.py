"""Who may open which address: every named address has a row, and everybody is tried on it (DOMAIN 5.5).

Eight people: one of each role as the matrix has it, where the objects are the person's own (the recruiter recruits for
the vacancy, the interviewer takes part), and beside them a recruiter who is responsible for the interview on a
colleague's vacancy, and a recruiter and an interviewer who have nothing to do with any of it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from vizavi.common.models import AuditEntry
from vizavi.common.permissions import Role
from vizavi.connections.models import Account, BusyBlock, Calendar
from vizavi.events.models import EventType, MessageTemplate, Room
from vizavi.events.operations import EventValues, plan
from vizavi.events.rules import days
from vizavi.jobs.models import TaskDefinition, TaskRun
from vizavi.letters.models import Letter, LetterState
from vizavi.notifications.models import Notification
from vizavi.people.models import Department, Group, User
from vizavi.people.tokens import create_token
from vizavi.recruiting.models import Candidate, RejectionReason, Stage, Vacancy
from vizavi.recruiting.operations import put_on_vacancy

A, L, R, I, O = Role  # noqa: E741 - in the order of the table: administrator, lead, recruiter, interviewer, observer
EVERYBODY, OWNERS, PLANNERS, DIRECTORS, ADMINISTRATORS = {A, L, R, I, O}, {A, L, R, I}, {A, L, R}, {A, L}, {A}

# address: (methods, its object, who may); whoever may not gets 403
MATRIX: dict[str, tuple[str, str, set[Role]]] = {
    "home": ("get", "", EVERYBODY),
    "desk": ("get", "", EVERYBODY),
    "notifications": ("get", "", EVERYBODY),
    "notifications_bell": ("get", "", EVERYBODY),
    "notifications_read": ("post", "", EVERYBODY),
    "notification": ("get", "notification", EVERYBODY),
    "calendar": ("get", "", EVERYBODY),
    "calendar_feed": ("get", "", EVERYBODY),
    "event_new": ("get post", "", PLANNERS),
    "event_check": ("post", "", PLANNERS),
    "event_card": ("get post", "event", EVERYBODY),
    "event_move": ("post", "event", PLANNERS),
    "event_status": ("post", "event", PLANNERS),
    "event_sync": ("get", "event", EVERYBODY),
    "event_answer": ("post", "event", PLANNERS),
    "event_proposal": ("post", "event", PLANNERS),
    "event_journal": ("get", "event", PLANNERS),
    "event_history": ("get", "event", PLANNERS),
    "event_letters": ("get post", "event", PLANNERS),
    "event_letter_list": ("get", "event", PLANNERS),
    "event_letter_again": ("post", "event", PLANNERS),
    "event_invitation": ("get", "event", PLANNERS),
    "candidates": ("get", "", EVERYBODY),
    "candidate_options": ("get", "", EVERYBODY),
    "candidate_new": ("get post", "", PLANNERS),
    "candidate": ("get", "candidate", EVERYBODY),
    "candidates_move": ("get post", "", PLANNERS),
    "candidates_put": ("get post", "", PLANNERS),
    "candidate_history": ("get", "candidate", PLANNERS),
    "candidate_edit": ("get post", "candidate", PLANNERS),
    "application_new": ("post", "candidate", PLANNERS),
    "application_stage": ("post", "application", PLANNERS),
    "vacancies": ("get", "", EVERYBODY),
    "vacancy_new": ("get post", "", PLANNERS),
    "application_move": ("get post", "application", PLANNERS),
    "vacancy": ("get", "vacancy", EVERYBODY),
    "vacancy_board": ("get", "vacancy", EVERYBODY),
    "vacancy_details": ("get", "vacancy", EVERYBODY),
    "vacancy_events": ("get", "vacancy", EVERYBODY),
    "vacancy_history": ("get", "vacancy", PLANNERS),
    "vacancy_edit": ("get post", "vacancy", PLANNERS),
    "user_settings": ("get post", "", EVERYBODY),
    "settings_password": ("get post", "", EVERYBODY),
    "settings_tokens": ("get", "", EVERYBODY),
    "token_revoke": ("post", "token", EVERYBODY),
    "settings_calendar": ("get post", "", OWNERS),
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
    "google_disconnect": ("get post", "", OWNERS),
    "google_closing": ("get", "", OWNERS),
    "manual_run": ("get", "", OWNERS),
    "manual_run_start": ("post", "", OWNERS),
    "manual_run_progress": ("get", "run", OWNERS),
    "sync_journal": ("get", "", OWNERS),
    "event_types": ("get", "", DIRECTORS),
    "event_type_new": ("get post", "", DIRECTORS),
    "event_type_title": ("get", "", DIRECTORS),
    "event_type": ("get post", "event_type", DIRECTORS),
    "event_type_export": ("get", "event_type", DIRECTORS),
    "rooms": ("get", "", DIRECTORS),
    "room_new": ("get post", "", DIRECTORS),
    "room": ("get post", "room", DIRECTORS),
    "message_templates": ("get", "", DIRECTORS),
    "message_template_new": ("get post", "", DIRECTORS),
    "message_template": ("get post", "message_template", DIRECTORS),
    "departments": ("get", "", DIRECTORS),
    "department_new": ("get post", "", DIRECTORS),
    "department": ("get post", "department", DIRECTORS),
    "department_delete": ("post", "department", DIRECTORS),
    "stages": ("get", "", DIRECTORS),
    "stage": ("get post", "stage", DIRECTORS),
    "rejection_reasons": ("get", "", DIRECTORS),
    "rejection_reason_new": ("get post", "", DIRECTORS),
    "rejection_reason": ("get post", "reason", DIRECTORS),
    "users": ("get", "", ADMINISTRATORS),
    "user_new": ("get post", "", ADMINISTRATORS),
    "users_role": ("get post", "", ADMINISTRATORS),
    "users_group": ("get post", "", ADMINISTRATORS),
    "users_off": ("get post", "", ADMINISTRATORS),
    "users_on": ("get post", "", ADMINISTRATORS),
    "user": ("get post", "user", ADMINISTRATORS),
    "user_password": ("post", "user", ADMINISTRATORS),
    "groups": ("get", "", ADMINISTRATORS),
    "group_new": ("get post", "", ADMINISTRATORS),
    "group": ("get post", "group", ADMINISTRATORS),
    "group_delete": ("post", "group", ADMINISTRATORS),
    "organisation": ("get post", "", ADMINISTRATORS),
    "google_project_file": ("get post", "", ADMINISTRATORS),
    "google_project_check": ("post", "", ADMINISTRATORS),
    "guide": ("get", "", OWNERS),
    "tasks": ("get", "", ADMINISTRATORS),
    "task": ("get post", "task", ADMINISTRATORS),
    "task_next_run": ("get", "task", ADMINISTRATORS),
    "task_run": ("get", "run", DIRECTORS),
    "connections": ("get", "", DIRECTORS),
    "google_project": ("get post", "", ADMINISTRATORS),
    "after_restore": ("get", "", ADMINISTRATORS),
    "audit_log": ("get", "", ADMINISTRATORS),
    "demo_look": ("get", "", EVERYBODY),
}
PROBES = {"healthz", "readyz", "metrics"}
OPEN_TO_ALL = {"login", "logout", "language", "google_callback", "google_done", "api_docs", "api_schema"} | PROBES
# What a stranger who sees the object may do with it nevertheless: nothing is changed by looking.
LOOKS = {"get": True, "post": False}
MAY, REFUSED, UNSEEN = "may", "refused", "unseen"
# address and method: the roles that are answered otherwise than the matrix says
EXCEPTIONS: dict[tuple[str, str], dict[Role, str]] = {
    ("event_card", "post"): {I: REFUSED, O: REFUSED},
    ("google_confirm_login", "post"): {L: UNSEEN, R: UNSEEN, I: UNSEEN},  # it is the administrator's
    ("manual_run_progress", "get"): {R: UNSEEN, I: UNSEEN},  # nobody of them started it
    ("notification", "get"): {L: UNSEEN, R: UNSEEN, I: UNSEEN, O: UNSEEN},  # it is the administrator's
    ("token_revoke", "post"): {L: UNSEEN, R: UNSEEN, I: UNSEEN, O: UNSEEN},  # it is the administrator's
}

# Objects of others. A recruiter sees all of them and changes none: these are the addresses that only lead to a change.
ONLY_EDITORS = {
    "event_journal",
    "event_history",
    "event_letters",
    "event_letter_list",
    "event_invitation",
    "candidate_edit",
    "vacancy_edit",
    "application_move",
}
# The candidate is a colleague's, the vacancy to be put on one's own (the form offers no other).
ANYBODYS = {("application_new", "post")}
# Refused before anything is looked for: nobody of this role has the right over anything.
NEVER_OF_INTERVIEWERS = {
    "event_status",
    "application_new",
    "application_stage",
    "application_move",
    "candidate_history",
    "vacancy_history",
}
OWNED = {"event", "candidate", "vacancy", "application"}


def named(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "api-v1":
            continue  # the API has a matrix of its own (tests/web/test_api_permissions.py)
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name


@pytest.fixture(autouse=True)
def demo(settings) -> None:
    """Else its page would not be there at all."""
    settings.DEMO = True


def tried() -> list[tuple[str, str]]:
    return [(name, method) for name, (methods, _kind, _roles) in MATRIX.items() for method in methods.split()]


def _person(name: str, role: Role) -> User:
    return User.objects.create_user(f"{name}@vetervolna.example", last_name="Тестова", first_name=name, role=role)


@pytest.fixture
def people(db) -> dict[Role, User]:
    return {role: _person(role, role) for role in Role}


@pytest.fixture
def responsible(db) -> User:
    return _person("responsible", R)


@pytest.fixture
def strangers(db) -> dict[Role, User]:
    return {role: _person(f"strange_{role}", role) for role in (R, I)}


@pytest.fixture
def objects(people, responsible) -> dict[str, Any]:
    """An interview on the recruiter's vacancy, in which the interviewer takes part, and what belongs to it."""
    now = timezone.now()
    candidate = Candidate.objects.create(
        last_name="Орлов", first_name="Денис", phone="+7 900 765-43-21", email="orlov@secret.example"
    )
    vacancy = Vacancy.objects.create(number="V-1", title="Логист", recruiter=people[R])
    event_type = EventType.objects.get(code="interview")
    tomorrow = now.date() + timedelta(days=1)
    values = EventValues(
        type=event_type,
        span=days(tomorrow, tomorrow, "Europe/Moscow"),
        responsible=responsible,
        candidate=candidate,
        vacancy=vacancy,
        participants=((people[I], False),),
    )
    department = Department.objects.create(name="Склад")
    Department.objects.create(name="Приёмка", parent=department)  # in use, so that the first role does not delete it
    task, _created = TaskDefinition.objects.get_or_create(code="calendar_pull")
    account = Account.objects.create(user=people[A], remote_id="another", email="a@mail.example", connected_at=now)
    event = plan(values, by=people[A], now=now)
    Letter.objects.create(
        event=event, written_at=now, starts_at=event.starts_at, to=candidate.email, state=LetterState.FAILED
    )
    return {
        "event": event.pk,
        "candidate": candidate.pk,
        "application": put_on_vacancy(candidate, vacancy, by=people[R], now=now).pk,
        "vacancy": vacancy.pk,
        "event_type": event_type.pk,
        "room": Room.objects.create(name="Байкал").pk,
        "message_template": MessageTemplate.objects.get(name_ru="Перенос").pk,
        "department": department.pk,
        "group": Group.objects.create(name="Подбор").pk,
        "stage": Stage.objects.get(code="new").pk,
        "reason": RejectionReason.objects.get(name_ru="не явился").pk,
        "user": people[O].pk,
        "task": task.code,
        "run": TaskRun.objects.create(task=task, created_at=now).pk,
        "account": account.pk,
        "token": create_token(people[A], name="отчёт", days=None, by=people[A], now=now).token.pk,
        "notification": Notification.objects.create(user=people[A], code="account_ok", key="1", at=now).pk,
    }


def sent(name: str) -> dict[str, Any]:
    """What is posted where only a sensible wish tells who is refused."""
    match name:
        case "event_move":
            return {"start": "2030-01-10T10:00", "end": "2030-01-10T11:00", "revision": 1}
        case "event_status":
            return {"action": "cancel", "revision": 1}
        case "event_letter_again":
            return {"letter": Letter.objects.get().pk}
        case "application_stage" | "application_move":
            return {"stage": Stage.objects.get(code="screening").pk}
    return {"sent": "1"}


def answer(client: Client, name: str, method: str, objects: dict[str, Any]) -> str:
    """What the person signed in meets; whoever is refused has changed nothing."""
    kind = MATRIX[name][1]
    before = AuditEntry.objects.count()
    with transaction.atomic():
        address = reverse(name, args=[objects[kind]] if kind else [])
        status = getattr(client, method)(address, sent(name) if method == "post" else {}).status_code
        written = AuditEntry.objects.count() - before
        transaction.set_rollback(True)  # the next person finds everything as it was
    assert status < 500
    met = {403: REFUSED, 404: UNSEEN}.get(status, MAY)
    assert met == MAY or not written
    return met


def expected(name: str, method: str, role: Role) -> str:
    """By the matrix: of a person whose own the object is."""
    return EXCEPTIONS.get((name, method), {}).get(role, MAY if role in MATRIX[name][2] else REFUSED)


def expected_of_stranger(name: str, method: str, role: Role) -> str:
    """Of somebody who has nothing to do with the object."""
    if role not in MATRIX[name][2]:
        return REFUSED if role is not I or name in NEVER_OF_INTERVIEWERS else UNSEEN
    if role is I:
        return UNSEEN
    looks = LOOKS[method] and name not in ONLY_EDITORS
    return MAY if looks or (name, method) in ANYBODYS else REFUSED


def test_every_address_has_a_row():
    assert sorted(named(get_resolver().url_patterns)) == sorted(MATRIX.keys() | OPEN_TO_ALL)


@pytest.mark.parametrize(("name", "method"), tried())
def test_a_stranger_is_sent_to_the_login(client, objects, name, method):
    kind = MATRIX[name][1]
    response = getattr(client, method)(reverse(name, args=[objects[kind]] if kind else []))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, reverse("login"))


@pytest.mark.parametrize(("name", "method"), tried())
def test_only_those_with_the_right_get_in(client, people, objects, name, method):
    met = {}
    for role, user in people.items():
        client.force_login(user)
        met[role] = answer(client, name, method, objects)
    assert met == {role: expected(name, method, role) for role in Role}


@pytest.mark.parametrize(("name", "method"), [one for one in tried() if MATRIX[one[0]][1] in OWNED])
def test_what_is_a_colleagues_is_seen_by_recruiters_and_changed_by_none_of_them(
    client, strangers, objects, name, method
):
    met = {}
    for role, user in strangers.items():
        client.force_login(user)
        met[role] = answer(client, name, method, objects)
    assert met == {role: expected_of_stranger(name, method, role) for role in strangers}


@pytest.mark.parametrize(("name", "method"), [one for one in tried() if MATRIX[one[0]][1] in OWNED])
def test_the_responsible_disposes_of_the_interview_but_not_of_the_vacancy(client, responsible, objects, name, method):
    client.force_login(responsible)
    of_event = MATRIX[name][1] == "event"
    wanted = MAY if of_event else expected_of_stranger(name, method, R)
    assert answer(client, name, method, objects) == wanted


@pytest.mark.parametrize("role", [A, O])
def test_contacts_are_on_no_page_that_an_observer_opens(client, people, objects, role):
    """The administrator is the proof that the pages have something to hide."""
    client.force_login(people[role])
    feed = {"start": "2020-01-01", "end": "2020-01-20"}
    found = set()
    for name, (methods, kind, roles) in MATRIX.items():
        if "get" not in methods.split() or role not in roles:
            continue
        response = client.get(reverse(name, args=[objects[kind]] if kind else []), feed)
        if any(secret in response.content.decode() for secret in ("765-43-21", "7654321", "orlov@secret.example")):
            found.add(name)
    letters = {"event_letters", "event_letter_list", "event_invitation"}
    shown = {"candidate", "candidates", "candidate_edit", *letters}
    assert found == (shown if role is A else set())


@pytest.mark.parametrize("wanted", ["765-43", "79007654321", "orlov@secret"])
def test_an_observer_finds_nobody_by_a_contact(client, people, objects, wanted):
    answers = {}
    for role in (L, O):
        client.force_login(people[role])
        answers[role] = (
            reverse("candidate", args=[objects["candidate"]])
            in client.get(reverse("candidates"), {"q": wanted}).content.decode()
        )
        assert client.get(reverse("candidate_options"), {"q": wanted}).json() == {"results": []}
    assert answers == {L: True, O: False}


def test_others_taken_time_is_seen_without_its_title_and_by_observers_not_at_all(client, people):
    now = timezone.now()
    account = Account.objects.create(
        user=people[L], remote_id="lead", email="lead@mail.example", active=True, connected_at=now
    )
    calendar = Calendar.objects.create(account=account, remote_id="primary", name="Личный", reads=True)
    BusyBlock.objects.create(
        calendar=calendar, remote_id="b", starts_at=now, ends_at=now + timedelta(hours=1), title="К врачу"
    )
    query = {
        "start": (now - timedelta(days=1)).date().isoformat(),
        "end": (now + timedelta(days=2)).date().isoformat(),
        "people": "all",
    }
    seen = {}
    for role, user in people.items():
        client.force_login(user)
        titles = [item["title"] for item in client.get(reverse("calendar_feed"), query).json()["events"]]
        seen[role] = titles
    assert seen == {A: ["Занято"], L: ["К врачу"], R: ["Занято"], I: ["Занято"], O: []}


def test_the_menu_shows_only_what_one_may_open(client, people):
    client.force_login(people[O])
    page = client.get("/settings/").content.decode()
    assert "Персональные настройки" in page
    for hidden in ("Администрирование", "Журнал синхронизации", "Ручной запуск", "Интеграция с Google"):
        assert hidden not in page
