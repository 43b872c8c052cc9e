"""Сервис: personal settings, the manual run, the journal of synchronisation."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, ConsentAttempt, Direction, JournalEntry
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun
from vizavi.people.models import User
from vizavi.web.personal.forms import CalendarsForm
from vizavi.web.personal.stamp import open_attempt
from vizavi.web.tests.test_administration import text


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def her(client, anna) -> Client:
    client.force_login(anna)
    return client


def account_of(user: User, now, **fields: object) -> Account:
    usual = {"remote_id": user.email, "email": user.email, "active": True, "begun": True, "connected_at": now}
    values = usual | fields
    return Account.objects.create(user=user, **values)


def test_the_settings_window_lists_its_items(her):
    assert "Общие Внешний календарь Интеграция с Google Пароль" in text(her.get("/settings/"))


def test_language_and_zone_are_saved_and_an_unknown_zone_refused(her, anna):
    hours = {"work_from": "09:00", "work_to": "18:00", "work_days": ["1", "2"]}
    saved = her.post("/settings/", {"language": "en", "time_zone": "Asia/Yekaterinburg", **hours})
    assert saved.status_code == 302
    anna.refresh_from_db()
    assert (anna.language, anna.time_zone) == ("en", "Asia/Yekaterinburg")
    answer = her.post("/settings/", {"language": "ru", "time_zone": "Mars/Olympus", **hours})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["time_zone"])
    anna.refresh_from_db()
    assert (anna.language, anna.time_zone) == ("en", "Asia/Yekaterinburg")


def test_no_external_calendar_pauses_the_account_and_google_resumes_it(her, anna, now):
    account = account_of(anna, now, refresh_token="kept")
    for choice, paused in (("google", False), ("none", True), ("google", False)):
        assert her.post("/settings/calendar/", {"external_calendar": choice}).status_code == 302
        account.refresh_from_db()
        anna.refresh_from_db()
        assert (anna.external_calendar, account.paused, account.refresh_token) == (choice, paused, "kept")
    answer = her.post("/settings/calendar/", {"external_calendar": "outlook"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["external_calendar"])


def test_the_password_is_changed_with_the_old_one_and_the_session_stays(her, anna):
    anna.set_password("the-old-password")
    anna.save()
    her.force_login(anna)
    new = {"new_password1": "a-better-password", "new_password2": "a-better-password"}
    wrong = her.post("/settings/password/", {"old_password": "no", **new})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["old_password"])
    assert her.post("/settings/password/", {"old_password": "the-old-password", **new}).status_code == 302
    anna.refresh_from_db()
    assert anna.check_password("a-better-password")
    assert her.get("/settings/").status_code == 200
    assert AuditEntry.objects.filter(action="user.password_set").count() == 1


def test_without_a_google_project_the_page_says_where_to_set_it(her, settings):
    settings.GOOGLE = settings.GOOGLE | {"client_id": "", "client_secret": ""}
    page = text(her.get("/settings/google/"))
    for words in ("Запросить доступ для приложения", "Вставить авторизационный код из буфера обмена"):
        assert words in page
    assert "VIZAVI_GOOGLE_CLIENT_ID" in page
    refused = her.post("/settings/google/request/", {"login": "anna@mail.example"})
    assert (refused.status_code, "Доступ не предоставлен" in text(refused)) == (422, True)


def test_checking_without_an_account_says_what_to_do(her):
    assert "Аккаунт ещё не подключён" in text(her.post("/settings/google/check/"))


def test_the_run_by_hand_is_refused_without_an_account(her):
    assert "Ручной запуск фоновой задачи Загрузка из внешнего календаря" in text(her.get("/tools/run/calendar-pull/"))
    assert "не подключили внешний календарь" in text(her.post("/tools/run/calendar-pull/start/"))
    assert not TaskRun.objects.exists()


def test_the_run_by_hand_answers_with_progress_that_asks_for_itself(her, anna, now):
    account_of(anna, now)
    answer = her.post("/tools/run/calendar-pull/start/")
    run = TaskRun.objects.get()
    assert f'hx-get="/tools/run/{run.pk}/"' in answer.content.decode()
    TaskRun.objects.update(status=RunStatus.OK, done=1, finished_at=now, summary={"read": 7, "moved": 2})
    finished = her.get(f"/tools/run/{run.pk}/")
    assert "hx-get" not in finished.content.decode()
    for words in ("Выполнено", "7 Прочитано", "2 Перенесено", "0 Ошибки"):
        assert words in text(finished)


def test_an_account_that_failed_is_in_the_sum_and_in_no_column(her, anna, now):
    task = TaskDefinition.objects.get_or_create(code="calendar_pull")[0]
    summary = {"read": 3, "failed_accounts": 1}
    ended = {"status": RunStatus.PARTIAL, "created_at": now, "finished_at": now, "summary": summary}
    run = TaskRun.objects.create(task=task, started_by=anna, total=2, done=2, **ended)
    run.items.create(label="anna@vetervolna.example", status=RunStatus.FAILED)
    page = her.get(f"/administration/runs/{run.pk}/").content.decode()
    assert (page.count("Аккаунтов с ошибкой"), page.count("count-bad")) == (1, 1)
    assert "Аккаунтов с ошибкой: 1" in her.get("/tools/run/calendar-pull/").content.decode()


def test_a_colleague_does_not_see_the_run(client, anna, dmitry, now):
    task = TaskDefinition.objects.get_or_create(code="calendar_pull")[0]
    run = TaskRun.objects.create(task=task, started_by=anna, created_at=now)
    client.force_login(dmitry)
    assert client.get(f"/tools/run/{run.pk}/").status_code == 404
    assert client.get(f"/administration/runs/{run.pk}/").status_code == 403
    client.force_login(anna)
    assert client.get(f"/administration/runs/{run.pk}/").status_code == 200


def test_the_journal_shows_ones_own_lines_and_an_administrator_all(client, anna, dmitry, olga, now):
    for user, ok in ((anna, True), (dmitry, False)):
        account = account_of(user, now)
        words = f"строка {user.first_name}"
        JournalEntry.objects.create(
            at=now, account=account, direction=Direction.OUT, action="changed", ok=ok, text=words
        )
    client.force_login(anna)
    own = text(client.get("/tools/journal/"))
    assert ("строка Анна" in own, "строка Дмитрий" in own) == (True, False)
    assert "строка Дмитрий" not in text(client.get("/tools/journal/", {"person": dmitry.pk}))
    client.force_login(olga)
    everybody = text(client.get("/tools/journal/"))
    assert ("строка Анна" in everybody, "строка Дмитрий" in everybody) == (True, True)
    errors = text(client.get("/tools/journal/", {"result": "error"}))
    assert ("строка Анна" in errors, "строка Дмитрий" in errors) == (False, True)


def test_the_english_pages_have_english_captions(her, anna):
    User.objects.update(language="en")
    assert "General External calendar Google integration Password" in text(her.get("/settings/"))
    google = text(her.get("/settings/google/"))
    for words in ("Request application access", "Paste authorization code from clipboard", "Check account"):
        assert words in google
    run = text(her.get("/tools/run/calendar-pull/"))
    assert "Tools Manual run of a background task Load from external calendar" in run


TROUBLE = "Внешний календарь: Требуется повторный вход. Google больше не даёт доступа к аккаунту anna@"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"state": "expired"}, True),
        ({"state": "ok"}, False),
        ({"state": "expired", "paused": True}, False),
        ({"state": "expired", "active": False}, False),
    ],
)
def test_every_page_says_that_the_account_needs_its_owner(her, anna, now, fields, shown):
    account_of(anna, now, state_code="expired", **fields)
    for address in ("/calendar/", "/candidates/", "/tools/journal/"):
        page = her.get(address)
        assert (TROUBLE in text(page)) is shown
        for there in ('href="/settings/google/"', 'action="/settings/google/request/"'):
            assert (there in page.content.decode()) is shown


def test_a_colleague_is_not_told_of_somebody_elses_account(client, anna, dmitry, now):
    account_of(anna, now, state="expired", state_code="expired")
    client.force_login(dmitry)
    assert TROUBLE not in text(client.get("/calendar/"))


def test_only_the_newest_request_is_waited_for(anna, now):
    def attempt(number: int, **fields: object) -> ConsentAttempt:
        values = {"created_at": now + timedelta(seconds=number), "expires_at": now + timedelta(minutes=10)} | fields
        return ConsentAttempt.objects.create(user=anna, state_hash=str(number), **values)

    assert open_attempt(anna, now) is None
    first = attempt(1)
    assert open_attempt(anna, now) == first
    attempt(2, used_at=now)
    assert open_attempt(anna, now) is None
    assert open_attempt(anna, now + timedelta(minutes=11)) is None


def test_the_name_of_a_new_calendar_is_offered_while_it_is_free(anna, now):
    account = account_of(anna, now)
    assert CalendarsForm(account)["new_name"].value() == "Подбор"
    account.calendars.create(remote_id="x", name="Подбор")
    assert CalendarsForm(account)["new_name"].value() == ""


@pytest.mark.parametrize("role", ["owner", "writer", "writerWithoutPrivateAccess"])
def test_a_calendar_that_may_be_changed_may_be_written_to(anna, now, role):
    account = account_of(anna, now)
    kept = account.calendars.create(remote_id="x", name="Общий", access_role=role)
    account.calendars.create(remote_id="y", name="Чужой", access_role="reader")
    assert [(row["calendar"].name, row["writable"]) for row in CalendarsForm(account).rows] == [
        ("Общий", True),
        ("Чужой", False),
    ]
    assert CalendarsForm(account).fields["writing"].choices[0] == (str(kept.pk), "Общий")


@pytest.mark.parametrize("form", ["request", "paste", "save"])
def test_opening_the_address_of_a_refused_form_leads_back_to_the_page(her, form):
    answer = her.get(f"/settings/google/{form}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/google/")
