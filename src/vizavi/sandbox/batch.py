"""Batch requests: many HTTP calls inside one multipart body, executed in any order, answered in order."""

from __future__ import annotations

import random
import re
import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus

from vizavi.sandbox import api, errors, faults, journal
from vizavi.sandbox.state import Store
from vizavi.sandbox.wire import Call, Reply

LIMIT = 1000
TOUCH = re.compile(r"^/calendar/v3/calendars/([^/]+)/events/([^/]+)")
EVENTS = re.compile(r"^/calendar/v3/calendars/([^/]+)/events$")


@dataclass(frozen=True)
class Part:
    call: Call
    content_id: str | None


def run(store: Store, call: Call) -> tuple[str, bytes]:
    """The content type and the body of the multipart answer; refusals concern the batch as a whole."""
    parts = [_part(raw, call) for raw in _split(call)]
    if not parts:
        raise errors.ApiError(400, "badRequest", "The batch request has no parts.")
    if len(parts) > LIMIT:
        message = f"The batch request has too many parts; the limit is {LIMIT}."
        raise errors.ApiError(400, "badRequest", message)
    order = list(range(len(parts)))
    if faults.knobs.batch_shuffle_seed is not None:
        random.Random(faults.knobs.batch_shuffle_seed).shuffle(order)  # noqa: S311 - repeatable on purpose
    replies: dict[int, bytes] = {}
    touched: set[tuple[str, str]] = set()
    for number in order:
        replies[number] = _execute(store, parts[number], touched)
    boundary = "batch_" + secrets.token_urlsafe(16)
    body = b"".join(_wrapped(boundary, parts[number], replies[number]) for number in range(len(parts)))
    return f"multipart/mixed; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def _split(call: Call) -> list[bytes]:
    found = re.search(r'boundary="?([^";]+)"?', call.headers.get("content-type", ""))
    if not found or "multipart/mixed" not in call.headers.get("content-type", ""):
        raise errors.ApiError(400, "badRequest", "Failed to parse batch request, error: no boundary.")
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(found.group(1).encode()) + rb"(?:--)?[ \t]*(?=\r?\n|$)", call.body)
    return [piece.lstrip(b"\r\n") for piece in pieces if piece.strip()]


def _headers(block: bytes) -> dict[str, str]:
    # continuation lines belong to the header before them
    text = re.sub(r"\r?\n[ \t]+", " ", block.decode("utf-8", "replace"))
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _part(raw: bytes, outer: Call) -> Part:
    outside, inside = _cut(raw)
    head, body = _cut(inside)
    line, _, rest = head.partition(b"\n")
    words = line.decode("utf-8", "replace").split()
    if len(words) < 2:
        raise errors.ApiError(400, "badRequest", "Failed to parse batch request, error: bad request line.")
    inherited = {name: value for name, value in outer.headers.items() if not name.startswith("content-")}
    inherited.pop("x-http-method-override", None)
    call = Call.of(words[0], words[1], inherited | _headers(rest), body)
    if length := call.headers.get("content-length"):
        call = replace(call, body=body[: int(length)])
    return Part(call, _headers(outside).get("content-id"))


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")


def _execute(store: Store, part: Part, touched: set[tuple[str, str]]) -> bytes:
    with journal.entry(store, part.call, inner=True) as line:
        reply = _reply(store, part.call, touched)
        line.status = reply.status
        encoded = reply.encoded()
        journal.record(line, part.call, encoded)
    return _http(reply, encoded)


def _reply(store: Store, call: Call, touched: set[tuple[str, str]]) -> Reply:
    rule = faults.hit(call.method, call.path, inner=True)
    if rule is not None:
        return rule.reply()
    target = _target(call)
    if target is not None and target in touched:
        error = errors.conflict()
        return Reply(error.code, error.payload())
    if target is not None:
        touched.add(target)
    if not call.path.startswith(api.ROOT):
        error = errors.not_found()
        return Reply(error.code, error.payload())
    return api.dispatch(store, call)


def _target(call: Call) -> tuple[str, str] | None:
    """The event a writing part touches; two such parts in one batch collide."""
    if call.method == "GET":
        return None
    if found := TOUCH.match(call.path):
        return (found.group(1), found.group(2))
    if (found := EVENTS.match(call.path)) and (wanted := re.search(rb'"id"\s*:\s*"([^"]+)"', call.body)):
        return (found.group(1), wanted.group(1).decode())
    return None


def _http(reply: Reply, body: bytes) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | reply.headers).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _wrapped(boundary: str, part: Part, reply: bytes) -> bytes:
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if part.content_id:
        inner = part.content_id.strip()
        prefixed = "<response-" + inner[1:] if inner.startswith("<") else "response-" + inner
        lines.append(f"Content-ID: {prefixed}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + reply + b"\r\n"
