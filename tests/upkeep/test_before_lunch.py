"""A backup from before lunch is restored after it, with the processes that people run, and both sides counted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.support.installation import Installation
from tests.support.office import starts
from tests.support.sandbox import ANNA, Api, Sandbox, timed
from tests.upkeep.conftest import Place

from vizavi.running.addresses import any_free

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 90
NEW = "planned at lunch"
RESTORED = f"восстановлено, укажите кандидата: {NEW}"


class Program:
    """What a program says to the REST API for Anna."""

    def __init__(self, port: int, token: str) -> None:
        self.root = f"http://127.0.0.1:{port}/api/v1"
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, self.root + path, json=body, timeout=20)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def events(self) -> dict[str, Any]:
        return {one["title"]: one for one in self("GET", "/events?limit=200")["items"]}

    def load(self) -> None:
        run = self("POST", "/tasks/calendar_pull/runs")["id"]
        until(lambda: self("GET", f"/runs/{run}")["finished_at"])
        assert self("GET", f"/runs/{run}")["status"] == "ok"

    def until_quiet(self) -> None:
        until(lambda: not [one for one in self.events().values() if one["sync"]["state"] == "pending"])


def until(wanted: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@contextmanager
def serving(installed: Installation, port: int, token: str, output: Path) -> Iterator[Program]:
    with installed.start("serve", output=output):
        program = Program(port, token)
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        yield program
    assert "Traceback" not in output.read_text()


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def writes(google: Sandbox) -> int:
    return sum(line["method"] != "GET" and "/calendar/v3/" in line["path"] for line in google.log())


def start_of(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"])


def move(program: Program, title: str, start: datetime) -> None:
    event = program.events()[title]
    program("PATCH", f"/events/{event['id']}", {"revision": event["revision"], "start": start.isoformat()})


def calendar(hers: Api) -> dict[str, datetime]:
    return {item["id"]: starts(item) for item in hers.items()}


def at(start: datetime, **more: Any) -> dict[str, Any]:
    return timed(start.isoformat(), (start + timedelta(hours=1)).isoformat(), **more)


def morning_ends(program: Program, google: Sandbox) -> None:
    """After the backup: moved on both sides, cancelled, planned; all of it is exchanged but the last."""
    hers, events = google.api(ANNA, ["calendar"]), program.events()
    first = start_of(events["kept"])
    move(program, "moved here", first + timedelta(hours=40))
    gone = events["cancelled"]
    program("POST", f"/events/{gone['id']}/cancel", {"revision": gone["revision"]})
    new = {"title": NEW, "type": "interview", "candidate": events["kept"]["candidate"]["id"]}
    program("POST", "/events", new | {"start": (first + timedelta(hours=60)).isoformat()})
    there = calendar(hers)
    (key,) = (key for key in there if there[key] == start_of(events["moved there"]))
    hers.patch(key, at(first + timedelta(hours=80)))
    program.load()
    program.until_quiet()
    hers.insert(at(first + timedelta(hours=90), summary="dentist"))


def test_a_backup_from_before_lunch_is_restored_after_it(old: Place, google: Sandbox, tmp_path: Path):
    port, hers = any_free(), google.api(ANNA, ["calendar"])
    installed = Installation(old.installed.environment | {"VIZAVI_PORT": str(port)})
    backup = str(tmp_path / "noon.zip")
    old.vizavi("migrate", "--verbosity", "0")
    old.step("found")
    token = installed.run("create-token", ANNA).stdout.strip()

    with serving(installed, port, token, tmp_path / "morning.log") as program:
        program.until_quiet()
        before = program.events()
        old.vizavi("backup", backup, "--json")
        morning_ends(program, google)
        lost = program.events()
    there, written = calendar(hers), writes(google)
    assert len(there) == 5  # four at first, one cancelled, one planned, and the dentist

    old.vizavi("restore", backup, "--replace", "--json")
    with serving(installed, port, token, tmp_path / "afternoon.log") as program:
        assert {name: one["start"] for name, one in program.events().items()} == {
            name: one["start"] for name, one in before.items()
        }
        program.load()
        later = start_of(before["kept"]) + timedelta(hours=100)
        move(program, "kept", later)  # people go on planning meanwhile
        program.load()
        assert writes(google) == written
        preview = old.vizavi("confirm-restore", "--json")
        assert {name: preview["outward"][name] for name in ("create", "change", "remove")} == {
            "create": 0,
            "change": 1,
            "remove": 0,
        }
        assert (preview["questions"], preview["unread"]) == (1, [])
        old.vizavi("confirm-restore", "--yes", "--json")
        program.until_quiet()
        program.load()
        after = program.events()

    now_there = calendar(hers)
    assert now_there.keys() == there.keys()  # nothing doubled, nothing deleted
    assert {now_there[key] for key in there if now_there[key] != there[key]} == {later}
    assert after.keys() == before.keys() | {RESTORED}
    assert {name: start_of(after[name]) for name in ("kept", "moved here", "moved there", RESTORED)} == {
        "kept": later,
        "moved here": start_of(lost["moved here"]),
        "moved there": start_of(lost["moved there"]),
        RESTORED: start_of(lost[NEW]),
    }
    assert after["cancelled"]["sync"]["state"] == "detached"  # the deletion there is a question now
