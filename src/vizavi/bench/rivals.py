"""What others need for the same: gcal-sync and Google's own Python client, where they are installed.

They are development packages, so they are imported where they are used.
"""

import asyncio
import json
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

PACKAGES = {"gcal_sync": "gcal-sync", "googleapiclient": "google-api-python-client"}


def missing(module: str) -> str | None:
    """Why there is nothing to compare with, if so."""
    return None if find_spec(module) else f"not measured: {PACKAGES[module]} is not installed"


def gcal_sync(url: str, token: str, calendar: str) -> int:
    """Everything of a calendar into its in-memory store, as it comes: its own page size (1,000) and fields."""
    import aiohttp
    from gcal_sync.api import GoogleCalendarService
    from gcal_sync.auth import AbstractAuth
    from gcal_sync.store import InMemoryCalendarStore
    from gcal_sync.sync import CalendarEventSyncManager

    class Auth(AbstractAuth):
        async def async_get_access_token(self) -> str:
            return token

    async def run() -> int:
        async with aiohttp.ClientSession() as session:
            service = GoogleCalendarService(Auth(session, f"{url}/calendar/v3"))
            store = InMemoryCalendarStore()
            await CalendarEventSyncManager(service, calendar, store).run()
            scoped: dict[str, Any] = await store.async_load() or {}
            return json.dumps(scoped).count('"ical_uuid"')

    return asyncio.run(run())


def one_by_one(url: str, token: str, bodies: Iterable[dict[str, Any]]) -> int:
    """Inserts with google-api-python-client, each its own request, over one kept connection."""
    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery import build

    options = {"api_endpoint": f"{url}/calendar/v3/"}
    who = Credentials(token)  # type: ignore[no-untyped-call]
    service = build("calendar", "v3", credentials=who, static_discovery=True, client_options=options)
    with service:
        made = [service.events().insert(calendarId="primary", body=body).execute()["id"] for body in bodies]
    return len(made)
