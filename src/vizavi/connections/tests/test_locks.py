"""People and workers at the same interviews: each waits for the other, never both in a circle (locks.py)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from vizavi.connections import accounts, exports, questions
from vizavi.connections.content import content_of
from vizavi.connections.lease import claim
from vizavi.connections.locks import lock
from vizavi.connections.models import Account, Link, LoadMode, Proposal
from vizavi.connections.store import DjangoStore
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.events import operations, writing
from vizavi.events.models import Event, EventType
from vizavi.events.operations import EventValues, RemoteValues
from vizavi.events.tests.conftest import span
from vizavi.sync.model import LinkState, RemoteItem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(anna, interview, orlov, now) -> Event:
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lives in the memory of one connection")
    values = EventValues(type=interview, span=span("2026-12-01"), responsible=anna, candidate=orlov)
    return operations.plan(values, by=anna, now=now)


@pytest.fixture
def account(meeting, anna, now) -> Account:
    return connected(anna, now)


@pytest.fixture
def move(meeting, anna, now) -> Callable[[], Event]:
    later = span("2026-12-01", "12:00", "13:00")
    return lambda: operations.reschedule(meeting.pk, 1, later, by=anna, now=now)


def test_edit_and_worker_that_wait_for_the_same_interview(meeting, account, move):
    copied(meeting, account.calendars.get())

    def work() -> None:
        with transaction.atomic():
            lock(Link.objects.all())
            Link.objects.update(etag="2")

    with others() as start, transaction.atomic():
        writing.lock(Event.objects.all())
        start(move)
        start(work)
    link = Link.objects.get()
    assert (link.event_revision, link.etag, link.owes) == (2, "2", True)


def test_edit_and_item_that_was_dragged_to_another_calendar(meeting, account, move, now):
    link = copied(meeting, calendar(account, "old", mode=LoadMode.NAMED))
    store = store_of(account, now)
    with others() as start, transaction.atomic():
        store.follow([item(meeting, link)])
        start(move)
        assert link.remote_id in store.known([link.remote_id])
    assert Link.objects.get().owes


def test_edit_while_a_link_makes_way_for_one_that_was_dragged_is_sent(meeting, account, move, now):
    link = copied(meeting, calendar(account, "old", mode=LoadMode.NAMED))
    store = store_of(account, now)
    idle = copied(meeting, store.calendar, state=LinkState.GONE.value)
    Link.objects.filter(pk=idle.pk).update(remote_id="idle")
    with others() as start, transaction.atomic():
        store.follow([item(meeting, link)])
        start(move)
    assert list(Link.objects.values_list("event_revision", flat=True)) == [2, 2]
    assert Link.objects.get(calendar=store.calendar, remote_id=link.remote_id).owes


def test_answer_to_a_guest_whose_copy_is_just_read(meeting, account, anna, now):
    copied(meeting, account.calendars.get())
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "zone": meeting.zone}
    asked = Proposal.objects.create(
        event=meeting, user=anna, at=now, time_edited_at=Event.objects.get().time_edited_at, **times
    )
    with others() as start, transaction.atomic():
        lock(Link.objects.all())
        start(lambda: questions.answer_proposal(asked.pk, "return", by=anna, now=now))
        Proposal.objects.filter(pk=asked.pk).update(at=now)
    assert not Proposal.objects.exists()


def test_signing_in_again_while_copies_are_taken_away(meeting, account, anna, now, monkeypatch):
    copied(meeting, account.calendars.get())
    Account.objects.update(closing=True)
    account.refresh_from_db()
    lease = claim(account.pk, now)
    monkeypatch.setattr(accounts, "_read_calendars", lambda *_, **__: None)  # of Google
    with others() as start, transaction.atomic():
        lease.renew(now)
        start(lambda: accounts.connect(account, by=anna, now=now))
        lock(Link.objects.all())
    assert not Account.objects.get().closing


def test_edit_of_a_type_while_events_of_it_are_loaded(meeting, account, anna, olga, now):
    copied(meeting, account.calendars.get())
    row = EventType.objects.get(pk=meeting.type_id)
    row.title_template = "{type}!"
    loaded = RemoteValues(type=row, span=span("2026-12-01", "15:00", "16:00"), title="x", place="", comment="")
    with others() as start, transaction.atomic():
        lock(Link.objects.all())
        start(lambda: exports.save_type(row, existing=None, by=olga, now=now))
        operations.load_remote([loaded], responsible=anna, now=now)
    assert (Event.objects.count(), Event.objects.get(pk=meeting.pk).revision) == (2, 2)


def test_export_switched_off_while_others_of_its_events_are_worked_on(meeting, account, anna, orlov, olga, now):
    values = EventValues(type=meeting.type, span=span("2026-12-02"), responsible=anna, candidate=orlov)
    second = operations.plan(values, by=anna, now=now)
    copied(second, account.calendars.get())
    row = EventType.objects.get(pk=meeting.type_id)
    row.export_enabled = False
    with others() as start, transaction.atomic():
        writing.lock(Event.objects.filter(pk=meeting.pk))
        start(lambda: exports.save_type(row, existing="remove", by=olga, now=now))
        writing.lock(Event.objects.filter(pk=second.pk))
    assert Link.objects.get().state == LinkState.REMOVING.value


def test_new_link_of_an_event_that_is_just_edited_knows_its_revision(meeting, account, move, now):
    store = store_of(account, now)
    with others() as start, transaction.atomic():
        move()
        start(lambda: store.pending(now, 50))
    link = Link.objects.get()
    assert (link.event_revision, link.owes) == (2, True)


# --- who takes part --------------------------------------------------------------------------------------------------


def store_of(account: Account, now: Any) -> DjangoStore:
    lease = claim(account.pk, now)
    assert lease is not None
    return DjangoStore(account.calendars.get(writes=True), lease, lambda: now, Counter())


def item(meeting: Event, link: Link) -> RemoteItem:
    return replace(RemoteItem(link.remote_id, etag="9"), content=content_of(Event.objects.get(pk=meeting.pk)))


@contextmanager
def others() -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Starts somebody in another connection and waits until that one waits; in the end all have come to their end."""
    waiting: list[Future[Any]] = []

    def start(person: Callable[[], Any]) -> None:
        waiting.append(pool.submit(_apart, person))
        for _ in range(200):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0] >= len(waiting):
                    return
            time.sleep(0.05)
        raise AssertionError("nobody waits")

    with ThreadPoolExecutor(2) as pool:
        yield start
        for person in waiting:
            person.result(timeout=10)


def _apart(person: Callable[[], Any]) -> Any:
    try:
        return person()
    finally:
        connection.close()
