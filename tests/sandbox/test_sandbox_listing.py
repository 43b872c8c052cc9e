"""Reading: pages, windows, sync tokens, series."""

from __future__ import annotations

import pytest
from tests.support.sandbox import ANNA, ELENA, OLGA, Api, Sandbox, timed

PRIMARY = "calendars/primary/events"
WEEKLY = timed(
    "2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Планёрка", recurrence=["RRULE:FREQ=WEEKLY;COUNT=6"]
)


def day(number: int, **more: object) -> dict[str, object]:
    return timed(f"2026-03-{number:02}T10:00:00", f"2026-03-{number:02}T11:00:00", **more)


def test_pages_are_cut_before_filtering_and_only_the_last_has_the_token(anna: Api) -> None:
    ids = [anna.insert(day(number))["id"] for number in range(1, 8)]
    for event_id in ids[:5]:
        anna.delete(event_id)
    pages = anna.pages(maxResults=2)
    assert sum(len(page["items"]) for page in pages) == 2
    assert [[] for _ in range(2)] == [page["items"] for page in pages[1:3]]
    assert [("nextSyncToken" in page, "nextPageToken" in page) for page in pages] == [(False, True)] * 3 + [
        (True, False)
    ]


def test_sync_token_brings_changes_and_tombstones_and_repeats_itself(sandbox: Sandbox, anna: Api) -> None:
    kept, gone = (anna.insert(day(number))["id"] for number in (2, 3))
    token = anna.token_after()
    assert anna.token_after(syncToken=token) == token
    anna.patch(kept, {"summary": "Новое"})
    anna.delete(gone)
    sandbox.restart()
    anna.url = sandbox.url
    changed = anna.items(syncToken=token)
    assert [(item["id"], item["status"]) for item in changed] == [(kept, "confirmed"), (gone, "cancelled")]
    assert set(changed[1]) == {"kind", "etag", "id", "status"}


@pytest.mark.parametrize(
    "extra",
    [
        {"timeMin": "2026-01-01T00:00:00Z"},
        {"q": "x"},
        {"orderBy": "updated"},
        {"showDeleted": "false"},
        {"singleEvents": "true"},
    ],
)
def test_sync_token_refuses_other_restrictions(anna: Api, extra: dict[str, str]) -> None:
    token = anna.token_after()
    assert anna.refused("GET", PRIMARY, syncToken=token, **extra) == (400, "syncTokenWithRequestRestrictions")


def test_a_calendar_of_tombstones_has_many_empty_pages(sandbox: Sandbox, anna: Api) -> None:
    kept = anna.insert(day(2))["id"]
    grave = {"patterns": [{"status": "cancelled"}], "first": "2026-03-02T10:00:00+03:00", "every_minutes": 60}
    sandbox.admin("POST", "many", calendar=ANNA, count=30, **grave)
    pages = anna.pages(maxResults=10)
    assert [[item["id"] for item in page["items"]] for page in pages] == [[kept], [], [], []]
    assert anna.items(syncToken=pages[-1]["nextSyncToken"]) == []
    assert len(anna.items(showDeleted=True)) == 31


def test_sync_token_binds_the_meaning_of_its_first_request(anna: Api) -> None:
    token = anna.token_after(eventTypes=["default", "focusTime"])
    assert anna.items(syncToken=token, eventTypes=["focusTime", "default"], singleEvents=False) == []
    assert anna.refused("GET", PRIMARY, syncToken=token, eventTypes="default") == (
        400,
        "syncTokenWithRequestRestrictions",
    )


def test_changes_of_long_ago_are_no_more(anna: Api) -> None:
    assert anna.refused("GET", PRIMARY, updatedMin="2020-01-01T00:00:00Z") == (410, "updatedMinTooLongAgo")


