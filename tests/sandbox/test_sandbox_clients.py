"""Clients written for the real Google work against the sandbox unchanged, and its tables agree with Google's."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import googleapiclient
import pytest
from gcal_sync.api import GoogleCalendarService, ListEventsRequest
from gcal_sync.auth import AbstractAuth
from gcal_sync.model import DateOrDatetime, Event
from gcal_sync.store import InMemoryCalendarStore, ScopedCalendarStore
from gcal_sync.sync import CalendarEventSyncManager
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest
from tests.support.sandbox import ANNA, OLGA, Api, Sandbox, timed

from vizavi.sandbox.scopes import METHODS, PREFIX

DISCOVERY = Path(googleapiclient.__file__).parent / "discovery_cache/documents/calendar.v3.json"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")


def google(sandbox: Sandbox, email: str = ANNA):
    credentials = Credentials(sandbox.mint(email)["access_token"])
    return build(
        "calendar",
        "v3",
        credentials=credentials,
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": f"{sandbox.url}/calendar/v3/"},
    )


def test_scopes_of_every_method_are_googles() -> None:
    resources = json.loads(DISCOVERY.read_text())["resources"]
    published = {
        method["id"].removeprefix("calendar."): {name.removeprefix(PREFIX) for name in method["scopes"]}
        for resource in resources.values()
        for method in resource["methods"].values()
    }
    assert {name: set(text.split()) for name, text in METHODS.items()} == {name: published[name] for name in METHODS}


def test_answers_have_only_fields_google_knows(sandbox: Sandbox) -> None:
    schemas = json.loads(DISCOVERY.read_text())["schemas"]
    sandbox.reset(empty=False)
    api = sandbox.api(ANNA)
    events = api.ok("GET", "calendars/primary/events")
    entries = api.ok("GET", "users/me/calendarList")
    seen = {
        "Events": [events],
        "Event": events["items"],
        "CalendarList": [entries],
        "CalendarListEntry": entries["items"],
        "Calendar": [api.ok("GET", "calendars/primary")],
        "Colors": [api.ok("GET", "colors")],
        "Settings": [api.ok("GET", "users/me/settings")],
    }
    for name, answers in seen.items():
        assert {key for answer in answers for key in answer} - set(schemas[name]["properties"]) == set(), name


@pytest.fixture
def service(sandbox: Sandbox):
    with google(sandbox) as known:
        yield known


def refusal(call) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        call.execute()
    return caught.value.status_code, caught.value.error_details[0]["reason"]


def test_googles_python_client_works_unchanged(service) -> None:
    events = service.events()
    made = events.insert(calendarId="primary", body=TALK, sendUpdates="none").execute()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    changed = events.patch(calendarId="primary", eventId=made["id"], body={"location": "Байкал"}).execute()
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == [changed]
    assert refusal(events.get(calendarId="primary", eventId="absent1")) == (404, "notFound")


def test_googles_python_client_pages(service) -> None:
    events = service.events()
    for number in range(5):
        events.insert(calendarId="primary", body=TALK | {"summary": str(number)}).execute()
    events.delete(calendarId="primary", eventId=events.list(calendarId="primary").execute()["items"][2]["id"]).execute()
    found, page = [], events.list(calendarId="primary", maxResults=2)
    while page is not None:
        answer = page.execute()
        found += [item["summary"] for item in answer["items"]]
        page = events.list_next(page, answer)
    assert found == ["0", "1", "3", "4"]


def test_googles_python_client_writes_on_conditions(service) -> None:
    events = service.events()
    made = events.insert(calendarId="primary", body=TALK).execute()
    path = {"calendarId": "primary", "eventId": made["id"]}
    right = events.patch(**path, body={"summary": "Иначе"})
    right.headers["If-Match"] = made["etag"]
    changed = right.execute()
    stale = [events.patch(**path, body={"summary": "Поздно"}), events.update(**path, body=TALK), events.delete(**path)]
    for call in stale:
        call.headers["If-Match"] = made["etag"]
        assert refusal(call) == (412, "conditionNotMet")
    assert events.get(**path).execute() == changed


def test_googles_python_client_moves(service) -> None:
    events = service.events()
    team = service.calendars().insert(body={"summary": "Команда"}).execute()["id"]
    made = events.insert(calendarId="primary", body=TALK).execute()
    answer = events.move(calendarId="primary", eventId=made["id"], destination=team, sendUpdates="none").execute()
    assert answer["status"] == "cancelled"
    assert events.get(calendarId=team, eventId=made["id"]).execute()["status"] == "confirmed"
    again = events.move(calendarId="primary", eventId=made["id"], destination="absent@x.example")
    assert refusal(again) == (404, "notFound")


def test_googles_python_client_invites_and_answers(sandbox: Sandbox, service) -> None:
    guest_list = {"attendees": [{"email": OLGA}]}
    made = service.events().insert(calendarId="primary", body=TALK | guest_list, sendUpdates="all").execute()
    answer = {"attendees": [{"email": OLGA, "responseStatus": "accepted"}], "attendeesOmitted": True}
    with google(sandbox, OLGA) as hers:
        copy = hers.events().get(calendarId="primary", eventId=made["id"]).execute()
        assert copy["organizer"] == {"email": ANNA}
        hers.events().patch(calendarId="primary", eventId=made["id"], body=answer).execute()
    seen = service.events().get(calendarId="primary", eventId=made["id"]).execute()
    assert seen["attendees"][0]["responseStatus"] == "accepted"
    assert [letter["mailed"] for letter in sandbox.outbox()] == [[OLGA], []]


@pytest.mark.parametrize("status", [403, 429])
def test_googles_python_client_waits_for_its_quota(sandbox: Sandbox, service, status: int) -> None:
    sandbox.admin("POST", "quota", user=1, seconds=0.4, status=status)
    service.colors().get().execute()
    patient = service.colors().get()
    patient._rand = lambda: 0.3
    assert patient.execute(num_retries=2)["kind"] == "calendar#colors"
    assert sandbox.admin("GET", "quota")["refused"] == {f"user:{ANNA}": 1}


def test_googles_python_client_does_not_hammer_a_used_up_calendar(sandbox: Sandbox, service) -> None:
    sandbox.admin("POST", "quota", exceeded=[ANNA])
    sandbox.admin("DELETE", "log")
    with pytest.raises(HttpError) as caught:
        service.events().insert(calendarId="primary", body=TALK).execute(num_retries=3)
    assert caught.value.error_details[0]["reason"] == "quotaExceeded"
    assert len(sandbox.log()) == 1


def test_googles_python_client_sends_batches(sandbox: Sandbox, service) -> None:
    answers: dict[str, object] = {}
    # service.new_batch_http_request() takes the batch address of the real Google from the discovery document
    batch = BatchHttpRequest(
        lambda name, answer, error: answers.update({name: error or answer["summary"]}),
        batch_uri=f"{sandbox.url}/batch/calendar/v3",
    )
    for number in range(3):
        wish = service.events().insert(calendarId="primary", body=TALK | {"summary": str(number)})
        batch.add(wish, request_id=str(number))
    batch.add(service.events().get(calendarId="primary", eventId="absent1"), request_id="last")
    batch.execute()
    assert {name: answers[name] for name in "012"} == {"0": "0", "1": "1", "2": "2"}
    assert isinstance(answers["last"], HttpError)


def test_googles_python_client_meets_conflicts_and_quotas_part_by_part(sandbox: Sandbox, service) -> None:
    events = service.events()
    made = events.insert(calendarId="primary", body=TALK).execute()
    sandbox.admin("POST", "quota", user=7)
    answers: dict[str, object] = {}
    batch = BatchHttpRequest(
        lambda name, answer, error: answers.update({name: error.error_details[0]["reason"] if error else "done"}),
        batch_uri=f"{sandbox.url}/batch/calendar/v3",
    )
    change = {"calendarId": "primary", "eventId": made["id"], "body": {"summary": "Иначе"}}
    batch.add(events.patch(**change), request_id="first")
    batch.add(events.patch(**change), request_id="same")
    batch.add(events.insert(calendarId="primary", body=TALK), request_id="new")
    batch.add(events.patch(**(change | {"eventId": "absent1"})), request_id="dear")
    batch.add(events.patch(**(change | {"eventId": "absent2"})), request_id="dearer")
    batch.execute()
    assert answers == {
        "first": "done",
        "same": "conflict",
        "new": "done",
        "dear": "notFound",
        "dearer": "userRateLimitExceeded",
    }


class Auth(AbstractAuth):
    def __init__(self, session: aiohttp.ClientSession, host: str, token: str) -> None:
        super().__init__(session, host)
        self.token = token

    async def async_get_access_token(self) -> str:
        return self.token


def test_gcal_sync_reads_page_after_page_and_writes(sandbox: Sandbox, anna: Api) -> None:
    master = anna.insert(TALK | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})["id"]
    anna.delete(f"{master}_20260309T070000Z")

    async def run() -> list[str]:
        async with aiohttp.ClientSession() as session:
            service = GoogleCalendarService(Auth(session, f"{sandbox.url}/calendar/v3", anna.token))
            calendars = await service.async_list_calendars()
            assert next(entry.id for entry in calendars.items) == ANNA
            start = datetime(2026, 3, 20, 12, tzinfo=UTC)
            wish = Event(
                summary="Созвон",
                start=DateOrDatetime.parse(start),
                end=DateOrDatetime.parse(start + timedelta(hours=1)),
            )
            await service.async_create_event(ANNA, wish)
            request = ListEventsRequest(
                calendar_id=ANNA, start_time=start - timedelta(days=60), end_time=start + timedelta(days=60)
            )
            found: list[str] = []
            async for page in await service.async_list_events(request):
                found += [f"{event.start.value:%d} {event.summary}" for event in page.items]
            return sorted(found)

    assert asyncio.run(run()) == ["02 Собеседование", "16 Собеседование", "20 Созвон"]


def test_gcal_sync_keeps_in_step(sandbox: Sandbox, anna: Api) -> None:
    kept, gone = (anna.insert(TALK | {"summary": name})["id"] for name in ("остаётся", "уходит"))

    async def run() -> list[tuple[str, str]]:
        async with aiohttp.ClientSession() as session:
            service = GoogleCalendarService(Auth(session, f"{sandbox.url}/calendar/v3", anna.token))
            store = ScopedCalendarStore(InMemoryCalendarStore(), ANNA)
            manager = CalendarEventSyncManager(service, ANNA, store)
            await manager.run()
            anna.patch(kept, {"summary": "изменено"})
            anna.delete(gone)
            await manager.run()
            sandbox.admin("POST", "expire-sync", calendar=ANNA)
            await manager.run()
            known = await manager.store_service.async_get_timeline()
            return [(event.id, event.summary) for event in known]

    assert asyncio.run(run()) == [(kept, "изменено")]
