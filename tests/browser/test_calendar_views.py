"""The calendar by hand: views and filters in the address, keys, drags into columns, what a refusal looks like."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Demo
from tests.browser.test_nine_steps import NEXT_MONDAY, TODAY, drag, event_of, opened_card, point
from tests.support.sandbox import ANNA, OLGA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SATURDAY = (NEXT_MONDAY + timedelta(days=12)).isoformat()  # nobody has anything planned
NARROW = {"width": 390, "height": 844}


def opens(page: Page, demo: Demo, **query: str) -> None:
    page.goto(f"{demo.url}/calendar/?" + "&".join(f"{name}={value}" for name, value in query.items()))
    expect(page.locator("#calendar .ec-main")).to_be_visible()


def address(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def settled(page: Page, **expected: str) -> None:
    page.wait_for_function("query => location.search === `?${new URLSearchParams(query)}`", arg=expected)


def column(page: Page, name: str) -> int:
    """Which column is theirs, from the left."""
    heads = page.locator("#calendar .ec-col-head .vz-column")
    expect(heads.filter(has_text=name)).to_be_visible()
    return heads.all_text_contents().index(name)


def said(page: Page, text: str) -> Locator:
    toast = page.locator("#toasts .toast").filter(has_text=text)
    expect(toast.last).to_be_visible()
    return toast.last


def plans(page: Page, name: str, candidate: str, *, start: float, end: float) -> None:
    """By a drag in a column, through the form, which knows already whose column it was."""
    drag(page, point(page, column(page, name), start), point(page, column(page, name), end - 0.25))
    card = opened_card(page)
    card.get_by_label("Тип события").select_option(label="Интервью у заказчика")
    chooser = card.get_by_label("Кандидат", exact=True)
    chooser.press_sequentially(candidate)
    expect(card.get_by_role("option", name=re.compile(candidate)).first).to_be_visible()
    chooser.press("Enter")
    page.wait_for_load_state("networkidle")  # what collides is said first
    card.get_by_role("button", name="Запланировать").click()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    expect(event_of(page, candidate)).to_be_visible()


def stands_in(page: Page, text: str, number: int) -> None:
    """An event is in the column with this number, told by its middle (the calendar may be drawing it anew)."""
    page.wait_for_function(
        """([text, number]) => {
          const events = [...document.querySelectorAll("#calendar .ec-event[data-event]")];
          const event = events.find(({ textContent }) => textContent.includes(text))?.getBoundingClientRect();
          const column = document.querySelectorAll("#calendar .ec-body .ec-day")[number].getBoundingClientRect();
          const middle = event && event.left + event.width / 2;
          return event && column.left <= middle && middle < column.right;
        }""",
        arg=[text, number],
    )


def test_view_date_and_filters_are_kept_in_the_address(person, demo):
    page = person(OLGA).page
    day = NEXT_MONDAY.isoformat()
    opens(page, demo, view="month", date=day)
    for word, name in [("week", "Неделя"), ("workweek", "Рабочая неделя"), ("day", "День"), ("list", "Список")]:
        page.locator("#calendar").get_by_role("button", name=name, exact=True).click()
        settled(page, view=word, date=day)
    page.get_by_text("Все", exact=True).click()
    page.get_by_text("Неявка", exact=True).first.click()
    page.get_by_label("Вакансия").select_option(index=1)
    kept = address(page)
    assert (kept["people"], kept["status"]) == ("all", "planned,confirmed,held")
    page.reload()
    expect(page.locator("#calendar .ec-list")).to_be_visible()
    assert address(page) == kept
    expect(page.get_by_label("Вакансия")).to_have_value(kept["vacancy"])
    expect(page.get_by_label("Неявка")).not_to_be_checked()


def test_everything_by_keyboard(person, demo):
    page = person(OLGA).page
    day, before = NEXT_MONDAY.isoformat(), (NEXT_MONDAY - timedelta(days=1)).isoformat()
    opens(page, demo, view="week", date=day)
    for key, word in [("m", "month"), ("b", "workweek"), ("l", "list"), ("k", "team"), ("r", "rooms"), ("d", "day")]:
        page.keyboard.press(key)
        settled(page, view=word, date=day)
    page.keyboard.press("ArrowLeft")
    settled(page, view="day", date=before)
    page.keyboard.press("ArrowRight")
    settled(page, view="day", date=day)
    page.keyboard.press("t")
    settled(page, view="day", date=TODAY.isoformat())
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши и обозначения")).to_be_focused()  # once it has faded in
    page.keyboard.press("Escape")
    expect(page.locator("#calendar-help")).to_be_hidden()
    page.keyboard.press("n")
    expect(opened_card(page).get_by_role("button", name="Запланировать")).to_be_visible()


def test_arrows_go_from_event_to_event_and_enter_opens_one(person, demo):
    page = person(OLGA).page
    opens(page, demo, view="list", date=NEXT_MONDAY.isoformat(), people="all", busy="0")
    events = page.locator("#calendar .ec-event")
    expect(events.nth(2)).to_be_visible()
    events.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(events.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    opened_card(page)
    page.keyboard.press("Escape")
    expect(events.nth(1)).to_be_focused()


def test_a_colleague_is_given_an_event_by_a_drag_and_it_is_taken_back(person, demo):
    page = person(OLGA).page
    opens(page, demo, view="team", date=SATURDAY)
    anna, dmitry = column(page, "Анна Крылова"), column(page, "Дмитрий Лаптев")
    plans(page, "Анна Крылова", "Гусев Роман", start=10, end=11)
    stands_in(page, "Гусев Роман", anna)
    drag(page, point(page, anna, 10.25), point(page, dmitry, 12.25))
    undo = said(page, "Перенесено.").get_by_role("button", name="Вернуть")
    expect(event_of(page, "Гусев Роман").filter(has_text="12:00")).to_be_visible()
    stands_in(page, "Гусев Роман", dmitry)
    undo.click()
    said(page, "Возвращено.")
    expect(event_of(page, "Гусев Роман").filter(has_text="10:00")).to_be_visible()
    stands_in(page, "Гусев Роман", anna)


def test_another_room_by_a_drag_and_what_collides_there(person, demo):
    page = person(OLGA).page
    opens(page, demo, view="rooms", date=SATURDAY)
    plans(page, "Байкал", "Фомин Вадим", start=14, end=15)
    plans(page, "Ладога", "Рябов Константин", start=14, end=15)
    baikal, ladoga = column(page, "Байкал"), column(page, "Ладога")
    stands_in(page, "Фомин Вадим", baikal)
    drag(page, point(page, baikal, 14.25), point(page, ladoga, 14.75))
    question = page.get_by_role("dialog", name="Фомин Вадим: перенести?")
    expect(question).to_contain_text("Переговорная Ладога занята")
    expect(question.get_by_label("Причина переноса")).to_be_focused()  # once it has faded in
    question.get_by_role("button", name="Перенести").click()
    said(page, "Перенесено.")
    expect(event_of(page, "Фомин Вадим").filter(has_text="14:30")).to_be_visible()
    stands_in(page, "Фомин Вадим", ladoga)


def test_a_longer_event_by_its_edge_in_the_work_week(person, demo):
    page = person(OLGA).page
    friday = (NEXT_MONDAY + timedelta(days=11)).isoformat()
    opens(page, demo, view="team", date=friday)
    plans(page, "Ольга Мельникова", "Лебедев Антон", start=16, end=17)
    opens(page, demo, view="workweek", date=friday)
    expect(page.locator("#calendar .ec-body .ec-day")).to_have_count(5)
    box = event_of(page, "Лебедев Антон").bounding_box()
    assert box is not None
    edge = (box["x"] + box["width"] / 2, box["y"] + box["height"] - 2)
    drag(page, edge, (edge[0], edge[1] + box["height"] / 2))
    said(page, "Перенесено.")
    expect(event_of(page, "Лебедев Антон")).to_have_attribute("data-end", re.compile("17:30"))


def test_an_event_springs_back_when_somebody_was_faster(person, demo):
    olga, other = person(OLGA), person(OLGA)
    page = olga.page
    opens(page, demo, view="team", date=SATURDAY)
    plans(page, "Ольга Мельникова", "Цветков Лев", start=17, end=18)
    opens(other.page, demo, view="team", date=SATURDAY)
    mine = column(page, "Ольга Мельникова")
    expect(event_of(other.page, "Цветков Лев")).to_be_visible()
    drag(other.page, point(other.page, mine, 17.25), point(other.page, mine, 8.25))
    said(other.page, "Перенесено.")
    drag(page, point(page, mine, 17.25), point(page, mine, 12.25))
    expect(page.locator("#toasts .text-bg-danger")).to_be_visible()
    expect(event_of(page, "Цветков Лев").filter(has_text="08:00")).to_be_visible()
    assert "409" in olga.complaints.pop()


def test_a_narrow_screen_begins_with_the_list(person, demo):
    page = person(ANNA, viewport=NARROW).page
    page.goto(f"{demo.url}/calendar/")
    chooser = page.get_by_label("Вид", exact=True)
    expect(chooser).to_have_value("list")
    chooser.select_option("day")
    settled(page, view="day", date=TODAY.isoformat())
    page.get_by_role("button", name="Фильтры").click()
    page.get_by_text("Все", exact=True).click()
    page.get_by_role("button", name="Закрыть").first.click()
    settled(page, view="day", date=TODAY.isoformat(), people="all")
    page.get_by_role("button", name="Фильтры").click()
    page.locator(f'#calendar-mini [data-day="{NEXT_MONDAY.isoformat()}"]').click()
    settled(page, view="day", date=NEXT_MONDAY.isoformat(), people="all")
    expect(page.locator("#calendar-side")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