def test_sync_token_dies_by_switch_and_by_change_of_rights(sandbox: Sandbox, anna: Api) -> None:
    token = anna.token_after()
    sandbox.admin("POST", "expire-sync", calendar=ANNA)
    assert anna.refused("GET", PRIMARY, syncToken=token) == (410, "fullSyncRequired")
    token = anna.token_after()
    sandbox.admin("POST", "role", email=ELENA, calendar=ANNA, role="reader")
    assert anna.refused("GET", PRIMARY, syncToken=token) == (410, "fullSyncRequired")
    assert anna.refused("GET", PRIMARY, syncToken="made-up") == (410, "fullSyncRequired")
    token = anna.token_after()
    sandbox.reset()
    assert sandbox.api(ANNA).refused("GET", PRIMARY, syncToken=token) == (410, "fullSyncRequired")


def test_window_of_the_first_listing_stays_in_the_token(anna: Api) -> None:
    anna.insert(day(2))
    inside = anna.insert(day(10))["id"]
    window = {"timeMin": "2026-03-05T00:00:00Z", "timeMax": "2026-04-01T00:00:00Z"}
    assert [item["id"] for item in anna.items(**window)] == [inside]
    token = anna.token_after(**window)
    anna.insert(day(3))
    fresh = anna.insert(day(11))["id"]
    anna.patch(inside, day(1))
    assert {item["id"] for item in anna.items(syncToken=token)} == {inside, fresh}


def test_window_bounds_are_exclusive_and_days_live_in_the_calendars_zone(anna: Api) -> None:
    anna.insert(day(2))
    anna.insert({"start": {"date": "2026-03-05"}, "end": {"date": "2026-03-06"}})
    assert anna.items(timeMin="2026-03-02T11:00:00+03:00", timeMax="2026-03-04T00:00:00Z") == []
    assert anna.items(timeMin="2026-03-02T05:00:00Z", timeMax="2026-03-02T10:00:00+03:00") == []
    assert len(anna.items(timeMin="2026-03-05T20:59:00Z")) == 1
    assert anna.items(timeMin="2026-03-05T21:00:00Z") == []
    assert anna.refused("GET", PRIMARY, timeMin="2026-03-05T00:00:00Z", timeMax="2026-03-05T00:00:00Z") == (
        400,
        "timeRangeEmpty",
    )
    assert anna.refused("GET", PRIMARY, timeMin="2026-03-05T00:00:00")[0] == 400


def test_order_needs_instances_and_withholds_the_token(anna: Api) -> None:
    anna.insert(day(9))
    anna.insert(day(2))
    assert anna.refused("GET", PRIMARY, orderBy="startTime") == (400, "badRequest")
    page = anna.pages(orderBy="startTime", singleEvents=True)[-1]
    assert [item["start"]["dateTime"][8:10] for item in page["items"]] == ["02", "09"]
    assert "nextSyncToken" not in page


