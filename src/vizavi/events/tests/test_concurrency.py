"""Two people save the same form at the same instant: one wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from vizavi.common.models import AuditEntry
from vizavi.events import operations
from vizavi.events.models import Event
from vizavi.events.operations import EditConflict
from vizavi.events.tests.conftest import span


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_exactly_one_wins(event, anna, now):
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lives in the memory of one connection")
    starts = ["12:00", "14:00", "16:00", "18:00"]
    together = Barrier(len(starts))

    def move(start: str) -> str:
        together.wait(timeout=10)
        try:
            operations.reschedule(event.pk, 1, span(start=start, end="20:00"), by=anna, now=now)
        except EditConflict:
            return "conflict"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(len(starts)) as pool:
        outcomes = sorted(pool.map(move, starts))
    assert outcomes == ["conflict", "conflict", "conflict", "moved"]
    assert (Event.objects.get().revision, AuditEntry.objects.filter(action="event.rescheduled").count()) == (2, 1)
