"""Around every request: the log, the latency, the faults."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vizavi.sandbox import faults, journal, views
from vizavi.sandbox.faults import Rule
from vizavi.sandbox.state import store

# the server reads this header and hangs up instead of answering, or in the middle of the answer
HANG_UP = "X-Sandbox-Hang-Up"
UNSEEN = ("/static/", "/sandbox/", "/log/", "/outbox/", "/favicon")
POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
View = Callable[[HttpRequest], HttpResponse]


def observe(get_response: View) -> View:
    def guarded(request: HttpRequest) -> HttpResponse:
        # raises for a name that is not this machine's
        request.get_host()
        # the page of a week reads again and again, which would drown the log
        unseen = request.path.startswith(UNSEEN) or (request.method == "GET" and request.path.startswith("/u/"))
        response = get_response(request) if unseen else _logged(request, get_response)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return guarded


def _logged(request: HttpRequest, get_response: View) -> HttpResponse:
    call = views.call_of(request)
    with journal.entry(store(), call) as line:
        if faults.knobs.latency_ms:
            time.sleep(faults.knobs.latency_ms / 1000)
        rule = faults.hit(call.method, call.path)
        response = _faulty(rule, request, get_response) if rule else get_response(request)
        line.status, line.fault = response.status_code, rule.effect if rule else ""
        line.user = line.user or getattr(request, "sandbox_user", "")
        if journal.recording.on:
            journal.record(line, call, _plain(response))
    return response


def _faulty(rule: Rule, request: HttpRequest, get_response: View) -> HttpResponse:
    if rule.delay_ms:
        time.sleep(rule.delay_ms / 1000)
    if rule.effect == "error":
        return views.respond(views.call_of(request), rule.reply())
    if rule.effect == "lost_before":
        return _hang_up(HttpResponse(status=rule.status or 502), "before")
    response = get_response(request)
    if rule.effect == "lost_after" and rule.status:
        return HttpResponse(faults.PAGE, status=rule.status)
    if rule.effect == "lost_after":
        return _hang_up(response, "before")
    if rule.effect == "truncated":
        return _hang_up(response, "middle")
    if rule.effect == "malformed":
        _spoil(response)
    return response


def _plain(response: HttpResponse) -> bytes:
    packed = response.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.content) if packed else response.content


def _spoil(response: HttpResponse) -> None:
    """Readable nonsense: it is spoilt as text, whatever it was packed as."""
    text = _plain(response)
    del response["Content-Encoding"]
    response.content = text[: len(text) // 2] + faults.NONSENSE


def _hang_up(response: HttpResponse, when: str) -> HttpResponse:
    response[HANG_UP] = when
    return response
