"""Clients written for the real Google work against the sandbox unchanged, and its tables agree with Google's."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import googleapiclient
import pytest
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import InMemoryCalendarStore, ScopedCalendarStore
from gcal_sync.sync import CalendarEventSyncManager
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest
from tests.support.sandbox import ANNA, Api, Sandbox, timed

from vizavi.sandbox.scopes import METHODS, PREFIX

DISCOVERY = Path(googleapiclient.__file__).parent / "discovery_cache/documents/calendar.v3.json"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00", summary="Собеседование")


def google(sandbox: Sandbox):
    credentials = Credentials(sandbox.mint(ANNA)["access_token"])
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


def test_googles_python_client_works_unchanged(sandbox: Sandbox) -> None:
    service = google(sandbox)
    events = service.events()
    made = events.insert(calendarId="primary", body=TALK, sendUpdates="none").execute()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    changed = events.patch(calendarId="primary", eventId=made["id"], body={"location": "Байкал"}).execute()
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == [changed]
    with pytest.raises(HttpError) as caught:
        events.get(calendarId="primary", eventId="absent1").execute()
    assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (404, "notFound")
    service.close()


def test_googles_python_client_sends_batches(sandbox: Sandbox) -> None:
    service = google(sandbox)
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
    service.close()


class Auth(AbstractAuth):
    def __init__(self, session: aiohttp.ClientSession, host: str, token: str) -> None:
        super().__init__(session, host)
        self.token = token

    async def async_get_access_token(self) -> str:
        return self.token


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
