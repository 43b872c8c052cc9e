"""Everything that was said to the sandboxes a test runs against, held against Google's own description."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from tests.support.discovery import Exchange, complaints

PRODUCT = "vizavi"
SHOWN = 5
_watched: dict[str, requests.Session] = {}
_found: list[str] = []


def watch(url: str) -> None:
    """From now on the sandbox at this address keeps what is said."""
    _watched[url] = requests.Session()
    _watched[url].post(f"{url}/sandbox/record", json={"on": True}, timeout=20).raise_for_status()


def unwatch(url: str) -> None:
    """The last words before the sandbox is stopped; who is killed takes them along."""
    if session := _watched.get(url):
        _collect(url)
        session.close()
        del _watched[url]


def verify() -> None:
    """Fail with the exact requests if something since the last time was not as Google describes it."""
    for url in _watched:
        _collect(url)
    found, _found[:] = _found[:], []
    if found:
        pytest.fail(f"{len(found)} complaints:\n" + "\n".join(found[:SHOWN]), pytrace=False)


def forget() -> None:
    """What was said so far is knowingly more than Google describes."""
    for url in _watched:
        _collect(url)
    _found.clear()


def _collect(url: str) -> None:
    try:
        answer = _watched[url].delete(f"{url}/sandbox/exchanges", timeout=60)
    except requests.ConnectionError:
        return
    for kept in answer.json()["exchanges"]:
        exchange = _exchange(kept)
        _found.extend(f"{complaint}\n  {exchange}" for complaint in complaints(exchange))


def _exchange(kept: dict[str, Any]) -> Exchange:
    return Exchange(
        kept["method"],
        # the sandbox's own page speaks the same language under a person's address
        re.sub(r"^/u/[^/]+", "", kept["target"]),
        kept["body"],
        kept["status"],
        kept["answer"],
        of_product=kept["agent"].startswith(PRODUCT),
        spoilt=kept["fault"] not in {"", "delay"},
    )
