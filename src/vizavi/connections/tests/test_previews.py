"""Before a choice takes effect people see numbers: of everything it would touch, and of nothing else."""

from datetime import timedelta

import pytest

from vizavi.connections import previews
from vizavi.connections.models import Account, Link, LoadMode
from vizavi.connections.previews import Preview
from vizavi.connections.tests.office import block, calendar, connected, copied
from vizavi.events import operations
from vizavi.events.models import Event, EventStatus
from vizavi.events.tests.conftest import span
from vizavi.web.tests.planning import plan


@pytest.fixture
def account(anna, now, directories) -> Account:
    return connected(anna, now)


@pytest.fixture
def meetings(anna, sergey, orlov, now, directories) -> list[Event]:
    """Two ahead with Sergey as guest, one cancelled, one past."""
    rows = [plan(span(), by=anna, now=now, candidate=orlov, participants=((sergey, False),)) for _ in range(4)]
    operations.cancel(rows[2].pk, rows[2].revision, by=anna, now=now)
    Event.objects.filter(pk=rows[3].pk).update(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    return list(Event.objects.order_by("pk"))


def writing(account):
    return account.calendars.get(writes=True)


def test_the_first_sync_creates_what_lies_ahead(account, meetings, now):
    assert previews.first_sync(account, now=now) == Preview(create=2)


def test_an_account_that_comes_back_says_what_has_changed_meanwhile(account, meetings, now):
    first, second, cancelled, past = meetings
    copied(first, writing(account))
    copied(second, writing(account), pushed_revision=second.revision - 1)
    copied(cancelled, writing(account), pushed_revision=cancelled.revision - 1)
    copied(past, writing(account), pushed_revision=0)
    assert previews.first_sync(account, now=now) == Preview(change=1, remove=1)


def test_another_writing_calendar_takes_along_what_lies_ahead(account, meetings, now):
    podbor = calendar(account, "Подбор")
    for event in meetings:
        copied(event, writing(account))
    preview = previews.calendars(account, podbor.pk, {}, now=now)
    assert (preview, preview.has_consequences) == (Preview(move=2), True)
    assert previews.calendars(account, "Новый", {}, now=now) == Preview(move=2)
    same = previews.calendars(account, writing(account).pk, {}, now=now)
    assert (same, same.has_consequences) == (Preview(), False)


@pytest.mark.parametrize(
    ("mode", "preview"),
    [
        (LoadMode.NAMED, Preview()),
        (LoadMode.BUSY, Preview(wipe=2)),
        (LoadMode.SKIP, Preview(drop=3)),
        (LoadMode.TYPED, Preview(load=1)),
    ],
)
def test_what_is_loaded_otherwise_is_dropped_wiped_or_becomes_events(account, interview, now, mode, preview):
    team = calendar(account, "Команда", mode=LoadMode.NAMED)
    for title, days in (("Планёрка", 1), ("Вчерашняя планёрка", -1), (None, 1)):
        block(team, now, title, days=days)
    block(writing(account), now, "Стоматолог")
    chosen = {team.pk: (mode, interview if mode == LoadMode.TYPED else None)}
    assert previews.calendars(account, writing(account).pk, chosen, now=now) == preview


def test_only_calendars_that_were_not_read_are_looked_into(account, interview, now):
    team, podbor = calendar(account, "Команда"), calendar(account, "Подбор")
    chosen = {
        writing(account).pk: (LoadMode.BUSY, None),
        team.pk: (LoadMode.SKIP, None),
        podbor.pk: (LoadMode.TYPED, interview),
    }
    assert previews.newly_read(account, chosen) == [podbor.pk]


def test_disconnecting_keeps_or_removes_and_tells_the_guests_who_were_told(account, meetings, now):
    for number, event in enumerate(meetings):
        copied(event, writing(account), guests_notified=number == 0)
    assert previews.disconnect(account, "keep", now=now) == Preview(stay=2)
    event_type = meetings[0].type
    event_type.invite_participants = False
    event_type.save()
    assert previews.disconnect(account, "remove", now=now) == Preview(remove=2)
    event_type.invite_participants = True
    event_type.save()
    assert previews.disconnect(account, "remove", now=now) == Preview(remove=2, mailed=1)


def test_the_flag_of_a_type_on_and_off(account, meetings, dmitry, orlov, interview, now):
    plan(span(), by=dmitry, now=now, candidate=orlov)
    copied(meetings[0], writing(account), pushed_revision=0)
    assert previews.export(interview, enabled=True, existing=None, now=now) == Preview(create=1, change=1, wait=1)
    assert previews.export(interview, enabled=False, existing="keep", now=now) == Preview(stay=1)
    assert previews.export(interview, enabled=False, existing="remove", now=now) == Preview(remove=1)
    Account.objects.update(active=False)
    assert previews.export(interview, enabled=False, existing="remove", now=now) == Preview(stay=1)


@pytest.mark.parametrize("changes", [{"begun": False}, {"paused": True}, {"closing": True}])
def test_an_account_that_is_not_in_use_takes_nothing(account, meetings, interview, now, changes):
    Account.objects.update(**changes)
    assert previews.export(interview, enabled=True, existing=None, now=now) == Preview(wait=2)


@pytest.mark.parametrize("number", [1, 3])
def test_counting_costs_the_same_for_one_and_for_many(
    account, anna, orlov, interview, now, number, django_assert_num_queries
):
    for one in range(number):
        copied(plan(span(), by=anna, now=now, candidate=orlov), writing(account))
        calendar(account, f"Календарь {one}", mode=LoadMode.NAMED)
    with django_assert_num_queries(2):
        previews.first_sync(account, now=now)
    with django_assert_num_queries(3):
        previews.calendars(account, "Новый", {}, now=now)
    with django_assert_num_queries(2):
        previews.disconnect(account, "remove", now=now)
    with django_assert_num_queries(2):
        previews.export(interview, enabled=True, existing=None, now=now)
    with django_assert_num_queries(2):
        previews.export(interview, enabled=False, existing="remove", now=now)


def test_a_removal_that_is_wanted_already_is_not_counted_again(account, meetings, now):
    for event in meetings[:2]:
        copied(event, writing(account))
    Link.objects.filter(event=meetings[0]).update(state="removing")
    assert previews.disconnect(account, "remove", now=now) == Preview(remove=1)
    assert meetings[2].status == EventStatus.CANCELLED
