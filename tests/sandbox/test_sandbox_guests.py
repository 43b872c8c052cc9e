"""Copies of an event on its guests' calendars: what flows which way, what stays, who sees whom."""

from __future__ import annotations

from tests.support.sandbox import ANNA, ELENA, OLGA, SERGEY, Api, Sandbox, timed

TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")
LATER = timed("2026-03-02T15:00:00", "2026-03-02T16:00:00")
WITH_OLGA = TALK | {"attendees": [{"email": OLGA}]}
PRIMARY = "calendars/primary/events"


def answer(email: str, status: str, **more: object) -> dict[str, object]:
    return {"attendees": [{"email": email, "responseStatus": status} | more], "attendeesOmitted": True}


def start_of(item: dict) -> str:
    return item["start"]["dateTime"][11:16]


def test_copy_has_the_same_id_and_keeps_private_things_private(anna: Api, olga: Api) -> None:
    private = {"colorId": "5", "transparency": "transparent", "source": {"title": "CRM", "url": "https://x.example"}}
    properties = {"private": {"vz": "1"}, "shared": {"all": "2"}}
    made = anna.insert(WITH_OLGA | private | {"extendedProperties": properties})
    copy = olga.get(made["id"])
    assert (copy["iCalUID"], copy["id"], copy["etag"] == made["etag"]) == (made["iCalUID"], made["id"], False)
    assert copy["extendedProperties"] == {"shared": {"all": "2"}}
    assert set(private) & set(copy) == set()
    assert (copy["organizer"], copy["attendees"][0]["self"]) == ({"email": ANNA}, True)


def test_what_a_guest_makes_private_stays_when_the_organizer_writes(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA)["id"]
    mine = {"colorId": "7", "extendedProperties": {"private": {"mine": "1"}}, "transparency": "transparent"}
    olga.patch(event_id, mine)
    before = anna.get(event_id)
    assert "colorId" not in before
    anna.patch(event_id, LATER | {"summary": "Второе собеседование"})
    copy = olga.get(event_id)
    assert {name: copy[name] for name in mine} == mine
    assert (copy["summary"], start_of(copy)) == ("Второе собеседование", "15:00")


def test_a_guests_own_time_stays_until_the_organizer_writes_the_time(anna: Api, olga: Api) -> None:
    made = anna.insert(WITH_OLGA)
    olga.patch(made["id"], LATER | {"summary": "Моё название"})
    assert anna.get(made["id"]) == made
    anna.patch(made["id"], {"location": "Байкал"})
    copy = olga.get(made["id"])
    assert (start_of(copy), copy["summary"], copy["location"]) == ("15:00", "Моё название", "Байкал")
    same = anna.get(made["id"])
    assert anna.patch(made["id"], {"start": made["start"], "end": made["end"]})["etag"] == same["etag"]
    assert (start_of(olga.get(made["id"])), olga.get(made["id"])["summary"]) == ("10:00", "Моё название")


def test_an_answer_goes_to_the_organizer_and_from_there_to_the_others(sandbox: Sandbox, anna: Api, olga: Api) -> None:
    made = anna.insert(TALK | {"attendees": [{"email": OLGA}, {"email": SERGEY}]})
    sergey = sandbox.api(SERGEY)
    sergey.patch(made["id"], LATER)
    token, sergeys = anna.token_after(), sergey.token_after()
    olga.patch(made["id"], answer(OLGA, "tentative", comment="Опоздаю", additionalGuests=1))
    expected = {"email": OLGA, "responseStatus": "tentative", "comment": "Опоздаю", "additionalGuests": 1}
    assert [one["attendees"][0] for one in anna.items(syncToken=token)] == [expected]
    told = sergey.items(syncToken=sergeys)
    assert [(one["attendees"][0]["responseStatus"], start_of(one)) for one in told] == [("tentative", "15:00")]


