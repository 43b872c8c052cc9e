"""One sandbox for the suite, emptied before every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.sandbox import ANNA, OLGA, Api, Sandbox, running


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def anna(sandbox: Sandbox) -> Iterator[Api]:
    api = sandbox.api(ANNA)
    yield api
    api.http.close()


@pytest.fixture
def olga(sandbox: Sandbox) -> Iterator[Api]:
    api = sandbox.api(OLGA)
    yield api
    api.http.close()
