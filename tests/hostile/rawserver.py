"""A Google that answers with exactly the bytes a test gives it; the sandbox would refuse to store such data."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

EVENTS = "/calendar/v3/calendars/"
Answer = tuple[int, bytes]


@dataclass
class RawGoogle:
    """The answers: pages by their token ("" is the first), single items and instances by their id."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    items: dict[str, bytes] = field(default_factory=dict)
    instances: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, Answer] = field(default_factory=dict)  # by path
    requests: list[tuple[str, str]] = field(default_factory=list)
    refusal: Answer | None = None  # to every write

    def forget(self) -> None:
        for answers in (self.pages, self.items, self.instances, self.others, self.requests):
            answers.clear()
        self.refusal = None

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        url = urlsplit(target)
        path = unquote(url.path)
        self.requests.append((method, path))
        if path in self.others:
            return self.others[path]
        if not path.startswith(EVENTS):
            return 404, b"{}"
        rest = path.removeprefix(EVENTS).split("/events", 1)[1].strip("/")
        if method == "GET":
            return self._read(rest, parse_qs(url.query).get("pageToken", [""])[0])
        return self.refusal or self._written(rest, json.loads(body or b"{}"))

    def _read(self, rest: str, token: str) -> Answer:
        if not rest:
            return (200, self.pages[token]) if token in self.pages else (200, page([]))
        key, instances = rest.removesuffix("/instances"), rest.endswith("/instances")
        found = (self.instances if instances else self.items).get(key)
        return (200, found) if found is not None else (404, b"{}")

    def _written(self, rest: str, body: dict[str, Any]) -> Answer:
        key = rest or body["id"]
        before = json.loads(self.items.get(key, b"{}"))
        number = int(before.get("etag", '"0"').strip('"')) + 1
        item = {"id": key, "status": "confirmed"} | before | body | {"etag": f'"{number}"'}
        self.items[key] = json.dumps(item).encode()
        return 200, self.items[key]


def page(items: list[Any], *, following: str = "", cursor: str = "cursor", **more: Any) -> bytes:
    """A page in ASCII: lone surrogates and NUL travel as escapes."""
    end = {"nextPageToken": following} if following else {"nextSyncToken": cursor}
    return json.dumps({"timeZone": "Europe/Moscow", "items": items} | end | more).encode()


@contextmanager
def raw_google() -> Iterator[RawGoogle]:
    google = RawGoogle()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = google.answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 - the names http.server calls

        def log_message(self, *_about: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    google.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield google
    finally:
        server.shutdown()
        server.server_close()
