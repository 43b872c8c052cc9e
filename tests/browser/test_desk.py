"""The desk and the bell in Chromium: what was done in Google is told, followed, and answered in place."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo, Person
from tests.browser.test_nine_steps import opened_card, put_at, runs_by_hand
from tests.support.sandbox import OLGA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TODAY = datetime.now(ZoneInfo("Europe/Moscow")).date()
NEXT_MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=7)
CANDIDATE = "Белова Ирина"
NARROW = {"width": 390, "height": 844}


def plans_from_the_desk(olga: Person) -> None:
    olga.page.get_by_role("link", name="Запланировать событие").click()
    card = opened_card(olga.page)
    card.get_by_label("Тип события").select_option(label="Интервью")
    card.locator("[name=start_date]").fill(NEXT_MONDAY.isoformat())
    card.locator("[name=end_date]").fill(NEXT_MONDAY.isoformat())
    card.locator("[name=start_time]").fill("07:00")
    card.locator("[name=end_time]").fill("07:45")
    chooser = card.get_by_label("Кандидат", exact=True)
    chooser.press_sequentially("Белова")
    expect(card.get_by_role("option", name=re.compile(CANDIDATE)).first).to_be_visible()
    chooser.press("Enter")
    expect(chooser).to_have_value(re.compile(CANDIDATE))
    card.get_by_role("button", name="Запланировать").click()
    expect(card).to_be_hidden()


def in_google(google: Page, demo: Demo) -> Locator:
    google.goto(f"{demo.google}/u/{OLGA}/")
    google.get_by_role("button", name="Следующая неделя").click()
    expect(google.locator(f'.column[data-date="{NEXT_MONDAY.isoformat()}"]')).to_be_visible()
    return google.locator(f'.column[data-date="{NEXT_MONDAY.isoformat()}"] [data-summary^="Интервью: {CANDIDATE}"]')


def test_what_happens_in_google_rings_and_is_answered_in_place(person, demo):
    olga: Person = person(OLGA)
    page, google = olga.page, olga.context.new_page()
    expect(page).to_have_url(f"{demo.url}/desk/")
    plans_from_the_desk(olga)

    in_google(google, demo).first.click()
    put_at(google, "07:15", "08:15")
    runs_by_hand(olga)
    page.goto(f"{demo.url}/desk/")
    expect(page.locator("#bell .vz-bell-count")).to_be_visible()
    page.locator("#bell a").click()
    notice = page.locator("[data-notice=moved]").filter(has_text="07:00–07:45")
    expect(notice).to_have_class(re.compile("vz-notice-new"))
    notice.get_by_role("link", name="Перенесено во внешнем календаре").click()
    expect(page.locator("#event-card .vz-event-when")).to_contain_text("07:15–08:15")
    page.goto(f"{demo.url}/notifications/")
    expect(notice).not_to_have_class(re.compile("vz-notice-new"))

    in_google(google, demo).first.click()
    google.get_by_role("button", name="Удалить").click()
    expect(google.locator("#editor")).to_be_hidden()
    runs_by_hand(olga)
    page.goto(f"{demo.url}/desk/")
    question = page.locator("[data-question]").filter(has_text=CANDIDATE).filter(has_text="07:15–08:15")
    question.get_by_role("button", name="Оставить только здесь").click()
    expect(question).to_have_count(0)
    page.goto(f"{demo.url}/notifications/?kind=questions")
    asked = page.locator("[data-notice=detached]").filter(has_text=CANDIDATE).first
    expect(asked).to_contain_text("Отвечено")


def test_the_desk_fits_a_telephone_in_both_languages(person, demo):
    olga: Person = person(OLGA, viewport=NARROW)
    for address in ("/desk/", "/notifications/"):
        for language in ("en", "ru"):
            olga.page.goto(f"{demo.url}{address}")
            olga.page.get_by_role("button", name=re.compile("User menu|Меню пользователя")).click()
            olga.button({"en": "English", "ru": "Русский"}[language])
            olga.page.goto(f"{demo.url}{address}")
            wide = olga.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not wide, f"{address} scrolls sideways in {language}"
