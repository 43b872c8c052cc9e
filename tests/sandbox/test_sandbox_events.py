"""Writes: identifiers, merging, conditions, guests, roles."""

from __future__ import annotations

import pytest
from tests.support import traffic
from tests.support.sandbox import ANNA, DMITRY, ELENA, OLGA, Api, Sandbox, timed

TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")
PRIMARY = "calendars/primary/events"


def test_own_id_is_taken_for_ever_and_a_second_delete_says_gone(anna: Api) -> None:
    made = anna.insert(TALK | {"id": "a1b2c3d4e5"})
    assert made["iCalUID"] == "a1b2c3d4e5@google.com"
    assert anna.refused("POST", PRIMARY, TALK | {"id": "a1b2c3d4e5"}) == (409, "duplicate")
    anna.delete("a1b2c3d4e5")
    assert anna.get("a1b2c3d4e5")["status"] == "cancelled"
    assert anna.refused("DELETE", f"{PRIMARY}/a1b2c3d4e5") == (410, "deleted")
    assert anna.refused("POST", PRIMARY, {"id": "a1b2c3d4e5"}) == (409, "duplicate")
    assert anna.patch("a1b2c3d4e5", {"status": "confirmed"})["summary"] == "Собеседование"
    assert anna.refused("DELETE", f"{PRIMARY}/neverwas1") == (404, "notFound")


@pytest.mark.parametrize(
    "wrong", [{"id": "wxyz1"}, {"id": "abc"}, {"id": "abc_def"}, {"id": "abcde", "iCalUID": "abcde@here.example"}]
)
def test_illegal_identifiers_are_refused(anna: Api, wrong: dict[str, str]) -> None:
    answer = anna.call("POST", PRIMARY, TALK | wrong)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Invalid resource id value.")


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        ({"start": {"date": "2026-03-02"}}, "required", "Missing end time."),
        (
            {"start": {"date": "2026-03-02"}, "end": {"dateTime": "2026-03-02T10:00:00Z"}},
            "invalid",
            "Start and end times must either both be date or both be dateTime.",
        ),
        (
            {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-02"}},
            "timeRangeEmpty",
            "The specified time range is empty.",
        ),
        (
            {
                "start": {"dateTime": "2026-03-02T10:00:00Z"},
                "end": {"dateTime": "2026-03-02T11:00:00Z"},
                "recurrence": ["RRULE:FREQ=DAILY"],
            },
            "required",
            "Missing time zone definition for start time.",
        ),
        (TALK | {"attendees": "olga"}, "parseError", "Parse Error"),
        (TALK | {"recurrence": ["DTSTART:20260302T100000Z"]}, "invalid", "Invalid recurrence rule."),
    ],
)
def test_nonsense_is_refused_in_googles_words(anna: Api, body: dict, reason: str, message: str) -> None:
    error = anna.call("POST", PRIMARY, body).json()["error"]
    assert (error["code"], error["errors"][0]["reason"], error["message"]) == (400, reason, message)


def test_patch_merges_objects_replaces_arrays_and_null_deletes(anna: Api) -> None:
    props = {"private": {"vizavi": "1", "other": "2"}, "shared": {"all": "3"}}
    made = anna.insert(
        TALK
        | {
            "location": "Байкал",
            "extendedProperties": props,
            "attendees": [{"email": "a@x.example"}, {"email": "b@x.example"}],
        }
    )
    changed = anna.patch(
        made["id"],
        {
            "location": None,
            "attendees": [{"email": "b@x.example"}],
            "extendedProperties": {"private": {"other": None, "new": "4"}},
        },
    )
    assert "location" not in changed
    assert [person["email"] for person in changed["attendees"]] == ["b@x.example"]
    assert changed["extendedProperties"] == {"private": {"vizavi": "1", "new": "4"}, "shared": {"all": "3"}}


def test_switching_to_all_day_needs_nulls_for_the_other_keys(anna: Api) -> None:
    event_id = anna.insert(TALK)["id"]
    dates = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
    assert anna.refused("PATCH", f"{PRIMARY}/{event_id}", dates) == (400, "invalid")
    nulls = {"dateTime": None, "timeZone": None}
    changed = anna.patch(event_id, {name: value | nulls for name, value in dates.items()})
    assert changed["start"] == {"date": "2026-03-02"}


