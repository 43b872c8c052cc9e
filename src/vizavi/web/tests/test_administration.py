"""Администрирование: event types, rooms, users, tasks, connections, the Google project, the audit log."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, Installation
from vizavi.connections.tests.office import connected, copied
from vizavi.events.models import EventType, Room
from vizavi.events.tests.conftest import span
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun, TaskRunItem
from vizavi.people.models import User
from vizavi.recruiting.models import Stage
from vizavi.web.administration.audit_words import lines_of
from vizavi.web.tests.planning import plan


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admin(client, olga) -> Client:
    client.force_login(olga)
    return client


@pytest.fixture
def task(db) -> TaskDefinition:
    return TaskDefinition.objects.get_or_create(code="calendar_pull")[0]


def text(response) -> str:
    """What is read on the page, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def form_of(response) -> dict[str, object]:
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/administration/event-types/", "Администрирование Справочники Общие Типы событий"),
        ("/administration/rooms/", "Администрирование Справочники Общие Помещения"),
        ("/administration/users/", "Администрирование Пользователи"),
        ("/administration/tasks/", "Администрирование Сервис Фоновые задачи"),
        ("/administration/tasks/calendar_pull/", "Фоновые задачи Загрузка из внешнего календаря"),
        ("/administration/connections/", "Администрирование Сервис Подключения"),
        ("/administration/google-project/", "Администрирование Сервис Проект Google"),
        ("/administration/audit-log/", "Администрирование Сервис Журнал изменений"),
    ],
)
def test_the_breadcrumbs_name_the_way_through_the_menu(admin, task, address, path):
    assert path in text(admin.get(address))


def test_the_flag_is_on_the_second_tab_and_stays_when_saved(admin, interview):
    interview.export_enabled = False
    interview.save()
    address = f"/administration/event-types/{interview.pk}/"
    page = admin.get(address, {"tab": "details"})
    assert "Основное Доп. сведения" in text(page)
    assert "Выгружать во внешний календарь" in text(page)
    saved = admin.post(address, form_of(page) | {"export_enabled": "on", "tab": "details"})
    assert saved.headers["Location"] == f"{address}?tab=details"
    assert EventType.objects.get(pk=interview.pk).export_enabled
    assert AuditEntry.objects.get(kind="event_type").changes == {"export_enabled": [False, True]}


def test_what_comes_of_an_event_is_set_on_the_types_card_and_logged_in_words(admin, interview):
    address, offer = f"/administration/event-types/{interview.pk}/", Stage.objects.get(code="offer")
    values = form_of(admin.get(address)) | {"outcomes": ["passed"], "stage_on_held": offer.pk, "reminders": "15, 1440"}
    assert admin.post(address, values).status_code == 302
    saved = EventType.objects.get(pk=interview.pk)
    assert (saved.outcomes, saved.stage_on_held, saved.reminders) == (["passed"], offer, [1440, 15])
    log = text(admin.get("/administration/audit-log/"))
    assert "Успешно, Отказ, В резерв" in log
    assert "Предложение о работе" in log


@pytest.mark.parametrize(
    ("field", "value"), [("reminders", "soon"), ("reminders", "0"), ("reminders", "20161"), ("reminders", "5, 5"),
                         ("outcomes", ["won"]), ("stage_on_planned", "999")],
)  # fmt: skip
def test_a_wrong_detail_of_a_type_is_refused_at_its_field(admin, interview, field, value):
    address = f"/administration/event-types/{interview.pk}/"
    refused = admin.post(address, form_of(admin.get(address)) | {field: value})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])


def test_a_type_of_the_product_keeps_its_code(admin, interview):
    address = f"/administration/event-types/{interview.pk}/"
    assert admin.post(address, form_of(admin.get(address)) | {"code": "chat"}).status_code == 302
    assert EventType.objects.get(pk=interview.pk).code == "interview"


def test_before_the_flag_is_saved_one_sees_how_many_events_would_go(admin, interview, anna, dmitry, now, orlov):
    Account.objects.create(user=anna, remote_id="1", email="a@mail.example", active=True, begun=True, connected_at=now)
    interview.export_enabled = False
    interview.save()
    for by in (anna, anna, dmitry):
        plan(span(), by=by, now=now, candidate=orlov)
    page = text(admin.get(f"/administration/event-types/{interview.pk}/export/", {"export_enabled": "on"}))
    assert "будет выгружено 2 будущих события" in page
    assert "Ещё 1 подождёт" in page


