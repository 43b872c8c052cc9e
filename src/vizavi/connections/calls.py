"""How often Google was called, counted in each process and added up in the database every few seconds.

A process that is killed takes at most the last seconds' counts with it; a call costs no write of its own.
"""

import threading
import time
from collections import Counter

from django.db.models import F

from vizavi.connections.models import ApiCall

KEPT_SECONDS = 10.0

_lock = threading.Lock()
_counts: Counter[tuple[str, int]] = Counter()
_stored = [0.0]


def count(method: str, status: int) -> None:
    with _lock:
        _counts[method, status] += 1


def store(*, at_once: bool = False) -> None:
    """Add what was counted here to the rows that all processes share."""
    with _lock:
        if not _counts or (not at_once and time.monotonic() - _stored[0] < KEPT_SECONDS):
            return
        counts, _stored[0] = dict(_counts), time.monotonic()
        _counts.clear()
    for (method, status), number in sorted(counts.items()):
        row = {"method": method, "status": status}
        if not ApiCall.objects.filter(**row).update(number=F("number") + number):
            ApiCall.objects.bulk_create([ApiCall(**row)], ignore_conflicts=True)
            ApiCall.objects.filter(**row).update(number=F("number") + number)