def test_update_clears_what_it_does_not_name(anna: Api) -> None:
    made = anna.insert(TALK | {"location": "Байкал", "colorId": "5"})
    changed = anna.ok("PUT", f"{PRIMARY}/{made['id']}", timed("2026-03-02T10:00:00", "2026-03-02T11:00:00"))
    assert {"location", "colorId", "summary"} & set(changed) == set()
    assert changed["iCalUID"] == made["iCalUID"]


def test_conditions_follow_the_etag_and_an_empty_change_keeps_it(anna: Api) -> None:
    made = anna.insert(TALK)
    path = f"{PRIMARY}/{made['id']}"
    same = anna.ok("PATCH", path, {"summary": "Собеседование"}, {"If-Match": made["etag"]})
    assert same["etag"] == made["etag"]
    changed = anna.ok("PATCH", path, {"summary": "Иначе"}, {"If-Match": made["etag"]})
    assert changed["etag"] != made["etag"]
    assert anna.refused("PATCH", path, {"summary": "Поздно"}, {"If-Match": made["etag"]}) == (412, "conditionNotMet")
    assert anna.refused("DELETE", path, None, {"If-Match": made["etag"]}) == (412, "conditionNotMet")
    assert anna.call("GET", path, headers={"If-None-Match": changed["etag"]}).status_code == 304
    assert anna.ok("PATCH", path, {"summary": "Силой"}, {"If-Match": "*"})["summary"] == "Силой"


def test_sequence_never_falls_and_grows_when_time_moves(anna: Api) -> None:
    event_id = anna.insert(TALK)["id"]
    moved = anna.patch(event_id, timed("2026-03-02T12:00:00", "2026-03-02T13:00:00"))
    assert moved["sequence"] == 1
    assert anna.refused("PATCH", f"{PRIMARY}/{event_id}", {"sequence": 0}) == (400, "invalid")


def test_reminders_change_the_etag_but_not_updated(anna: Api) -> None:
    made = anna.insert(TALK)
    changed = anna.patch(
        made["id"],
        {
            "reminders": {
                "useDefault": False,
                "overrides": [{"method": "popup", "minutes": 5}, {"method": "sms", "minutes": 5}],
            }
        },
    )
    traffic.forget()  # `sms` is described no more and ignored since 2019
    assert changed["reminders"]["overrides"] == [{"method": "popup", "minutes": 5}]
    assert (changed["updated"], changed["etag"] == made["etag"]) == (made["updated"], False)


def test_properties_are_cut_and_dropped_in_silence(anna: Api) -> None:
    made = anna.insert(TALK | {"extendedProperties": {"private": {"k" * 45: "x", "k": "y" * 1025}}})
    assert made["extendedProperties"] == {"private": {"k": "y" * 1024}}


def test_guest_may_not_reset_the_organizers_flags(anna: Api, olga: Api) -> None:
    made = anna.insert(TALK | {"guestsCanInviteOthers": False, "attendees": [{"email": OLGA}]})
    assert olga.refused("PUT", f"{PRIMARY}/{made['id']}", TALK) == (403, "forbiddenForNonOrganizer")


def test_cancelling_withdraws_the_invitation_unless_nobody_is_told(anna: Api, olga: Api) -> None:
    first, second = (anna.insert(TALK | {"attendees": [{"email": OLGA}]})["id"] for _ in range(2))
    anna.delete(first, sendUpdates="all")
    anna.delete(second, sendUpdates="none")
    assert [olga.get(one)["status"] for one in (first, second)] == ["cancelled", "confirmed"]


def test_reader_reads_writers_write_and_strangers_find_nothing(sandbox: Sandbox, anna: Api) -> None:
    calendar = anna.ok("POST", "calendars", {"summary": "Подбор 2"})["id"]
    event_id = anna.insert(TALK | {"visibility": "private"}, calendar)["id"]
    elena = sandbox.api(ELENA)
    assert elena.refused("GET", f"calendars/{calendar}/events") == (404, "notFound")
    sandbox.admin("POST", "role", email=ELENA, calendar=calendar, role="reader")
    seen = elena.get(event_id, calendar)
    assert ("summary" in seen, seen["start"]["dateTime"]) == (False, "2026-03-02T10:00:00+03:00")
    assert elena.refused("POST", f"calendars/{calendar}/events", TALK) == (403, "requiredAccessLevel")
    sandbox.admin("POST", "role", email=ELENA, calendar=calendar, role="writer")
    assert elena.patch(event_id, {"summary": "Теперь можно"}, calendar)["summary"] == "Теперь можно"


