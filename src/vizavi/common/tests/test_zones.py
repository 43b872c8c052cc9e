"""Wall clocks: gaps, doubled hours, zones nobody knows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizavi.common import zones
from vizavi.common.errors import RuleError

wall = datetime.fromisoformat
BERLIN = "Europe/Berlin"  # forward on 29 March 2026 at 2:00, back on 25 October at 3:00
some_zones = st.sampled_from(
    ["Europe/Moscow", BERLIN, "America/New_York", "Asia/Vladivostok", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]
)
some_times = st.datetimes(min_value=wall("2001-01-01"), max_value=wall("2099-12-31"))


def test_a_time_that_does_not_exist_is_refused_with_the_next_valid_one():
    with pytest.raises(RuleError) as refused:
        zones.instant(wall("2026-03-29 02:30"), BERLIN, field="start")
    assert (refused.value.field, refused.value.code) == ("start", "gap")
    assert "03:00" in str(refused.value)


def test_a_time_that_comes_twice_is_the_first_one():
    at = zones.instant(wall("2026-10-25 02:30"), BERLIN, field="start")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_half_hour_gap_ends_after_half_an_hour():
    assert zones.next_valid(wall("2026-10-04 02:10"), "Australia/Lord_Howe") == wall("2026-10-04 02:30")


def test_a_skipped_midnight_begins_at_the_first_instant_of_the_day():
    assert zones.midnight(date(2026, 4, 24), "Africa/Cairo").astimezone(ZoneInfo("Africa/Cairo")).hour == 1


@pytest.mark.parametrize("name", ["Moscow", "", "localtime", "../etc/passwd", "Europe/Moscow\0"])
def test_an_unknown_zone_is_refused_at_its_field(name):
    with pytest.raises(RuleError) as refused:
        zones.check_zone(name)
    assert (refused.value.field, refused.value.code) == ("zone", "unknown_zone")


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_an_absurd_year_is_refused(year):
    with pytest.raises(RuleError) as refused:
        zones.instant(wall(f"{year:04d}-06-01"), "UTC", field="end")
    assert (refused.value.field, refused.value.code) == ("end", "year")


@given(some_times, some_zones)
def test_an_instant_shows_the_wall_clock_it_was_made_of(local, zone):
    valid = zones.next_valid(local, zone)
    assert timedelta() <= valid - local <= timedelta(hours=1)
    assert zones.instant(valid, zone, field="start").astimezone(ZoneInfo(zone)).replace(tzinfo=None) == valid
    if valid != local:
        with pytest.raises(RuleError, match=valid.strftime("%H:%M")):
            zones.instant(local, zone, field="start")


def test_people_choose_from_real_zones_only():
    assert {"Europe/Moscow", "Asia/Yekaterinburg", "UTC"} <= set(zones.names())
    assert not {"localtime", "Factory", "EST"} & set(zones.names())
