"""Rules without a database: spans, moves of the status, needs of a type, clashes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizavi.common.errors import RuleError
from vizavi.events import rules
from vizavi.events.models import Event, EventStatus, EventType
from vizavi.events.rules import Clash, Taken
from vizavi.events.tests.conftest import MOSCOW, all_day, span, wall

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
minutes = st.integers(0, 240).map(lambda count: timedelta(minutes=count))


def refusal(call) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        call()
    assert str(refused.value)
    return refused.value.field, refused.value.code


def test_a_timed_span_is_kept_as_instants_and_zone():
    assert span("2026-11-23", "10:00", "11:00") == rules.Span(
        datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC), MOSCOW
    )


def test_whole_days_end_exclusively_and_begin_at_midnight_of_the_zone():
    assert all_day("2026-11-23", "2026-11-24") == rules.Span(
        datetime(2026, 11, 22, 21, tzinfo=UTC),
        datetime(2026, 11, 24, 21, tzinfo=UTC),
        MOSCOW,
        date(2026, 11, 23),
        date(2026, 11, 25),
    )


def test_one_whole_day_lasts_23_hours_when_the_clocks_go_forward():
    day = rules.days(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert day.ends_at - day.starts_at == timedelta(hours=23)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: span(start="11:00", end="10:00"), ("end", "before_start")),
        (lambda: all_day("2026-11-24", "2026-11-23"), ("end", "before_start")),
        (lambda: span(zone="Moscow"), ("zone", "unknown_zone")),
        (lambda: span("2026-03-29", "02:30", "03:30", "Europe/Berlin"), ("start", "gap")),
        (lambda: span("2026-03-29", "01:30", "02:30", "Europe/Berlin"), ("end", "gap")),
        (lambda: rules.timed(wall("2026-01-01"), wall("2027-06-01"), MOSCOW), ("end", "too_long")),
        (lambda: all_day("2026-01-01", "2027-06-01"), ("end", "too_long")),
        (lambda: all_day("0001-01-01"), ("start", "year")),
        (lambda: all_day("2026-01-01", "9999-12-31"), ("end", "year")),
    ],
)
def test_a_wrong_time_is_refused_at_its_field(call, expected):
    assert refusal(call) == expected


def test_an_end_before_the_start_by_the_clock_may_be_after_it_in_the_doubled_hour():
    first = rules.timed(wall("2026-10-25 01:30"), wall("2026-10-25 03:00"), "Europe/Berlin")
    assert first.ends_at - first.starts_at == timedelta(hours=2, minutes=30)


def test_zero_length_is_for_types_that_are_a_moment():
    moment = span(start="10:00", end="10:00")
    rules.check_length(moment, EventType(duration=0))
    assert refusal(lambda: rules.check_length(moment, EventType(duration=30))) == ("end", "zero_length")


def test_moves_of_the_status_are_the_agreed_ones():
    assert {(before.value, after.value) for before, afters in rules.MOVES.items() for after in afters} == {
        ("planned", "confirmed"),
        ("confirmed", "planned"),
        ("planned", "held"),
        ("planned", "no_show"),
        ("planned", "cancelled"),
        ("confirmed", "held"),
        ("confirmed", "no_show"),
        ("confirmed", "cancelled"),
        ("cancelled", "planned"),
    }


@pytest.mark.parametrize("before", EventStatus)
@pytest.mark.parametrize("after", EventStatus)
def test_every_other_move_is_refused_at_the_status(before, after):
    if after in rules.MOVES[before]:
        rules.check_move(before, after)
    else:
        assert refusal(lambda: rules.check_move(before, after)) == ("status", "not_allowed")


@pytest.mark.parametrize(("status", "code"), [("held", "held"), ("no_show", "no_show"), ("cancelled", "cancelled")])
def test_what_is_over_is_not_moved(status, code):
    assert refusal(lambda: rules.check_movable(status)) == ("start", code)


def test_held_is_what_was_due_by_the_end_of_its_day():
    rules.check_has_come(datetime(2026, 11, 23, 20, 59, tzinfo=UTC), MOSCOW, NOON)
    assert refusal(lambda: rules.check_has_come(datetime(2026, 11, 23, 21, tzinfo=UTC), MOSCOW, NOON)) == (
        "status",
        "in_future",
    )


@pytest.mark.parametrize(
    ("status", "end", "overdue"),
    [
        ("planned", NOON - timedelta(seconds=1), True),
        ("confirmed", NOON - timedelta(days=3), True),
        ("planned", NOON, False),
        ("held", NOON - timedelta(days=3), False),
        ("cancelled", NOON - timedelta(days=3), False),
    ],
)
def test_overdue_is_open_and_over(status, end, overdue):
    assert rules.is_overdue(status, end, NOON) is overdue


@pytest.mark.parametrize("need", ["candidate", "vacancy", "room", "link"])
def test_what_the_type_asks_for_is_required_at_its_field(need):
    event_type = EventType(**({"needs_candidate": False} | {f"needs_{need}": True}))
    given_all = {"candidate": True, "vacancy": True, "room": True, "link": True}
    rules.check_needs(event_type, **given_all)
    field = "video_url" if need == "link" else need
    assert refusal(lambda: rules.check_needs(event_type, **(given_all | {need: False}))) == (field, "required")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://files.example/x", "meet.example/1", "https://", "https://[", "data:text/html,x"],
)
def test_a_link_that_is_no_web_address_is_refused(url):
    assert refusal(lambda: rules.check_video_url(url)) == ("video_url", "not_web")


def test_web_links_and_none_are_fine():
    for url in ("", "https://meet.example/abc", "http://10.0.0.7/room"):
        rules.check_video_url(url)


@pytest.mark.parametrize(
    "template", ["{type}: {phone}", "{", "{type", "{}", "{0}", "{type.color}", "{type!r}", "{type:>99999999}", "{a b}"]
)
def test_a_template_with_anything_unknown_in_braces_is_refused(template):
    assert refusal(lambda: rules.check_title_template(template)) == ("title_template", "unknown_field")


def test_known_fields_doubled_braces_and_plain_words_are_fine():
    for template in ("{type}: {candidate} – {vacancy}", "Встреча", "{{{type}}}"):
        rules.check_title_template(template)


def test_every_field_of_an_event_that_leaves_the_house_has_one_group():
    listed = [field for fields in rules.FIELD_GROUPS.values() for field in fields]
    assert len(listed) == len(set(listed))
    inside = {"id", "uid", "internal_comment", "reason", "loaded", "created_by", "created_at"}
    marks = {"revision", "notify_revision", *(f"{group}_edited_at" for group in rules.FIELD_GROUPS)}
    assert {field.name for field in Event._meta.concrete_fields} - inside - marks == set(listed) - {
        "participants",
        "answers",
    }


def taken(start: int, end: int, before: int = 0, after: int = 0) -> Taken:
    return Taken(
        NOON + timedelta(minutes=start),
        NOON + timedelta(minutes=end),
        timedelta(minutes=before),
        timedelta(minutes=after),
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (taken(0, 60), taken(30, 90), Clash.OVERLAP),
        (taken(0, 60), taken(10, 20), Clash.OVERLAP),
        (taken(0, 60), taken(0, 60), Clash.OVERLAP),
        (taken(0, 60), taken(60, 90), None),
        (taken(0, 60), taken(60, 90, before=5), Clash.BUFFER),
        (taken(0, 60, after=5), taken(60, 90), Clash.BUFFER),
        (taken(0, 60, after=10), taken(75, 90, before=10), Clash.BUFFER),  # both buffers add up
        (taken(0, 60, after=10), taken(80, 90, before=10), None),
    ],
)
def test_meetings_clash_by_themselves_or_by_their_buffers(one, other, expected):
    assert rules.clash(one, other) is expected


@given(minutes, minutes, minutes, minutes)
def test_it_does_not_matter_which_meeting_is_asked_first(start, length, before, after):
    one = Taken(NOON, NOON + timedelta(minutes=60), before, after)
    other = Taken(NOON + start, NOON + start + length, after, before)
    assert rules.clash(one, other) is rules.clash(other, one)
