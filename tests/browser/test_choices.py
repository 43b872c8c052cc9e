"""Nothing happens in Google before a person has seen how much it would be, and everything that was said happens."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Demo, Person
from tests.browser.test_nine_steps import accepts
from tests.support.sandbox import ANNA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TODAY = datetime.now(ZoneInfo("Europe/Moscow")).date()


def in_google(anna: Person, demo: Demo) -> int:
    """How many interviews of ours stand in Anna's Google this week and the next."""
    page = anna.context.new_page()
    page.goto(f"{demo.google}/u/{ANNA}/")
    ours = page.locator('[data-summary*="нтервью"], [data-summary*="бсуждение"], [data-summary*="ыход"]')
    expect(page.locator(f'.column[data-date="{TODAY.isoformat()}"]')).to_be_visible()
    found = ours.count()
    page.get_by_role("button", name="Следующая неделя").click()
    expect(page.locator(f'.column[data-date="{TODAY.isoformat()}"]')).to_be_hidden()
    found += ours.count()
    page.close()
    return found


def test_counted_begin_another_calendar_and_end(person, demo):
    anna: Person = person(ANNA)
    page = anna.page
    page.goto(f"{demo.url}/settings/calendar/")
    page.get_by_label("Внешний календарь").select_option("google")
    anna.button("Сохранить")

    # Connected, nothing begun: the page says how much would go out and come in.
    page.goto(f"{demo.url}/settings/google/")
    with anna.context.expect_page() as opened:
        anna.button("Запросить доступ для приложения")
    accepts(opened.value)
    box = page.locator("#first-sync")
    expect(box).to_contain_text("Осталось нажать «Сохранить»")
    expect(box).to_contain_text(re.compile(r"из Google будет загружено около \d+ событи"))
    told = re.search(r"(\d+) будущ", box.inner_text())
    assert told is not None
    ahead = int(told[1])
    assert in_google(anna, demo) == 0

    # «Сохранить» begins; another calendar is asked about before anything moves.
    anna.button("Сохранить")
    expect(page.locator("#first-sync")).to_have_count(0)
    created = page.locator("tbody tr")
    for _ in range(40):
        page.goto(f"{demo.url}/tools/journal/?action=created")
        if created.count() == ahead:
            break
        page.wait_for_timeout(250)
    assert in_google(anna, demo) > 0
    page.goto(f"{demo.url}/settings/google/")
    page.locator("table.calendars tr").filter(has_text="Подбор").first.locator("input[type=radio]").check()
    anna.button("Сохранить")
    expect(page.get_by_text(f"{ahead} будущих интервью переедут в календарь «Подбор»")).to_be_visible()
    anna.button("Изменить выбор")
    expect(page.locator("table.calendars tr").filter(has_text="Подбор").first.get_by_role("radio")).to_be_checked()
    anna.button("Сохранить")
    anna.button("Сохранить")
    expect(page.get_by_text("Сохранено.")).to_be_visible()

    # The end: the copies are counted, removed one after another, and then the account is gone.
    page.get_by_role("link", name="Отключить аккаунт").click()
    page.get_by_label(f"Удалить ({ahead} ").check()
    anna.button("Отключить аккаунт")
    expect(page.get_by_text("Аккаунт отключён.")).to_be_visible(timeout=30_000)
    assert in_google(anna, demo) == 0
