"""The time by which tokens, codes, channels and quotas age; a test may set it ahead."""

from __future__ import annotations

import time

_ahead = [0.0]


def now() -> float:
    """Seconds since 1970. Stamps of events stay with the machine's own time."""
    return time.time() + _ahead[0]


def shift(seconds: float) -> None:
    _ahead[0] += seconds


def reset() -> None:
    _ahead[0] = 0.0
