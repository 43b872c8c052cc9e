"""What holds for every test: whatever is said to a sandbox, and whatever it answers, is as Google describes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support import traffic
from tests.support.sandbox import Sandbox

Sandbox.watched = True


@pytest.fixture(autouse=True)
def conversation_as_google_describes_it() -> Iterator[None]:
    yield
    traffic.verify()
