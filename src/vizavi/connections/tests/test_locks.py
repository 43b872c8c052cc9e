"""A person and a worker at the same interviews: each waits for the other, never both in a circle (locks.py)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from vizavi.connections.locks import locked
from vizavi.connections.models import Link
from vizavi.connections.tests.office import connected, copied
from vizavi.events import operations
from vizavi.events.models import Event
from vizavi.events.operations import EventValues
from vizavi.events.tests.conftest import span


@pytest.mark.django_db(transaction=True)
def test_edit_and_worker_that_wait_for_the_same_interview_both_come_to_their_end(anna, interview, orlov, now):
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lives in the memory of one connection")
    event = operations.plan(
        EventValues(type=interview, span=span(), responsible=anna, candidate=orlov), by=anna, now=now
    )
    copied(event, connected(anna, now).calendars.get())

    def edit() -> None:
        try:
            operations.reschedule(event.pk, 1, span(start="12:00", end="13:00"), by=anna, now=now)
        finally:
            connection.close()

    def work() -> None:
        try:
            with transaction.atomic():
                list(locked(Link.objects.all()))
                Link.objects.update(etag="2")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=event.pk)
            waiting = []
            for person in (edit, work):
                waiting.append(pool.submit(person))
                _until_blocked(len(waiting))
        for person in waiting:
            person.result(timeout=10)
    link = Link.objects.get()
    assert (link.event_revision, link.etag, link.owes) == (2, "2", True)


def _until_blocked(count: int) -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
