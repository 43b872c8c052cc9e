"""A guest's copy that is gone: who deleted it is heard from the organizer's calendar."""

from datetime import timedelta

import pytest

from vizavi.connections.invitations import Invitations, settle_gone
from vizavi.connections.models import Account, GoneCopy, Link, LoadMode
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.events import operations
from vizavi.events.models import Answer
from vizavi.events.operations import EventValues
from vizavi.events.tests.conftest import span
from vizavi.sync.model import LinkState, RemoteItem


@pytest.fixture
def meeting(anna, sergey, interview, orlov, now):
    values = EventValues(
        type=interview, span=span(), responsible=anna, candidate=orlov, participants=((sergey, False),)
    )
    return operations.plan(values, by=anna, now=now)


@pytest.fixture
def link(meeting, anna, now) -> Link:
    return copied(meeting, connected(anna, now).calendars.get())


def lost(link, place, now):
    Invitations(place).lost([RemoteItem(remote_id=link.remote_id, deleted=True)], now)


def answer(meeting):
    return meeting.participants.get().answer


def test_guest_declined_once_the_organizers_calendar_was_read_from_then_on(meeting, link, sergey, now):
    lost(link, connected(sergey, now).calendars.get(), now)
    settle_gone(link.calendar, now, now)
    assert answer(meeting) == Answer.NEEDS_ACTION, "that reading began before"
    later = now + timedelta(minutes=1)
    settle_gone(link.calendar, later, later)
    assert (answer(meeting), GoneCopy.objects.count()) == (Answer.DECLINED, 0)


def test_guest_of_what_was_deleted_and_sent_once_more_has_not_declined(meeting, link, sergey, now):
    lost(link, connected(sergey, now).calendars.get(), now)
    Link.objects.update(gone_at=now)  # the organizer's reading tells of the deletion
    for minutes in (1, 2):
        later = now + timedelta(minutes=minutes)
        settle_gone(link.calendar, later, later)
        Link.objects.update(gone_at=None, state=LinkState.LIVE.value)
    assert (answer(meeting), GoneCopy.objects.count()) == (Answer.NEEDS_ACTION, 0)


def test_what_is_deleted_in_a_colleagues_calendar_is_no_copy_of_the_readers(meeting, link, anna, sergey, now):
    shared = calendar(connected(sergey, now), anna.email, mode=LoadMode.BUSY)
    lost(link, shared, now)
    assert not GoneCopy.objects.exists()


def test_guest_declined_at_once_where_the_organizers_account_is_not_read(meeting, link, anna, sergey, now):
    Account.objects.filter(user=anna).update(paused=True)
    lost(link, connected(sergey, now).calendars.get(), now)
    assert (answer(meeting), GoneCopy.objects.count()) == (Answer.DECLINED, 0)
