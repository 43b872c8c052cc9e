"""The consent as a person meets it: the settings page, Google's page, and the page Google leads back to."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from tests.support.google_page import Answered, consent
from tests.support.sandbox import DMITRY

from vizavi.connections.models import Account, LoadMode
from vizavi.events.models import EventType

GOOGLE_PAGE = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def requested(browser: Client, login: str) -> str:
    """Press «Запросить доступ для приложения»; the address the new tab goes to."""
    page = browser.post("/settings/google/request/", {"login": login})
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    found = GOOGLE_PAGE.search(page.content.decode())
    assert found is not None
    return unescape(found.group(1))


def came_back(browser: Client, answer: Answered):
    """Google leads the browser back; the page it comes to rest on."""
    first = browser.get(answer.address.replace("http://127.0.0.1:8800", ""))
    assert (first.status_code, first.headers["Location"]) == (302, "/oauth/google/done")
    for page in (first, second := browser.get("/oauth/google/done")):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    return second


def code_on(page) -> str:
    found = re.search(r"<textarea[^>]*readonly>([^<]+)</textarea>", page.content.decode())
    assert found is not None
    return unescape(found.group(1))


@pytest.fixture
def her(sandbox, anna) -> Client:
    return signed_in(anna)


def test_the_same_session_finishes_by_itself(her, anna):
    answer = consent(requested(her, anna.email), anna.email)
    page = came_back(her, answer).content.decode()
    assert "Доступ предоставлен" in page
    assert answer.code not in page
    settings_page = her.get("/settings/google/").content.decode()
    for words in ("Подключён", anna.email, "Проверить аккаунт", "Отключить аккаунт"):
        assert words in settings_page
    assert "Проверка выполнена успешно" in her.post("/settings/google/check/").content.decode()


def test_another_browser_shows_the_code_which_is_pasted_at_home(her, anna):
    answer = consent(requested(her, anna.email), anna.email)
    page = came_back(Client(), answer)
    for words in ("Авторизационный код", "Крылова Анна", "Скопировать код", "Никому его не передавайте"):
        assert words in page.content.decode()
    pasted = her.post("/settings/google/paste/", {"code": f"  {code_on(page)}\n"}, follow=True)
    assert f"Доступ предоставлен: {anna.email}" in pasted.content.decode()
    again = her.post("/settings/google/paste/", {"code": code_on(page)})
    assert (again.status_code, "использован" in again.content.decode()) == (422, True)


def test_the_whole_address_may_be_pasted(her, anna):
    answer = consent(requested(her, anna.email), anna.email)
    assert her.post("/settings/google/paste/", {"code": answer.address}).status_code == 302
    assert Account.objects.get().active


def test_somebody_else_gets_neither_the_account_nor_the_code(her, anna, olga):
    answer = consent(requested(her, anna.email), anna.email)
    stranger = signed_in(olga)
    page = came_back(stranger, answer).content.decode()
    assert "Доступ не предоставлен" in page
    assert answer.code not in page
    refused = stranger.post("/settings/google/paste/", {"code": f"{answer.state}.{answer.code}"})
    assert refused.status_code == 422
    assert not Account.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "what is this", "https://example.com/?q=1"])
def test_what_is_no_code_is_refused_at_the_field(her, text):
    answer = her.post("/settings/google/paste/", {"code": text})
    assert (answer.status_code, list(answer.context["code_form"].errors)) == (422, ["code"])


def test_other_text_from_the_clipboard_does_not_use_up_the_request(her, anna):
    answer = consent(requested(her, anna.email), anna.email)
    for other in ("hello world", "an interview with a candidate at noon tomorrow"):
        refused = her.post("/settings/google/paste/", {"code": other})
        assert list(refused.context["code_form"].errors) == ["code"]
    assert her.post("/settings/google/paste/", {"code": answer.code}).status_code == 302
    assert Account.objects.get().active


def test_a_denied_consent_is_said_in_words(her, anna):
    page = came_back(her, consent(requested(her, anna.email), anna.email, deny=True))
    assert "Доступ не предоставлен" in page.content.decode()
    assert not Account.objects.exists()


def test_a_login_that_is_no_address_is_refused_at_the_field(her):
    answer = her.post("/settings/google/request/", {"login": "anna"})
    assert (answer.status_code, list(answer.context["login_form"].errors)) == (422, ["login"])


@pytest.mark.parametrize(("said", "connected"), [("yes", True), ("no", False)])
def test_another_login_than_the_one_entered_is_asked_about(her, anna, said, connected):
    came_back(her, consent(requested(her, anna.email), DMITRY))
    page = her.get("/settings/google/").content.decode()
    assert "Доступ предоставил другой аккаунт" in page
    account = Account.objects.get()
    assert (account.email, account.active) == (DMITRY, False)
    her.post(f"/settings/google/login/{account.pk}/confirm/", {"answer": said})
    account.refresh_from_db()
    assert account.active is connected


def test_the_settings_page_notices_what_the_other_tab_has_done(her, anna):
    stamp = her.get("/settings/google/").context["stamp"]
    address = requested(her, anna.email)
    waiting = her.get("/settings/google/watch/", {"stamp": stamp})
    assert "Ждём вашего ответа" in waiting.content.decode()
    came_back(her, consent(address, anna.email))
    noticed = her.get("/settings/google/watch/", {"stamp": stamp})
    assert noticed.headers["HX-Redirect"] == "/settings/google/"


def test_calendars_and_policy_are_chosen_and_a_missing_type_refused(her, anna):
    came_back(her, consent(requested(her, anna.email), anna.email))
    calendar = Account.objects.get().calendars.get(primary=True)
    values = {"writing": str(calendar.pk), "new_name": "", "conflict_policy": "calendar", "takes_text": "on"}
    modes = {f"mode_{one.pk}": "skip" for one in Account.objects.get().calendars.all()}
    refused = her.post("/settings/google/save/", values | modes | {f"mode_{calendar.pk}": "typed"})
    assert (refused.status_code, list(refused.context["calendars_form"].errors)) == (422, [f"type_{calendar.pk}"])
    chosen = {f"mode_{calendar.pk}": "typed", f"type_{calendar.pk}": EventType.objects.get(code="interview").pk}
    assert her.post("/settings/google/save/", values | modes | chosen).status_code == 302
    calendar.refresh_from_db()
    account = Account.objects.get()
    assert (calendar.mode, calendar.event_type.code, calendar.writes) == (LoadMode.TYPED, "interview", True)
    assert (account.conflict_policy, account.takes_text, account.takes_place) == ("calendar", True, False)


def test_before_the_first_sync_google_is_asked_how_much_there_is(her, anna, sandbox):
    came_back(her, consent(requested(her, anna.email), anna.email))
    account = Account.objects.get()
    assert not account.begun
    assert "Осталось нажать «Сохранить»" in her.get("/settings/google/").content.decode()
    primary, podbor = account.calendars.get(primary=True), account.calendars.get(name="Подбор")
    today = timezone.now().date()
    weekly = {"summary": "Планёрка", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]}
    days = {"start": {"date": str(today)}, "end": {"date": str(today + timedelta(days=1))}}
    for calendar, events in ((anna.email, [weekly | days]), (podbor.remote_id, [{"summary": "Орлов"} | days])):
        sandbox.admin("POST", "events", email=anna.email, calendar=calendar, events=events)

    def said(**modes: str) -> str:
        return her.get("/settings/google/found/", modes).content.decode()

    named = {f"mode_{primary.pk}": "named", f"mode_{podbor.pk}": "skip"}
    assert "около 3 событий" in said(**named)
    assert "около 4 событий" in said(**named, writing=str(podbor.pk))
    assert "загружать из Google сейчас нечего" in said()
    sandbox.fault(effect="error", status=503, path="/events", times=1)
    assert "он не ответил" in said(**named)


def test_a_new_calendar_is_made_and_written_to(her, anna, sandbox):
    came_back(her, consent(requested(her, anna.email), anna.email))
    modes = {f"mode_{one.pk}": one.mode for one in Account.objects.get().calendars.all()}
    values = {"writing": "new", "new_name": "Собеседования", "conflict_policy": "newest"}
    assert her.post("/settings/google/save/", values | modes).status_code == 302
    assert Account.objects.get().calendars.get(writes=True).name == "Собеседования"


def test_google_out_of_reach_is_said_and_nothing_is_lost(her, anna, settings):
    came_back(her, consent(requested(her, anna.email), anna.email))
    before = list(Account.objects.get().calendars.order_by("pk").values())
    settings.GOOGLE = settings.GOOGLE | {"api_root": "http://127.0.0.1:9/calendar/v3"}
    modes = {f"mode_{one['id']}": "skip" for one in before}
    values = {"writing": "new", "new_name": "Собеседования", "conflict_policy": "newest"}
    saved = her.post("/settings/google/save/", values | modes)
    assert (saved.status_code, list(saved.context["calendars_form"].errors)) == (422, ["new_name"])
    assert "Google" in her.post("/settings/google/check/").content.decode()
    assert her.post("/settings/google/refresh/").status_code == 302
    assert list(Account.objects.get().calendars.order_by("pk").values()) == before


def test_disconnecting_forgets_the_tokens(her, anna):
    came_back(her, consent(requested(her, anna.email), anna.email))
    page = her.post("/settings/google/disconnect/", follow=True).content.decode()
    assert "Аккаунт отключён" in page
    account = Account.objects.get()
    assert (account.active, account.refresh_token, account.access_token) == (False, "", "")


def test_the_done_page_has_nothing_to_show_by_itself(db):
    assert "Показывать нечего" in Client().get("/oauth/google/done").content.decode()
