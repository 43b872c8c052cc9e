"""The journey of the user's own document, step by step and by its captions, in Chromium against the local Google."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo, Person
from tests.support.sandbox import ANNA, OLGA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = datetime.now(MOSCOW).date()
NEXT_MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=7)
FIRST_HOUR, LAST_HOUR = 7, 21  # what the week shows
TASK = "Загрузка из внешнего календаря"
CANDIDATE = "Белова Ирина"
PLANNED = "Интервью у заказчика: Белова Ирина"


def accepts(google: Page) -> None:
    """On Google's pages: the account is chosen already or is the only one offered, then «Принять»."""
    onward = google.get_by_role("button", name="Далее")
    accept = google.get_by_role("button", name="Принять")
    expect(onward.or_(accept).first).to_be_visible()
    if onward.is_visible():
        onward.click()
    accept.click()


def next_week(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/calendar/?view=week&date={NEXT_MONDAY.isoformat()}")
    expect(page.locator(".ec-main .ec-event").first).to_be_visible()


def point(page: Page, day: int, hour: float) -> tuple[float, float]:
    """Where a day (0 = Monday) and an hour of the shown week are on the screen."""
    box = page.locator(".ec-main .ec-body .ec-day").nth(day).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * (hour - FIRST_HOUR) / (LAST_HOUR - FIRST_HOUR) + 3


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 2, start[1] + 6)
    page.mouse.move(*end, steps=12)
    page.mouse.up()


def event_of(page: Page, text: str) -> Locator:
    return page.locator(".ec-main .ec-event").filter(has_text=text)


def opened_card(page: Page) -> Locator:
    """The dialog takes the focus once it has faded in; nobody types faster than that."""
    expect(page.locator(".modal.show #event-card")).to_be_visible()
    expect(page.locator(".modal.show")).to_be_focused()
    return page.locator("#event-card")


def google_next_week(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.google}/u/{ANNA}/")
    page.get_by_role("button", name="Следующая неделя").click()
    expect(page.locator(f'.column[data-date="{NEXT_MONDAY.isoformat()}"]')).to_be_visible()


def in_google(page: Page, demo: Demo, summary: str) -> Locator:
    google_next_week(page, demo)
    return page.locator(f'[data-summary^="{summary}"]')


def put_at(page: Page, start: str, end: str) -> None:
    """In Google's dialog: another time, and save."""
    page.locator("[name=start_time]").fill(start)
    page.locator("[name=end_time]").fill(end)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#editor")).to_be_hidden()


def runs_by_hand(anna: Person) -> None:
    anna.menu("Сервис", "Ручной запуск фоновой задачи", TASK)
    anna.page.get_by_role("button", name="Запустить").click()
    expect(anna.page.locator("#run")).to_contain_text("Выполнено")


