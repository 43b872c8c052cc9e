"""Pictures for the README from a freshly started demo: `python tools/screenshots.py [http://127.0.0.1:8800]`."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--lang=ru"]
OLGA = "olga.melnikova@vetervolna.example"
PAGES = {
    "calendar": "/calendar/?view=week&people=all",
    "google": "/settings/google/",
    "connections": "/administration/connections/",
    "task": "/administration/tasks/calendar_pull/",
}


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8800"
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, env=os.environ | {"LANGUAGE": "ru"}
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow")
        sign_in(page, url)
        for name, address in PAGES.items():
            page.goto(url + address)
            take(page, name)
        open_synced_event(page, url)
        take(page, "event")
        browser.close()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/")
    page.locator("[name=username]").fill(OLGA)
    page.locator("[name=password]").fill("vizavi-demo")
    page.locator("[name=password]").press("Enter")
    page.locator("#main-menu").wait_for()


def open_synced_event(page: Page, url: str) -> None:
    page.goto(f"{url}{PAGES['calendar']}")
    page.locator(".ec-event:has(.ti-cloud-check)").last.click()
    page.locator(".modal.show #event-card [data-sync-state]").wait_for()


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # transitions
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
