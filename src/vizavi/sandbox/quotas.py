"""Quotas, switched on by a test: units in a sliding minute per user, per calendar and for the whole project."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, field
from typing import Any

from vizavi.sandbox import clock, errors
from vizavi.sandbox.wire import Call

PATCH_UNITS = 3


@dataclass
class Limits:
    """Units in the last `seconds`; None means no limit. `exceeded`: people who may only read for now."""

    user: int | None = None
    project: int | None = None
    calendar: int | None = None
    seconds: float = 60
    status: int = 403
    retry_after: int | None = None
    exceeded: list[str] = field(default_factory=list)


class Window:
    """What one user, calendar or project used lately."""

    def __init__(self) -> None:
        self._taken: deque[tuple[float, int]] = deque()
        self.units = 0

    def forget(self, before: float) -> None:
        while self._taken and self._taken[0][0] <= before:
            self.units -= self._taken.popleft()[1]

    def take(self, now: float, units: int) -> None:
        self._taken.append((now, units))
        self.units += units


limits = Limits()
_windows: dict[str, Window] = defaultdict(Window)
_refusals: dict[str, int] = defaultdict(int)
_lock = threading.Lock()


def configure(data: dict[str, Any]) -> None:
    """Set what is named, keep the rest."""
    if unknown := set(data) - set(Limits.__dataclass_fields__):
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    if data.get("status", 403) not in {403, 429}:
        raise ValueError("status must be 403 or 429")
    for name, value in data.items():
        setattr(limits, name, value)


def reset() -> None:
    configure(asdict(Limits()))
    with _lock:
        _windows.clear()
        _refusals.clear()


def described() -> dict[str, Any]:
    with _lock:
        for window in _windows.values():
            window.forget(clock.now() - limits.seconds)
        used = {key: window.units for key, window in _windows.items() if window.units}
        return asdict(limits) | {"used": used, "refused": dict(_refusals)}


def charge(email: str, method: str, call: Call, calendar: str | None) -> None:
    """Take the units of one call, or refuse it; a refused call costs nothing."""
    writes = call.method != "GET"
    if writes and email in limits.exceeded:
        raise errors.quota_exceeded()
    payer = call.text("quotaUser") or call.headers.get("x-goog-quota-user") or email
    buckets = [("user:" + payer, limits.user), ("project", limits.project)]
    if writes and calendar:
        buckets.append((f"calendar:{email if calendar == 'primary' else calendar}", limits.calendar))
    units = PATCH_UNITS if method.endswith(".patch") else 1
    with _lock:
        _take({key: limit for key, limit in buckets if limit is not None}, units)


def _take(buckets: dict[str, int], units: int) -> None:
    now = clock.now()
    for key, limit in buckets.items():
        _windows[key].forget(now - limits.seconds)
        if _windows[key].units + units > limit:
            _refusals[key] += 1
            raise errors.rate_limited(limits.status, per_user=key.startswith("user:"), retry_after=limits.retry_after)
    for key in buckets:
        _windows[key].take(now, units)
