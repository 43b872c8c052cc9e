"""The judge itself: what Google's description forbids is found, what it allows is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.support import traffic
from tests.support.discovery import Exchange, complaints
from tests.support.sandbox import ANNA, Api, Sandbox, timed

EVENTS = "/calendar/v3/calendars/primary/events"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")
ANSWER = json.dumps({"kind": "calendar#event", "summary": "Собеседование"})


def said(method: str, url: str, body: Any = None, status: int = 200, answer: Any = ANSWER) -> Exchange:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return Exchange(method, url, "" if body is None else json.dumps(body), status, text)


def listed(**event: Any) -> Exchange:
    return said("GET", EVENTS, answer={"kind": "calendar#events", "items": [event]})


@pytest.mark.parametrize(
    "good",
    [
        said("POST", f"{EVENTS}?sendUpdates=none&conferenceDataVersion=1", TALK),
        said("PATCH", f"{EVENTS}/abc?prettyPrint=false", {"start": {"date": None, "dateTime": "2026-03-02T10:00:00"}}),
        said("POST", f"{EVENTS}/abc/move?destination=other%40x.example"),
        said("DELETE", f"{EVENTS}/abc", status=204, answer=""),
        said("GET", f"{EVENTS}/abc", status=304, answer=""),
        said("GET", f"{EVENTS}?eventTypes=default&eventTypes=birthday&timeMin=2026-03-02T10:00:00Z", answer={}),
        said("POST", "/batch/calendar/v3"),
        said("GET", "/oauth2/v2/userinfo", answer={"id": "1", "email": "a@x.example", "verified_email": True}),
        listed(extendedProperties={"private": {"any": "thing"}}, updated="2026-03-02T10:00:00.000Z"),
        replace(said("GET", EVENTS, status=500, answer="<html>"), spoilt=True),
    ],
)
def test_what_is_described_is_accepted(good: Exchange) -> None:
    assert complaints(good) == []


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (said("GET", "/calendar/v3/calendar/primary"), "no such method: GET /calendar/v3/calendar/primary"),
        (said("PUT", EVENTS), f"no such method: PUT {EVENTS}"),
        (said("GET", "/batch/calendar/v3"), "a batch is sent with POST, not GET"),
        (said("GET", f"{EVENTS}?sinceToken=x", answer={}), "calendar.events.list has no parameter sinceToken"),
        (
            said("GET", f"{EVENTS}?maxResults=0", answer={}),
            "calendar.events.list: maxResults='0' is no int32",
        ),
        (
            said("GET", f"{EVENTS}?timeMin=2026-03-02T10:00:00", answer={}),
            "calendar.events.list: timeMin='2026-03-02T10:00:00' is no date-time",
        ),
        (
            said("GET", f"{EVENTS}?singleEvents=True", answer={}),
            "calendar.events.list: singleEvents='True' is no boolean",
        ),
        (said("GET", f"{EVENTS}?orderBy=start", answer={}), "calendar.events.list: orderBy='start' is no string"),
        (said("GET", f"{EVENTS}?q=a&q=b", answer={}), "calendar.events.list: q is given 2 times"),
        (said("POST", f"{EVENTS}/abc/move"), "calendar.events.move needs destination"),
        (said("POST", f"{EVENTS}/abc/move?destination=x", {}), "calendar.events.move takes no body"),
        (said("POST", EVENTS, {"start": {"date": "2026-03-02"}}), "calendar.events.insert needs the field end"),
        (said("PATCH", f"{EVENTS}/abc", {"title": "x"}), "Event has no field title"),
        (said("PATCH", f"{EVENTS}/abc", {"sequence": True}), "Event.sequence: True is no integer"),
        (said("PATCH", f"{EVENTS}/abc", {"status": "moved"}), "Event.status: 'moved' is no known value"),
        (
            said("PATCH", f"{EVENTS}/abc", {"attendees": [{"email": 5}]}),
            "Event.attendees[0].email: 5 is no string",
        ),
        (
            said("PATCH", f"{EVENTS}/abc", {"extendedProperties": {"private": {"n": 1}}}),
            "Event.extendedProperties.private.n: 1 is no string",
        ),
        (listed(etag=1), "Events.items[0].etag: 1 is no string"),
        (listed(kind="event"), "Events.items[0].kind: 'event' is no known value"),
        (listed(location=None), "Events.items[0].location: None is no string"),
        (listed(start={"date": "02.03.2026"}), "Events.items[0].start.date: '02.03.2026' is no date"),
        (
            listed(start={"dateTime": "2026-03-02T10:00:00"}),
            "Events.items[0].start.dateTime: '2026-03-02T10:00:00' is no date-time",
        ),
        (said("DELETE", f"{EVENTS}/abc", status=204), "calendar.events.delete answers 204 without a body"),
        (said("GET", EVENTS, answer="<html>"), "calendar.events.list: the answer is no JSON"),
        (
            said("GET", EVENTS, status=404, answer={"error": "not_found"}),
            "calendar.events.list: the refusal is not in Google's form",
        ),
        (
            Exchange("POST", "/token", "grant_type=refresh_token&token=x", 400, '{"error": "invalid_request"}'),
            "this is no token request: POST ['grant_type', 'token']",
        ),
        (
            Exchange("POST", "/token", "grant_type=refresh_token&refresh_token=x", 200, '{"expires_in": "1"}'),
            "the token answer has expires_in='1'",
        ),
        (Exchange("GET", "/o/oauth2/v2/auth?scopes=x", "", 200, ""), "the consent page knows no ['scopes']"),
    ],
)
def test_what_is_not_described_is_found(bad: Exchange, complaint: str) -> None:
    assert complaints(bad) == [complaint]


def test_nonsense_of_tests_is_their_own_while_it_is_refused() -> None:
    nonsense = said("POST", EVENTS, {"x": 1}, 400, {"error": {"errors": [], "code": 400, "message": ""}})
    assert complaints(replace(nonsense, of_product=False)) == [
        "calendar.events.insert: the refusal is not in Google's form"
    ]


def test_the_suite_hears_every_part_of_every_conversation(sandbox: Sandbox, anna: Api) -> None:
    anna.ok("GET", "calendars/primary/events", headers={"User-Agent": "vizavi (gzip)"}, alt="json")
    traffic.verify()
    part = f"GET {EVENTS}?badParameter=1 HTTP/1.1\r\nUser-Agent: vizavi\r\nAuthorization: Bearer {anna.token}\r\n\r\n"
    multipart = "multipart/mixed; boundary=b"
    sandbox.http.post(
        f"{sandbox.url}/batch/calendar/v3",
        headers={"Content-Type": multipart},
        data=f"--b\r\nContent-Type: application/http\r\n\r\n{part}\r\n--b--",
    )
    sandbox.http.post(f"{sandbox.url}/u/{ANNA}{EVENTS}", headers={"X-Sandbox-Page": "1"}, json=TALK | {"x": 1})
    with pytest.raises(pytest.fail.Exception) as caught:
        traffic.verify()
    text = str(caught.value)
    assert [line for line in text.splitlines() if not line.startswith("  ")] == [
        "2 complaints:",
        "calendar.events.list has no parameter badParameter",
        "Event has no field x",
    ]
