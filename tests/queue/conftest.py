"""A whole installation per kind of queue: own home, own database, the real `vizavi` command and real workers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.installation import Installation, installation
from tests.support.services import postgres_database, redis_queue

STEPS = Path(__file__).parent.parent / "support" / "queue_steps.py"


@dataclass(frozen=True)
class Queue:
    installed: Installation

    def step(self, name: str) -> Any:
        """Run a step of queue_steps.py inside the installation."""
        done = subprocess.run(
            [sys.executable, str(STEPS), name],
            env=self.installed.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def worker(self) -> "AbstractContextManager[subprocess.Popen[bytes]]":
        return self.installed.start("worker")


def _queue(home: Path, **settings: str) -> Queue:
    installed = installation(home, **settings)
    migrated = installed.run("migrate", "--verbosity", "0", "--skip-checks")
    assert migrated.returncode == 0, migrated.stderr
    queue = Queue(installed)
    queue.step("people")
    return queue


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    if request.param == "sqlite":
        yield _queue(tmp_path)
    elif request.param == "postgres":
        with postgres_database() as address:
            yield _queue(tmp_path, DATABASE_URL=address)
    else:
        with redis_queue() as address:
            yield _queue(tmp_path, QUEUE_URL=address)