def test_switching_the_flag_off_asks_what_becomes_of_the_copies(admin, interview, anna, now, orlov):
    link = copied(plan(span(), by=anna, now=now, candidate=orlov), connected(anna, now).calendars.get())
    address = f"/administration/event-types/{interview.pk}/"
    preview = text(admin.get(f"{address}export/"))
    for words in (
        "Сейчас во внешних календарях 1 будущее событие",
        "Что сделать с копиями там?",
        "Оставить (1 копия)",
        "Удалить (1 копия)",
    ):
        assert words in preview
    values = {name: value for name, value in form_of(admin.get(address)).items() if name != "export_enabled"}
    asked = admin.post(address, values)
    assert (asked.status_code, asked.context["tab"], "Удалить (1 копия)" in text(asked)) == (422, "details", True)
    assert EventType.objects.get(pk=interview.pk).export_enabled
    assert admin.post(address, values | {"existing": "remove"}).status_code == 302
    link.refresh_from_db()
    assert (EventType.objects.get(pk=interview.pk).export_enabled, link.state) == (False, "removing")
    assert "Осталось удалить 1 копию из внешних календарей" in text(admin.get(f"{address}export/"))


def test_a_flag_without_copies_is_switched_off_at_once(admin, interview):
    address = f"/administration/event-types/{interview.pk}/"
    values = {name: value for name, value in form_of(admin.get(address)).items() if name != "export_enabled"}
    assert admin.post(address, values).status_code == 302
    assert not EventType.objects.get(pk=interview.pk).export_enabled


def test_a_template_with_an_unknown_field_is_refused_at_the_field(admin, interview):
    address = f"/administration/event-types/{interview.pk}/"
    answer = admin.post(address, form_of(admin.get(address)) | {"title_template": "{boss}"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["title_template"]
    assert answer.context["tab"] == "details"
    assert "{boss}" not in EventType.objects.get(pk=interview.pk).title_template


def test_the_title_is_shown_while_its_template_is_typed(admin):
    shown = admin.get("/administration/event-types/title/", {"title_template": "{type}: {candidate} – {vacancy}"})
    assert "Интервью: Алексеева Дарья – Python-разработчик" in text(shown)
    hidden = admin.get(
        "/administration/event-types/title/",
        {"title_template": "{type}: {candidate} – {vacancy}", "hide_candidate": "on"},
    )
    assert "Алексеева" not in text(hidden)


def test_a_room_is_made_and_a_second_of_the_same_name_refused(admin):
    values = {"name": "Онега", "city": "Москва", "capacity": 6, "active": "on"}
    assert admin.post("/administration/rooms/new/", values).status_code == 302
    again = admin.post("/administration/rooms/new/", values)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    assert list(Room.objects.filter(name="Онега").values_list("city", "capacity")) == [("Москва", 6)]


def test_a_new_user_can_sign_in_at_once(admin, client):
    page = admin.get("/administration/users/new/")
    values = form_of(page) | {
        "last_name": "Новикова",
        "first_name": "Нина",
        "email": "Nina@vetervolna.example",
        "password": "a-first-password",
    }
    assert admin.post("/administration/users/new/", values).status_code == 302
    nina = User.objects.get(email="nina@vetervolna.example")
    assert nina.check_password("a-first-password")
    taken = admin.post("/administration/users/new/", values)
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["email"])


def test_the_only_administrator_stays_one(admin, olga):
    address = f"/administration/users/{olga.pk}/"
    answer = admin.post(address, form_of(admin.get(address)) | {"role": "recruiter"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])
    olga.refresh_from_db()
    assert olga.role == "administrator"


def test_a_password_that_is_too_short_is_refused_and_the_old_one_kept(admin, anna):
    anna.set_password("the-old-password")
    anna.save()
    answer = admin.post(f"/administration/users/{anna.pk}/password/", {"password": "short"})
    assert (answer.status_code, list(answer.context["password_form"].errors)) == (422, ["password"])
    anna.refresh_from_db()
    assert anna.check_password("the-old-password")


def test_people_are_found_by_a_part_of_the_name_in_any_case(admin, anna, dmitry):
    rows = admin.get("/administration/users/", {"q": "крыл"}).context["page_obj"]
    assert [user.email for user in rows] == [anna.email]


def test_the_schedule_is_saved_and_the_next_run_said_in_words(admin, task):
    values = {"enabled": "on", "period": "daily", "hour": "7", "minute": "30"}
    preview = admin.get("/administration/tasks/calendar_pull/next-run/", values)
    assert "Ежедневно в 07:30. Следующий запуск: завтра в 07:30" in text(preview)
    assert admin.post("/administration/tasks/calendar_pull/", values).status_code == 302
    task.refresh_from_db()
    assert (task.period, task.hour, task.minute) == ("daily", 7, 30)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"period": "daily", "hour": "24", "minute": "0"}, "hour"),
        ({"period": "daily", "hour": "7", "minute": "60"}, "minute"),
        ({"period": "every", "hour": "0", "minute": "0"}, "minute"),
        ({"period": "every", "hour": "-1", "minute": "5"}, "hour"),
        ({"period": "daily", "hour": "семь", "minute": "0"}, "hour"),
        ({"period": "hourly", "hour": "1", "minute": "0"}, "period"),
    ],
)
def test_a_wrong_schedule_is_refused_at_its_field(admin, task, values, field):
    before = (task.period, task.hour, task.minute)
    answer = admin.post("/administration/tasks/calendar_pull/", {"enabled": "on", **values})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Следующий запуск: укажите" in text(answer)
    task.refresh_from_db()
    assert (task.period, task.hour, task.minute) == before


