"""The Calendar API over HTTP: single calls and batches."""

from __future__ import annotations

import gzip

from django.http import HttpRequest, HttpResponse

from vizavi.sandbox import api, errors
from vizavi.sandbox import batch as batches
from vizavi.sandbox.context import Identity
from vizavi.sandbox.state import store
from vizavi.sandbox.wire import Call, Reply

JSON = "application/json; charset=UTF-8"
WORTH_PACKING = 1000


def call_of(request: HttpRequest) -> Call:
    target = request.META.get("RAW_URI") or request.get_full_path()
    return Call.of(request.method or "GET", target, dict(request.headers), request.body)


def respond(call: Call, reply: Reply) -> HttpResponse:
    body = reply.encoded(pretty=call.text("prettyPrint", "false") == "true")
    response = HttpResponse(body, status=reply.status, content_type=JSON if body else None)
    for name, value in reply.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
    return packed(call, response)


def packed(call: Call, response: HttpResponse) -> HttpResponse:
    """Google packs only for those who say gzip twice: in Accept-Encoding and in the User-Agent."""
    wanted = all("gzip" in call.headers.get(name, "").lower() for name in ("accept-encoding", "user-agent"))
    if wanted and len(response.content) >= WORTH_PACKING:
        response.content = gzip.compress(response.content, compresslevel=1)
        response["Content-Encoding"] = "gzip"
        response["Vary"] = "Accept-Encoding"
    return response


def calendar(request: HttpRequest, who: Identity | None = None) -> HttpResponse:
    call = call_of(request)
    return respond(call, api.dispatch(store(), call, who))


def batch(request: HttpRequest) -> HttpResponse:
    call = call_of(request)
    try:
        if call.method != "POST":
            raise errors.not_found()
        content_type, body = batches.run(store(), call)
    except errors.ApiError as error:
        return respond(call, Reply(error.code, error.payload()))
    return packed(call, HttpResponse(body, content_type=content_type))
