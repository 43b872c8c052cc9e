"""Batch requests: many HTTP calls inside one multipart body, executed in any order, answered in order."""

from __future__ import annotations

import random
import re
import secrets
import time
from dataclasses import dataclass, replace
from http import HTTPStatus

from vizavi.sandbox import api, errors, faults, journal
from vizavi.sandbox.faults import Rule
from vizavi.sandbox.state import Store
from vizavi.sandbox.wire import Call, Reply

LIMIT = 1000
TOUCH = re.compile(r"^/calendar/v3/calendars/([^/]+)/events/(?!(?:import|quickAdd|watch)$)([^/]+)")
EVENTS = re.compile(r"^/calendar/v3/calendars/([^/]+)/events$")
WORKING_LOCATION = re.compile(rb'"eventType"\s*:\s*"workingLocation"')


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
    replies: dict[int, bytes | None] = {}
    touched: set[tuple[str, str]] = set()
    for number in order:
        replies[number] = _execute(store, parts[number], touched)
    boundary = "batch_" + secrets.token_urlsafe(16)
    answered = [(part, reply) for number, part in enumerate(parts) if (reply := replies[number]) is not None]
    body = b"".join(_wrapped(boundary, part, reply) for part, reply in answered)
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


def _execute(store: Store, part: Part, touched: set[tuple[str, str]]) -> bytes | None:
    """The part's answer as HTTP; None where a fault swallows it."""
    with journal.entry(store, part.call, inner=True) as line:
        rule = faults.hit(part.call.method, part.call.path, inner=True)
        reply = _struck(rule, store, part.call, touched) if rule else _reply(store, part.call, touched)
        line.fault = rule.effect if rule else ""
        line.status = reply.status if reply else 0
        body = reply.encoded() if reply else b""
        journal.record(line, part.call, body)
    return _http(reply, body, cut=rule is not None and rule.effect == "truncated") if reply else None


def _struck(rule: Rule, store: Store, call: Call, touched: set[tuple[str, str]]) -> Reply | None:
    time.sleep(rule.delay_ms / 1000)
    if rule.effect == "error":
        return rule.reply()
    if rule.effect == "lost_before":
        return None
    reply = _reply(store, call, touched)
    if rule.effect == "lost_after":
        return Reply(rule.status, raw=faults.PAGE, headers={"Content-Type": "text/html"}) if rule.status else None
    if rule.effect == "malformed":
        text = reply.encoded()
        return Reply(reply.status, headers=reply.headers, raw=text[: len(text) // 2] + faults.NONSENSE)
    return reply


def _reply(store: Store, call: Call, touched: set[tuple[str, str]]) -> Reply:
    if not call.path.startswith(api.ROOT):
        error = errors.not_found()
        return Reply(error.code, error.payload())
    targets = _targets(store, call)
    if targets & touched:
        error = errors.conflict()
        return Reply(error.code, error.payload())
    touched |= targets
    if call.method in {"POST", "PUT", "PATCH"} and WORKING_LOCATION.search(call.body):
        error = errors.event_type_restriction("Events of type 'workingLocation' cannot be written in a batch.")
        return Reply(error.code, error.payload())
    return api.dispatch(store, call)


def _targets(store: Store, call: Call) -> set[tuple[str, str]]:
    """The events a writing part touches; two parts that touch one event in one batch collide."""
    if call.method == "GET":
        return set()
    owner = api.owner_of(store, call)
    found = None
    if match := TOUCH.match(call.path):
        found = match.groups()
    elif (match := EVENTS.match(call.path)) and (wanted := re.search(rb'"id"\s*:\s*"([^"]+)"', call.body)):
        found = (match.group(1), wanted.group(1).decode())
    if found is None:
        return set()
    calendars = {found[0], call.text("destination") or found[0]}
    return {(owner if calendar == "primary" else calendar, found[1]) for calendar in calendars}


def _http(reply: Reply, body: bytes, *, cut: bool) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | reply.headers).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body[: len(body) // 2] if cut else body)


def _wrapped(boundary: str, part: Part, reply: bytes) -> bytes:
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if part.content_id:
        inner = part.content_id.strip()
        prefixed = "<response-" + inner[1:] if inner.startswith("<") else "response-" + inner
        lines.append(f"Content-ID: {prefixed}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + reply + b"\r\n"
