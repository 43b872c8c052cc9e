"""A person's week in a real browser: create, move, edit, answer, delete, and the consent page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests.support.sandbox import ANNA, ELENA, OLGA, SCOPE, SERGEY, Api, Sandbox, timed

pytestmark = pytest.mark.browser
TODAY = datetime.now(ZoneInfo("Europe/Moscow")).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ru-RU")
        page.set_default_timeout(5000)
        yield page
        browser.close()


@pytest.fixture
def page(browser_page: Page) -> Iterator[Page]:
    complaints: list[str] = []
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield browser_page
    browser_page.goto("about:blank")
    assert complaints == []


def on(number: int, start: str, end: str, **more: object) -> dict[str, object]:
    day = (MONDAY + timedelta(days=number)).isoformat()
    return timed(f"{day}T{start}:00", f"{day}T{end}:00", **more)


def test_person_creates_edits_and_deletes(sandbox: Sandbox, anna: Api, page: Page) -> None:
    page.goto(f"{sandbox.url}/u/{ANNA}/")
    page.get_by_role("button", name="Создать").click()
    page.locator("[name=summary]").fill("Собеседование")
    page.locator("[name=start_date]").fill(MONDAY.isoformat())
    page.locator("[name=end_date]").fill(MONDAY.isoformat())
    page.locator("[name=start_time]").fill("12:00")
    page.locator("[name=end_time]").fill("13:30")
    page.get_by_role("button", name="Сохранить").click()
    event = page.locator('[data-summary="Собеседование"]')
    expect(event).to_contain_text("12:00–13:30")
    event.click()
    page.locator("[name=all_day]").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(event).not_to_contain_text("12:00")
    assert [item["end"] for item in anna.items()] == [{"date": (MONDAY + timedelta(days=1)).isoformat()}]
    event.click()
    page.get_by_role("button", name="Удалить").click()
    expect(event).to_have_count(0)
    assert anna.items() == []


def test_person_moves_by_dragging_and_draws_a_new_one(sandbox: Sandbox, anna: Api, page: Page) -> None:
    event_id = anna.insert(on(1, "10:00", "11:00", summary="Двигаем"))["id"]
    page.goto(f"{sandbox.url}/u/{ANNA}/")
    box = page.locator(f'[data-event-id="{event_id}"]').bounding_box()
    target = page.locator(f'.column[data-date="{(MONDAY + timedelta(days=3)).isoformat()}"]').bounding_box()
    assert box is not None
    assert target is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 30, box["y"] + 10 + 96, steps=5)
    page.mouse.up()
    expect(page.locator(f'[data-event-id="{event_id}"]')).to_contain_text("12:00–13:00")
    assert anna.get(event_id)["start"]["dateTime"][:16] == f"{(MONDAY + timedelta(days=3)).isoformat()}T12:00"
    expect(page.locator("#editor")).to_be_hidden()
    page.mouse.move(target["x"] + 30, box["y"] + 240)
    page.mouse.down()
    page.mouse.move(target["x"] + 30, box["y"] + 240 + 72, steps=3)
    page.mouse.up()
    expect(page.locator("#editor")).to_be_visible()
    expect(page.locator("[name=start_date]")).to_have_value((MONDAY + timedelta(days=3)).isoformat())


def test_guest_answers_and_reader_cannot_edit(sandbox: Sandbox, anna: Api, olga: Api, page: Page) -> None:
    event_id = anna.insert(on(2, "10:00", "11:00", summary="Приглашение", attendees=[{"email": OLGA}]))["id"]
    page.goto(f"{sandbox.url}/u/{OLGA}/")
    page.locator(f'[data-event-id="{event_id}"]').click()
    page.get_by_role("button", name="Приду", exact=True).click()
    expect(page.locator(f'[data-event-id="{event_id}"]')).to_have_attribute("data-answer", "accepted")
    assert anna.get(event_id)["attendees"][0]["responseStatus"] == "accepted"
    listed = olga.ok("GET", "users/me/calendarList")["items"]
    shared = next(one["id"] for one in listed if one["summary"] == "Коммерция")
    olga.insert(on(2, "15:00", "16:00", summary="Продажи"), shared)
    page.goto(f"{sandbox.url}/u/{ELENA}/")
    page.locator('[data-summary="Продажи"]').click()
    expect(page.get_by_role("button", name="Сохранить")).to_be_disabled()


def test_weeks_turn_and_repeats_show_on_each(sandbox: Sandbox, page: Page) -> None:
    sandbox.reset(empty=False)
    page.goto(f"{sandbox.url}/u/{SERGEY}/")
    expect(page.locator('[data-summary="Летучка разработки"]')).to_have_count(5)
    page.get_by_role("button", name="Следующая неделя").click()
    expect(page.locator('[data-summary="Смотр кандидатов в резерв"]')).to_have_count(1)
    expect(page.locator('[data-summary="Летучка разработки"]')).to_have_count(5)
    page.get_by_role("button", name="Сегодня").click()
    expect(page.locator('[data-summary="Разбор инцидента"]')).to_have_count(1)
    page.goto(f"{sandbox.url}/log/")
    expect(page.get_by_role("heading", name="Журнал запросов")).to_be_visible()


def test_consent_page_speaks_russian_and_returns_with_a_code(sandbox: Sandbox, page: Page) -> None:
    scope = f"openid email {SCOPE}calendar.events {SCOPE}calendar.freebusy"
    back = f"{sandbox.url}/log/"
    sandbox.admin("POST", "clients", id="tester", secret="s", redirects=[back])
    query = {
        "client_id": "tester",
        "redirect_uri": back,
        "response_type": "code",
        "scope": scope,
        "state": "s",
        "login_hint": ANNA,
        "prompt": "select_account consent",
    }
    page.goto(f"{sandbox.url}/o/oauth2/v2/auth?" + "&".join(f"{name}={value}" for name, value in query.items()))
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("button", name="Принять").click()
    page.wait_for_url("**/log/?state=s&code=*")


def test_pages_speak_the_browsers_language(sandbox: Sandbox, page: Page) -> None:
    sandbox.reset(empty=False)
    browser = page.context.browser
    assert browser is not None
    english = browser.new_page(locale="en-US")
    for path, said in (("/log/", "Request log"), ("/outbox/", "Letters that Google would send")):
        english.goto(sandbox.url + path)
        expect(english.get_by_role("heading", name=said)).to_be_visible()
    english.goto(f"{sandbox.url}/u/{ANNA}/")
    english.get_by_role("button", name="Create").click()
    expect(english.get_by_role("heading", name="New event")).to_be_visible()
    assert re.findall("[А-Яа-яё]{3,}", english.locator("#editor").inner_text()) == ["Подбор"], "data only"
    english.close()
