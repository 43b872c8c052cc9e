"""The other side of the demo: the local Google, its administrator, and people who change their calendars there."""

import json
import urllib.request
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from vizavi.connections.models import Link
from vizavi.events.models import Event
from vizavi.providers.google import oauth

Json = dict[str, Any]


class LocalGoogle:
    """The sandbox at `url`: its administrator speaks, or one of the people whose calendars it keeps."""

    def __init__(self, url: str, client_id: str) -> None:
        self.url = url
        self.client_id = client_id

    def tell(self, action: str, *, method: str = "POST", **values: Any) -> Json:
        return self._send(method, f"sandbox/{action}", values)

    def grant(self, email: str) -> Json:
        return self.tell("tokens", email=email, scopes=list(oauth.SCOPES), client_id=self.client_id)

    def create(self, email: str, calendar: str, item: Json) -> None:
        self._as_person(email, "POST", calendar, "", item)

    def move(self, event: Event, by: timedelta) -> None:
        """The responsible drags the copy of an interview to another time."""
        start, end = event.starts_at + by, event.ends_at + by
        times = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
        self._at_copy("PATCH", event, times)

    def delete(self, event: Event) -> None:
        """The responsible deletes the copy of an interview."""
        self._at_copy("DELETE", event, {})

    def _at_copy(self, method: str, event: Event, values: Json) -> None:
        link = Link.objects.select_related("calendar__account").get(event=event, calendar__writes=True)
        self._as_person(
            link.calendar.account.email, method, link.calendar.remote_id, f"/{quote(link.remote_id)}", values
        )

    def _as_person(self, email: str, method: str, calendar: str, item: str, values: Json) -> None:
        address = f"u/{email}/calendar/v3/calendars/{quote(calendar, safe='')}/events{item}"
        self._send(method, address, values)

    def _send(self, method: str, path: str, values: Json) -> Json:
        # the header is what the sandbox's own page sends
        headers = {"X-Sandbox-Page": "1", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the demo's own sandbox
            f"{self.url}/{path}", data=json.dumps(values).encode() if values else None, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
            body = answer.read()
        told: Json = json.loads(body) if body else {}
        return told
