"""A recruiter's day in Chromium, from the desk in the morning to the export that failed; then its pages in English."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import requests
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo, Person
from tests.browser.test_calendar_views import said
from tests.browser.test_nine_steps import (
    NEXT_MONDAY,
    TODAY,
    accepts,
    drag,
    event_of,
    in_google,
    next_week,
    opened_card,
    point,
    put_at,
    runs_by_hand,
)
from tests.support.captions import captions
from tests.support.sandbox import ANNA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEDNESDAY, THURSDAY = NEXT_MONDAY + timedelta(days=2), NEXT_MONDAY + timedelta(days=3)
AHEAD, OVER, MISSED, REFUSED = "Белова Ирина", "Виноградов Никита", "Гусев Роман", "Фомин Вадим"
COPY = f"Интервью: {AHEAD}"
REASON = "Start time is out of range"
OVERTAKEN = re.compile("htmx:(sendAbort|afterRequest)")
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (textContent.trim() && parentElement.checkVisibility() && !parentElement.closest("[hx-swap-oob]"))
      texts.push(textContent.trim());
  }
  return texts;
}"""


def connects(anna: Person, demo: Demo) -> None:
    """The evening before: the steps themselves are walked in test_nine_steps."""
    page = anna.page
    page.goto(f"{demo.url}/settings/calendar/")
    page.get_by_label("Внешний календарь").select_option("google")
    anna.button("Сохранить")
    page.goto(f"{demo.url}/settings/google/")
    with anna.context.expect_page() as opened:
        anna.button("Запросить доступ для приложения")
    accepts(opened.value)
    expect(page.locator("#first-sync")).to_contain_text("Осталось нажать «Сохранить»")
    anna.button("Сохранить")
    expect(page.locator("#first-sync")).to_have_count(0)


