import time
import pytest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, transaction

from vizavi.connections import exports, invitations
from vizavi.connections.invitations import Invitations, settle_gone
from vizavi.connections.lease import claim
from vizavi.connections.locks import lock
from vizavi.connections.models import Account, GoneCopy, Link, LoadMode
from vizavi.connections.store import DjangoStore
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.connections.tests.test_rv import _until_blocked, inthread, planned
from vizavi.events import directories, operations
from vizavi.events.models import Answer, Event, EventType, Participant
from vizavi.sync.model import RemoteItem
from vizavi.sync.ports import Trouble

pytestmark = pytest.mark.django_db(transaction=True)


def pg():
    if connection.vendor != "postgresql":
        pytest.skip("pg")


def test_type_and_loader_deadlock(anna, interview, orlov, now, admin_):
    pg()
    event = planned(anna, interview, orlov, now)
    account = connected(anna, now)
    copied(event, account.calendars.get(writes=True))
    Event.objects.update(ends_at=now.replace(year=2030))
    row = EventType.objects.get(pk=interview.pk)
    EventType.objects.filter(pk=row.pk).update(export_enabled=True)
    row.refresh_from_db()
    row.title_template = "{type}!"
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(Link.objects.all())  # known() of a page
            waiting = pool.submit(inthread(lambda: exports.save_type(row, existing=None, by=admin_, now=now)))
            _until_blocked(); assert not waiting.done() or waiting.result()
            from vizavi.events.operations import RemoteValues, load_remote
            from vizavi.events.tests.conftest import span
            load_remote([RemoteValues(type=interview, span=span(start="15:00", end="16:00"), title="x", place="", comment="")], responsible=anna, now=now)
        waiting.result(timeout=10)


def test_type_remove_deadlock(anna, interview, orlov, now, admin_):
    pg()
    one = planned(anna, interview, orlov, now)
    two = planned(anna, interview, orlov, now, "13:00", "14:00")
    account = connected(anna, now)
    copied(two, account.calendars.get(writes=True))
    Event.objects.update(ends_at=now.replace(year=2030))
    row = EventType.objects.get(pk=interview.pk)
    EventType.objects.filter(pk=row.pk).update(export_enabled=True)
    row.refresh_from_db()
    row.export_enabled = False
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(Event.objects.filter(pk=one.pk).select_for_update(no_key=True))
            waiting = pool.submit(inthread(lambda: exports.save_type(row, existing="remove", by=admin_, now=now)))
            _until_blocked(); assert not waiting.done() or waiting.result()
            list(Event.objects.filter(pk=two.pk).select_for_update(no_key=True))
        waiting.result(timeout=10)


@pytest.fixture
def admin_(db):
    from vizavi.people.models import User
    return User.objects.create_user("root@x.example", last_name="R", first_name="R", role="administrator")


@pytest.fixture
def guest(db):
    from vizavi.people.models import User
    return User.objects.create_user("guest@x.example", last_name="G", first_name="G", role="interviewer")


def meeting(anna, guest, interview, orlov, now):
    event = planned(anna, interview, orlov, now)
    Participant.objects.create(event=event, user=guest, answer=Answer.ACCEPTED)
    home = connected(anna, now).calendars.get(writes=True)
    return event, copied(event, home), home


def test_exported_again_declines_guest(anna, guest, interview, orlov, now):
    event, link, home = meeting(anna, guest, interview, orlov, now)
    GoneCopy.objects.create(link=link, user=guest, at=now)
    later = now + timedelta(minutes=10)
    Link.objects.update(gone_at=later)  # organizer's reading tells of the deletion
    with transaction.atomic():
        settle_gone(home, later, later)
    Link.objects.update(gone_at=None, state="live")  # detached, answered «export again», pushed
    with transaction.atomic():
        settle_gone(home, later + timedelta(minutes=10), later + timedelta(minutes=10))
    assert Participant.objects.get(user=guest).answer == Answer.ACCEPTED


def test_shared_calendar(anna, guest, interview, orlov, now):
    event, link, home = meeting(anna, guest, interview, orlov, now)
    account = connected(guest, now)
    shared = calendar(account, anna.email, mode=LoadMode.BUSY)  # Anna's own calendar, shared with the guest
    Invitations(shared).lost([RemoteItem(remote_id=link.remote_id, etag="", deleted=True)], now)
    assert not GoneCopy.objects.exists()


def test_settle_race(anna, guest, interview, orlov, now, monkeypatch):
    pg()
    event, link, home = meeting(anna, guest, interview, orlov, now)
    GoneCopy.objects.create(link=link, user=guest, at=now)
    was = operations.apply_remote
    done = []

    def slow(*args, **kw):
        if not done:
            done.append(1)
            def hear():
                with transaction.atomic():
                    lock(Link.objects.all())
                    GoneCopy.objects.filter(link=link, user=guest).delete()
                    was(event.pk, answers={guest.email: Answer.TENTATIVE}, by=guest, now=now)
            done.append(ThreadPoolExecutor(1).submit(inthread(hear)))
            time.sleep(1)
        return was(*args, **kw)

    monkeypatch.setattr(invitations.operations, "apply_remote", slow)
    later = now + timedelta(minutes=10)
    with transaction.atomic():
        settle_gone(home, later, later)
    done[1].result(timeout=10)
    assert Participant.objects.get(user=guest).answer == Answer.TENTATIVE


def test_quarantine_deadlock(anna, interview, orlov, now):
    pg()
    links = []
    account = connected(anna, now)
    home = account.calendars.get(writes=True)
    events = [planned(anna, interview, orlov, now, f"{h}:00", f"{h}:30") for h in (10, 12)]
    copied(events[1], home, in_flight={})  # scanned first
    copied(events[0], home, in_flight={})
    Link.objects.update(pushed_revision=0)
    store = DjangoStore(home, claim(account.pk, now), lambda: now, Counter())
    import vizavi.connections.store as s
    was = DjangoStore._waiting
    pool = ThreadPoolExecutor(1)
    seen = []
    def slow(self, pk, trouble):
        seen.append(pk)
        if len(seen) == 2:
            seen.append(pool.submit(inthread(lambda: touch())))
            _until_blocked()
        return was(self, pk, trouble)
    def touch():
        with transaction.atomic():
            directories.touch("candidate", [orlov.pk], now=now)
    DjangoStore._waiting = slow
    try:
        with transaction.atomic():
            store.quarantine(Trouble("x", "y"))
        seen[2].result(timeout=10)
    finally:
        DjangoStore._waiting = was
