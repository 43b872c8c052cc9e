"""Next runs over the turns of the clock, schedules in words, refused values."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from vizavi.jobs.rules import Period, Plan, describe, in_words, next_run, problems

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 12:00 in Moscow


def daily(hour: int, minute: int) -> Plan:
    return Plan(Period.DAILY, hour, minute)


def every(hour: int, minute: int) -> Plan:
    return Plan(Period.EVERY, hour, minute)


def test_an_interval_counts_from_the_last_start():
    assert next_run(every(2, 10), NOON, MOSCOW) == datetime(2026, 11, 23, 11, 10, tzinfo=UTC)


def test_an_interval_is_elapsed_time_even_when_the_clocks_go_back():
    before_the_turn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_run(every(1, 0), before_the_turn, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_of_day_still_to_come_is_today():
    assert next_run(daily(14, 20), NOON, MOSCOW) == datetime(2026, 11, 23, 11, 20, tzinfo=UTC)


def test_a_time_of_day_that_has_passed_is_tomorrow():
    assert next_run(daily(7, 30), NOON, MOSCOW) == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


def test_the_very_moment_of_a_start_leads_to_the_next_day():
    assert next_run(daily(12, 0), NOON, MOSCOW) == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_day_is_that_of_the_organisation_not_of_utc():
    late_evening = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 01:00 of the 24th in Moscow
    assert next_run(daily(0, 30), late_evening, MOSCOW) == datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


def test_a_time_in_the_gap_runs_when_the_gap_ends():
    evening_before = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert next_run(daily(2, 30), evening_before, BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_after_the_gap_the_usual_time_returns():
    in_place_of_the_gap = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert next_run(daily(2, 30), in_place_of_the_gap, BERLIN) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_midnight_that_does_not_exist_runs_at_one():
    assert next_run(daily(0, 0), datetime(2018, 11, 3, 12, 0, tzinfo=UTC), SAO_PAULO) == datetime(
        2018, 11, 4, 3, 0, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_runs_the_first_time_only():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_run(daily(2, 30), datetime(2026, 10, 24, 20, 0, tzinfo=UTC), BERLIN) == first
    assert next_run(daily(2, 30), first, BERLIN) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_by_hand_has_no_next_run():
    assert next_run(Plan(Period.MANUAL), NOON, MOSCOW) is None


@pytest.mark.parametrize("plan", [daily(0, 0), daily(23, 59), every(0, 1), every(23, 59), Plan(Period.MANUAL, 99, 99)])
def test_possible_schedules_have_no_problems(plan):
    assert problems(plan) == {}


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (daily(24, 0), {"hour": "Час – целое число от 0 до 23."}),
        (daily(7, 60), {"minute": "Минута – целое число от 0 до 59."}),
        (every(24, 60), {"hour": "Час – целое число от 0 до 23.", "minute": "Минута – целое число от 0 до 59."}),
        (every(-1, 5), {"hour": "Час – целое число от 0 до 23."}),
        (every(0, 0), {"minute": "Промежуток – не меньше 1 минуты."}),
        (Plan("hourly", 1, 0), {"period": "Выберите, как часто запускать задачу."}),
    ],
)
def test_impossible_schedules_are_refused_at_the_field(plan, found):
    with translation.override("ru"):
        assert problems(plan) == found


@pytest.mark.parametrize(
    ("plan", "russian", "english"),
    [
        (every(2, 10), "Каждые 2 часа 10 минут", "Every 2 hours 10 minutes"),
        (every(0, 10), "Каждые 10 минут", "Every 10 minutes"),
        (every(5, 0), "Каждые 5 часов", "Every 5 hours"),
        (every(21, 1), "Каждые 21 час 1 минуту", "Every 21 hours 1 minute"),
        (every(0, 22), "Каждые 22 минуты", "Every 22 minutes"),
        (every(1, 0), "Каждый час", "Every hour"),
        (every(0, 1), "Каждую минуту", "Every minute"),
        (daily(7, 30), "Ежедневно в 07:30", "Daily at 07:30"),
        (Plan(Period.MANUAL), "Только вручную", "Only by hand"),
    ],
)
def test_schedules_in_words(plan, russian, english):
    with translation.override("ru"):
        assert describe(plan) == russian
    with translation.override("en"):
        assert describe(plan) == english


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        (datetime(2026, 11, 23, 11, 20, tzinfo=UTC), "сегодня в 14:20", "today at 14:20"),
        (datetime(2026, 11, 24, 4, 30, tzinfo=UTC), "завтра в 07:30", "tomorrow at 07:30"),
        (datetime(2026, 11, 22, 21, 0, tzinfo=UTC), "сегодня в 00:00", "today at 00:00"),
        (datetime(2026, 11, 22, 20, 59, tzinfo=UTC), "вчера в 23:59", "yesterday at 23:59"),
        (datetime(2026, 12, 1, 6, 5, tzinfo=UTC), "1 декабря 2026 в 09:05", "1 December 2026 at 09:05"),
    ],
)
def test_moments_in_words(moment, russian, english):
    with translation.override("ru"):
        assert in_words(moment, now=NOON, zone=MOSCOW) == russian
    with translation.override("en"):
        assert in_words(moment, now=NOON, zone=MOSCOW) == english