def test_import_is_a_private_copy_known_by_its_uid(sandbox: Sandbox, anna: Api) -> None:
    body = TALK | {"iCalUID": "x@other.example", "organizer": {"email": "boss@other.example"}}
    first = anna.ok("POST", f"{PRIMARY}/import", body)
    again = anna.ok("POST", f"{PRIMARY}/import", body | {"summary": "Новее"})
    assert (first["id"], again["summary"]) == (again["id"], "Новее")
    assert again["organizer"]["email"] == "boss@other.example"
    assert sandbox.outbox() == []


def test_free_busy_merges_and_names_what_it_could_not_read(sandbox: Sandbox, anna: Api) -> None:
    dmitry = sandbox.api(DMITRY)
    dmitry.insert(timed("2026-03-02T10:00:00", "2026-03-02T11:00:00"))
    dmitry.insert(timed("2026-03-02T10:30:00", "2026-03-02T12:00:00"))
    dmitry.insert(timed("2026-03-02T13:00:00", "2026-03-02T14:00:00", transparency="transparent"))
    answer = anna.ok(
        "POST",
        "freeBusy",
        {
            "timeMin": "2026-03-02T00:00:00+03:00",
            "timeMax": "2026-03-03T00:00:00+03:00",
            "timeZone": "Europe/Moscow",
            "items": [{"id": DMITRY}, {"id": "nobody@x.example"}],
        },
    )
    assert answer["calendars"][DMITRY] == {
        "busy": [{"start": "2026-03-02T10:00:00+03:00", "end": "2026-03-02T12:00:00+03:00"}]
    }
    assert answer["calendars"]["nobody@x.example"]["errors"][0]["reason"] == "notFound"


def test_quick_add_needs_a_text(anna: Api) -> None:
    made = anna.ok("POST", f"{PRIMARY}/quickAdd", text="Обед с Катей")
    assert (made["summary"], made["status"]) == ("Обед с Катей", "confirmed")
    assert anna.refused("POST", f"{PRIMARY}/quickAdd") == (400, "required")


def test_letters_are_sent_as_google_knows_it_or_not_at_all(anna: Api) -> None:
    assert anna.refused("POST", PRIMARY, TALK, sendUpdates="some") == (400, "invalidParameter")
    assert anna.items() == []


def test_rights_are_rules_with_conditions(sandbox: Sandbox, anna: Api) -> None:
    rule = anna.ok("POST", "calendars/primary/acl", {"role": "reader", "scope": {"type": "user", "value": ELENA}})
    path = f"calendars/primary/acl/{rule['id']}"
    assert anna.ok("GET", path) == rule
    changed = anna.ok("PATCH", path, {"role": "writer"}, {"If-Match": rule["etag"]})
    assert (changed["role"], changed["etag"] == rule["etag"]) == ("writer", False)
    assert anna.refused("PATCH", path, {"role": "none"}, {"If-Match": rule["etag"]}) == (412, "conditionNotMet")
    assert sandbox.api(ELENA).insert(TALK, ANNA)["status"] == "confirmed"
    assert anna.refused("PATCH", f"calendars/primary/acl/user:{ANNA}", {"role": "reader"})[0] == 403
    anna.ok("DELETE", path)
    assert anna.refused("DELETE", path) == (404, "notFound")
    assert anna.refused("GET", "calendars/primary/acl/user:nobody@x.example") == (404, "notFound")


def test_partial_answers_method_override_and_gzip(anna: Api) -> None:
    made = anna.insert(TALK)
    listed = anna.ok("GET", PRIMARY, fields="items(id,start/dateTime),nextSyncToken")
    assert (set(listed), listed["items"]) == (
        {"items", "nextSyncToken"},
        [{"id": made["id"], "start": {"dateTime": "2026-03-02T10:00:00+03:00"}}],
    )
    assert anna.refused("GET", PRIMARY, fields="items(") == (400, "invalidParameter")
    changed = anna.ok("POST", f"{PRIMARY}/{made['id']}", {"summary": "Иначе"}, {"X-HTTP-Method-Override": "PATCH"})
    assert changed["summary"] == "Иначе"
    packed = anna.call("GET", PRIMARY, headers={"User-Agent": "me (gzip)"})
    assert packed.headers["Content-Encoding"] == "gzip"
