"""The request log of this process: what came in, what went out, without secrets."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from vizavi.sandbox import api
from vizavi.sandbox.state import Store
from vizavi.sandbox.wire import Call, stamp

SECRET = re.compile(r"token|code|secret|assertion|^state$|^key$")
HARMLESS = {"pageToken", "syncToken", "code_challenge_method"}
_lines: deque[Line] = deque(maxlen=5000)
_lock = threading.Lock()
_numbers = itertools.count(1)
MOST_RECORDED = 256 * 1024 * 1024


@dataclass
class Line:
    number: int
    at: str
    method: str
    path: str
    query: str
    user: str
    size: int
    inner: bool
    if_match: str
    status: int = 0
    ms: float = 0.0
    fault: str = ""


@dataclass
class Recording:
    """Whole requests and answers, secrets included; only while a test asks for it."""

    on: bool = False
    size: int = 0
    kept: deque[dict[str, Any]] = field(default_factory=deque)


recording = Recording()


def redacted(query: dict[str, list[str]]) -> str:
    pairs = [
        (name, "…" if SECRET.search(name) and name not in HARMLESS else value)
        for name, values in query.items()
        for value in values
    ]
    return "&".join(f"{name}={value}" for name, value in pairs)


@contextmanager
def entry(store: Store, call: Call, *, inner: bool = False) -> Iterator[Line]:
    line = Line(
        next(_numbers),
        stamp(datetime.now(UTC), millis=True),
        call.method,
        call.path,
        redacted(call.query),
        api.owner_of(store, call),
        len(call.body),
        inner,
        call.headers.get("if-match", ""),
    )
    started = time.perf_counter()
    try:
        yield line
    finally:
        line.ms = round((time.perf_counter() - started) * 1000, 2)
        with _lock:
            _lines.append(line)


def record(line: Line, call: Call, answer: bytes) -> None:
    if not recording.on:
        return
    exchange = {
        "number": line.number,
        "method": call.method,
        "target": call.target,
        "agent": call.headers.get("user-agent", ""),
        "body": call.body,
        "status": line.status,
        "answer": answer,
        "fault": line.fault,
    }
    with _lock:
        recording.kept.append(exchange)
        recording.size += len(call.body) + len(answer)
        while recording.size > MOST_RECORDED:
            oldest = recording.kept.popleft()
            recording.size -= len(oldest["body"]) + len(oldest["answer"])


def recorded() -> list[dict[str, Any]]:
    """What was said since the last time; it is forgotten with this."""
    with _lock:
        kept, recording.kept, recording.size = recording.kept, deque(), 0
    texts = ("body", "answer")
    return [one | {name: one[name].decode("utf-8", "replace") for name in texts} for one in kept]


def lines() -> list[dict[str, Any]]:
    with _lock:
        return [asdict(line) for line in _lines]


def clear() -> None:
    with _lock:
        _lines.clear()