def test_a_guest_answers_for_nobody_else(anna: Api, olga: Api) -> None:
    event_id = anna.insert(TALK | {"attendees": [{"email": OLGA}, {"email": SERGEY}]})["id"]
    olga.patch(event_id, answer(SERGEY, "declined"))
    olga.patch(event_id, {"attendees": [{"email": OLGA, "responseStatus": "accepted"}]})
    assert {one["email"]: one["responseStatus"] for one in anna.get(event_id)["attendees"]} == {
        OLGA: "accepted",
        SERGEY: "needsAction",
    }


def test_a_cut_list_changes_only_the_own_answer_of_the_organizer_too(anna: Api) -> None:
    event_id = anna.insert(TALK | {"attendees": [{"email": ANNA}, {"email": OLGA}]})["id"]
    changed = anna.patch(event_id, answer(ANNA, "accepted"))
    assert [(one["email"], one["responseStatus"]) for one in changed["attendees"]] == [
        (ANNA, "accepted"),
        (OLGA, "needsAction"),
    ]


def test_shared_properties_are_everybodys_to_write(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA | {"extendedProperties": {"shared": {"room": "1"}}})["id"]
    olga.patch(event_id, {"extendedProperties": {"shared": {"room": "2", "more": "3"}, "private": {"mine": "4"}}})
    assert anna.get(event_id)["extendedProperties"] == {"shared": {"room": "2", "more": "3"}}
    anna.patch(event_id, {"extendedProperties": {"shared": {"more": None}}})
    assert olga.get(event_id)["extendedProperties"] == {"shared": {"room": "2"}, "private": {"mine": "4"}}


def test_a_guest_with_the_right_to_modify_changes_everybodys_event(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA | {"guestsCanModify": True, "colorId": "5"})["id"]
    olga.patch(event_id, LATER)
    seen = anna.get(event_id)
    assert (start_of(seen), seen["colorId"], seen["organizer"]["self"]) == ("15:00", "5", True)


def test_a_guest_who_deletes_the_copy_declines_and_stays_gone(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA)["id"]
    olga.delete(event_id)
    seen = anna.get(event_id)
    assert (seen["status"], seen["attendees"][0]["responseStatus"]) == ("confirmed", "declined")
    anna.patch(event_id, LATER)
    gone = olga.get(event_id)
    assert (gone["status"], start_of(gone)) == ("cancelled", "15:00")
    assert [one["summary"] for one in olga.items(showDeleted=True)] == ["Собеседование"]


def test_a_guest_taken_off_and_invited_again_has_the_event_again(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA)["id"]
    anna.patch(event_id, {"attendees": []})
    assert olga.get(event_id)["status"] == "cancelled"
    anna.patch(event_id, {"attendees": [{"email": OLGA}]})
    assert olga.get(event_id)["status"] == "confirmed"


def test_an_event_brought_back_comes_back_to_its_guests(anna: Api, olga: Api) -> None:
    event_id = anna.insert(WITH_OLGA)["id"]
    anna.delete(event_id)
    assert olga.items() == []
    anna.patch(event_id, {"status": "confirmed"})
    assert [one["id"] for one in olga.items()] == [event_id]


def test_a_hidden_guest_list_shows_a_guest_only_the_own_row(anna: Api, olga: Api) -> None:
    people = [{"email": OLGA}, {"email": SERGEY}]
    event_id = anna.insert(TALK | {"guestsCanSeeOtherGuests": False, "attendees": people})["id"]
    copy = olga.get(event_id)
    assert ([one["email"] for one in copy["attendees"]], copy["attendeesOmitted"]) == ([OLGA], True)
    olga.patch(event_id, {"attendees": [{"email": OLGA, "responseStatus": "accepted"}]})
    seen = anna.get(event_id)
    assert ([one["email"] for one in seen["attendees"]], "attendeesOmitted" in seen) == ([OLGA, SERGEY], False)


def test_a_short_answer_names_only_the_participant(anna: Api) -> None:
    people = [{"email": ANNA}, {"email": OLGA}, {"email": SERGEY}]
    event_id = anna.insert(TALK | {"attendees": people})["id"]
    seen = anna.get(event_id, maxAttendees=2)
    assert ([one["email"] for one in seen["attendees"]], seen["attendeesOmitted"]) == ([ANNA], True)


