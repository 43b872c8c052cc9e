"""Pages for people: who is there, a person's week, the request log, the outbox."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from vizavi.sandbox import journal, scopes, views
from vizavi.sandbox import outbox as letters
from vizavi.sandbox.context import SANDBOX, Identity
from vizavi.sandbox.state import store
from vizavi.sandbox.texts import language, texts

STATIC = Path(__file__).resolve().parent / "static" / "sandbox"
SHOWN = 300


def home(request: HttpRequest) -> HttpResponse:
    people = store().rows("SELECT * FROM account ORDER BY family_name")
    return _drawn(request, "sandbox/home.html", {"people": people})


def week(request: HttpRequest, email: str) -> HttpResponse:
    person = store().row("SELECT * FROM account WHERE email=?", email)
    if person is None:
        raise Http404
    return _drawn(request, "sandbox/week.html", {"person": person})


def log(request: HttpRequest) -> HttpResponse:
    return _drawn(request, "sandbox/log.html", {"lines": journal.lines()[-SHOWN:][::-1]})


def outbox_page(request: HttpRequest) -> HttpResponse:
    return _drawn(request, "sandbox/outbox.html", {"letters": letters.letters(store())[-SHOWN:][::-1]})


def static(_request: HttpRequest, name: str) -> HttpResponse:
    found = STATIC / name
    if found.parent != STATIC or not found.is_file():
        raise Http404
    return HttpResponse(found.read_bytes(), content_type=mimetypes.guess_type(name)[0] or "text/plain")


def calendar_api(request: HttpRequest, email: str, target: str) -> HttpResponse:
    """The API as the page uses it: the person in the address, who needs no token in a sandbox."""
    if request.headers.get("X-Sandbox-Page") != "1":
        # a header that foreign pages cannot send without asking first
        return JsonResponse({"error": "only for the sandbox's own page"}, status=403)
    who = Identity(email, SANDBOX, frozenset({scopes.PREFIX + "calendar"}))
    request.META["RAW_URI"] = target + "?" + request.META.get("QUERY_STRING", "")
    setattr(request, "sandbox_user", email)  # noqa: B010 - the log names the person, HttpRequest has no such field
    return views.calendar(request, who)


def _drawn(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    shown = language(request)
    return render(request, template, context | {"t": texts(shown), "language": shown})
