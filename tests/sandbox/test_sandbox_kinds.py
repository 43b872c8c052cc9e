"""Special types of events, conferences and attachments: what is refused, dropped or late."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.sandbox import ANNA, Api, Sandbox, timed

TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")
PRIMARY = "calendars/primary/events"
DAY = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
BIRTHDAY = DAY | {
    "eventType": "birthday",
    "summary": "День рождения",
    "visibility": "private",
    "transparency": "transparent",
    "recurrence": ["RRULE:FREQ=YEARLY"],
}
PLACE = {"eventType": "workingLocation", "visibility": "public", "transparency": "transparent"}
MEET = {"requestId": "1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
FILE = {"fileUrl": "https://files.example/1", "title": "Резюме"}


@pytest.mark.parametrize(
    "body",
    [
        BIRTHDAY,
        BIRTHDAY | {"recurrence": ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"], "colorId": "5"},
        DAY | PLACE,
        TALK | PLACE,
        TALK | {"eventType": "outOfOffice"},
        TALK | {"eventType": "focusTime"},
    ],
)
def test_special_events_as_google_describes_them_are_accepted(anna: Api, body: dict[str, Any]) -> None:
    assert anna.insert(body)["eventType"] == body["eventType"]


@pytest.mark.parametrize(
    "body",
    [
        BIRTHDAY | timed("2026-03-02T10:00:00", "2026-03-02T11:00:00"),
        BIRTHDAY | {"end": {"date": "2026-03-04"}},
        BIRTHDAY | {"visibility": "default"},
        BIRTHDAY | {"transparency": "opaque"},
        BIRTHDAY | {"recurrence": ["RRULE:FREQ=DAILY"]},
        BIRTHDAY | {"location": "Байкал"},
        BIRTHDAY | {"attendees": [{"email": "a@x.example"}]},
        BIRTHDAY | {"extendedProperties": {"shared": {"n": "1"}}},
        DAY | PLACE | {"end": {"date": "2026-03-05"}},
        TALK | PLACE | {"visibility": "private"},
        TALK | PLACE | {"transparency": "opaque"},
        DAY | {"eventType": "outOfOffice"},
        TALK | {"eventType": "outOfOffice", "transparency": "transparent"},
        DAY | {"eventType": "focusTime"},
        TALK | {"eventType": "fromGmail"},
    ],
)
def test_special_events_otherwise_are_refused(anna: Api, body: dict[str, Any]) -> None:
    assert anna.refused("POST", PRIMARY, body) == (400, "eventTypeRestriction")


def test_a_birthday_takes_no_marker_of_ours(anna: Api) -> None:
    event_id = anna.insert(BIRTHDAY)["id"]
    answer = anna.call("PATCH", f"{PRIMARY}/{event_id}", {"extendedProperties": {"private": {"vz": "1"}}})
    assert answer.json()["error"]["message"] == "'birthday' event type must not have private extended properties."
    assert anna.refused("PATCH", f"{PRIMARY}/{event_id}", {"eventType": "default"}) == (400, "eventTypeRestriction")


def test_absences_live_in_primary_calendars_and_have_no_organizer(anna: Api) -> None:
    other = anna.ok("POST", "calendars", {"summary": "Другой"})["id"]
    body = TALK | {"eventType": "outOfOffice"}
    assert anna.refused("POST", f"calendars/{other}/events", body) == (400, "eventTypeRestriction")
    event_id = anna.insert(body)["id"]
    anna.patch(event_id, {"summary": "Отпуск"})
    seen = anna.get(event_id)
    assert (seen["summary"], seen["organizer"]) == ("Отпуск", {"email": "unknownorganizer@calendar.google.com"})
    assert anna.refused("POST", f"{PRIMARY}/import", body | {"iCalUID": "x@far.example"})[0] == 400


def test_what_gmail_made_can_hardly_be_changed(sandbox: Sandbox, anna: Api) -> None:
    made = sandbox.admin("POST", "events", email=ANNA, events=[TALK | {"eventType": "fromGmail"}])
    event_id = made["ids"][0]
    anna.patch(event_id, {"colorId": "5", "extendedProperties": {"private": {"vz": "1"}}})
    assert anna.refused("PATCH", f"{PRIMARY}/{event_id}", {"summary": "x"}) == (400, "eventTypeRestriction")
    anna.delete(event_id)


def test_a_conference_appears_only_with_its_version(anna: Api) -> None:
    wish = {"conferenceData": {"createRequest": MEET}}
    assert "hangoutLink" not in anna.insert(TALK | wish)
    made = anna.insert(TALK | wish, conferenceDataVersion=1)
    assert made["hangoutLink"].startswith("https://meet.google.com/")
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    path = f"{PRIMARY}/{made['id']}"
    assert anna.ok("PUT", path, TALK)["conferenceData"] == made["conferenceData"]
    assert anna.patch(made["id"], {"conferenceData": None})["etag"] == anna.get(made["id"])["etag"]
    gone = anna.patch(made["id"], {"conferenceData": None}, conferenceDataVersion=1)
    assert {"conferenceData", "hangoutLink"} & set(gone) == set()


def test_the_same_request_for_a_conference_is_ignored(anna: Api) -> None:
    wish = {"conferenceData": {"createRequest": MEET}}
    made = anna.insert(TALK | wish, conferenceDataVersion=1)
    assert anna.patch(made["id"], wish, conferenceDataVersion=1)["etag"] == made["etag"]
    other = {"conferenceData": {"createRequest": MEET | {"conferenceSolutionKey": {"type": "eventHangout"}}}}
    assert anna.refused("POST", PRIMARY, TALK | other, conferenceDataVersion=1) == (400, "invalid")


def test_a_conference_may_come_later_or_never(sandbox: Sandbox, anna: Api) -> None:
    wish = TALK | {"conferenceData": {"createRequest": MEET}}
    sandbox.admin("POST", "knobs", conference="pending")
    made = anna.insert(wish, conferenceDataVersion=1)
    assert (made["conferenceData"]["createRequest"]["status"], "hangoutLink" in made) == (
        {"statusCode": "pending"},
        False,
    )
    assert "hangoutLink" in anna.get(made["id"])
    sandbox.admin("POST", "knobs", conference="failure")
    made = anna.insert(wish, conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "failure"}
    assert "hangoutLink" not in anna.get(made["id"])


def test_attachments_are_for_clients_that_know_them(anna: Api) -> None:
    assert "attachments" not in anna.insert(TALK | {"attachments": [FILE]})
    made = anna.insert(TALK | {"attachments": [FILE]}, supportsAttachments=True)
    path = f"{PRIMARY}/{made['id']}"
    assert anna.ok("PUT", path, TALK)["attachments"] == [FILE]
    assert "attachments" not in anna.ok("PUT", path, TALK, supportsAttachments=True)
    assert anna.refused("PATCH", path, {"attachments": [FILE] * 26}, supportsAttachments=True) == (400, "invalid")