def test_who_shows_only_answered_invitations_gets_the_copy_with_the_answer(
    sandbox: Sandbox, anna: Api, olga: Api
) -> None:
    sandbox.admin("POST", "invitations", email=OLGA, only_answered=True)
    hasty = {"attendees": [{"email": OLGA, "responseStatus": "accepted"}]}
    made = anna.insert(TALK | hasty)
    assert (made["attendees"][0]["responseStatus"], olga.items()) == ("needsAction", [])
    sandbox.admin("POST", "answer", calendar=ANNA, event=made["id"], email=OLGA, status="tentative")
    assert [one["id"] for one in olga.items()] == [made["id"]]
    assert anna.get(made["id"])["attendees"][0]["responseStatus"] == "tentative"


def test_guests_without_google_answer_by_letter(sandbox: Sandbox, anna: Api) -> None:
    made = anna.insert(TALK | {"attendees": [{"email": "kandidat@mail.example"}]})
    token = anna.token_after()
    sandbox.admin("POST", "answer", calendar=ANNA, event=made["id"], email="kandidat@mail.example", status="declined")
    assert [one["attendees"][0]["responseStatus"] for one in anna.items(syncToken=token)] == ["declined"]


def test_a_room_is_a_room_from_its_first_day(anna: Api) -> None:
    room, person = {"email": "baikal@rooms.example"}, {"email": "a@x.example"}
    event_id = anna.insert(TALK | {"attendees": [room | {"resource": True}, person]})["id"]
    changed = anna.patch(event_id, {"attendees": [room, person | {"resource": True}]})
    assert [one.get("resource") for one in changed["attendees"]] == [True, None]


def test_beyond_two_hundred_guests_the_answers_stay_with_the_organizer(sandbox: Sandbox, anna: Api, olga: Api) -> None:
    crowd = [{"email": f"guest{number}@far.example"} for number in range(200)]
    event_id = anna.insert(TALK | {"attendees": [{"email": OLGA}, {"email": SERGEY}, *crowd]})["id"]
    olga.patch(event_id, answer(OLGA, "accepted"))
    rows = [api.get(event_id)["attendees"][0]["responseStatus"] for api in (anna, sandbox.api(SERGEY))]
    assert rows == ["accepted", "needsAction"]


def test_a_guest_of_one_occurrence_keeps_the_settings_of_the_series(anna: Api, olga: Api) -> None:
    master = anna.insert(WITH_OLGA | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})["id"]
    olga.patch(master, {"colorId": "9"})
    anna.patch(f"{master}_20260309T070000Z", {"summary": "Иначе"})
    copy = olga.get(f"{master}_20260309T070000Z")
    assert (copy["summary"], copy["colorId"]) == ("Иначе", "9")


def test_all_copies_together_have_room_for_three_hundred_properties(anna: Api, olga: Api) -> None:
    names = {f"n{number}": "x" for number in range(200)}
    event_id = anna.insert(WITH_OLGA | {"extendedProperties": {"private": names}})["id"]
    assert olga.refused("PATCH", f"{PRIMARY}/{event_id}", {"extendedProperties": {"private": names}}) == (
        400,
        "invalid",
    )
    heavy = {f"n{number}": "x" * 1000 for number in range(40)}
    assert anna.refused("POST", PRIMARY, TALK | {"extendedProperties": {"shared": heavy}}) == (400, "invalid")


def test_the_source_is_shown_to_its_creator_alone(sandbox: Sandbox, anna: Api) -> None:
    source = {"title": "CRM", "url": "https://crm.example/1"}
    event_id = anna.insert(TALK | {"source": source})["id"]
    sandbox.admin("POST", "role", email=ELENA, calendar=ANNA, role="writer")
    assert anna.get(event_id)["source"] == source
    assert "source" not in sandbox.api(ELENA).get(event_id, ANNA)
