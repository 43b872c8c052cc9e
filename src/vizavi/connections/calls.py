"""How often Google was called, counted in each process and added up in the database every few seconds.

A call costs no write of its own; a process that is killed takes the last seconds' counts with it.
"""

import atexit
import logging
import threading
import time
from collections import Counter

from django.db import DatabaseError, connection
from django.db.models import F

from vizavi.connections.models import ApiCall

EVERY_SECONDS = 15.0

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_counts: Counter[tuple[str, int]] = Counter()


def count(method: str, status: int) -> None:
    with _lock:
        _counts[method, status] += 1


def store() -> None:
    """Add what was counted here to the rows that all processes share."""
    with _lock:
        counts = dict(_counts)
        _counts.clear()
    for (method, status), number in sorted(counts.items()):
        row = {"method": method, "status": status}
        if not ApiCall.objects.filter(**row).update(number=F("number") + number):
            ApiCall.objects.bulk_create([ApiCall(**row)], ignore_conflicts=True)
            ApiCall.objects.filter(**row).update(number=F("number") + number)


def keep_stored() -> None:
    """From now on, as long as this process lives."""
    threading.Thread(target=_keep, name="calls", daemon=True).start()
    atexit.register(_store_if_possible)


def _keep() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        _store_if_possible()


def _store_if_possible() -> None:
    try:
        store()
    except DatabaseError:
        logger.warning("calls of Google could not be counted")
    finally:
        connection.close()
