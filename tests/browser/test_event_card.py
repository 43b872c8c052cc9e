"""The card by hand: a plan over a warning, a drag with a reason, an outcome with its stage, no-show, restore, copy."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo, Person
from tests.browser.test_calendar_views import column, opens, said
from tests.browser.test_nine_steps import NEXT_MONDAY, TODAY, drag, event_of, opened_card, point
from tests.support.sandbox import OLGA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUNDAY = (NEXT_MONDAY + timedelta(days=13)).isoformat()  # nobody has anything planned
NAME = "Ольга Мельникова"


def fills(card: Locator, candidate: str, kind: str = "Интервью у заказчика") -> None:
    card.get_by_label("Тип события").select_option(label=kind)
    chooser = card.get_by_label("Кандидат", exact=True)
    chooser.press_sequentially(candidate)
    expect(card.get_by_role("option", name=re.compile(candidate)).first).to_be_visible()
    chooser.press("Enter")


def closed(page: Page) -> None:
    expect(page.locator(".modal-backdrop")).to_have_count(0)


def plans(page: Page, candidate: str, *, start: float, end: float, kind: str = "Интервью у заказчика") -> None:
    mine = column(page, NAME)
    drag(page, point(page, mine, start), point(page, mine, end - 0.25))
    card = opened_card(page)
    fills(card, candidate, kind)
    page.wait_for_load_state("networkidle")  # what collides is said first
    card.get_by_role("button", name="Запланировать").click()
    closed(page)
    expect(event_of(page, candidate)).to_be_visible()


def over(olga: Person, demo: Demo) -> Locator:
    """The card of an interview of today's first minutes."""
    page = olga.page
    page.goto(f"{demo.url}/events/new/")
    fills(page.locator("#event-card"), "Жуков Максим", "Телефонное интервью")
    card = page.locator("#event-card")
    for name in ("start", "end"):
        card.locator(f"[name={name}_date]").fill(TODAY.isoformat())
    card.locator("[name=start_time]").fill("00:01")
    card.locator("[name=end_time]").fill("00:05")
    card.get_by_role("button", name="Запланировать").click()
    expect(page).to_have_url(re.compile(r"/events/\d+/$"))
    return page.locator("#event-card")


def test_a_refusal_takes_the_focus_to_its_field_and_goes_with_its_reason(person, demo):
    olga = person(OLGA)
    page = olga.page
    page.goto(f"{demo.url}/events/new/")
    card = page.locator("#event-card")
    card.get_by_label("Тип события").select_option(label="Видеоинтервью")
    card.get_by_role("button", name="Запланировать").click()
    chooser = card.get_by_label("Кандидат", exact=True)
    expect(chooser).to_be_focused()
    expect(chooser).to_have_attribute("aria-describedby", "event_candidate_error")
    expect(card.locator("#event_candidate_error")).to_be_visible()
    expect(card.get_by_role("listbox")).to_have_count(0)  # it would cover the reason
    assert "422" in olga.complaints.pop()
    fills(card, "Орлов Денис", "Видеоинтервью")
    card.get_by_role("button", name="Запланировать").click()
    link = card.get_by_label("Ссылка на видеовстречу")
    expect(link).to_be_focused()
    assert "422" in olga.complaints.pop()
    expect(card.locator("#event_video_url_error")).to_be_visible()
    card.get_by_label("Тип события").select_option(label="Телефонное интервью")
    expect(link).to_be_hidden()
    expect(card.locator(".is-invalid, .invalid-feedback")).to_have_count(0)


def test_a_plan_over_a_warning_and_a_drag_with_a_reason(person, demo):
    page = person(OLGA).page
    opens(page, demo, view="team", date=SUNDAY)
    plans(page, "Гусев Роман", start=10, end=11)
    mine = column(page, NAME)
    drag(page, point(page, mine, 12), point(page, mine, 12.75))
    card = opened_card(page)
    fills(card, "Фомин Вадим")
    card.locator("[name=start_time]").fill("10:30")
    card.locator("[name=start_time]").press("Tab")
    expect(card.locator("#event-check")).to_contain_text(f"{NAME}: занято")
    card.get_by_role("button", name="Запланировать").click()  # a warning, no refusal
    closed(page)
    expect(event_of(page, "Фомин Вадим")).to_be_visible()

    box = event_of(page, "Фомин Вадим").bounding_box()
    assert box is not None
    start = (box["x"] + 12, box["y"] + 8)
    hour = point(page, mine, 11)[1] - point(page, mine, 10)[1]
    drag(page, start, (start[0], start[1] - hour))
    question = page.locator("#ask")
    expect(question).to_contain_text("перенести?")
    expect(question).to_contain_text(f"{NAME}: занято")
    expect(page.get_by_label("Причина переноса")).to_be_focused()  # once it has faded in
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(event_of(page, "Фомин Вадим").filter(has_text="10:30")).to_be_visible()

    drag(page, start, (start[0], start[1] - hour))
    expect(page.get_by_label("Причина переноса")).to_be_focused()
    page.keyboard.type("Кандидат просит раньше")
    page.keyboard.press("Enter")
    said(page, "Перенесено.")
    expect(event_of(page, "Фомин Вадим").filter(has_text="09:30")).to_be_visible()
    event_of(page, "Фомин Вадим").click()
    card = opened_card(page)
    card.get_by_text("Переносилось 1 раз").click()
    expect(card.locator(".vz-moved-list")).to_contain_text("Кандидат просит раньше")
    expect(card.locator(".vz-moved-list")).to_contain_text("10:30")


