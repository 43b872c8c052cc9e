"""SIGKILL at random moments, of workers, of people's requests and of whole installations, under edits on both sides.

KILLS says how many (5), SEED where chance begins. Whatever is killed, once it is quiet both sides agree, nothing is
doubled, and nothing that was saved is lost.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import pytest
import requests
from tests.running.test_processes import children_of, wait_for
from tests.support.google_settings import google_variables
from tests.support.installation import Installation, installation
from tests.support.sandbox import ANNA, ROOT, Sandbox
from tests.support.services import postgres_database

from vizavi.running.addresses import any_free

KILLS = int(os.environ.get("KILLS") or 5)
SEED = int(os.environ.get("SEED") or 1)
PASSWORD = "kills-and-restarts"  # as in mortals.py
A_ROUND = 20  # kills, then it is quiet, then all begins anew
LEASE_AND_SWEEP = 60.0
LOSSES = (
    {"effect": "lost_after", "probability": 0.03, "times": None},
    {"effect": "lost_before", "probability": 0.02, "times": None},
    {"effect": "error", "status": 503, "probability": 0.02, "times": None},
)


class Mortals:
    """See mortals.py."""

    def __init__(self, installed: Installation, url: str) -> None:
        environment = installed.environment | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
        command = [sys.executable, str(ROOT / "tests/soak/mortals.py"), url]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
        assert self.answer() == "ready"

    def ask(self, *words: object) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        answer = json.loads(line)
        assert not (isinstance(answer, dict) and "error" in answer), answer["error"]
        return answer

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.ask("bury", pid)

    def close(self) -> None:
        """What it gave birth to dies with it."""
        self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Browser:
    """Anna drags events of the real pages; what the killed web does not answer stays as it was, or is done."""

    def __init__(self, port: str) -> None:
        self.url, self.http = f"http://127.0.0.1:{port}", requests.Session()
        self._post("/login/", username=ANNA, password=PASSWORD)

    def drag(self, chance: Random) -> None:
        today = datetime.now(UTC).date()
        days = {"start": today.isoformat(), "end": (today + timedelta(days=14)).isoformat()}
        shown = self.http.get(f"{self.url}/calendar/events.json", params=days, timeout=10).json()
        events = [item for item in shown if item.get("startEditable")]
        if events:
            item, start = chance.choice(events), datetime.now(UTC) + timedelta(hours=chance.randrange(20, 90))
            times = {"start": start.isoformat()[:16], "end": (start + timedelta(hours=1)).isoformat()[:16]}
            self._post(item["extendedProps"]["moveUrl"], revision=item["extendedProps"]["revision"], **times)

    def _post(self, path: str, **form: Any) -> requests.Response:
        if "csrftoken" not in self.http.cookies:
            self.http.get(f"{self.url}/login/", timeout=10)
        headers = {"X-CSRFToken": self.http.cookies["csrftoken"], "Referer": self.url}
        return self.http.post(self.url + path, data=form, headers=headers, timeout=10)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("google")) as running:
        yield running


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Installation]:
    with _database() as settings:
        home = tmp_path_factory.mktemp("home")
        ours = installation(home, PORT=str(any_free()), **google_variables(sandbox.url), **settings)
        assert ours.run("migrate", "--verbosity", "0", "--skip-checks").returncode == 0
        yield ours


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """SQLite, or a new database of the server that the suite is told to use."""
    if not os.environ.get("VIZAVI_DATABASE_URL", "").startswith("postgres"):
        yield {}
        return
    with postgres_database() as address:
        yield {"DATABASE_URL": address}


@pytest.fixture(scope="module")
def mortals(installed: Installation, sandbox: Sandbox) -> Iterator[Mortals]:
    found = Mortals(installed, sandbox.url)
    yield found
    found.close()


def resumed(mortals: Mortals, sandbox: Sandbox) -> list[str]:
    """A worker alone brings everything that is owed to its end; then it is quiet, and what is wrong is told."""
    sandbox.admin("DELETE", "faults")
    worker = mortals.ask("worker")
    mortals.ask("minute")
    deadline, left = time.monotonic() + LEASE_AND_SWEEP, {}
    while time.monotonic() < deadline:
        left = mortals.ask("owing")
        if not left["accounts"] and not left["items"]:
            break
        time.sleep(0.1)
    mortals.kill(worker)
    stuck = [f"work does not resume: {left}"] if left["accounts"] or left["items"] else []
    return stuck + mortals.ask("quiet")


@pytest.mark.slow
def test_killed_workers_and_requests_lose_and_double_nothing(mortals: Mortals, sandbox: Sandbox):
    chance, violations, killed = Random(SEED), [], 0
    while killed < KILLS:
        sandbox.admin("DELETE", "faults")
        mortals.ask("beginning")
        for fault in LOSSES:
            sandbox.fault(path="/calendar/v3", seed=chance.randrange(10**6), **fault)
        people = mortals.ask("people", chance.randrange(10**6))
        for _ in range(min(A_ROUND, KILLS - killed)):
            worker = mortals.ask("worker")
            time.sleep(chance.uniform(0.05, 0.6))
            mortals.kill(worker)
            if chance.random() < 0.25:
                mortals.kill(people)
                people = mortals.ask("people", chance.randrange(10**6))
                killed += 1
            mortals.ask("minute")
            killed += 1
        mortals.kill(people)
        violations += [f"after {killed} kills: {text}" for text in resumed(mortals, sandbox)]
    sys.stdout.write(f"\n{killed} kills, {len(violations)} violations, seed {SEED}\n")
    assert violations == []


@pytest.mark.slow
def test_killed_installations_lose_and_double_nothing(mortals: Mortals, installed: Installation, sandbox: Sandbox):
    """The real `vizavi serve`: its web process and its worker, killed in the middle of requests and runs."""
    chance = Random(SEED)
    mortals.ask("beginning")
    output, kills = Path(installed.environment["VIZAVI_HOME"]) / "output", max(2, KILLS // 20)
    for number in range(kills):
        with installed.start("serve", output=output) as serve:
            wait_for("Ctrl-C ends it", output)
            children = children_of(serve.pid)
            people = mortals.ask("people", chance.randrange(10**6))
            mortals.ask("minute")
            killer = Timer(chance.uniform(0.2, 3), os.kill, (children[("web", "worker")[number % 2]], signal.SIGKILL))
            killer.start()
            with suppress(requests.RequestException):
                browser = Browser(installed.environment["VIZAVI_PORT"])
                while serve.poll() is None:
                    browser.drag(chance)
            assert serve.wait(30) == 1
            killer.join()
            mortals.kill(people)
            mortals.ask("bury", children["worker"])
    sys.stdout.write(f"\n{kills} installations killed, seed {SEED}\n")
    assert resumed(mortals, sandbox) == []
