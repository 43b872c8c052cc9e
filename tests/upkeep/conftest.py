"""An installation with a connected calendar, its `vizavi` command, and what its people do."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.google_settings import google_variables
from tests.support.installation import Installation, installation
from tests.support.sandbox import ROOT, Sandbox
from tests.support.services import postgres_database

STEPS = ROOT / "tests/support/restore_steps.py"


@dataclass(frozen=True)
class Place:
    """An installation and the Google it is connected to."""

    installed: Installation
    google: Sandbox
    home: Path

    def vizavi(self, *words: str, code: int = 0, **settings: str) -> Any:
        """What the command answers with --json; its error text where it fails."""
        done = self.installed.run(*words, **settings)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout) if code == 0 and "--json" in words else " ".join(done.stderr.split())

    def step(self, name: str, **settings: str) -> Any:
        """Run a step of restore_steps.py inside the installation."""
        variables = {f"VIZAVI_{key}": value for key, value in settings.items()}
        done = subprocess.run(
            [sys.executable, str(STEPS), self.google.url, name],
            env=self.installed.environment | {"PYTHONPATH": str(ROOT)} | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def google(tmp_path_factory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("google")) as running:
        yield running


def place(home: Path, google: Sandbox, **settings: str) -> Place:
    home.mkdir(exist_ok=True)
    return Place(installation(home, **google_variables(google.url), **settings), google, home)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path, google: Sandbox) -> Iterator[Place]:
    """The installation as it was before it is lost."""
    google.reset()
    if request.param == "sqlite":
        yield place(tmp_path / "old", google)
    else:
        with postgres_database() as address:
            yield place(tmp_path / "old", google, DATABASE_URL=address)


@pytest.fixture
def small(tmp_path: Path, google: Sandbox) -> Place:
    """On SQLite, with its office founded."""
    google.reset()
    made = place(tmp_path / "small", google)
    made.vizavi("migrate", "--verbosity", "0")
    made.step("found")
    return made


@pytest.fixture
def fresh(tmp_path: Path, google: Sandbox) -> Place:
    """Another machine, with nothing on it."""
    return place(tmp_path / "fresh", google)
