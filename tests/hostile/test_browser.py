"""The pages in a real browser, and without the policy that would stop a script: still nothing comes alive in them."""

import shutil
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, sync_playwright
from tests.hostile.conftest import TOMORROW, House
from tests.hostile.markup import EVIL
from tests.hostile.test_fuzz import FEED
from tests.hostile.test_pages import JOURNAL, evil, signed_in

__all__ = ["evil"]
ORIGIN = "http://vizavi.test"
FLAGS = ["--no-sandbox", "--disable-gpu"]
WATCH = "window.struck = []; window.vzevil = () => window.struck.push(1)"
ALIVE = "[...document.querySelectorAll('vzevil, [onload], [onerror], [href^=\"javascript:\"]')].map(e => e.outerHTML)"


@pytest.mark.browser
def test_nothing_comes_alive_in_a_browser(evil: House) -> None:
    client = signed_in(evil.anna)
    card = f"/events/{evil.interview.pk}/"
    answers = {
        address: client.get(address, {"date": f"{TOMORROW:%Y-%m-%d}"}) for address in ("/calendar/", card, JOURNAL)
    }
    answers[FEED] = client.get(FEED)
    kept = {urlsplit(path).path: (answer["Content-Type"], answer.content) for path, answer in answers.items()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.route("**/*", lambda route: _answer(route, kept))
        for path in ("/calendar/", card, JOURNAL):
            page.goto(f"{ORIGIN}{path}")
            _look(page, path)
        browser.close()


def _answer(route: Route, kept: dict[str, tuple[str, bytes]]) -> None:
    path = urlsplit(route.request.url).path
    static = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if static:
        route.fulfill(path=str(static))
    elif path in kept:
        content_type, body = kept[path]
        route.fulfill(content_type=content_type, body=body)
    else:
        route.fulfill(status=404, body="")


def _look(page: Page, path: str) -> None:
    if path == "/calendar/":
        page.locator(".vz-busy").first.wait_for()
    assert page.evaluate(ALIVE) == []
    assert page.evaluate("window.struck") == []
    shown = page.evaluate("document.body.innerText + [...document.querySelectorAll('input')].map(i => i.value).join()")
    assert EVIL[:40] in shown
