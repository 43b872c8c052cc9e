"""Two `vizavi worker` processes share many accounts: everything once, no account at two at once; one is killed.

ACCOUNTS says how many (`ACCOUNTS=200` for the whole proof).
With REAL_LEASE=1 the lease of the killed worker is waited for instead of written back.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.support.google_settings import google_variables
from tests.support.installation import Installation, installation
from tests.support.sandbox import ROOT, Api, Sandbox
from tests.support.services import postgres_database, redis_queue

from vizavi.providers.google import oauth

pytestmark = pytest.mark.slow

ACCOUNTS = int(os.environ.get("ACCOUNTS") or 40)
EACH = 3  # interviews an account exports
STEPS = ROOT / "tests/support/crowd_steps.py"


@dataclass(frozen=True)
class Crowd:
    installed: Installation
    sandbox: Sandbox
    apis: dict[str, Api]

    def step(self, *words: object, entered: str = "") -> Any:
        done = subprocess.run(
            [sys.executable, str(STEPS), *map(str, words)],
            env=self.installed.environment,
            input=entered,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def doubled_or_missing(self) -> dict[str, list[str]]:
        found = {email: [item["summary"] for item in api.items()] for email, api in self.apis.items()}
        wanted = [f"Оценка {number}" for number in range(EACH)]
        return {email: titles for email, titles in found.items() if sorted(titles) != wanted}

    def overlaps(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Requests of one account of which the second began before the first was answered."""
        calls: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in self.sandbox.log():
            if line["path"].startswith(("/calendar/v3", "/batch")) and not line["inner"]:
                calls[line["user"]].append(line)
        assert len(calls) == ACCOUNTS, "the log holds the requests of all accounts"
        ordered = (sorted(lines, key=lambda line: line["at"]) for lines in calls.values())
        pairs = (pair for lines in ordered for pair in pairwise(lines))
        return [(first, second) for first, second in pairs if began(second) < answered(first)]


def began(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"])


def answered(line: dict[str, Any]) -> datetime:
    return began(line) + timedelta(milliseconds=line["ms"] - 1)  # `at` is cut to the millisecond


@pytest.fixture(params=["postgres", "postgres and redis"])
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crowd]:
    with ExitStack() as services:
        settings = {"DATABASE_URL": services.enter_context(postgres_database())}
        if "redis" in request.param:
            settings["QUEUE_URL"] = services.enter_context(redis_queue())
        sandbox = services.enter_context(Sandbox(tmp_path / "google"))
        installed = installation(tmp_path / "home", **google_variables(sandbox.url), **settings)
        assert installed.run("migrate", "--verbosity", "0", "--skip-checks").returncode == 0
        tokens = [token(sandbox, f"person{number}@vetervolna.example") for number in range(ACCOUNTS)]
        apis = {found["email"]: Api(sandbox.url, found["access_token"]) for found in tokens}
        found = Crowd(installed, sandbox, apis)
        assert found.step("connect", EACH, entered=json.dumps(tokens)) == ACCOUNTS
        sandbox.admin("POST", "knobs", latency_ms=20)
        sandbox.admin("DELETE", "log")
        yield found


def token(sandbox: Sandbox, email: str) -> dict[str, str]:
    sandbox.admin("POST", "accounts", email=email, given="", family=email)
    return sandbox.mint(email, list(oauth.SCOPES)) | {"email": email}


def test_two_workers_share_all_accounts_and_do_everything_once(crowd: Crowd):
    with crowd.installed.start("worker") as one, crowd.installed.start("worker") as other:
        seen = crowd.step("share_out")
        assert seen["done"] == ACCOUNTS
        assert set(seen["holders"]) == {one.pid, other.pid}
    assert crowd.overlaps() == []
    assert crowd.doubled_or_missing() == {}


def test_what_a_killed_worker_leaves_the_other_finishes(crowd: Crowd):
    with crowd.installed.start("worker") as one, crowd.installed.start("worker") as other:
        seen = crowd.step("share_out_and_kill", one.pid, "real" if os.environ.get("REAL_LEASE") else "short")
        assert seen["done"] == ACCOUNTS
        assert set(seen["holders"]) == {other.pid}
        assert other.poll() is None
    rest = ACCOUNTS - seen["before"]["done"]
    sys.stdout.write(f"\n{rest} accounts were finished {seen['seconds']} s after the kill\n")
    assert crowd.overlaps() == []
    assert crowd.doubled_or_missing() == {}
