"""What others need for the same: gcal-sync, Google's own Python client, and the raw floor of download and parsing."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import aiohttp
import requests
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import InMemoryCalendarStore
from gcal_sync.sync import CalendarEventSyncManager
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from vizavi.providers.google.wire import PAGE_FIELDS


class _Auth(AbstractAuth):
    def __init__(self, session: aiohttp.ClientSession, host: str, token: str) -> None:
        super().__init__(session, host)
        self._token = token

    async def async_get_access_token(self) -> str:
        return self._token


def gcal_sync(url: str, token: str, calendar: str) -> int:
    """Everything of a calendar into its in-memory store, as it comes: its own page size (1,000) and fields."""

    async def run() -> int:
        async with aiohttp.ClientSession() as session:
            service = GoogleCalendarService(_Auth(session, f"{url}/calendar/v3", token))
            store = InMemoryCalendarStore()
            await CalendarEventSyncManager(service, calendar, store).run()
            scoped: dict[str, Any] = await store.async_load() or {}
            return json.dumps(scoped).count('"ical_uuid"')

    return asyncio.run(run())


def raw_floor(url: str, token: str, calendar: str) -> int:
    """Download and parse, nothing else: pages of 2,500 with the fields that we read."""
    query = {"maxResults": "2500", "fields": PAGE_FIELDS}
    found = 0
    with requests.Session() as http:
        http.headers.update({"Authorization": f"Bearer {token}", "User-Agent": "gzip"})
        while True:
            page = http.get(f"{url}/calendar/v3/calendars/{calendar}/events", params=query, timeout=60).json()
            found += len(page["items"])
            if "nextPageToken" not in page:
                return found
            query["pageToken"] = page["nextPageToken"]


def one_by_one(url: str, token: str, bodies: Iterable[dict[str, Any]]) -> int:
    """Inserts with google-api-python-client, each its own request, over one kept connection."""
    options = {"api_endpoint": f"{url}/calendar/v3/"}
    service = build("calendar", "v3", credentials=Credentials(token), static_discovery=True, client_options=options)
    with service:
        made = [service.events().insert(calendarId="primary", body=body).execute()["id"] for body in bodies]
    return len(made)
