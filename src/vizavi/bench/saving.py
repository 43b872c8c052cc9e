"""From «Сохранить» to being visible in Google: the real processes, driven over HTTP as a browser does."""

import itertools
import os
import random
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

import requests

from vizavi.bench.ground import PASSWORD, ZONE, Ground, Reader, ground
from vizavi.bench.rows import Row, at_most

SAVES = 40  # half new interviews, half moves, after two to warm up
PAUSES = (0.3, 0.8)  # seconds of rest before a save, so that the workers are idle
LOOK = 0.005


def latency() -> Iterator[Row]:
    """Counted from sending the form until a reader of the Calendar API sees it, without Google's own time."""
    with ground() as here:
        account = here.recruiter()
        account.user.set_password(PASSWORD)
        account.user.save()
        with here.started("serve"):
            browser = Browser(account.user.email)
            google = here.reader(account.email)
            found = [one for _ in range(SAVES // 2 + 1) for one in _new_and_moved(here, browser, google)][2:]
    marks = quantiles(found, n=20)
    yield Row(f"save → visible in Google, above Google's own time: median of {len(found)}", f"{marks[9]:.0f} ms")
    yield at_most("… 95 of 100", marks[18], 300, "ms")


def _new_and_moved(here: Ground, browser: "Browser", google: Reader) -> list[float]:
    """Milliseconds of one new interview and of its move."""
    start, later = next(browser.free), timedelta(hours=2)
    card = ""

    def plan() -> None:
        nonlocal card
        card = browser.plan(start)

    planned = _until_visible(here, google, plan)
    return [planned, _until_visible(here, google, lambda: browser.move(card, start + later))]


def _until_visible(here: Ground, google: Reader, save: Any) -> float:
    time.sleep(random.uniform(*PAUSES))
    token = google.page()["nextSyncToken"]
    here.clear_log()
    started = time.perf_counter()
    save()
    while not google.page(syncToken=token)["items"]:
        assert time.perf_counter() - started < 20, "nothing arrived"
        time.sleep(LOOK)
    passed = (time.perf_counter() - started) * 1000
    write = next(line for line in here.log() if line["method"] in {"POST", "PATCH"})
    return float(passed - write["ms"])


class Browser:
    """A signed-in person: session, CSRF token, forms."""

    def __init__(self, email: str) -> None:
        self.url = os.environ["VIZAVI_BASE_URL"]
        self.http = requests.Session()
        day = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005 - wall clock
        # hours apart: what overlaps is warned of once more before it is saved
        self.free = (day + timedelta(days=1, hours=6 * number) for number in itertools.count())
        _wait_for(self.url)
        self._send("/login/", {"username": email, "password": PASSWORD})
        from vizavi.events.models import EventType
        from vizavi.people.models import User
        from vizavi.recruiting.models import Candidate

        orlov = Candidate.objects.create(last_name="Орлов", first_name="Денис")
        kind = EventType.objects.get(code="interview")
        self.form = {"type": kind.pk, "candidate": orlov.pk, "responsible": User.objects.get(email=email).pk}

    def plan(self, start: datetime) -> str:
        """Fill in the form of a new interview; answers the address of its card."""
        end = start + timedelta(hours=1)
        times = {f"{name}_date": f"{at:%Y-%m-%d}" for name, at in (("start", start), ("end", end))}
        times |= {f"{name}_time": f"{at:%H:%M}" for name, at in (("start", start), ("end", end))}
        answer = self._send("/events/new/", self.form | times | {"zone": ZONE, "format": "office", "vacancy": ""})
        found = re.search(r"/events/\d+/", answer.headers.get("Location", "") or answer.headers.get("HX-Redirect", ""))
        assert found, f"not saved: {answer.status_code}"
        return found.group(0)

    def move(self, card: str, start: datetime) -> None:
        end = start + timedelta(hours=1)
        answer = self._send(f"{card}move/", {"start": start.isoformat(), "end": end.isoformat(), "revision": 1})
        assert answer.status_code == 200, answer.text

    def _send(self, path: str, data: dict[str, Any]) -> requests.Response:
        if "csrftoken" not in self.http.cookies:
            self.http.get(f"{self.url}/login/", timeout=20)
        headers = {"X-CSRFToken": self.http.cookies["csrftoken"], "Referer": self.url}
        return self.http.post(f"{self.url}{path}", data=data, headers=headers, allow_redirects=False, timeout=20)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/login/", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the application did not start")