def test_a_run_shows_each_account_and_its_error(admin, task, now):
    run = TaskRun.objects.create(task=task, created_at=now, status=RunStatus.PARTIAL, total=2, done=2)
    TaskRunItem.objects.create(run=run, label="Анна Крылова", status=RunStatus.OK, counts={"read": 12})
    TaskRunItem.objects.create(run=run, label="Дмитрий Лаптев", status=RunStatus.FAILED, error="Google не ответил")
    page = text(admin.get(f"/administration/runs/{run.pk}/"))
    for words in ("Выполнено с ошибками", "По расписанию", "Анна Крылова", "12", "Google не ответил"):
        assert words in page
    assert "Журнал выполнения" in text(admin.get("/administration/tasks/calendar_pull/"))


def test_the_run_log_has_pages(admin, task, now):
    for number in range(13):
        TaskRun.objects.create(task=task, created_at=now - timedelta(hours=number), status=RunStatus.OK)
    second = admin.get("/administration/tasks/calendar_pull/", {"page": 2}).context["page_obj"]
    assert (second.paginator.count, len(second.object_list)) == (13, 3)


def test_the_google_project_is_kept_and_its_secret_never_shown(admin, settings):
    settings.GOOGLE = settings.GOOGLE | {"client_id": "", "client_secret": "", "redirect_uri": ""}
    settings.BASE_URL = "https://hr.vetervolna.example"
    assert "Подключить календарь Google пока никто не может" in text(admin.get("/administration/google-project/"))
    admin.post("/administration/google-project/", {"client_id": "our-client", "client_secret": "very-secret"})
    page = admin.get("/administration/google-project/").content.decode()
    assert "https://hr.vetervolna.example/oauth/google/callback" in page
    assert "very-secret" not in page
    admin.post("/administration/google-project/", {"client_id": "our-client-2", "client_secret": ""})
    kept = Installation.get()
    assert (kept.google_client_id, kept.google_client_secret) == ("our-client-2", "very-secret")
    entries = AuditEntry.objects.filter(kind="google_project")
    assert "very-secret" not in str(list(entries.values_list("changes", flat=True)))


def test_the_audit_log_is_filtered_by_kind_and_person(admin, olga, anna, now, orlov):
    plan(span(), by=anna, now=now, candidate=orlov)
    everything = admin.get("/administration/audit-log/").context["page_obj"].object_list
    assert {entry.kind for entry in everything} == {"event", "user"}
    events = admin.get("/administration/audit-log/", {"kind": "event", "person": anna.pk})
    assert [(e.kind, e.actor) for e in events.context["page_obj"]] == [("event", anna)]
    assert "Событие: запланировано" in text(events)
    assert admin.get("/administration/audit-log/", {"person": "x"}).status_code == 200


def test_the_audit_log_gives_answers_in_words():
    line = lines_of("event", {"answers": [["Сергей Тарасов: needs_action"], ["Сергей Тарасов: accepted"]]})[0]
    with override("ru"):
        assert (str(line.field), line.before, line.after) == (
            "Ответы",
            "Сергей Тарасов: Нет ответа",
            "Сергей Тарасов: Принял",
        )


def test_the_example_of_a_title_has_the_name_of_its_type(admin):
    values = {"title_template": "{type}: {candidate}", "name_ru": "Интервью у заказчика"}
    assert "Интервью у заказчика: Алексеева" in text(admin.get("/administration/event-types/title/", values))


def test_long_lists_cost_the_same_for_one_row_and_for_three(admin, anna, orlov, now, django_assert_num_queries):
    for number in range(3):
        plan(span(), by=anna, now=now, candidate=orlov)
        User.objects.create(email=f"person{number}@vetervolna.example", last_name="Тестов", first_name=str(number))
        if number in {0, 2}:
            for address, queries in (("/administration/audit-log/", 9), ("/administration/users/", 9)):
                with django_assert_num_queries(queries):
                    admin.get(address)
