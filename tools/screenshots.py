"""Pictures from a freshly started demo (`vizavi demo --reset`), without changing any of its data.

`python tools/screenshots.py` takes those of the README into docs/images; `--into FOLDER` takes more of them elsewhere,
wide and narrow, to be looked at. `--language en` takes them in English; `--at http://127.0.0.1:8810` asks another demo.
"""

import argparse
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--lang=ru"]
OLGA = "olga.melnikova@vetervolna.example"
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
BOTH_SIDES = "#case-3 .row-link"  # on the page «Что посмотреть»

# What is done before the picture is taken
Act = Callable[[Page], None]
# Name of the picture: the address, and what is done there
Pictures = Mapping[str, tuple[str, Act | None]]


def first_row(page: Page) -> None:
    """From a list to the card of its first row."""
    page.locator("main .row-link").first.click()
    page.wait_for_load_state()


def changed_on_both_sides(page: Page) -> None:
    """The journal of such an interview, from the demo's own list of what to look at."""
    page.locator(BOTH_SIDES).click()
    page.locator("[data-bs-target='#event-journal']").click()
    page.locator("#event-journal :text-matches('.')").first.wait_for()


README: Mapping[str, Pictures] = {
    "wide": {
        "calendar": ("/calendar/?view=week&people=all", None),
        "event": ("/demo/", changed_on_both_sides),
        "desk": ("/desk/", None),
        "board": ("/vacancies/", first_row),
        "connections": ("/administration/connections/", None),
        "journal": ("/tools/journal/", None),
    },
    "narrow": {"month-narrow": ("/calendar/?view=month&people=all", None)},
}
MORE: Mapping[str, Pictures] = {
    "wide": {
        "month": ("/calendar/?view=month&people=all", None),
        "team": ("/calendar/?view=team", None),
        "candidates": ("/candidates/", None),
        "candidate": ("/candidates/", first_row),
        "google": ("/settings/google/", None),
        "task": ("/administration/tasks/calendar_pull/", None),
        "look": ("/demo/", None),
    },
    "narrow": {
        "calendar-narrow": ("/calendar/?view=list&people=all", None),
        "day-narrow": ("/calendar/?view=day&people=all", None),
        "desk-narrow": ("/desk/", None),
        "event-narrow": ("/demo/", changed_on_both_sides),
        "board-narrow": ("/vacancies/", first_row),
        "candidate-narrow": ("/candidates/", first_row),
        "connections-narrow": ("/administration/connections/", None),
        "journal-narrow": ("/tools/journal/", None),
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at", default="http://127.0.0.1:8800", help="the demo's address")
    parser.add_argument("--into", type=Path, help="take more of them, into this folder")
    parser.add_argument("--language", choices=["ru", "en"], default="ru")
    wish = parser.parse_args()
    folder = wish.into or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for width, screen in (("wide", WIDE), ("narrow", NARROW)):
            pictures = {**README[width], **(MORE[width] if wish.into else {})}
            page = signed_in(browser, wish.at, screen)
            with spoken(page, wish.at, wish.language):
                take(page, wish.at, pictures, folder)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, env=os.environ | {"LANGUAGE": "ru"}
        )
        yield browser
        browser.close()


def signed_in(browser: Browser, url: str, screen: ViewportSize) -> Page:
    page = browser.new_page(viewport=screen, locale="ru-RU", timezone_id="Europe/Moscow")
    page.goto(f"{url}/")
    page.locator("[name=username]").fill(OLGA)
    page.locator("[name=password]").fill("vizavi-demo")
    page.locator("[name=password]").press("Enter")
    page.locator("#main-menu").wait_for(state="attached")
    return page


@contextmanager
def spoken(page: Page, url: str, language: str) -> Iterator[None]:
    """Olga reads in this language meanwhile."""
    speak(page, url, language)
    yield
    speak(page, url, "ru")


def speak(page: Page, url: str, language: str) -> None:
    if page.locator("html").get_attribute("lang") != language:
        page.goto(f"{url}/desk/")
        page.locator(f'form button[name="language"][value="{language}"]').evaluate("button => button.click()")
        page.wait_for_load_state()


def take(page: Page, url: str, pictures: Pictures, folder: Path) -> None:
    for name, (address, act) in pictures.items():
        page.goto(url + address)
        page.wait_for_load_state("networkidle")
        if act:
            act(page)
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)  # transitions
        page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    main()
