"""A whole installation per kind of queue: own home, own database, the real `vizavi` command and real workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.services import postgres_database, redis_queue

STEPS = Path(__file__).parent.parent / "support" / "queue_steps.py"


@dataclass(frozen=True)
class Installation:
    environment: dict[str, str]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "vizavi.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def step(self, name: str) -> Any:
        """Run a step of queue_steps.py inside the installation."""
        command = [sys.executable, str(STEPS), name]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def worker(self) -> "Iterator[subprocess.Popen[bytes]]":
        process = subprocess.Popen([sys.executable, "-m", "vizavi.cli", "worker"], env=self.environment)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(20)


def _installation(home: Path, **settings: str) -> Installation:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIZAVI_")}
    own = {"VIZAVI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vizavi.settings", "PYTHON_DOTENV_DISABLED": "1"}
    installation = Installation(environment | own | settings)
    migrated = installation.run("django", "migrate", "--verbosity", "0", "--skip-checks")
    assert migrated.returncode == 0, migrated.stderr
    installation.step("people")
    return installation


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "sqlite":
        yield _installation(tmp_path)
    elif request.param == "postgres":
        with postgres_database() as address:
            yield _installation(tmp_path, VIZAVI_DATABASE_URL=address)
    else:
        with redis_queue() as address:
            yield _installation(tmp_path, VIZAVI_QUEUE_URL=address)
