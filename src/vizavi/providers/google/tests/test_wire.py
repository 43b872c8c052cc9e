"""Reading Google's event JSON: ordinary answers, and the odd ones that were met (facts 3, 14)."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizavi.providers.google import outgoing, wire, zones
from vizavi.sync.model import Answer, Content, Create, Group, Kind, Patch, Person, RemoteItem, Stamp, When

ANNA = "anna.krylova@vetervolna.example"
INTERVIEW: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"3540000000000000"',
    "id": "0a1b2c",
    "status": "confirmed",
    "htmlLink": "https://www.google.com/calendar/event?eid=x",
    "created": "2027-03-01T08:00:00.000Z",
    "updated": "2027-03-01T08:00:00.123Z",
    "summary": "Интервью: Анна Белова – Python-разработчик",
    "description": "<b>Ждём</b> вас",
    "location": "Байкал",
    "creator": {"email": ANNA, "self": True},
    "organizer": {"email": ANNA, "self": True},
    "start": {"dateTime": "2027-03-10T12:00:00+03:00", "timeZone": "Europe/Moscow"},
    "end": {"dateTime": "2027-03-10T13:00:00+03:00", "timeZone": "Europe/Moscow"},
    "iCalUID": "0a1b2c@google.com",
    "sequence": 0,
    "attendees": [
        {"email": ANNA, "organizer": True, "self": True, "responseStatus": "accepted"},
        {"email": "Sergey.Tarasov@VeterVolna.example", "displayName": "Сергей", "responseStatus": "tentative"},
        {"email": "baikal@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"},
        {"email": "elena.gromova@vetervolna.example", "optional": True, "responseStatus": "needsAction"},
    ],
    "hangoutLink": "https://meet.google.com/abc-defg-hij",
    "extendedProperties": {
        "private": {"vz_install": "i", "vz_event": "e", "vz_remote_id": "0a1b2c", "vz_rev": "7", "vz_type": "t"},
        "shared": {"other": "x"},
    },
    "reminders": {"useDefault": True},
    "eventType": "default",
}


def read(event: Any, *, calendar: str = ANNA) -> RemoteItem:
    return wire.read_item(json.dumps(event).encode(), calendar_id=calendar, zone="Europe/Moscow")


def event(**changes: Any) -> RemoteItem:
    return read({name: value for name, value in (INTERVIEW | changes).items() if value is not ...})


def test_an_ordinary_event_is_read_in_full() -> None:
    start = datetime(2027, 3, 10, 9, tzinfo=UTC)
    assert event() == RemoteItem(
        remote_id="0a1b2c",
        etag='"3540000000000000"',
        ical_uid="0a1b2c@google.com",
        content=Content(
            When(start, start + timedelta(hours=1), "Europe/Moscow"),
            title="Интервью: Анна Белова – Python-разработчик",
            description="<b>Ждём</b> вас",
            location="Байкал",
            video="https://meet.google.com/abc-defg-hij",
            people=(
                Person("elena.gromova@vetervolna.example", optional=True),
                Person("sergey.tarasov@vetervolna.example", "Сергей", Answer.TENTATIVE),
            ),
        ),
        updated=datetime(2027, 3, 1, 8, 0, 0, 123000, tzinfo=UTC),
        stamp=Stamp("i", "e", "0a1b2c", 7, "t"),
    )


def test_an_event_of_nothing_but_its_times_is_an_event() -> None:
    item = read({"id": "abcde", "start": {"date": "2027-03-10"}, "end": {"date": "2027-03-12"}})
    assert item.content == Content(When(date(2027, 3, 10), date(2027, 3, 12), "Europe/Moscow"))
    assert (item.problem, item.occupies, item.organizer, item.stamp) == ("", True, "", None)


@pytest.mark.parametrize(
    "tombstone",
    [
        {"id": "abcde", "status": "cancelled"},
        {"id": "abcde", "status": "cancelled", "start": {"date": "2027-03-10"}, "summary": "было"},
        {"id": "abcde", "status": "cancelled", "start": 5},
    ],
)
def test_a_tombstone_may_hold_nothing_but_its_id(tombstone: dict[str, Any]) -> None:
    item = read(tombstone)
    assert (item.remote_id, item.deleted, item.content, item.problem) == ("abcde", True, None, "")


def test_a_cancelled_exception_names_its_master_and_its_time() -> None:
    item = read(
        {
            "id": "abcde_20270310T090000Z",
            "status": "cancelled",
            "recurringEventId": "abcde",
            "originalStartTime": {"dateTime": "2027-03-10T12:00:00+03:00", "timeZone": "Europe/Moscow"},
        }
    )
    assert (item.kind, item.master_id, item.deleted) == (Kind.EXCEPTION, "abcde", True)
    assert item.original_start == datetime(2027, 3, 10, 9, tzinfo=UTC)


def test_a_series_keeps_its_rules() -> None:
    rules = ["RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Europe/Moscow:20270315T120000"]
    item = event(recurrence=rules)
    assert (item.kind, item.recurrence) == (Kind.MASTER, tuple(rules))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"start": ...}, "no start"),
        ({"start": {}}, "neither"),
        ({"start": {"date": "2027-03-10"}}, "whole day"),
        ({"end": {"dateTime": "2027-03-10T11:59:00+03:00"}}, "before"),
        ({"start": {"dateTime": "9999-12-31T23:59:59-14:00"}}, "(9999)"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "(1)"),
        ({"start": {"dateTime": "soon"}}, "looks like"),
        ({"start": {"date": "2027-02-30"}}, "looks like"),
        ({"summary": 5}, "looks like"),
        ({"attendees": {"email": "x"}}, "looks like"),
        ({"extendedProperties": {"private": {"vz_rev": 7}}}, "looks like"),
        ({"recurrence": "RRULE:FREQ=DAILY"}, "looks like"),
    ],
)
def test_an_odd_item_has_a_problem_and_nothing_else_suffers(changes: dict[str, Any], word: str) -> None:
    item = event(**changes)
    assert (item.remote_id, item.etag, item.content, item.deleted) == ("0a1b2c", INTERVIEW["etag"], None, False)
    assert word in item.problem


def test_one_odd_item_leaves_the_page_whole() -> None:
    page = {"items": [INTERVIEW, INTERVIEW | {"id": "odd", "start": 1}, 7, {"summary": "без id"}], "timeZone": "UTC"}
    listing = msgspec.json.decode(json.dumps(page).encode(), type=wire.Listing)
    items = wire.read_items(listing.items, calendar_id=ANNA, zone="UTC")
    named = [(item.remote_id, item.title, item.day, bool(item.problem)) for item in items]
    summary = INTERVIEW["summary"]
    assert [row for row in named if row[0][0] != "?"] == [("0a1b2c", "", "", False), ("odd", summary, "", True)]
    assert sorted(row[1:] for row in named if row[0][0] == "?") == [("", "", True), ("без id", "", True)]


def test_a_missing_or_equal_end_is_as_long_as_rfc_5545_says() -> None:
    at = datetime(2027, 3, 10, 9, tzinfo=UTC)
    assert event(end=...).content.when == When(at, at, "Europe/Moscow")
    day = {"date": "2027-03-10"}
    for end in (..., day):
        assert event(start=day, end=end).content.when == When(date(2027, 3, 10), date(2027, 3, 11), "Europe/Moscow")


def test_zero_length_is_accepted() -> None:
    item = event(end=INTERVIEW["start"])
    assert item.problem == ""
    assert item.content.when.start == item.content.when.end


def test_the_offset_decides_and_the_zone_is_the_events_own() -> None:
    moved = event(start={"dateTime": "2027-03-10T06:00:00Z", "timeZone": "Asia/Vladivostok"})
    assert moved.content.when.start == datetime(2027, 3, 10, 6, tzinfo=UTC)
    assert moved.content.when.zone == "Asia/Vladivostok"
    bare = event(start={"dateTime": "2027-03-10T12:00:00", "timeZone": "Asia/Yekaterinburg"})
    assert bare.content.when.start == datetime(2027, 3, 10, 7, tzinfo=UTC)
    nowhere = event(start={"dateTime": "2027-03-10T12:00:00"}, end={"dateTime": "2027-03-10T13:00:00"})
    assert nowhere.content.when.start == datetime(2027, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Moscow", "Europe/Moscow"),
        ("Russian Standard Time", "Europe/Moscow"),
        ("GMT+03:00", "Etc/GMT-3"),
        ("UTC-5", "Etc/GMT+5"),
        ("GMT+00:00", "UTC"),
        ("GMT+05:30", "Asia/Omsk"),
        ("(UTC+03:00) Moscow, St. Petersburg", "Asia/Omsk"),
        ("../../etc/passwd", "Asia/Omsk"),
        ("Factory", "Asia/Omsk"),
        ("", "Asia/Omsk"),
        (None, "Asia/Omsk"),
    ],
)
def test_every_zone_name_becomes_one_we_know(name: str | None, zone: str) -> None:
    assert zones.iana(name, "Asia/Omsk") == zone
    assert zones.zone(zones.iana(name, "nonsense")).key


def test_all_windows_names_lead_to_zones_that_exist() -> None:
    assert [name for name, target in zones.WINDOWS.items() if zones.iana(name, "UTC") != target] == []


@pytest.mark.parametrize(
    ("changes", "occupies"),
    [
        ({}, True),
        ({"transparency": "transparent"}, False),
        ({"eventType": "birthday"}, False),
        ({"eventType": "workingLocation"}, False),
        ({"eventType": "outOfOffice"}, True),
        ({"eventType": "focusTime"}, True),
        ({"status": "tentative"}, True),
        ({"attendees": [{"email": ANNA, "self": True, "responseStatus": "declined"}]}, False),
        ({"attendees": [{"email": "other@x.example", "responseStatus": "declined"}]}, True),
        ({"attendees": [{"email": ANNA, "self": True, "responseStatus": "needsAction"}]}, True),
    ],
)
def test_what_occupies_time(changes: dict[str, Any], occupies: bool) -> None:
    assert event(**changes).occupies is occupies


@pytest.mark.parametrize(
    ("visibility", "private"), [("default", False), ("public", False), ("private", True), ("confidential", True)]
)
def test_private_and_confidential_are_private(visibility: str, private: bool) -> None:
    assert event(visibility=visibility).content.private is private


def test_tentative_and_free_are_told() -> None:
    content = event(status="tentative", transparency="transparent").content
    assert (content.tentative, content.busy) == (True, False)


@pytest.mark.parametrize(
    ("organizer", "whose"),
    [
        ({"email": "Boss@x.example"}, "boss@x.example"),
        ({"email": ANNA.upper()}, ""),
        ({"email": "x@x.example", "self": True}, ""),
        ({"displayName": "boss"}, "unknown"),
        (..., ""),
    ],
)
def test_who_organizes(organizer: Any, whose: str) -> None:
    assert event(organizer=organizer).organizer == whose


@pytest.mark.parametrize(
    ("private", "revision"),
    [
        ({"vz_remote_id": "0a1b2c", "vz_rev": "12"}, 12),
        ({"vz_remote_id": "0a1b2c", "vz_rev": "x"}, 0),
        ({"vz_remote_id": "0a1b2c", "vz_rev": "٣"}, 0),
        ({"vz_remote_id": "0a1b2c"}, 0),
        ({"vz_remote_id": "another", "vz_rev": "12"}, None),
        ({"vz_rev": "12"}, None),
        ({}, None),
    ],
)
def test_our_properties_count_only_on_their_own_item(private: dict[str, str], revision: int | None) -> None:
    stamp = event(extendedProperties={"private": private}).stamp
    assert (stamp.revision if stamp else None) == revision


def test_a_conference_without_a_hangout_link_is_found() -> None:
    points = [{"entryPointType": "phone", "uri": "tel:+7"}, {"entryPointType": "video", "uri": "https://z.example/1"}]
    assert event(hangoutLink=..., conferenceData={"entryPoints": points}).content.video == "https://z.example/1"


def test_a_clock_of_the_year_zero_is_no_clock() -> None:
    assert event(updated="0000-12-29T00:00:00.000Z").updated is None


# What we send. ---------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=40)
ZONES = st.sampled_from(["Europe/Moscow", "Asia/Vladivostok", "UTC", "America/New_York"])
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
EMAILS = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
PEOPLE = st.lists(
    st.builds(Person, EMAILS, TEXTS, st.sampled_from(Answer), st.booleans()), max_size=4, unique_by=lambda p: p.email
)


@st.composite
def whens(draw: st.DrawFn) -> When:
    if draw(st.booleans()):
        start = draw(INSTANTS)
        return When(start, start + timedelta(minutes=draw(st.integers(0, 5000))), draw(ZONES))
    day = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    return When(day, day + timedelta(days=draw(st.integers(1, 40))), "Europe/Moscow")


@st.composite
def contents(draw: st.DrawFn) -> Content:
    people = tuple(sorted(draw(PEOPLE), key=lambda person: person.email))
    flags = [draw(st.booleans()) for _ in range(3)]
    texts = [draw(TEXTS) for _ in range(3)]
    return Content(draw(whens()), *texts, "", people, *flags)


@given(content=contents(), revision=st.integers(0, 10**8))
def test_what_is_sent_reads_back_equal(content: Content, revision: int) -> None:
    stamp = Stamp("install", "event", "abcde", revision, "interview")
    body = outgoing.insert_body(Create(1, "abcde", content, stamp))
    item = read(json.loads(msgspec.json.encode(body)))
    assert (item.content, item.stamp, item.problem) == (content, stamp, "")


@given(groups=st.frozensets(st.sampled_from(Group)), content=contents())
def test_a_patch_names_only_its_groups(groups: frozenset[Group], content: Content) -> None:
    body = outgoing.patch_body(Patch(1, "abcde", '"1"', content, groups, Stamp("i", "e", "abcde", 1)))
    fields = {
        Group.TIME: {"start", "end"},
        Group.TEXT: {"summary", "description"},
        Group.PLACE: {"location"},
        Group.PEOPLE: {"attendees"},
        Group.STATE: {"status", "transparency", "visibility"},
    }
    assert body.keys() == {"extendedProperties"}.union(*(fields[group] for group in groups))


def test_both_ends_carry_all_three_keys() -> None:
    content = event().content
    body = outgoing.insert_body(Create(1, "abcde", content, Stamp("i", "e", "abcde", 1)))
    assert body["start"] == {"date": None, "dateTime": "2027-03-10T09:00:00Z", "timeZone": "Europe/Moscow"}
    assert "iCalUID" not in body
    assert "reminders" not in body


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*INTERVIEW, "x"]), inner),
    )
)
def test_no_json_whatever_stops_the_reading(value: Any) -> None:
    raw = msgspec.json.encode(value)
    assert isinstance(wire.read_item(raw, calendar_id=ANNA, zone="UTC"), RemoteItem)


def test_rows_keep_what_only_google_knows() -> None:
    known = [
        {"email": ANNA, "organizer": True, "self": True, "responseStatus": "accepted"},
        {"email": "Room@x.example", "resource": True, "responseStatus": "accepted"},
        {"email": "Kept@x.example", "responseStatus": "accepted", "comment": "буду", "additionalGuests": 2},
        {"email": "dropped@x.example", "responseStatus": "declined"},
    ]
    people = (Person("kept@x.example", optional=True), Person("new@x.example", "Новый"))
    assert outgoing.merged_guests(known, people) == [
        known[0],
        known[1],
        {**known[2], "optional": True},
        {"email": "new@x.example", "responseStatus": "needsAction", "optional": False, "displayName": "Новый"},
    ]


def test_a_character_that_no_database_keeps_is_left_out() -> None:
    item = event(
        summary="Ин\x00тервью",
        description="\x00",
        location="\x00Байкал",
        attendees=[{"email": "a@b.example", "displayName": "А\x00"}],
    )
    assert item.content is not None
    assert (item.content.title, item.content.description, item.content.location) == ("Интервью", "", "Байкал")
    assert [person.name for person in item.content.people] == ["А"]


def test_an_item_told_twice_counts_as_it_was_told_last() -> None:
    pages = [json.dumps(INTERVIEW | {"summary": title}).encode() for title in ("Раньше", "Позже")]
    items = wire.read_items([msgspec.Raw(page) for page in pages], calendar_id=ANNA, zone="UTC")
    assert [item.content.title for item in items if item.content] == ["Позже"]


def test_an_odd_item_without_an_id_is_the_same_at_the_next_reading() -> None:
    raws = [msgspec.Raw(b'{"summary":"?"}'), msgspec.Raw(b'{"status":"cancelled"}')]
    first, second = (wire.read_items(raws, calendar_id=ANNA, zone="UTC") for _ in range(2))
    assert first == second
    assert [item.title for item in first] == ["?"]


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "я" * 513, "a" * 1025, 7, None])
def test_an_id_that_cannot_be_asked_for_is_a_problem(name: Any) -> None:
    item = event(id=name)
    assert (item.remote_id, bool(item.problem)) == ("", True)


@pytest.mark.parametrize("etag", ["", "x" * 201, '"1"\r\nX-Evil: 1', "я"])
def test_an_etag_that_no_header_can_carry_is_none(etag: str) -> None:
    assert event(etag=etag).etag == ""


@pytest.mark.parametrize("uid", ["", "x" * 2_000_000, "a\r\n"])
def test_a_uid_that_cannot_be_stored_is_none(uid: str) -> None:
    assert event(iCalUID=uid).ical_uid == ""


def test_a_cancelled_item_is_gone_whatever_else_is_wrong_with_it() -> None:
    item = event(status="cancelled", recurringEventId="m", originalStartTime={"date": "9999-01-01"}, attendees=5)
    assert (item.deleted, item.problem, item.kind, item.master_id) == (True, "", Kind.EXCEPTION, "m")


def test_an_exception_that_names_no_occurrence_is_a_problem() -> None:
    assert event(recurringEventId="m").problem == wire.NO_ORIGINAL


def test_an_odd_item_is_recognised_by_title_and_day_unless_it_is_private() -> None:
    odd = {"end": {"dateTime": "1999-01-01T00:00:00Z"}}
    day = INTERVIEW["start"]["dateTime"]
    assert (event(**odd).title, event(**odd).day) == (INTERVIEW["summary"], day)
    for visibility in ("private", "confidential", 5):
        hidden = event(**odd, visibility=visibility)
        assert (hidden.title, hidden.day) == ("", day)


@pytest.mark.parametrize(
    ("summary", "title"),
    [
        (rb'"\ud800 \u0000x"', "? x"),
        (b'"\xff\xfe"', "\ufffd\ufffd"),
        (b'"a\x01b"', "a\x01b"),
        (rb'"a\\u0000"', r"a\u0000"),
    ],
)
def test_broken_letters_cost_only_themselves(summary: bytes, title: str) -> None:
    raw = b'{"id":"a","start":{"date":"2027-03-10"},"summary":%b}' % summary
    assert wire.read_item(raw, calendar_id=ANNA, zone="UTC").content.title == title


def test_what_is_nested_too_deeply_is_a_problem() -> None:
    raw = b'{"id":"a","start":{"date":"2027-03-10"},"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert wire.read_item(raw, calendar_id=ANNA, zone="UTC").problem.startswith(wire.NO_EVENT)