def test_held_with_an_outcome_that_moves_the_candidate(person, demo):
    olga = person(OLGA)
    page = olga.page
    opens(page, demo, view="list", date=(NEXT_MONDAY - timedelta(days=14)).isoformat(), people="all", busy="0")
    overdue = page.locator("#calendar .ec-event.vz-overdue").first
    overdue.click()
    card = opened_card(page)
    card.get_by_role("button", name="Состоялось").click()
    form = card.locator("form:has([data-outcome])").first
    form.get_by_label("Результат").select_option(label="Отказ")
    expect(form.get_by_label("Этап кандидата")).to_have_value(re.compile(r"\d+"))
    form.get_by_label("Причина отказа").select_option(label="слабое интервью")
    form.get_by_role("button", name="Состоялось").click()
    said(page, "Кандидат переведён на этап «Отказ компании».")
    card = page.locator("#event-card")
    expect(card.locator(".vz-status")).to_have_text("Состоялось")
    card.get_by_role("button", name="Вернуть").click()  # an administrator takes it back
    expect(card.locator(".vz-status")).to_have_text("Запланировано")


def test_no_show_cancelled_restored_and_copied(person, demo):
    olga = person(OLGA)
    page = olga.page
    card = over(olga, demo)
    card.get_by_role("button", name="Неявка").first.click()
    form = card.locator("form.vz-action-form:visible")
    expect(form.get_by_label("Этап кандидата")).to_have_value("")  # it may follow, and stays unless it is chosen
    form.get_by_role("button", name="Неявка").click()
    expect(card.locator(".vz-status")).to_have_text("Неявка")
    card.get_by_role("link", name="Дублировать").click()
    expect(page.get_by_role("heading", name="Новое событие", level=2)).to_be_visible()
    expect(card.locator("[name=start_date]")).not_to_have_value(TODAY.isoformat())
    card.locator("[name=start_time]").fill("07:05")
    card.locator("[name=start_time]").press("Tab")
    card.get_by_role("button", name="Запланировать").click()
    expect(page).to_have_url(re.compile(r"/events/\d+/$"))
    expect(card.get_by_role("heading", name="Жуков Максим")).to_be_visible()
    card.get_by_role("button", name="Отменить").click()
    card.get_by_label("Причина отмены").fill("Кандидат заболел")
    card.locator("form.vz-action-form:visible").get_by_role("button", name="Отменить").click()
    expect(card.locator(".vz-status")).to_have_text("Отменено")
    expect(card).to_contain_text("Кандидат заболел")
    card.get_by_role("button", name="Восстановить").click()
    expect(card.locator(".vz-status")).to_have_text("Запланировано")


def test_an_invitation_is_begun_by_a_template_sent_and_listed(person, demo):
    page = person(OLGA).page
    opens(page, demo, view="list", date=NEXT_MONDAY.isoformat(), people="all", busy="0")
    event_of(page, "Виноградов Никита").click()
    card = opened_card(page)
    card.get_by_role("button", name="Приглашение").click()
    text = card.get_by_label("Текст", exact=True)
    expect(text).to_have_value(re.compile("Здравствуйте, Никита .*Время: 17:00–18:00", re.DOTALL))  # his clock
    card.get_by_label("Шаблон письма").select_option(label="Напоминание")
    expect(text).to_have_value(re.compile("Напоминаем о нашей встрече"))
    with page.expect_download() as file:
        card.get_by_role("link", name="Скачать .ics").click()
    assert "METHOD:REQUEST" in file.value.path().read_text()
    text.fill("Ждём вас завтра.")
    card.get_by_role("button", name="Отправить на").click()
    said(page, "Письмо передано на отправку.")
    expect(card.locator("#letter-list")).to_contain_text("Отправлено")
    card.locator("#letter-list summary").click()
    expect(card.locator("#letter-list")).to_contain_text("Ждём вас завтра.")
