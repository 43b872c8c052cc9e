"""Pictures for the README from a freshly started demo: `python tools/screenshots.py [http://127.0.0.1:8800]`."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--lang=ru"]
OLGA = "olga.melnikova@vetervolna.example"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WEEK = "/calendar/?view=week&people=all"


def synced_event(page: Page) -> None:
    """The card of an interview that is in Google, over the week."""
    page.locator(".ec-event:has(.ti-cloud-check)").last.click()
    page.locator(".modal.show #event-card [data-sync-state]").wait_for()


def first_link(page: Page) -> None:
    """From a list to the card of its first row."""
    page.locator("main .row-link").first.click()
    page.wait_for_load_state()


# name of the picture: address, and what is done there
Pictures = dict[str, tuple[str, Callable[[Page], None] | None]]
ON_WIDE: Pictures = {
    "calendar": (WEEK, None),
    "month": ("/calendar/?view=month&people=all", None),
    "team": ("/calendar/?view=team", None),
    "event": (WEEK, synced_event),
    "candidates": ("/candidates/", None),
    "candidate": ("/candidates/", first_link),
    "board": ("/vacancies/", first_link),
    "google": ("/settings/google/", None),
    "connections": ("/administration/connections/", None),
    "task": ("/administration/tasks/calendar_pull/", None),
    "journal": ("/tools/journal/", None),
}
ON_NARROW: Pictures = {
    "calendar-narrow": ("/calendar/?view=list&people=all", None),
    "day-narrow": ("/calendar/?view=day&people=all", None),
    "candidate-narrow": ("/candidates/", first_link),
}


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8800"
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, env=os.environ | {"LANGUAGE": "ru"}
        )
        for screen, pictures in ((WIDE, ON_WIDE), (NARROW, ON_NARROW)):
            take_all(signed_in(browser, url, screen), url, pictures)
        browser.close()


def signed_in(browser: Browser, url: str, screen: dict[str, int]) -> Page:
    page = browser.new_page(viewport=screen, locale="ru-RU", timezone_id="Europe/Moscow")
    page.goto(f"{url}/")
    page.locator("[name=username]").fill(OLGA)
    page.locator("[name=password]").fill("vizavi-demo")
    page.locator("[name=password]").press("Enter")
    page.locator("#main-menu").wait_for()
    return page


def take_all(page: Page, url: str, pictures: Pictures) -> None:
    for name, (address, act) in pictures.items():
        page.goto(url + address)
        page.wait_for_load_state("networkidle")
        if act:
            act(page)
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)  # transitions
        page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
