"""Reminders: told once to whoever comes, of the latest that is due, never of what is over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vizavi.events import operations, rules
from vizavi.events.models import EventType
from vizavi.events.operations import EventValues
from vizavi.events.rules import Span
from vizavi.notifications import reminders
from vizavi.notifications.models import Notification
from vizavi.notifications.queries import unread

MOSCOW = "Europe/Moscow"
START = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo(MOSCOW))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def plan(interview, anna, orlov, now):
    """Anna's interview (60 and 15 minutes before), with fields replaced."""

    def planned(**fields):
        values = {"type": interview, "span": Span(START, START + HOUR, MOSCOW), "responsible": anna, "candidate": orlov}
        return operations.plan(EventValues(**values | fields), by=anna, now=now)

    return planned


def told(user):
    """How long before the start a person was reminded, by the minutes of the rule."""
    rows = Notification.objects.filter(user=user, code="reminder").order_by("pk")
    return [int(row.key.split(":")[2]) for row in rows]


def test_each_reminder_comes_once_at_its_time_to_whoever_takes_part(plan, anna, sergey, dmitry):
    plan(participants=((sergey, True),))
    for minutes in (61, 60, 59, 16, 15, 14, 1):
        reminders.remind(START - minutes * MINUTE)
        expected = [rule for rule in (60, 15) if minutes <= rule]
        assert told(anna) == told(sergey) == expected, minutes
    assert told(dmitry) == []


def test_it_holds_the_time_and_the_event(plan, anna):
    event = plan()
    reminders.remind(START - HOUR)
    row = Notification.objects.get(user=anna)
    assert (row.event, row.at) == (event, START - HOUR)
    assert row.values == {"when": {"start": "2026-11-23T07:00:00+00:00", "end": "2026-11-23T08:00:00+00:00"}}


def test_after_a_standstill_the_latest_comes_and_none_once_it_has_begun(plan, anna):
    plan()
    reminders.remind(START - 5 * MINUTE)
    assert told(anna) == [15]
    Notification.objects.all().delete()
    for late in (timedelta(), MINUTE, HOUR):
        reminders.remind(START + late)
    assert told(anna) == []


def test_what_is_moved_reminds_anew(plan, anna):
    event = plan()
    reminders.remind(START - HOUR)
    later = Span(START + 3 * HOUR, START + 4 * HOUR, MOSCOW)
    operations.reschedule(event.pk, event.revision, later, by=anna, now=START - 50 * MINUTE)
    reminders.remind(START - 15 * MINUTE)
    assert told(anna) == [60]
    reminders.remind(START + 2 * HOUR)
    assert told(anna) == [60, 60]


@pytest.mark.parametrize("end", ["cancel", "hold"])
def test_what_is_cancelled_or_over_does_not_remind(plan, anna, end):
    event = plan()
    getattr(operations, end)(event.pk, event.revision, by=anna, now=START - HOUR)
    reminders.remind(START - 15 * MINUTE)
    assert told(anna) == []


def test_what_is_confirmed_reminds(plan, anna):
    event = plan()
    operations.confirm(event.pk, event.revision, by=anna, now=START - 2 * HOUR)
    reminders.remind(START - 15 * MINUTE)
    assert told(anna) == [15]


def test_who_declined_or_left_is_not_reminded(plan, anna, sergey, dmitry):
    event = plan(participants=((sergey, False), (dmitry, False)))
    event.participants.filter(user=sergey).update(answer="declined")
    dmitry.is_active = False
    dmitry.save()
    reminders.remind(START - HOUR)
    assert (told(anna), told(sergey), told(dmitry)) == ([60], [], [])


def test_a_type_without_reminders_is_quiet(plan, anna):
    EventType.objects.update(reminders=[])
    plan()
    reminders.remind(START - 15 * MINUTE)
    assert told(anna) == []


def test_a_whole_day_begins_at_nine_in_its_own_zone(plan, anna):
    first_day = EventType.objects.get(code="first_day")  # a day before
    plan(type=first_day, span=rules.days(date(2026, 11, 24), date(2026, 11, 25), "Asia/Yekaterinburg"))
    nine = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
    reminders.remind(nine - MINUTE)
    assert told(anna) == []
    reminders.remind(nine)
    assert told(anna) == [1440]
    assert Notification.objects.get().values == {"when": {"start": "2026-11-24", "end": "2026-11-26"}}


def test_a_second_worker_that_saw_nothing_yet_doubles_nothing(plan, anna):
    event = plan()
    row = reminders._reminder(event, anna.pk, 60, START - HOUR)
    Notification.objects.bulk_create([row], ignore_conflicts=True)
    again = reminders._reminder(event, anna.pk, 60, START - HOUR)
    Notification.objects.bulk_create([again], ignore_conflicts=True)
    assert told(anna) == [60]


def test_what_has_ended_was_cancelled_or_moved_waits_in_no_bell(plan, anna):
    ended, moved, cancelled, standing = plan(), plan(), plan(), plan(span=Span(START, START + 3 * HOUR, MOSCOW))
    reminders.remind(START - HOUR)
    reminders.settle_what_is_over(START - HOUR)
    assert unread(anna) == 4
    now = START - 30 * MINUTE
    later = Span(START + 5 * HOUR, START + 6 * HOUR, MOSCOW)
    operations.reschedule(moved.pk, moved.revision, later, by=anna, now=now)
    operations.cancel(cancelled.pk, cancelled.revision, by=anna, now=now)
    reminders.settle_what_is_over(now)
    assert unread(anna) == 2
    reminders.settle_what_is_over(ended.ends_at)
    assert [row.event for row in Notification.objects.filter(read_at=None)] == [standing]
    reminders.remind(START - 15 * MINUTE)
    assert told(anna).count(60) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(plan, sergey, number, django_assert_num_queries):
    for _ in range(number):
        plan(participants=((sergey, False),))
    with django_assert_num_queries(9):
        reminders.remind(START - HOUR)
