"""Review: races on PostgreSQL."""
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vizavi.connections import accounts, store as store_module, unknown as unknown_module, questions
from vizavi.connections.lease import claim
from vizavi.connections.locks import lock
from vizavi.connections.models import Account, Link, LoadMode, Proposal
from vizavi.connections.store import DjangoStore
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.events import operations
from vizavi.events.models import Event
from vizavi.events.operations import EventValues
from vizavi.events.tests.conftest import span
from vizavi.sync.model import Kind, RemoteItem, LinkState
from vizavi.sync.codec import content_to_json
from vizavi.connections.content import content_of

pytestmark = pytest.mark.django_db(transaction=True)


def _until_blocked(count=1):
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def inthread(f):
    def g():
        try:
            return f()
        finally:
            connection.close()
    return g


def planned(anna, interview, orlov, now, start="10:00", end="11:00"):
    return operations.plan(EventValues(type=interview, span=span(start=start, end=end), responsible=anna, candidate=orlov), by=anna, now=now)


def item_of(event, remote_id):
    return RemoteItem(remote_id=remote_id, etag="9", content=content_of(event))


def test_bring_deadlock(anna, interview, orlov, now):
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    old = calendar(account, "old", mode=LoadMode.NAMED)
    link = copied(event, old)
    store = DjangoStore(account.calendars.get(writes=True), claim(account.pk, now), lambda: now, Counter())
    item = item_of(Event.objects.get(pk=event.pk), link.remote_id)
    edit = inthread(lambda: operations.reschedule(event.pk, 1, span(start="12:00", end="13:00"), by=anna, now=now))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            store.follow([item])
            waiting = pool.submit(edit)
            _until_blocked()
            store.known([item.remote_id])
        waiting.result(timeout=10)


def test_bring_swap_loses_push(anna, interview, orlov, now, monkeypatch):
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    old = calendar(account, "old", mode=LoadMode.NAMED)
    link = copied(event, old)
    home = account.calendars.get(writes=True)
    Link.objects.create(event=event, calendar=home, remote_id="idle", state="gone", pushed_revision=1, event_revision=1)
    store = DjangoStore(home, claim(account.pk, now), lambda: now, Counter())
    item = item_of(Event.objects.get(pk=event.pk), link.remote_id)
    was, done = unknown_module._past, []

    def slow(row):
        if not done:
            done.append(1)
            pool = ThreadPoolExecutor(1)
            done.append(pool.submit(inthread(lambda: operations.reschedule(event.pk, 1, span(start="12:00", end="13:00"), by=anna, now=now))))
            time.sleep(1)
        return was(row)

    monkeypatch.setattr(unknown_module, "_past", slow)
    with transaction.atomic():
        store.follow([item])
    done[1].result(timeout=10)
    event.refresh_from_db()
    row = Link.objects.get(calendar=home)
    assert (row.remote_id, event.revision, row.event_revision, row.owes) == (link.remote_id, 2, 2, True)


def test_open_links_carry_the_revision(anna, interview, orlov, now, monkeypatch):
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    home = account.calendars.get(writes=True)
    store = DjangoStore(home, claim(account.pk, now), lambda: now, Counter())
    import uuid
    was, done = uuid.uuid4, []

    def slow():
        if not done:
            done.append(1)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(inthread(lambda: operations.reschedule(event.pk, 1, span(start="12:00", end="13:00"), by=anna, now=now))).result(timeout=10)
        return was()

    monkeypatch.setattr(store_module.uuid, "uuid4", slow)
    store._open_links(now)
    event.refresh_from_db()
    assert Link.objects.get().event_revision == event.revision


def test_proposal_deadlock(anna, interview, orlov, now):
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    copied(event, account.calendars.get(writes=True))
    event.refresh_from_db()
    p = Proposal.objects.create(event=event, user=anna, starts_at=event.starts_at, ends_at=event.ends_at, zone=event.zone, at=now, time_edited_at=event.time_edited_at)
    answer = inthread(lambda: questions.answer_proposal(p.pk, "return", by=anna, now=now))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(Link.objects.all())  # DjangoStore.follow of the guest's worker
            waiting = pool.submit(answer)
            _until_blocked()
            Proposal.objects.filter(event=event, user=anna).delete()  # Invitations._hear_time
        try:
            waiting.result(timeout=10)
        except Proposal.DoesNotExist:
            pass


def test_connect_deadlock(anna, interview, orlov, now, monkeypatch):
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    copied(event, account.calendars.get(writes=True))
    Account.objects.update(closing=True)
    account.refresh_from_db()
    lease = claim(account.pk, now)
    monkeypatch.setattr(accounts, "_read_calendars", lambda *a, **k: None)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lease.renew(now)
            waiting = pool.submit(inthread(lambda: accounts.connect(account, by=anna, now=now)))
            _until_blocked()
            lock(Link.objects.all())
        waiting.result(timeout=10)
