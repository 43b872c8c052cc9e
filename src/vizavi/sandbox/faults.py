"""Trouble on demand: rules that make the next matching requests fail in a chosen way."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from vizavi.sandbox import errors
from vizavi.sandbox.wire import Reply

FORMS = {"json", "html", "empty"}
PAGE = b"<html><title>Error</title>The server encountered a temporary error.</html>"
NONSENSE = b"<oops"
EFFECTS = {"error", "lost_before", "lost_after", "malformed", "truncated", "delay"}
TEXTS = {
    "backendError": (500, "global", "Backend Error"),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded"),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded"),
    "quotaExceeded": (403, "usageLimits", "Calendar usage limits exceeded."),
    "authError": (401, "global", "Invalid Credentials"),
    "notFound": (404, "global", "Not Found"),
    "conditionNotMet": (412, "global", "Precondition Failed"),
    "conflict": (409, "global", "Conflict"),
}


@dataclass
class Rule:
    """When (method, path, nth or probability, times) and what (effect with its parameters)."""

    effect: str = "error"
    method: str | None = None
    path: str = ""
    nth: int | None = None
    probability: float = 1.0
    seed: int = 0
    times: int | None = 1
    status: int | None = None
    reason: str = "backendError"
    message: str | None = None
    retry_after: int | None = None
    delay_ms: int = 0
    form: str = "json"
    inside: bool | None = None
    id: int = 0
    seen: int = 0
    done: int = 0
    chance: random.Random = field(default_factory=random.Random, repr=False)

    def wants(self, method: str, path: str, *, inner: bool) -> bool:
        if not self._is_for(inner=inner):
            return False
        if self.method and self.method.upper() != method:
            return False
        if not re.search(self.path, path) or (self.times is not None and self.done >= self.times):
            return False
        self.seen += 1
        if self.nth is not None and self.seen != self.nth:
            return False
        return self.chance.random() < self.probability

    def _is_for(self, *, inner: bool) -> bool:
        if self.inside is None:
            return self.effect == "error" or not inner
        return self.inside == inner

    def reply(self) -> Reply:
        status, domain, message = TEXTS.get(self.reason, (500, "global", self.reason))
        error = errors.ApiError(self.status or status, self.reason, self.message or message, domain=domain)
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        if self.form == "json":
            return Reply(error.code, error.payload(), headers)
        page = PAGE if self.form == "html" else b""
        return Reply(error.code, None, headers | {"Content-Type": "text/html"}, raw=page)

    def described(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "chance"}


@dataclass
class Knobs:
    """Settings of the running process."""

    latency_ms: int = 0
    batch_shuffle_seed: int | None = None
    # what becomes of a conference that is asked for: success, pending (success at the next get) or failure
    conference: str = "success"


knobs = Knobs()
_rules: list[Rule] = []
_lock = threading.Lock()


def add(data: dict[str, Any]) -> Rule:
    names = set(Rule.__dataclass_fields__) - {"id", "seen", "done", "chance"}
    if unknown := set(data) - names:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    rule = Rule(**data)
    if rule.effect not in EFFECTS:
        raise ValueError(f"effect must be one of {', '.join(sorted(EFFECTS))}")
    if rule.form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(sorted(FORMS))}")
    re.compile(rule.path)
    rule.chance = random.Random(rule.seed)  # noqa: S311 - repeatable on purpose
    with _lock:
        rule.id = max((known.id for known in _rules), default=0) + 1
        _rules.append(rule)
    return rule


def clear() -> None:
    with _lock:
        _rules.clear()


def rules() -> list[Rule]:
    return list(_rules)


def hit(method: str, path: str, *, inner: bool = False) -> Rule | None:
    """The first rule that strikes this request or this part of a batch."""
    with _lock:
        for rule in _rules:
            if rule.wants(method, path, inner=inner):
                rule.done += 1
                return rule
    return None
