"""Every page is read by axe, as administrator and as recruiter, on a wide and on a narrow screen.

The addresses come from the URL conf, so that a new page cannot be forgotten.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, expect
from tests.browser.conftest import WIDE, Demo, Person
from tests.support.sandbox import ANNA, OLGA, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NARROW = {"width": 390, "height": 844}
SCREENS = {"wide": WIDE, "narrow": NARROW}
REFUSED = ("serious", "critical")
READ = """async (refused) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => refused.includes(impact))
    .map(({ id, impact, nodes }) => `${id} [${impact}]: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}"""
# What an address is about, by the name of its argument or the beginning of its own: one that has something to show
OBJECTS = {
    "event_id": "SELECT event_id FROM events_participant JOIN events_event e ON e.id = event_id AND status = 'planned'",
    "candidate_id": "SELECT candidate_id FROM events_event WHERE status = 'planned' AND candidate_id > 0",
    "vacancy_id": "SELECT id FROM recruiting_vacancy WHERE number = 'V-101'",
    "application_id": "SELECT id FROM recruiting_application",
    "event_type": "SELECT id FROM events_eventtype WHERE code = 'interview'",
    "room": "SELECT id FROM events_room",
    "message_template": "SELECT id FROM events_messagetemplate",
    "department": "SELECT id FROM people_department",
    "stage": "SELECT id FROM recruiting_stage",
    "rejection_reason": "SELECT id FROM recruiting_rejectionreason",
    "user": "SELECT id FROM people_user WHERE email LIKE 'anna.krylova@%'",
    "task_run": "SELECT id FROM jobs_taskrun ORDER BY id DESC",
    "manual_run": "SELECT id FROM jobs_taskrun ORDER BY id DESC",
    "task": "SELECT code FROM jobs_taskdefinition",
    "google_confirm_login": "SELECT id FROM connections_account",
    "notification": "SELECT n.id FROM notifications_notification n JOIN people_user u ON u.id = n.user_id"
    " WHERE u.email LIKE 'olga.melnikova@%'",
    "group": "SELECT id FROM people_group",
}
NOT_READ = {"logout", "language", "token_revoke"}  # they show nothing: they end a session, change a language, revoke
MORE = (  # other faces of pages
    *(f"/calendar/?people=all&view={view}" for view in ("month", "week", "workweek", "day", "list", "team", "rooms")),
    "/candidates/?q=никто",
    "/vacancies/?q=никто",
    "/tools/journal/?result=error",
)


def patterns(entries: list[Any]) -> Iterator[URLPattern]:
    """Those of the pages; what stands in a namespace is the REST API, which programs read."""
    for entry in entries:
        if not isinstance(entry, URLResolver):
            yield entry
        elif not entry.namespace:
            yield from patterns(entry.url_patterns)


def object_of(demo: Demo, name: str, argument: str) -> object:
    beginnings = sorted((key for key in OBJECTS if name.startswith(key)), key=len, reverse=True)
    key = argument if argument in OBJECTS else next(iter(beginnings), "")
    assert key, f"name an object for {name} in OBJECTS"
    with closing(sqlite3.connect(f"file:{demo.home / 'vizavi.sqlite3'}?mode=ro", uri=True)) as database:
        found = database.execute(OBJECTS[key]).fetchone()
    assert found, f"the demo has nothing for {name}"
    return found[0]


def addresses(demo: Demo) -> Iterator[str]:
    for pattern in patterns(get_resolver().url_patterns):
        arguments = pattern.pattern.converters
        name = pattern.name or ""
        if name not in NOT_READ:
            yield reverse(name, kwargs={argument: object_of(demo, name, argument) for argument in arguments})
    yield from MORE


def opened(page: Page, demo: Demo, address: str) -> bool:
    """A page as it is, a part of one within another; nothing where there is nothing to see."""
    answer = page.context.request.get(demo.url + address)
    if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
        return False
    if "<html" in answer.text():
        page.goto(demo.url + address, wait_until="networkidle")
        return True
    if not answer.text().strip():
        return False
    page.goto(f"{demo.url}/settings/")
    page.evaluate("address => htmx.ajax('GET', address, { target: '#content > div', swap: 'innerHTML' })", address)
    return True


def complaints(page: Page, about: str) -> list[str]:
    """What axe says on both screens; it is brought in past the page's own rules on scripts, as a debugger does."""
    page.evaluate(AXE.read_text())
    found = []
    for screen, size in SCREENS.items():
        page.set_viewport_size(size)
        found += [f"{about} ({screen}) {complaint}" for complaint in page.evaluate(READ, REFUSED)]
    page.set_viewport_size(WIDE)
    return found


def leaves_something(reader: Person) -> None:
    """So that there is a run, a group and a token to look at; who comes second finds them."""
    page = reader.page
    page.goto(f"{reader.demo.url}/tools/run/calendar-pull/")
    reader.button("Запустить")
    expect(page.locator("#run")).not_to_be_empty()
    page.goto(f"{reader.demo.url}/administration/groups/")
    if page.locator("main .row-link").count():
        return
    page.goto(f"{reader.demo.url}/administration/groups/new/")
    page.get_by_label("Название").fill("Подбор")
    reader.button("Сохранить")
    page.goto(f"{reader.demo.url}/settings/tokens/")
    page.get_by_label("Название").fill("отчёт")
    reader.button("Создать токен")
    expect(page.locator("#tokens")).to_be_visible()


@pytest.mark.parametrize(("email", "least"), [(OLGA, 60), (ANNA, 35)])
def test_axe_has_nothing_serious_to_say_about_any_page(person, demo, email, least):
    leaves_something(person(OLGA))
    reader: Person = person(email)
    reader.page.emulate_media(reduced_motion="reduce")  # nothing is read half faded in
    found, read = [], 0
    for address in addresses(demo):
        if opened(reader.page, demo, address):
            found += complaints(reader.page, address)
            read += 1
    # a part that stands alone misses what it would renew beside itself
    reader.complaints[:] = [said for said in reader.complaints if "htmx:oobErrorNoTarget" not in said]
    assert found == []
    assert read >= least, "pages were really read"