def test_times_come_in_the_asked_zone_and_keep_the_events_own(anna: Api) -> None:
    anna.insert(timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", "Asia/Vladivostok"))
    assert anna.items()[0]["start"] == {"dateTime": "2026-03-02T03:00:00+03:00", "timeZone": "Asia/Vladivostok"}
    assert anna.items(timeZone="UTC")[0]["start"]["dateTime"] == "2026-03-02T00:00:00Z"


def test_series_lists_as_master_and_exceptions_or_as_instances(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    moved, dropped = f"{master}_20260309T070000Z", f"{master}_20260316T070000Z"
    token = anna.token_after()
    assert anna.get(moved)["recurringEventId"] == master
    anna.patch(moved, timed("2026-03-10T15:00:00", "2026-03-10T16:00:00"))
    anna.delete(dropped)
    plain = {item["id"]: item for item in anna.items()}
    assert set(plain) == {master, moved, dropped}
    assert plain[moved]["originalStartTime"]["dateTime"] == "2026-03-09T10:00:00+03:00"
    assert set(plain[dropped]) == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
    assert {item["id"] for item in anna.items(syncToken=token)} == {moved, dropped}
    single = anna.items(singleEvents=True, orderBy="startTime")
    assert [item["start"]["dateTime"][5:16] for item in single] == [
        "03-02T10:00",
        "03-10T15:00",
        "03-23T10:00",
        "03-30T10:00",
        "04-06T10:00",
    ]
    shown = anna.ok("GET", f"{PRIMARY}/{master}/instances", showDeleted=True)["items"]
    assert len(shown) == 6
    assert anna.refused("GET", f"{PRIMARY}/{master}_20260310T070000Z") == (404, "notFound")


def test_cancelled_instance_can_be_restored_and_deleted_master_takes_all(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    instance = f"{master}_20260309T070000Z"
    anna.delete(instance)
    assert anna.refused("DELETE", f"{PRIMARY}/{instance}") == (410, "deleted")
    assert anna.patch(instance, {"status": "confirmed"})["start"]["dateTime"] == "2026-03-09T10:00:00+03:00"
    anna.delete(master)
    assert anna.items(singleEvents=True) == []
    assert {item["status"] for item in anna.items(showDeleted=True)} == {"cancelled"}


def test_series_keeps_its_wall_clock_over_daylight_saving(anna: Api) -> None:
    anna.insert(
        timed(
            "2026-03-23T10:00:00",
            "2026-03-23T11:00:00",
            "Europe/Berlin",
            recurrence=[
                "RRULE:FREQ=WEEKLY;UNTIL=20260406T080000Z",
                "EXDATE;TZID=Europe/Berlin:20260330T100000",
                "RDATE;TZID=Europe/Berlin:20260401T120000",
            ],
        )
    )
    found = [item["start"]["dateTime"] for item in anna.items(singleEvents=True, orderBy="startTime", timeZone="UTC")]
    assert found == ["2026-03-23T09:00:00Z", "2026-04-01T10:00:00Z", "2026-04-06T08:00:00Z"]


def test_guest_of_a_series_sees_its_exceptions(anna: Api, olga: Api) -> None:
    master = anna.insert(WEEKLY | {"attendees": [{"email": OLGA}]})["id"]
    anna.delete(f"{master}_20260309T070000Z")
    assert len(olga.items(singleEvents=True)) == 5
    olga.patch(f"{master}_20260316T070000Z", {"attendees": [{"email": OLGA, "responseStatus": "declined"}]})
    seen = anna.get(f"{master}_20260316T070000Z")
    assert (seen["attendees"][0]["responseStatus"], anna.get(master)["attendees"][0]["responseStatus"]) == (
        "declined",
        "needsAction",
    )


def test_free_busy_reader_sees_only_times(sandbox: Sandbox, anna: Api, olga: Api) -> None:
    anna.insert(day(2, summary="Тайна"))
    page = olga.pages(ANNA)[-1]
    assert page["accessRole"] == "freeBusyReader"
    assert [set(item) for item in page["items"]] == [{"kind", "etag", "id", "status", "start", "end"}]


def test_calendar_list_has_tokens_and_hides_what_was_removed(sandbox: Sandbox, olga: Api) -> None:
    known = olga.ok("GET", "users/me/calendarList")
    assert [entry["summary"] for entry in known["items"]] == [OLGA, "Подбор", "Коммерция"]
    assert known["items"][0]["primary"] is True
    assert olga.ok("GET", "users/me/calendarList", syncToken=known["nextSyncToken"])["items"] == []
    made = olga.ok("POST", "calendars", {"summary": "Новый", "timeZone": "Asia/Omsk"})
    fresh = olga.ok("GET", "users/me/calendarList", syncToken=known["nextSyncToken"])["items"]
    assert [(entry["id"], entry["timeZone"], entry["accessRole"]) for entry in fresh] == [
        (made["id"], "Asia/Omsk", "owner")
    ]
    olga.ok("DELETE", f"calendars/{made['id']}")
    gone = olga.ok("GET", "users/me/calendarList", syncToken=known["nextSyncToken"])["items"]
    assert [entry["deleted"] for entry in gone] == [True]
    elena = sandbox.api(ELENA).ok("GET", "users/me/calendarList")["items"]
    assert [(entry["summary"], entry["accessRole"]) for entry in elena][1:] == [("Коммерция", "reader")]


def test_a_change_of_rights_alone_is_no_news_of_the_list(sandbox: Sandbox, anna: Api) -> None:
    elena = sandbox.api(ELENA)
    sandbox.admin("POST", "role", email=ELENA, calendar=ANNA, role="reader")
    token = elena.ok("GET", "users/me/calendarList")["nextSyncToken"]
    for role in ("writer", "none"):
        sandbox.admin("POST", "role", email=ELENA, calendar=ANNA, role=role)
        assert elena.ok("GET", "users/me/calendarList", syncToken=token)["items"] == []
    assert ANNA not in {entry["id"] for entry in elena.ok("GET", "users/me/calendarList")["items"]}
    sandbox.admin("POST", "role", email=ELENA, calendar=ANNA, role="reader")
    assert [entry["id"] for entry in elena.ok("GET", "users/me/calendarList", syncToken=token)["items"]] == [ANNA]
    sandbox.admin("POST", "expire-sync", email=ELENA)
    assert elena.refused("GET", "users/me/calendarList", syncToken=token) == (410, "fullSyncRequired")


def test_instances_begin_with_the_one_that_ends_at_the_bound(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    shown = anna.ok("GET", f"{PRIMARY}/{master}/instances", timeMin="2026-03-30T11:00:00+03:00")["items"]
    assert [item["start"]["dateTime"][:10] for item in shown] == ["2026-03-30", "2026-04-06"]
    alone = f"{master}_20260309T070000Z"
    assert [item["id"] for item in anna.ok("GET", f"{PRIMARY}/{alone}/instances")["items"]] == [alone]
    anna.delete(alone)
    assert anna.ok("GET", f"{PRIMARY}/{alone}/instances")["items"] == []


def test_an_exception_may_be_inserted_by_its_original_start(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    start = {"dateTime": "2026-03-09T10:00:00+03:00"}
    wish = day(10, summary="Иначе") | {"recurringEventId": master, "originalStartTime": start}
    made = anna.insert(wish)
    assert (made["id"], made["summary"]) == (f"{master}_20260309T070000Z", "Иначе")
    assert anna.refused("POST", PRIMARY, wish) == (409, "duplicate")


def test_one_occurrence_makes_its_series_private_and_never_public(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    first, second = f"{master}_20260309T070000Z", f"{master}_20260316T070000Z"
    anna.patch(first, {"visibility": "private"})
    assert [anna.get(one)["visibility"] for one in (master, first, second)] == ["private"] * 3
    assert anna.patch(second, {"visibility": "public"})["visibility"] == "private"
    anna.patch(master, {"visibility": "default"})
    assert "visibility" not in anna.get(f"{master}_20260323T070000Z")


def test_what_a_series_has_no_more_is_cancelled(anna: Api) -> None:
    master = anna.insert(WEEKLY)["id"]
    early, late = f"{master}_20260309T070000Z", f"{master}_20260330T070000Z"
    for one in (early, late):
        anna.patch(one, {"summary": "Иначе"})
    token = anna.token_after()
    anna.patch(master, {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260317T000000Z"]})
    assert {item["id"]: item["status"] for item in anna.items(syncToken=token)} == {
        master: "confirmed",
        late: "cancelled",
    }
    assert len(anna.items(singleEvents=True)) == 3


def test_a_page_of_2500_rows_is_quick(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "events", email=ANNA, events=[day(1 + number % 28) for number in range(2500)])
    anna.items(maxResults=2500)
    line = sandbox.log()[-1]
    assert (line["path"], line["ms"] < 1000) == ("/calendar/v3/calendars/primary/events", True)


def test_many_events_are_told_like_any_others(sandbox: Sandbox, anna: Api) -> None:
    patterns = [{"summary": "Созвон"}, {"summary": "Планёрка", "location": "Байкал"}]
    wish = {"calendar": ANNA, "patterns": patterns, "count": 5, "every_minutes": 30}
    sandbox.admin("POST", "many", first="2026-03-02T10:00:00+03:00", **wish)
    pages = anna.pages(maxResults=2)
    items = [item for page in pages for item in page["items"]]
    assert [item["summary"] for item in items] == ["Созвон", "Планёрка", "Созвон", "Планёрка", "Созвон"]
    assert items[4]["start"]["dateTime"] == "2026-03-02T12:00:00+03:00"
    assert set(items[0]) == set(anna.insert(timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Один")))
    assert [item["summary"] for item in anna.items(syncToken=pages[-1]["nextSyncToken"])] == ["Один"]
