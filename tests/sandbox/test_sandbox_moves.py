"""events.move: who may move what where, and what the two calendars and the guests see afterwards."""

from __future__ import annotations

import pytest
from tests.support.sandbox import ANNA, ELENA, OLGA, Api, Sandbox, timed

TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")
PRIMARY = "calendars/primary/events"


@pytest.fixture
def team(anna: Api) -> str:
    """A second calendar of Anna's."""
    return anna.ok("POST", "calendars", {"summary": "Команда"})["id"]


def test_event_lives_on_under_its_id_and_leaves_a_cancelled_stub(anna: Api, team: str) -> None:
    properties = {"private": {"vz": "1"}, "shared": {"all": "2"}}
    made = anna.insert(TALK | {"extendedProperties": properties, "colorId": "5"})
    token, there_token = anna.token_after(), anna.token_after(team)
    answer = anna.ok("POST", f"{PRIMARY}/{made['id']}/move", destination=team)
    assert (answer["status"], anna.get(made["id"])["status"]) == ("cancelled", "cancelled")
    there = anna.get(made["id"], team)
    assert {name: there[name] for name in ("status", "iCalUID", "extendedProperties", "colorId", "created")} == {
        "status": "confirmed",
        "iCalUID": made["iCalUID"],
        "extendedProperties": properties,
        "colorId": "5",
        "created": made["created"],
    }
    assert there["organizer"] == {"email": team, "displayName": "Команда", "self": True}
    assert there["etag"] not in {made["etag"], answer["etag"]}
    assert [(one["id"], one["status"]) for one in anna.items(syncToken=token)] == [(made["id"], "cancelled")]
    assert [(one["id"], one["status"]) for one in anna.items(team, syncToken=there_token)] == [
        (made["id"], "confirmed")
    ]


def test_event_moves_there_and_back(anna: Api, team: str) -> None:
    event_id = anna.insert(TALK)["id"]
    anna.ok("POST", f"{PRIMARY}/{event_id}/move", destination=team)
    assert anna.refused("POST", f"{PRIMARY}/{event_id}/move", destination=team) == (410, "deleted")
    anna.ok("POST", f"calendars/{team}/events/{event_id}/move", destination="primary")
    assert [anna.get(event_id, where)["status"] for where in ("primary", team)] == ["confirmed", "cancelled"]


def test_series_moves_with_its_exceptions(anna: Api, team: str) -> None:
    master = anna.insert(TALK | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})["id"]
    moved, dropped = f"{master}_20260309T070000Z", f"{master}_20260316T070000Z"
    anna.patch(moved, {"summary": "Иначе"})
    anna.delete(dropped)
    assert anna.refused("POST", f"{PRIMARY}/{moved}/move", destination=team)[0] == 400
    anna.ok("POST", f"{PRIMARY}/{master}/move", destination=team)
    assert anna.items() == []
    assert {one["id"]: one["status"] for one in anna.items(team)} == {
        master: "confirmed",
        moved: "confirmed",
        dropped: "cancelled",
    }


def test_guests_keep_their_copy_and_learn_the_new_organizer(sandbox: Sandbox, anna: Api, olga: Api, team: str) -> None:
    event_id = anna.insert(TALK | {"attendees": [{"email": OLGA}]})["id"]
    olga.patch(event_id, {"extendedProperties": {"private": {"mine": "1"}}})
    anna.ok("POST", f"{PRIMARY}/{event_id}/move", destination=team, sendUpdates="all")
    copy = olga.get(event_id)
    assert (copy["status"], copy["organizer"]["email"]) == ("confirmed", team)
    assert copy["extendedProperties"] == {"private": {"mine": "1"}}
    letter = sandbox.outbox()[-1]
    assert (letter["kind"], letter["calendar"], letter["sendUpdates"], letter["mailed"]) == (
        "update",
        team,
        "all",
        [OLGA],
    )
    olga.patch(event_id, {"attendees": [{"email": OLGA, "responseStatus": "accepted"}], "attendeesOmitted": True})
    assert anna.get(event_id, team)["attendees"][0]["responseStatus"] == "accepted"


def test_organizer_who_is_also_a_guest_keeps_a_copy_instead_of_a_stub(anna: Api, team: str) -> None:
    event_id = anna.insert(TALK | {"attendees": [{"email": ANNA, "responseStatus": "accepted"}]})["id"]
    answer = anna.ok("POST", f"{PRIMARY}/{event_id}/move", destination=team)
    assert (answer["status"], answer["organizer"]["email"]) == ("confirmed", team)


def test_moves_that_are_refused_change_nothing(sandbox: Sandbox, anna: Api, olga: Api, team: str) -> None:
    made = anna.insert(TALK | {"attendees": [{"email": OLGA}]})
    path = f"{PRIMARY}/{made['id']}/move"
    shared = olga.ok("POST", "calendars", {"summary": "Чужой"})["id"]
    assert anna.refused("POST", path, destination="absent@group.calendar.google.com") == (404, "notFound")
    assert anna.refused("POST", path, destination=shared) == (404, "notFound")
    sandbox.admin("POST", "role", email=ANNA, calendar=shared, role="reader")
    assert anna.refused("POST", path, destination=shared) == (403, "requiredAccessLevel")
    assert anna.refused("POST", path) == (400, "required")
    assert anna.refused("POST", f"{PRIMARY}/absent1/move", destination=team) == (404, "notFound")
    assert anna.refused("POST", path, None, {"If-Match": '"1"'}, destination=team) == (412, "conditionNotMet")
    assert anna.refused("POST", path, destination="primary")[0] == 400
    mine = olga.ok("POST", "calendars", {"summary": "Ольги"})["id"]
    assert olga.refused("POST", path, destination=mine) == (403, "forbiddenForNonOrganizer")
    assert anna.get(made["id"])["etag"] == made["etag"]
    assert (anna.items(team), olga.items(shared), olga.items(mine)) == ([], [], [])
    sandbox.admin("POST", "role", email=ANNA, calendar=shared, role="writer")
    anna.ok("POST", path, None, {"If-Match": made["etag"]}, destination=shared)
    assert [one["id"] for one in olga.items(shared)] == [made["id"]]


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime"])
def test_only_plain_events_move(anna: Api, team: str, kind: str) -> None:
    event_id = anna.insert(TALK | {"eventType": kind})["id"]
    assert anna.refused("POST", f"{PRIMARY}/{event_id}/move", destination=team) == (400, "eventTypeRestriction")


def test_calendar_made_scope_alone_does_not_move(sandbox: Sandbox) -> None:
    api = sandbox.api(ELENA, ["calendar.app.created"])
    first, second = (api.ok("POST", "calendars", {"summary": name})["id"] for name in ("Первый", "Второй"))
    event_id = api.insert(TALK, first)["id"]
    path = f"calendars/{first}/events/{event_id}/move"
    assert api.refused("POST", path, destination=second) == (403, "insufficientPermissions")
