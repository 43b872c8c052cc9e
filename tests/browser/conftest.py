"""The demo as a newcomer starts it, and a Chromium that watches for errors and broken rules of the page."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.support import traffic
from tests.support.sandbox import ROOT

from vizavi.running.addresses import any_free

PASSWORD = "vizavi-demo"
WIDE = {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

REFUSAL = r"^django\.core\.exceptions\.PermissionDenied"  # somebody tried what is not theirs: no trouble of ours

expect.set_options(timeout=10_000)


@dataclass(frozen=True)
class Demo:
    """Where the running demo answers."""

    url: str
    google: str
    home: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    home: Path = tmp_path_factory.mktemp("demo")
    port, sandbox_port = any_free(), any_free()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIZAVI_")}
    environment |= {"VIZAVI_HOME": str(home), "VIZAVI_PORT": str(port), "VIZAVI_SANDBOX_PORT": str(sandbox_port)}
    log = (home / "demo.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "vizavi.cli", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    else:
        pytest.fail("the demo did not start: " + "".join(said) + (home / "demo.log").read_text())
    google = f"http://127.0.0.1:{sandbox_port}"
    traffic.watch(google)
    yield Demo(f"http://127.0.0.1:{port}", google, home)
    traffic.unwatch(google)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0, "Ctrl-C ends the demo in peace"
    process.stdout.close()
    log.seek(0)
    traces = log.read().split("Traceback ")[1:]
    troubles = [trace for trace in traces if not re.search(REFUSAL, trace, re.MULTILINE)]
    log.close()
    assert troubles == []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, demo: Demo, *, viewport: dict[str, int] = WIDE) -> None:
        self.demo = demo
        self.context: BrowserContext = browser.new_context(
            viewport=viewport, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.url)
        self.context.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: dialog.accept())

    def signs_in(self, email: str) -> "Person":
        self.page.goto(f"{self.demo.url}/")
        self.page.locator("[name=username]").fill(email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Войти").click()
        expect(self.page.locator("#main-menu")).to_be_visible()
        return self

    def menu(self, *captions: str) -> None:
        """Through the menu bar, caption by caption."""
        bar = self.page.locator("#menu-items")
        for caption in captions[:-1]:
            bar.get_by_role("button", name=caption, exact=True).locator("visible=true").last.click()
        bar.get_by_role("link", name=captions[-1], exact=True).locator("visible=true").last.click()

    def button(self, caption: str, **options: object) -> None:
        self.page.get_by_role("button", name=caption, **options).click()

    def leaves(self) -> None:
        self.context.close()
        assert self.complaints == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    setattr(item, f"failed_{report.when}", report.failed)
    return report


@pytest.fixture
def person(chromium: Browser, demo: Demo, request) -> Iterator[object]:
    people: list[Person] = []

    def arrive(email: str = "", **options: object) -> Person:
        someone = Person(chromium, demo, **options)
        people.append(someone)
        return someone.signs_in(email) if email else someone

    yield arrive
    if getattr(request.node, "failed_call", False):
        for number, someone in enumerate(people):
            someone.page.screenshot(path=ROOT / "test-results" / f"{request.node.name}-{number}.png")
    for someone in people:
        someone.leaves()
