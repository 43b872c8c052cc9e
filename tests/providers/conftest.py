"""The remote calendars that the contract is held against: the memory twin and Google over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.providers.remotes import GoogleRemote, MemoryRemote, Remote
from tests.support.sandbox import Sandbox, running


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def google(sandbox: Sandbox) -> Iterator[GoogleRemote]:
    with GoogleRemote(sandbox) as remote:
        yield remote


@pytest.fixture(params=["memory", "google"])
def remote(request: pytest.FixtureRequest) -> Remote:
    return MemoryRemote() if request.param == "memory" else request.getfixturevalue("google")
