"""What comes from a calendar may be anything: a run ends, what is valid beside it arrives, what is odd is named."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.hostile.conftest import ANNA, TOMORROW, House, at, item
from tests.hostile.markup import EVIL
from tests.hostile.rawserver import page

from vizavi.connections import accounts
from vizavi.connections.models import Account, BusyBlock, Calendar, JournalEntry, Link, LoadMode, SeriesItem
from vizavi.connections.work import work_account
from vizavi.events import writing
from vizavi.events.models import Event, EventType
from vizavi.people.models import User

MEGABYTE = "я" * 1_000_000
ONE_AT = {"dateTime": "2027-03-10T12:00:00+03:00"}


def arrives(house: House, *odd: Any) -> None:
    """Everything valid beside the odd ones arrived, and the interview that was moved there was moved here."""
    house.serve([item("before", 1), *odd, house.moved(), item("after", 2)])
    result = house.pull()
    assert result.status in {"ok", "partial"}, result
    assert {"before", "after"} <= set(house.blocks())
    house.interview.refresh_from_db()
    assert house.interview.starts_at == TOMORROW + timedelta(hours=5)
    assert (house.link.state, house.link.error_code) == ("live", "")
    assert house.cursor() == "cursor"
    assert result.status == ("partial" if result.counts.get("errors") else "ok")


@pytest.mark.parametrize(
    "change",
    [
        {"start": ...},
        {"start": None},
        {"start": {}},
        {"start": []},
        {"start": "завтра"},
        {"start": {"date": "2027-02-29"}},
        {"start": {"date": "2027-03-10"}},
        {"start": {"dateTime": 1_800_000_000}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}},
        {"start": {"dateTime": "9999-12-31T23:59:59-14:00"}},
        {"start": {"dateTime": "10000-01-01T00:00:00Z"}},
        {"start": {"dateTime": "2027-03-10T12:00:00+99:00"}},
        {"end": {"dateTime": "2001-01-01T00:00:00Z"}},
        {"end": {"dateTime": "9999-12-31T23:59:59Z"}},
        {"end": []},
        {"summary": 5},
        {"summary": ["a"]},
        {"description": {"a": 1}},
        {"location": False},
        {"id": 5},
        {"id": None},
        {"id": ...},
        {"id": ""},
        {"id": ".."},
        {"id": "a" * 1025},
        {"id": "a\nb"},
        {"etag": 5},
        {"iCalUID": {}},
        {"attendees": {}},
        {"attendees": [5]},
        {"attendees": [{"email": None}]},
        {"organizer": "я"},
        {"recurrence": "RRULE:FREQ=DAILY"},
        {"recurrence": [None]},
        {"recurringEventId": 7},
        {"recurringEventId": "m"},
        {"recurringEventId": "m", "originalStartTime": {"date": "9999-12-31"}},
        {"extendedProperties": []},
        {"extendedProperties": {"private": {"vz_rev": 7}}},
        {"conferenceData": {"entryPoints": [{"uri": 1}]}},
        {"status": 1},
        {"visibility": []},
        {"transparency": None},
        {"x" * 100: 1, "start": 10**400},
    ],
    ids=lambda change: json.dumps({k: "…" if v is ... else v for k, v in change.items()})[:60],
)
def test_an_odd_item_is_counted_and_named_and_nothing_else_suffers(house: House, change: dict[str, Any]) -> None:
    odd = item("odd", 3, **change)
    arrives(house, odd)
    [line] = house.told()
    assert line.startswith("Не загружено (Анна")
    assert house.link.calendar_id == house.calendar.pk
    titles = JournalEntry.objects.filter(action="unreadable").values_list("changes__title", flat=True)
    shown = change.get("summary", "Встреча odd")
    private = change.get("visibility") is not None
    assert list(titles) == [["", shown] if isinstance(shown, str) and not private else None]


@pytest.mark.parametrize("odd", [None, 5, "я", [], {}, [[]], True, {"id": {"id": "a"}}])
def test_what_is_no_item_at_all_is_counted_and_told(house: House, odd: Any) -> None:
    arrives(house, odd)
    assert len(house.told()) == 1


@pytest.mark.parametrize(
    ("change", "block"),
    [
        ({"summary": MEGABYTE, "description": MEGABYTE, "location": MEGABYTE}, "odd"),
        ({"summary": "a\x00b\ud800\x07\u202e"}, "odd"),
        ({"iCalUID": MEGABYTE}, "odd"),
        ({"iCalUID": ...}, "odd"),
        ({"iCalUID": "before@google.com"}, "odd"),
        ({"etag": "x" * 5000}, "odd"),
        ({"etag": ...}, "odd"),
        ({"etag": 'W/"1"\r\nX-Evil: 1'}, "odd"),
        ({"id": "a" * 1024}, "a" * 1024),
        ({"end": ...}, "odd"),
        ({"end": at(3)["start"]}, "odd"),
        ({"start": {"date": f"{TOMORROW:%Y-%m-%d}"}, "end": {"date": f"{TOMORROW:%Y-%m-%d}"}}, "odd"),
        ({"start": at(3)["start"] | {"date": f"{TOMORROW:%Y-%m-%d}"}}, "odd"),
        ({"start": at(3)["start"] | {"timeZone": "Russian Standard Time"}}, "odd"),
        ({"start": at(3)["start"] | {"timeZone": MEGABYTE}}, "odd"),
        ({"start": at(3)["start"] | {"timeZone": ""}}, "odd"),
        ({"start": at(3)["start"] | {"timeZone": "../../etc/passwd"}}, "odd"),
        ({"attendees": [{"email": f"g{n % 4000}@x.example"} for n in range(5000)] + [{}]}, "odd"),
        ({"attendees": [{"displayName": "\x00"}, {"email": "\x00"}]}, "odd"),
        ({"updated": "0000-00-00T00:00:00Z"}, "odd"),
        ({"updated": MEGABYTE}, "odd"),
        ({"hangoutLink": "javascript:alert(1)\x00"}, "odd"),
        ({"status": "я"}, "odd"),
        ({"eventType": MEGABYTE, "visibility": "я", "transparency": "я"}, "odd"),
        ({"extendedProperties": {"private": {"vz_remote_id": "odd", "vz_event": "\x00", "vz_type": "\x00"}}}, "odd"),
        ({"extendedProperties": {"private": {"vz_remote_id": "odd", "vz_install": "x", "vz_event": "y"}}}, "odd"),
        ({"nobody": {"knows": ["this"]}}, "odd"),
        ({"recurringEventId": "..", "originalStartTime": at(3)["start"]}, "odd"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_is_only_unusual_is_taken_as_it_can_be(house: House, change: dict[str, Any], block: str) -> None:
    arrives(house, item("odd", 3, **change))
    assert house.told() == []
    assert block in house.blocks()


def test_bytes_that_are_no_text_cost_only_their_letters(house: House) -> None:
    whole = page([item("before"), item("odd", 1, summary="LETTERS"), item("after", 2)])
    for broken in (b"\xff\xfe", rb"\ud83d", rb"\u0000", b"\x01"):
        BusyBlock.objects.all().delete()
        house.google.pages[""] = whole.replace(b"LETTERS", broken)
        assert house.pull().status == "ok"
        assert house.blocks() == ["after", "before", "odd"]


def test_one_item_twice_counts_once_and_as_it_was_told_last(house: House) -> None:
    house.serve([item("a", 1), item("a", 2)], [item("a", 3), house.moved(1), house.moved(4)])
    assert house.pull().status == "ok"
    assert [(block.remote_id, block.starts_at) for block in BusyBlock.objects.all()] == [
        ("a", TOMORROW + timedelta(hours=3))
    ]
    house.interview.refresh_from_db()
    assert house.interview.starts_at == TOMORROW + timedelta(hours=4)


def test_one_item_twice_is_loaded_as_one_event(house: House) -> None:
    Calendar.objects.update(mode=LoadMode.TYPED, event_type=EventType.objects.get(code="interview"))
    house.serve([item("a", 1), item("a", 2)], [item("a", 3, etag='"later"')])
    assert house.pull().status == "ok"
    assert [event.starts_at for event in Event.objects.filter(loaded=True)] == [TOMORROW + timedelta(hours=3)]


@pytest.mark.parametrize("mode", [LoadMode.NAMED, LoadMode.BUSY, LoadMode.TYPED])
def test_long_texts_are_cut_here_and_stay_whole_there(house: House, mode: LoadMode) -> None:
    Calendar.objects.update(mode=mode, event_type=EventType.objects.get(code="interview"))
    fields = {"summary": MEGABYTE, "location": MEGABYTE, "description": MEGABYTE}
    moved = house.moved() | fields
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    house.serve([item("long", 1, **fields), item("series", 2, **fields, **rule), moved])
    assert house.pull().status == "ok"
    assert all(len(block.title or "") <= 300 for block in BusyBlock.objects.all())
    assert all(len(json.dumps(row.item)) < 5000 for row in SeriesItem.objects.all())
    assert all(len(json.dumps(entry.changes)) < 20_000 for entry in JournalEntry.objects.all())
    assert all(len(event.title) <= 300 and len(event.address) <= 300 for event in Event.objects.all())
    assert [method for method, _ in house.google.requests if method != "GET"] == ["POST"], "nothing is sent back"


def test_busy_only_calendars_keep_no_title_of_what_cannot_be_read(house: House) -> None:
    odd = item("odd", start={})
    house.serve([odd])
    house.pull()
    assert "Встреча odd" in json.dumps(list(JournalEntry.objects.values_list("changes", flat=True)), ensure_ascii=False)
    accounts.choose(
        house.account, house.calendar.pk, {house.calendar.pk: (LoadMode.BUSY, None)}, by=house.anna, now=timezone.now()
    )
    house.serve([odd | {"etag": '"2"'}])
    house.pull()
    assert len(house.told()) == 2
    rows = JournalEntry.objects.exclude(changes__title=None).filter(event=None)
    assert not rows.exists()


def test_private_items_that_cannot_be_read_are_told_without_their_title(house: House) -> None:
    arrives(house, item("odd", start={}, visibility="private", summary="Психолог"))
    rows = JournalEntry.objects.filter(action="unreadable").values_list("changes", "text")
    assert "Психолог" not in str(list(rows))


def test_an_odd_item_is_told_once_and_again_when_it_changes(house: House) -> None:
    house.serve([item("odd", start={}), item("odd2", end=5, start=at(0)["start"])])
    house.pull()
    Calendar.objects.update(cursor="")
    assert house.pull().counts["errors"] == 2
    assert len(house.told()) == 2
    house.serve([item("odd", start={}, etag='"new"')])
    house.pull()
    assert len(house.told()) == 3


def test_what_was_known_of_an_item_that_becomes_odd_stays(house: House) -> None:
    series = item("s", 3, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    house.serve([item("a", 1), series])
    house.pull()
    before = house.blocks()
    assert len(before) == 3
    for cursor in ("cursor", ""):
        Calendar.objects.update(cursor=cursor)
        house.serve([item("a", start=1), series | {"summary": 5}])
        assert house.pull().status == "partial"
        assert house.blocks() == before


def test_an_interview_whose_copy_cannot_be_read_waits_with_the_reason(house: House) -> None:
    before = house.interview.starts_at
    house.serve([house.moved(start=5), item("after", 2)])
    assert house.pull().status == "partial"
    house.interview.refresh_from_db()
    assert (house.interview.starts_at, house.link.error_code) == (before, "unreadable")
    assert house.blocks() == ["after"]
    entry = JournalEntry.objects.get(event=house.interview, action="unreadable")
    assert entry.words.startswith("Это не похоже на событие.")
    house.serve([house.moved(4)])
    assert house.pull().status == "ok"
    assert house.link.error_code == ""


def test_cancelled_rows_with_nothing_but_an_id_are_taken_as_deletions(house: House) -> None:
    house.serve([item("a", 1), item("s", 2, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])])
    house.pull()
    cancelled = [{"id": name, "status": "cancelled"} for name in ("a", "s", "nobody", house.link.remote_id, "s_x")]
    house.serve([*cancelled, {"status": "cancelled"}, {"id": 5, "status": "cancelled"}, item("b", 3)])
    result = house.pull()
    assert (result.status, house.blocks(), house.link.state) == ("ok", ["b"], "detached")


def test_exceptions_before_their_master_and_without_one(house: House) -> None:
    original = at(0)["start"]
    key = f"s_{TOMORROW:%Y%m%dT%H%M%SZ}"
    exception = item(key, 4, recurringEventId="s", originalStartTime=original)
    orphan = item("o_1", 6, recurringEventId="o", originalStartTime=original)
    bare = {"id": "o_2", "status": "cancelled", "recurringEventId": "o", "originalStartTime": original}
    house.serve([exception, orphan, bare], [item("s", 0, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])])
    assert house.pull().status == "ok"
    starts = sorted(BusyBlock.objects.values_list("starts_at", flat=True))
    assert starts == [TOMORROW + timedelta(hours=hours) for hours in (4, 6, 24)]


BOMBS = [
    ["RRULE:FREQ=SECONDLY"],
    ["RRULE:FREQ=DAILY;COUNT=1000000000"],
    ["RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"],
    ["RRULE:FREQ=DAILY;INTERVAL=0"],
    ["RRULE:FREQ=YEARLY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))],
    ["RRULE:" + MEGABYTE],
    ["\x00", "\ud800", "", "BEGIN:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VCALENDAR"],
    ["RDATE:" + ",".join(["20270101T000000Z"] * 50_000)],
    ["EXDATE;TZID=Nowhere:20270101T000000"],
    ["RRULE:FREQ=DAILY"] * 500,
]


@pytest.mark.parametrize("lines", BOMBS, ids=lambda lines: lines[0][:40])
def test_a_rule_that_is_a_bomb_costs_neither_time_nor_others(house: House, lines: list[str]) -> None:
    begun = timezone.now()
    arrives(house, item("bomb", 3, recurrence=lines))
    assert timezone.now() - begun < timedelta(seconds=5)


def test_a_series_that_only_google_can_expand_comes_as_googles_instances(house: House) -> None:
    instances = [item(f"bomb_{n}", n + 3, recurringEventId="bomb", originalStartTime=at(n)["start"]) for n in range(3)]
    house.google.instances["bomb"] = page([*instances, item("odd", start=1, recurringEventId="bomb")])
    arrives(house, item("bomb", 3, recurrence=["RRULE:FREQ=HOURLY;COUNT=3"]))
    assert [key for key in house.blocks() if key.startswith("bomb")] == ["bomb_0", "bomb_1", "bomb_2"]


@pytest.mark.parametrize("answer", [(500, b"<h1>Error</h1>"), (200, b"<html>"), (200, b'{"items":5}'), (503, b"")])
def test_a_series_google_cannot_tell_stops_nobody_and_stays_as_it_was(house: House, answer: tuple[int, bytes]) -> None:
    house.google.instances["bomb"] = page([item("bomb_1", 4, recurringEventId="bomb", originalStartTime=ONE_AT)])
    bomb = item("bomb", 3, recurrence=["RRULE:FREQ=HOURLY;COUNT=3"])
    arrives(house, bomb)
    house.google.others[f"/calendar/v3/calendars/{ANNA}/events/bomb/instances"] = answer
    house.serve([bomb | {"etag": '"2"'}, item("later", 4)])
    result = house.pull()
    assert (result.status, house.cursor()) == ("partial", "cursor")
    assert {"bomb_1", "later"} <= set(house.blocks())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sorry</body></html>",
        b"null",
        b"[]",
        b"5",
        b'{"items":{}}',
        b'{"items":"x"}',
        b'{"items":[{}',
        b'{"nextPageToken":5}',
        b'{"items":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b"\xff\xfe",
        b'{"nextPageToken":"again"}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_an_answer_that_is_no_page_changes_nothing_and_is_tried_again(house: House, body: bytes) -> None:
    house.serve([item("a", 1)])
    house.pull()
    house.google.pages[""] = house.google.pages["again"] = body
    result = house.pull()
    assert result.status == "failed"
    assert (house.cursor(), house.blocks(), house.link.state) == ("cursor", ["a"], "live")
    account = Account.objects.get(pk=house.account.pk)
    assert account.retry_at is not None
    house.serve([item("b", 2)])
    assert house.pull().status == "ok"
    assert house.blocks() == ["a", "b"]


@pytest.mark.parametrize("more", [{"timeZone": 5}, {"timeZone": MEGABYTE}, {"items": None}, {"unknown": [1]}, {}])
def test_a_page_with_odd_edges_is_a_page(house: House, more: dict[str, Any]) -> None:
    house.google.pages[""] = json.dumps({"items": [], "nextSyncToken": "cursor"} | more).encode()
    assert (house.pull().status, house.cursor()) == ("ok", "cursor")


@pytest.mark.parametrize("cursor", ["\x00cursor", "x" * 100_000])
def test_tokens_of_any_length_are_kept(house: House, cursor: str) -> None:
    house.google.pages[""] = page([], following="next")
    house.google.pages["next"] = page([item("a")], cursor=cursor)
    assert house.pull().status == "ok"
    assert house.cursor() == cursor.replace("\x00", "")


def test_a_refusal_in_strange_words_is_kept_as_text(house: House) -> None:
    error = {"code": 400, "message": "\x00<script>\ud800" * 500, "errors": [{"reason": "\x00" + "x" * 5000}]}
    house.google.refusal = (400, json.dumps({"error": error}).encode())
    writing.raise_revisions(list(Event.objects.values_list("pk", flat=True)), title="Другое")
    Link.objects.update(next_try=None)
    assert house.pull().status == "partial"
    assert house.link.error_text.startswith("<script>")
    for body in (b"<html>", b"[]", b'{"error":5}', b'{"error":{"errors":[5]}}', b'{"error":{"errors":{}}}'):
        house.google.refusal = (400, body)
        Link.objects.update(next_try=None)
        assert house.pull().status == "partial"
        assert house.link.error_code.startswith("400")


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b"[]", b'{"id":5}', b'{"id":"x"', b'{"etag":"1"}'], ids=repr)
def test_a_write_answered_with_nonsense_is_looked_up_and_not_doubled(house: House, answer: bytes) -> None:
    house.google.refusal = (200, answer)
    writing.raise_revisions(list(Event.objects.values_list("pk", flat=True)), title="Другое")
    house.pull()
    assert house.link.error_code == "unanswered"
    house.google.refusal = None
    Link.objects.update(next_try=None)
    Account.objects.update(retry_at=None)
    assert house.pull().status == "ok"
    assert (house.link.in_flight, house.link.error_code) == (None, "")
    assert json.loads(house.google.items[house.link.remote_id])["summary"] == "Другое"
    assert [method for method, _ in house.google.requests].count("POST") == 1


def with_guest(house: House) -> None:
    """Sergey takes part and is invited; his row is owed to Google."""
    EventType.objects.update(invite_participants=True)
    sergey = User.objects.create_user("sergey@vetervolna.example", last_name="Т", first_name="С", role="interviewer")
    house.interview.participants.create(user=sergey)
    writing.raise_revisions(list(Event.objects.values_list("pk", flat=True)))


@pytest.mark.parametrize("attendees", [5, "я", {}, [5], [None]])
def test_a_guest_list_of_a_wrong_shape_is_not_overwritten(house: House, attendees: Any) -> None:
    with_guest(house)
    key = house.link.remote_id
    before = json.dumps(json.loads(house.google.items[key]) | {"attendees": attendees}).encode()
    house.google.items[key] = before
    assert work_account(house.account.pk, pull=False, now=timezone.now).status == "partial"
    assert (house.link.error_code, house.link.in_flight) == ("attendeesUnreadable", None)
    assert house.google.items[key] == before
    assert "Список гостей нельзя прочитать" in house.link.why


@pytest.mark.parametrize("row", [{}, {"email": None}, {"email": 5}, {"email": "\x00", "comment": ["?"]}])
def test_rows_of_a_guest_list_that_say_nothing_are_left_alone(house: House, row: dict[str, Any]) -> None:
    with_guest(house)
    key = house.link.remote_id
    rows = [row | {"organizer": True, "responseStatus": "accepted"}]
    house.google.items[key] = json.dumps(json.loads(house.google.items[key]) | {"attendees": rows}).encode()
    work_account(house.account.pk, pull=False, now=timezone.now)
    there = json.loads(house.google.items[key])["attendees"]
    assert [guest.get("email") for guest in there[1:]] == ["sergey@vetervolna.example"]


def test_odd_calendars_of_the_list_spoil_only_themselves(house: House) -> None:
    names = {"summary": EVIL + MEGABYTE, "accessRole": "owner" * 20, "timeZone": MEGABYTE}
    rows: list[Any] = [
        {"id": ANNA, "summary": 5, "accessRole": "owner", "primary": True, "timeZone": None},
        {"id": "long@group.calendar.google.com", **names},
        {"id": "nul@group.calendar.google.com", "summary": "\x00\ud800", "summaryOverride": {}, "deleted": "no"},
        *({"id": key} for key in ("..", "", "x" * 301, "a\nb", 5, None)),
        *(5, None, [], {}),
    ]
    house.google.others["/calendar/v3/users/me/calendarList"] = (200, json.dumps({"items": rows}).encode())
    assert accounts.refresh_calendars(house.account, now=timezone.now()).ok
    found = {calendar.remote_id: calendar for calendar in house.account.calendars.all()}
    assert found.keys() == {ANNA, "long@group.calendar.google.com"} | {"nul@group.calendar.google.com"}
    assert (found[ANNA].name, found[ANNA].writes, found[ANNA].access_role) == (ANNA, True, "owner")
    assert len(found["long@group.calendar.google.com"].name) == 300


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"items":5}', b'{"nextPageToken":[]}'])
def test_a_list_of_calendars_that_is_none_changes_nothing(house: House, body: bytes) -> None:
    house.google.others["/calendar/v3/users/me/calendarList"] = (200, body)
    assert not accounts.refresh_calendars(house.account, now=timezone.now()).ok or body == b"[]"
    assert house.account.calendars.get().reads
