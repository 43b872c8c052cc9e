"""Push channels: the hello, the tellings, the end."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.support.sandbox import Api, Sandbox, timed

PRIMARY = "calendars/primary/events"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00")


def test_channel_says_hello_and_tells_of_changes_until_stopped(sandbox: Sandbox, anna: Api, olga: Api) -> None:
    heard: list[dict[str, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wish = {"id": "ch1", "type": "web_hook", "token": "t", "address": f"http://127.0.0.1:{server.server_port}/"}
        assert anna.refused("POST", f"{PRIMARY}/watch", wish | {"address": "http://far.example/"}) == (
            400,
            "push.webhookUrlNotHttps",
        )
        channel = anna.ok("POST", f"{PRIMARY}/watch", wish)
        assert anna.refused("POST", f"{PRIMARY}/watch", wish) == (400, "channelIdNotUnique")
        anna.insert(TALK)
        deadline = time.monotonic() + 5
        while len(heard) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        server.shutdown()
    assert [(one["x-goog-resource-state"], one["x-goog-channel-token"]) for one in heard] == [
        ("sync", "t"),
        ("exists", "t"),
    ]
    stop = {"id": "ch1", "resourceId": channel["resourceId"]}
    assert olga.refused("POST", "channels/stop", stop) == (404, "notFound")
    anna.ok("POST", "channels/stop", stop)
    assert anna.refused("POST", "channels/stop", stop) == (404, "notFound")
