"""Series as calendars really send them: zones, exceptions, odd rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from vizavi.sync.model import Content, Kind, RemoteItem, When
from vizavi.sync.series import Unexpandable, expand

BERLIN = "Europe/Berlin"
NINE, TEN = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
SPRING = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))


def utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def master(*recurrence: str, start=NINE, end=TEN, zone=BERLIN) -> RemoteItem:
    return RemoteItem("m", content=Content(When(start, end, zone)), kind=Kind.MASTER, recurrence=recurrence)


def exception(original, start=None, *, deleted=False) -> RemoteItem:
    content = Content(When(start, start + timedelta(hours=1), BERLIN)) if start else None
    return RemoteItem(
        f"m_{original:%d}",
        content=content,
        kind=Kind.EXCEPTION,
        master_id="m",
        original_start=original,
        deleted=deleted,
    )


def starts(item, *exceptions, window=SPRING):
    return sorted(occurrence.when.start for occurrence in expand(item, exceptions, *window))


def test_wall_clock_is_kept_over_the_change_to_summer_time():
    assert starts(master("RRULE:FREQ=WEEKLY;COUNT=5")) == [
        utc(3, 2, 9),
        utc(3, 9, 9),
        utc(3, 16, 9),
        utc(3, 23, 9),
        utc(3, 30, 8),
    ]


def test_until_in_utc_ends_a_timed_series():
    assert len(starts(master("RRULE:FREQ=DAILY;UNTIL=20260305T090000Z"))) == 4


def test_moved_and_cancelled_occurrences():
    moved = exception(utc(3, 9, 9), utc(3, 10, 15))
    gone = exception(utc(3, 16, 9), deleted=True)
    assert starts(master("RRULE:FREQ=WEEKLY;COUNT=3"), moved, gone) == [utc(3, 2, 9), utc(3, 10, 15)]


def test_rdate_only_with_a_zone_and_exdate():
    item = master("RDATE;TZID=Europe/Berlin:20260311T100000", "EXDATE;TZID=Europe/Berlin:20260302T100000")
    assert starts(item) == [utc(3, 11, 9)]


def test_all_day_series_stay_dates():
    item = master("RRULE:FREQ=MONTHLY;COUNT=2", start=date(2026, 3, 5), end=date(2026, 3, 6))
    assert starts(item) == [date(2026, 3, 5), date(2026, 4, 5)]


def test_keys_are_googles_instance_ids():
    keys = [occurrence.key for occurrence in expand(master("RRULE:FREQ=WEEKLY;COUNT=2"), [], *SPRING)]
    assert sorted(keys) == ["m_20260302T090000Z", "m_20260309T090000Z"]


ALL_HOURS, ALL_MINUTES = (",".join(map(str, range(number))) for number in (24, 60))


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=NEVER",
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;INTERVAL=-1",
        "RRULE:FREQ=DAILY;INTERVAL=99999999999",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000000",
        "RRULE:FREQ=WEEKLY;BYSETPOS=400",
        f"RRULE:FREQ=DAILY;BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES}",
        f"RRULE:FREQ=YEARLY;BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES};BYSECOND={ALL_MINUTES}",
        "RRULE:FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 20_000),
        "RRULE:COUNT",
        "RRULE",
        "EXRULE:FREQ=DAILY",
        "nonsense",
        "",
    ],
)
def test_what_cannot_be_understood_is_said(rule):
    with pytest.raises(Unexpandable):
        expand(master(rule), [], *SPRING)


def test_a_line_break_in_a_rule_smuggles_nothing_in():
    with pytest.raises(Unexpandable):
        starts(master("RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260401T090000Z\r\nEND:VEVENT"))


def test_what_began_in_the_middle_ages_is_not_counted_from_there():
    with pytest.raises(Unexpandable):
        expand(master("RRULE:FREQ=DAILY", start=NINE.replace(year=1500), end=TEN.replace(year=1500)), [], *SPRING)


def test_birthdays_of_an_unknown_year_are_counted():
    item = master("RRULE:FREQ=YEARLY", start=date(1604, 3, 5), end=date(1604, 3, 6))
    assert starts(item) == [date(2026, 3, 5)]


def test_a_billion_times_is_as_good_as_for_ever():
    assert len(starts(master("RRULE:FREQ=DAILY;COUNT=1000000000"))) == 60


def test_an_exclusion_that_matches_nothing_excludes_nothing():
    rule, odd = "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;VALUE=DATE:20260310"
    assert starts(master(rule, odd)) == [utc(3, 2, 9), utc(3, 9, 9)]


def test_a_key_is_no_longer_than_an_id():
    item = replace(master("RRULE:FREQ=DAILY;COUNT=1"), remote_id="m" * 1024)
    assert [len(occurrence.key) for occurrence in expand(item, [], *SPRING)] == [1017]