def desk(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/desk/")
    expect(page.get_by_role("heading", name="Рабочий стол")).to_be_visible()


def plans(page: Page, candidate: str, kind: str, day: date, start: str, end: str) -> None:
    """From the desk."""
    page.get_by_role("link", name="Запланировать событие").click()
    card = opened_card(page)
    card.get_by_label("Тип события").select_option(label=kind)
    chooser = card.get_by_label("Кандидат", exact=True)
    chooser.press_sequentially(candidate)
    expect(card.get_by_role("option", name=re.compile(candidate)).first).to_be_visible()
    chooser.press("Enter")
    for name, hour in (("start", start), ("end", end)):
        card.locator(f"[name={name}_date]").fill(day.isoformat())
        card.locator(f"[name={name}_time]").fill(hour)
    page.wait_for_load_state("networkidle")  # what collides is said first
    card.get_by_role("button", name="Запланировать").click()
    said(page, "Запланировано.")
    expect(page.locator(".modal-backdrop")).to_have_count(0)


def over(page: Page, candidate: str) -> Locator:
    """What the desk asks about an interview whose time has passed."""
    return page.locator("[data-overdue]").filter(has_text=candidate)


def refuse_the_next(google: str) -> None:
    rule = {"path": "/events$", "method": "POST", "status": 400, "reason": "invalid", "message": REASON}
    assert requests.post(f"{google}/sandbox/faults", json=rule, timeout=20).ok


def test_a_recruiters_day(person, demo):
    anna: Person = person(ANNA)
    page = anna.page
    connects(anna, demo)

    # The day is opened on the desk, and three interviews are planned from there.
    anna.menu("Рабочий стол")
    plans(page, AHEAD, "Интервью", WEDNESDAY, "10:00", "11:00")
    plans(page, OVER, "Телефонное интервью", TODAY, "00:01", "00:05")
    plans(page, MISSED, "Телефонное интервью", TODAY, "00:06", "00:10")

    # Two of them are over: one was held and moves its candidate, to the other nobody came.
    desk(page, demo)
    over(page, OVER).get_by_role("link", name=OVER).click()
    card = opened_card(page)
    card.get_by_role("button", name="Состоялось").click()
    form = card.locator("form.vz-action-form:visible")
    form.get_by_label("Результат").select_option(label="Успешно")
    form.get_by_label("Этап кандидата").select_option(label="Интервью с руководителем")
    form.get_by_role("button", name="Состоялось").click()
    said(page, "Кандидат переведён на этап «Интервью с руководителем».")
    expect(card.locator(".vz-status")).to_have_text("Состоялось")
    page.keyboard.press("Escape")
    expect(over(page, OVER)).to_have_count(0)
    over(page, MISSED).get_by_role("button", name="Неявка").click()
    expect(over(page, MISSED)).to_have_count(0)

    # One ahead is moved by a drag, and it moves in Google.
    next_week(page, demo)
    expect(event_of(page, AHEAD).locator(".vz-sign-synced")).to_be_visible()
    drag(page, point(page, 2, 10.25), point(page, 2, 13.25))
    said(page, "Перенесено.")
    expect(event_of(page, AHEAD).filter(has_text="13:00").locator(".vz-sign-synced")).to_be_visible()
    google = anna.context.new_page()
    expect(in_google(google, demo, COPY)).to_contain_text("13:00–14:00")

    # Moved in Google, it moves here once the task has run, and the bell says so.
    in_google(google, demo, COPY).click()
    put_at(google, "16:30", "17:30")
    runs_by_hand(anna)
    next_week(page, demo)
    expect(event_of(page, AHEAD).filter(has_text="16:30")).to_be_visible()
    page.locator("#bell a").click()
    moved = page.locator("[data-notice=moved]").filter(has_text=AHEAD)
    expect(moved).to_contain_text("16:30–17:30")

    # Deleted in Google it is asked about on the desk, and put back there.
    in_google(google, demo, COPY).click()
    google.get_by_role("button", name="Удалить").click()
    expect(google.locator("#editor")).to_be_hidden()
    runs_by_hand(anna)
    desk(page, demo)
    question = page.locator("[data-question]").filter(has_text=AHEAD)
    expect(question).to_contain_text("Удалено во внешнем календаре")
    question.get_by_role("button", name="Выгрузить снова").click()
    said(page, "Событие снова выгружается.")
    expect(question).to_have_count(0)
    next_week(page, demo)
    expect(event_of(page, AHEAD).locator(".vz-sign-synced")).to_be_visible()
    expect(in_google(google, demo, COPY)).to_contain_text("16:30–17:30")

    # A candidate is found by a part of the name, with what lies ahead.
    anna.menu("Кандидаты")
    page.get_by_label("Поиск").fill("белов")
    anna.button("Найти")
    page.get_by_role("link", name=AHEAD).click()
    expect(page.get_by_role("heading", name=re.compile(AHEAD))).to_be_visible()
    ahead = page.locator(".card").filter(has_text="Предстоящие события")
    expect(ahead.get_by_role("link", name=f"{WEDNESDAY:%d.%m.%Y} 16:30")).to_be_visible()

    # An export fails: why is read on the desk and in the journal of the card, and it is tried again.
    refuse_the_next(demo.google)
    desk(page, demo)
    plans(page, REFUSED, "Интервью", THURSDAY, "16:00", "17:00")
    next_week(page, demo)
    expect(event_of(page, REFUSED).locator(".vz-sign-error")).to_be_visible()
    desk(page, demo)
    trouble = page.get_by_role("region", name="Синхронизация").locator("li").filter(has_text=REFUSED)
    expect(trouble).to_contain_text(f"Google не принимает событие: {REASON}")
    trouble.get_by_role("link", name=REFUSED).click()
    card = opened_card(page)
    card.get_by_role("tab", name="Журнал").click()
    expect(card.locator(".vz-line-failed")).to_contain_text(REASON)
    card.locator("#event-journal").get_by_role("button", name="Повторить").click()
    expect(card.get_by_role("tab", name="Журнал")).to_have_attribute("aria-selected", "true")
    expect(card.locator("[data-sync-state]")).to_have_attribute("data-sync-state", "synced")
    expect(in_google(google, demo, f"Интервью: {REFUSED}")).to_contain_text("16:00–17:00")
    # an answer overtakes a renewal of the desk that is under way
    anna.complaints[:] = [said for said in anna.complaints if not OVERTAKEN.match(said)]


def pages_of_the_day(page: Page, demo: Demo) -> Iterator[str]:
    """The addresses of the day, each of them open when it is handed out."""
    views = [f"calendar/?view={view}" for view in ("week", "list", "month")]
    for address in ("desk/", "notifications/", *views, "events/new/", "candidates/", "tools/run/calendar-pull/"):
        page.goto(f"{demo.url}/{address}", wait_until="networkidle")
        yield address
    page.goto(f"{demo.url}/candidates/?q=белов", wait_until="networkidle")
    page.get_by_role("link", name=AHEAD).click()
    yield "candidate"
    page.locator(".vz-list .row-link").first.click()
    expect(page.locator("#event-card")).to_be_visible()
    yield "event"


def test_the_pages_of_the_day_are_english_for_whoever_reads_english(person, demo):
    anna: Person = person(ANNA)
    page = anna.page
    anna.page.get_by_role("button", name="Меню пользователя").click()
    anna.button("English")
    expect(page.locator("#menu-items")).to_contain_text("Dashboard")
    russian = captions() - {"Русский", "Python-разработчик"}  # a language and a vacancy
    found = {address: russian.intersection(page.evaluate(TEXTS)) for address in pages_of_the_day(page, demo)}
    assert {address: texts for address, texts in found.items() if texts} == {}
    anna.page.get_by_role("button", name="User menu").click()
    anna.button("Русский")
