"""A running sandbox for tests: started as its own process on a free port, steered over its admin API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests
from tests.support import traffic

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "vetervolna.example"
ANNA, OLGA, SERGEY = (f"{name}@{DOMAIN}" for name in ("anna.krylova", "olga.melnikova", "sergey.tarasov"))
DMITRY, MARINA, ELENA = (f"{name}@{DOMAIN}" for name in ("dmitry.laptev", "marina.soboleva", "elena.gromova"))
CLIENT_ID, CLIENT_SECRET = "vizavi-demo.apps.sandbox", "vizavi-demo-secret"
SCOPE = "https://www.googleapis.com/auth/"


class Sandbox:
    """The admin's side of the sandbox."""

    # the suite's conftest.py sets this: whatever is said to any sandbox is held against Google's description
    watched = False

    def __init__(self, home: Path, *, empty: bool = True) -> None:
        self.home, self._empty = home, empty
        self.http = requests.Session()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "vizavi.sandbox", "--port", "0", "--home", str(self.home)]
        self.process = subprocess.Popen(
            command + (["--empty"] if self._empty else []),
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:\d+", line)
        assert found is not None, f"the sandbox did not start: {line!r}"
        self.url = found.group(0)
        if self.watched:
            traffic.watch(self.url)

    def stop(self) -> None:
        traffic.unwatch(self.url)
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.http.close()

    def restart(self) -> None:
        self.stop()
        self.http = requests.Session()
        self.start()

    def admin(self, method: str, action: str, /, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/sandbox/{action}", json=body or None, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reset(self, *, empty: bool = True) -> None:
        traffic.verify()
        self.admin("POST", "reset", empty=empty)

    def mint(self, email: str, scopes: list[str] | None = None, client_id: str = CLIENT_ID) -> dict[str, Any]:
        """Access and refresh token without the consent page; scopes short or long."""
        full = [name if name == "openid" or name.startswith("http") else SCOPE + name for name in scopes or []]
        return self.admin("POST", "tokens", email=email, scopes=full, client_id=client_id)

    def api(self, email: str, scopes: list[str] | None = None) -> Api:
        return Api(self.url, self.mint(email, scopes)["access_token"])

    def fault(self, **rule: Any) -> dict[str, Any]:
        return self.admin("POST", "faults", **rule)

    def log(self) -> list[dict[str, Any]]:
        return self.admin("GET", "log")["lines"]

    def outbox(self) -> list[dict[str, Any]]:
        return self.admin("GET", "outbox")["letters"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()


class CallRefused(AssertionError):
    """A person's own call was refused, perhaps by a fault that was meant for the product."""


class Api:
    """The Calendar API as one person calls it; answers come back whole, refusals too."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> requests.Response:
        shown = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
        return self.http.request(
            method,
            f"{self.url}/calendar/v3/{path}",
            params=shown,
            headers=headers,
            data=None if body is None else json.dumps(body),
            timeout=20,
        )

    def ok(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> dict[str, Any]:
        answer = self.call(method, path, body, headers, **query)
        if answer.status_code not in {200, 204}:
            raise CallRefused(answer.text)
        return answer.json() if answer.content else {}

    def refused(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> tuple[int, str]:
        answer = self.call(method, path, body, headers, **query)
        error = answer.json()["error"]
        assert error["code"] == answer.status_code
        return answer.status_code, error["errors"][0]["reason"]

    def insert(self, body: dict[str, Any], calendar: str = "primary", **query: Any) -> dict[str, Any]:
        return self.ok("POST", f"{where(calendar)}", body, **query)

    def patch(self, event_id: str, body: dict[str, Any], calendar: str = "primary", **query: Any) -> dict[str, Any]:
        return self.ok("PATCH", f"{where(calendar)}/{event_id}", body, **query)

    def get(self, event_id: str, calendar: str = "primary", **query: Any) -> dict[str, Any]:
        return self.ok("GET", f"{where(calendar)}/{event_id}", **query)

    def delete(self, event_id: str, calendar: str = "primary", **query: Any) -> None:
        self.ok("DELETE", f"{where(calendar)}/{event_id}", **query)

    def pages(self, calendar: str = "primary", **query: Any) -> list[dict[str, Any]]:
        """All pages of a listing."""
        found = [self.ok("GET", where(calendar), **query)]
        while token := found[-1].get("nextPageToken"):
            found.append(self.ok("GET", where(calendar), **query, pageToken=token))
        return found

    def items(self, calendar: str = "primary", **query: Any) -> list[dict[str, Any]]:
        return [item for page in self.pages(calendar, **query) for item in page["items"]]

    def token_after(self, calendar: str = "primary", **query: Any) -> str:
        return self.pages(calendar, **query)[-1]["nextSyncToken"]


def where(calendar: str) -> str:
    return f"calendars/{quote(calendar, safe='')}/events"


def timed(start: str, end: str, zone: str = "Europe/Moscow", **more: Any) -> dict[str, Any]:
    return {"start": {"dateTime": start, "timeZone": zone}, "end": {"dateTime": end, "timeZone": zone}} | more


@contextmanager
def running(*, empty: bool = True) -> Iterator[Sandbox]:
    with tempfile.TemporaryDirectory() as home, Sandbox(Path(home), empty=empty) as sandbox:
        yield sandbox
