"""Batches, faults, pushes: everything a client has to survive."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from tests.sandbox.batches import batch
from tests.support.sandbox import Api, Sandbox, timed

PRIMARY = "calendars/primary/events"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00")


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_batch_answers_in_order_each_part_for_itself(sandbox: Sandbox, anna: Api, seed: int | None) -> None:
    sandbox.admin("POST", "knobs", batch_shuffle_seed=seed)
    known = anna.insert(TALK | {"id": "taken1"})
    answers = batch(
        sandbox,
        anna,
        [
            ("POST", PRIMARY, TALK | {"id": "fresh1"}, ""),
            ("PATCH", f"{PRIMARY}/taken1", {"summary": "x"}, 'If-Match: "1"\r\n'),
            ("POST", PRIMARY, TALK | {"id": "taken1", "x": known["etag"]}, "Authorization: Bearer wrong\r\n"),
            ("GET", f"{PRIMARY}/absent1", None, ""),
            ("DELETE", f"{PRIMARY}/absent2", None, ""),
        ],
    )
    expected = [
        ("<response-item0>", 200),
        ("<response-item1>", 412),
        ("<response-item2>", 401),
        ("<response-item3>", 404),
        ("<response-item4>", 404),
    ]
    # two parts about one event collide, and the order of execution decides which
    shown = [(name, status) for name, status, _ in answers]
    assert shown[0:1] + shown[3:] == expected[0:1] + expected[3:]
    assert 409 in (shown[1][1], shown[2][1])


def test_batch_obeys_faults_of_inner_calls(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(path="/events$", method="POST", nth=2, status=403, reason="rateLimitExceeded")
    answers = batch(sandbox, anna, [("POST", PRIMARY, TALK, "") for _ in range(3)])
    assert [status for _, status, _ in answers] == [200, 403, 200]


def test_lost_before_and_after_differ_in_their_effect(sandbox: Sandbox, anna: Api) -> None:
    for effect, number in (("lost_before", 0), ("lost_after", 1)):
        sandbox.fault(effect=effect, method="POST", path="/events$")
        with pytest.raises(requests.ConnectionError):
            anna.insert(TALK)
        assert len(anna.items()) == number
    sandbox.fault(effect="lost_after", method="POST", path="/events$", status=504)
    assert anna.call("POST", PRIMARY, TALK).status_code == 504
    assert len(anna.items()) == 2


def test_broken_answers_and_named_errors(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(effect="malformed", path="colors")
    with pytest.raises(requests.JSONDecodeError):
        anna.call("GET", "colors").json()
    sandbox.fault(effect="truncated", path="colors")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        anna.call("GET", "colors")
    sandbox.fault(path="colors", reason="rateLimitExceeded", status=429, retry_after=7, times=2)
    answer = anna.call("GET", "colors")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["error"]["errors"][0]["domain"] == "usageLimits"
    assert anna.refused("GET", "colors") == (429, "rateLimitExceeded")
    assert anna.ok("GET", "colors")["kind"] == "calendar#colors"
    sandbox.fault(effect="delay", path="colors", delay_ms=150)
    started = time.perf_counter()
    anna.ok("GET", "colors")
    assert time.perf_counter() - started > 0.14


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