def test_the_nine_steps(person, demo):
    anna: Person = person(ANNA)
    page = anna.page

    # 1. Сервис → Персональные настройки → Внешний календарь: Google, save.
    anna.menu("Сервис", "Персональные настройки")
    page.get_by_role("link", name="Внешний календарь").first.click()
    page.get_by_label("Google").check() if page.get_by_role("radio").count() else page.get_by_label(
        "Внешний календарь"
    ).select_option("google")
    anna.button("Сохранить")

    # 2. Интеграция с Google: login, «Запросить доступ для приложения», «Принять»; the page finishes by itself.
    page.get_by_role("link", name="Интеграция с Google").first.click()
    page.get_by_label("Логин").fill(ANNA)
    with anna.context.expect_page() as opened:
        anna.button("Запросить доступ для приложения")
    accepts(opened.value)
    expect(page.get_by_text("Подключён", exact=True)).to_be_visible()

    # 4. «Проверить аккаунт» asks Google; then the calendar is chosen and saved.
    anna.button("Проверить аккаунт")
    expect(page.locator("#check-answer")).to_contain_text("Проверка выполнена успешно")
    anna.button("Сохранить")

    # 5. The administrator switches the export of a type on.
    olga: Person = person(OLGA)
    olga.menu("Администрирование", "Справочники", "Общие", "Типы событий")
    olga.page.get_by_role("link", name="Интервью у заказчика").click()
    olga.page.get_by_role("tab", name="Доп. сведения").click()
    olga.page.get_by_label("Выгружать во внешний календарь").check()
    olga.button("Сохранить")

    # 6. A planned interview is in Google at once; the card shows it live. Moved by drag, it moves there.
    next_week(page, demo)
    drag(page, point(page, 1, 16), point(page, 1, 16.75))  # the quarter of an hour it ends in is part of it
    card = opened_card(page)
    card.get_by_label("Тип события").select_option(label="Интервью у заказчика")
    chooser = card.get_by_label("Кандидат", exact=True)
    chooser.press_sequentially("Белова")
    expect(card.get_by_role("option", name=re.compile(CANDIDATE)).first).to_be_visible()
    chooser.press("Enter")
    card.get_by_role("button", name="Запланировать").click()
    event_of(page, CANDIDATE).click()
    expect(opened_card(page).locator("[data-sync-state=synced]")).to_contain_text("Синхронизировано")
    google = anna.context.new_page()
    there = in_google(google, demo, PLANNED)
    expect(there).to_contain_text("16:00–17:00")
    next_week(page, demo)
    drag(page, point(page, 1, 16.25), point(page, 2, 18.25))
    expect(event_of(page, CANDIDATE).filter(has_text="18:00")).to_be_visible()
    expect(in_google(google, demo, PLANNED)).to_contain_text("18:00–19:00")

    # 7. Moved in Google, it moves here after the background task was run by hand, and not before.
    in_google(google, demo, PLANNED).click()
    put_at(google, "11:30", "12:30")
    next_week(page, demo)
    expect(event_of(page, CANDIDATE).filter(has_text="18:00")).to_be_visible()
    runs_by_hand(anna)
    next_week(page, demo)
    expect(event_of(page, CANDIDATE).filter(has_text="11:30")).to_be_visible()

    # 9. The same task loads what was created in Google: as named blocks, and from a calendar of recruiting as events.
    expect(page.locator(".ec-event").filter(has_text="Занято").first).to_be_visible()
    page.goto(f"{demo.url}/calendar/?view=week")
    expect(event_of(page, "Обед с Катей")).to_have_count(1)
    expect(event_of(page, "Стоматолог")).to_have_count(0)
    anna.menu("Сервис", "Персональные настройки")
    page.get_by_role("link", name="Интеграция с Google").first.click()
    row = page.locator("table.calendars tr").filter(has_text="Подбор").first
    row.locator("select").first.select_option("typed")
    row.locator("[data-type] select").select_option(label="Интервью")
    anna.button("Сохранить")
    google_next_week(google, demo)
    google.get_by_role("button", name="Создать").click()
    google.locator("[name=summary]").fill("Знакомство с кандидатом")
    google.locator("[name=calendar]").select_option(label="Подбор")
    google.locator("[name=start_date]").fill((NEXT_MONDAY + timedelta(days=3)).isoformat())
    google.locator("[name=end_date]").fill((NEXT_MONDAY + timedelta(days=3)).isoformat())
    put_at(google, "15:00", "16:00")
    runs_by_hand(anna)
    next_week(page, demo)
    expect(event_of(page, "Знакомство с кандидатом")).to_have_count(1)

    # 8. On schedule: every minute; what is moved in Google comes by itself.
    olga.menu("Администрирование", "Сервис", "Фоновые задачи")
    olga.page.get_by_role("link", name=TASK).click()
    olga.page.get_by_label("Периодичность").select_option(label="Каждые")
    olga.page.get_by_label("Час", exact=True).fill("0")
    olga.page.get_by_label("Минута", exact=True).fill("1")
    expect(olga.page.locator("#next-run")).to_contain_text("сегодня в")
    olga.button("Сохранить")
    in_google(google, demo, PLANNED).click()
    put_at(google, "13:00", "14:00")
    next_week(page, demo)
    expect(event_of(page, CANDIDATE).filter(has_text="13:00")).to_be_visible(timeout=150_000)
    olga.page.reload()
    # of all accounts of the demo, so one that must sign in again leaves its mark: «Выполнено с ошибками»
    expect(olga.page.get_by_role("row").filter(has_text="По расписанию").first).to_contain_text("Перенесено")


def test_code_is_shown_in_another_browser_and_pasted(person, demo):
    """3. «Вставить авторизационный код из буфера обмена», the code once and refused the second time."""
    olga: Person = person(OLGA)
    page = olga.page
    olga.menu("Сервис", "Персональные настройки")
    page.get_by_role("link", name="Интеграция с Google").first.click()
    with olga.context.expect_page() as opened:
        olga.button("Запросить доступ для приложения")
    opened.value.wait_for_url(re.compile(re.escape(demo.google)))
    elsewhere: Person = person()
    elsewhere.page.goto(opened.value.url)
    opened.value.close()
    accepts(elsewhere.page)
    elsewhere.page.bring_to_front()
    code = elsewhere.page.get_by_label("Авторизационный код").input_value()
    elsewhere.page.get_by_role("button", name="Скопировать код").click()
    expect(elsewhere.page.get_by_role("button", name="Скопировано")).to_be_visible()
    page.bring_to_front()
    page.evaluate("text => navigator.clipboard.writeText(text)", f"  {code}\n")
    olga.button("Вставить авторизационный код из буфера обмена")
    expect(page.get_by_text("Подключён", exact=True)).to_be_visible()
    page.evaluate("text => navigator.clipboard.writeText(text)", code)
    olga.button("Вставить авторизационный код из буфера обмена")
    expect(page.locator("#id_code_error")).to_be_visible()
    refused = [olga.complaints.pop()]
    assert "422" in refused[0]


def test_english_at_a_switch(person):
    olga: Person = person(OLGA)
    olga.page.get_by_role("button", name="Меню пользователя").click()
    olga.button("English")
    olga.menu("Tools", "Personal settings")
    expect(olga.page.get_by_role("link", name="External calendar").first).to_be_visible()
    olga.page.get_by_role("button", name="User menu").click()
    olga.button("Русский")
    expect(olga.page.locator("#menu-items")).to_contain_text("Сервис")
