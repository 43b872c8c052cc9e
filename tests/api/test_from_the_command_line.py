"""The nine steps by `vizavi` alone, as docs/api.md has them, without a web server; in Google a person acts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.api.test_nine_steps import lines_of
from tests.support.google_page import consent
from tests.support.google_settings import google_variables
from tests.support.installation import Installation, installation
from tests.support.sandbox import ANNA, OLGA, Api, Sandbox, running, timed

from vizavi.running.addresses import any_free

pytestmark = pytest.mark.slow

PEOPLE = [(ANNA, "Анна", "Крылова", "recruiter"), (OLGA, "Ольга", "Мельникова", "administrator")]


@pytest.fixture
def google() -> Iterator[Sandbox]:
    with running(empty=False) as started:
        yield started


@pytest.fixture
def installed(tmp_path: Path, google: Sandbox) -> Installation:
    made = installation(tmp_path, PORT=str(any_free()), **google_variables(google.url))
    assert made.run("migrate", "--verbosity", "0").returncode == 0
    for email, first, last, role in PEOPLE:
        named = ["--first-name", first, "--last-name", last, "--role", role]
        assert made.run("create-user", email, *named, entered="a long password 42\n").returncode == 0
    return made


class Shell:
    """Somebody's terminal: what is printed is read step by step, what is asked for is entered."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def enter(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def until(self, mark: str) -> list[str]:
        """The lines before the mark; all that are left, where the process ends."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            if line.strip() == mark:
                return lines
            lines.append(line.strip())
        assert mark == "", lines
        return lines


@contextmanager
def shell(script: str, here: Installation) -> Iterator[Shell]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{here.environment['PATH']}"
    process = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script],
        env=here.environment | {"PATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Shell(process)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def test_the_nine_steps_by_the_command_line_alone(installed, google, tmp_path):
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    day = (date.today() + timedelta(days=8)).isoformat()  # noqa: DTZ011 - as the lines have it
    hers = google.api(ANNA, ["calendar"])
    lines = lines_of("The nine steps from the command line")
    with installed.start("worker", output=tmp_path / "log"), shell(lines, installed) as terminal:
        terminal.until("# 2")
        (address,) = terminal.until("# 3")
        terminal.enter(consent(address, ANNA).address)
        terminal.until("# 4")
        assert terminal.until("# 5") == ["Проверка выполнена успешно", "ok"]
        assert terminal.until("# 6") == ["True"]
        assert terminal.until("# 7") == [f"{day}T18:00:00+03:00"]
        (interview,) = with_candidate(hers)
        assert interview["start"]["dateTime"] == f"{day}T18:00:00+03:00"
        hers.patch(interview["id"], timed(f"{day}T11:30:00+03:00", f"{day}T12:30:00+03:00"))
        terminal.enter("")
        told, start = terminal.until("# 8")
        assert told.startswith("Загрузка из внешнего календаря: Выполнено")
        assert start == f"{day}T11:30:00+03:00"
        assert terminal.until("# 9") == ["Каждые 10 минут", "ok"]
        plan_in_google(hers, day)
        terminal.enter("")
        begun, _told, loaded = terminal.until("")
    assert (begun, loaded) == ("True", "['Знакомство']")
    assert len(with_candidate(hers)) == 1
    assert "Traceback" not in (tmp_path / "log").read_text()


def with_candidate(hers: Api) -> list[dict[str, object]]:
    return [item for item in hers.items() if "Чайка Ирина" in item.get("summary", "")]


def plan_in_google(hers: Api, day: str) -> None:
    found = hers.ok("GET", "users/me/calendarList")["items"]
    recruiting = next(one["id"] for one in found if one["summary"] == "Подбор")
    hers.insert(timed(f"{day}T15:00:00+03:00", f"{day}T16:00:00+03:00", summary="Знакомство"), recruiting)


def refused(installed: Installation, *words: str, entered: str | None = None) -> tuple[int, str]:
    done = installed.run("api", *words, entered=entered)
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join(done.stderr.split())


def test_what_is_refused_says_why_and_ends_with_its_code(installed):
    assert refused(installed, "GET", "/nonsense", "--user", ANNA) == (
        1,
        "vizavi: По этому адресу ничего нет, или вам это не видно.",
    )
    switch = ["PATCH", "/event-types/interview", '{"export_enabled": false}', "--user", ANNA]
    assert refused(installed, *switch)[0] == 1
    code, text = refused(installed, "PATCH", "/me", "-", "--user", ANNA, entered='{"colour": "red"}')
    assert (code, text) == (
        1,
        "vizavi: Эти поля неизвестны. Ничего не изменено. colour: Такое поле неизвестно.",
    )
    code, text = refused(installed, "PATCH", "/me", '{"language"', "--user", ANNA)
    assert code == 2
    assert text.startswith("vizavi: The body is not valid JSON: ")
    assert refused(installed, "GET", "/me", "--user", "nobody@vetervolna.example") == (
        2,
        "vizavi: There is no active user nobody@vetervolna.example.",
    )
    assert refused(installed, "FETCH", "/me", "--user", ANNA)[0] == 2
    assert refused(installed, "GET", "/me")[0] == 2
