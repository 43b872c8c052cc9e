"""Push channels: stored, said hello to, and told that something changed, never what."""

from __future__ import annotations

import queue
import random
import threading
import time
import urllib.error
import urllib.request
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from vizavi.sandbox import calendars, clock, errors
from vizavi.sandbox.context import Context
from vizavi.sandbox.state import Store, dump, load, short_hash

WEEK = 604_800
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
RETRY_CODES = {500, 502, 503, 504}
_deliveries: queue.Queue[tuple[str, dict[str, str]]] = queue.Queue()
_worker = threading.Lock()
_started: list[threading.Thread] = []


def watch(ctx: Context, calendar: str) -> dict[str, Any]:
    where = calendars.reachable(ctx, calendar)
    body = ctx.call.json()
    channel_id, address = str(body.get("id") or ""), str(body.get("address") or "")
    if not channel_id or len(channel_id) > 64:
        raise errors.required("entity.channel.id required")
    if body.get("type") not in {"web_hook", "webhook"}:
        raise errors.ApiError(400, "push.channelTypeNotSupported", "Unsupported channel type")
    parts = urlsplit(address)
    # plain http is let through to this very machine, so that pushes can be tried without a certificate
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise errors.ApiError(400, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS: " + address)
    if ctx.store.row("SELECT 1 FROM channel WHERE id=?", channel_id):
        raise errors.ApiError(400, "channelIdNotUnique", f"Channel id {channel_id} not unique")
    kept = {
        "email": ctx.email,
        "client": ctx.client_id,
        "calendar": where.id,
        "address": address,
        "token": body.get("token"),
        "expires": _expiry(body),
        "seen": where.counter,
        "number": 1,
        "uri": f"https://www.googleapis.com/calendar/v3/calendars/{where.id}/events?alt=json",
    }
    resource = short_hash(f"{where.id} {ctx.email}", 27)
    ctx.store.run("INSERT INTO channel VALUES (?, ?, ?)", channel_id, resource, dump(kept))
    _send(channel_id, resource, kept, "sync")
    shown = {
        "kind": "api#channel",
        "id": channel_id,
        "resourceId": resource,
        "resourceUri": kept["uri"],
        "expiration": str(kept["expires"]),
    }
    return shown | ({"token": kept["token"]} if kept["token"] else {})


def _expiry(body: dict[str, Any]) -> int:
    now = int(clock.now() * 1000)
    try:
        ttl = int((body.get("params") or {}).get("ttl") or WEEK)
        wanted = int(body.get("expiration") or now + WEEK * 1000)
    except (TypeError, ValueError) as error:
        raise errors.invalid("Invalid expiration.") from error
    return min(now + ttl * 1000, wanted, now + 4 * WEEK * 1000)


def stop(ctx: Context) -> None:
    body = ctx.call.json()
    found = ctx.store.row("SELECT * FROM channel WHERE id=? AND resource_id=?", body.get("id"), body.get("resourceId"))
    kept = load(found["body"]) if found else {}
    if (kept.get("email"), kept.get("client")) != (ctx.email, ctx.client_id):
        raise errors.not_found()
    ctx.store.run("DELETE FROM channel WHERE id=?", body["id"])


def notify(store: Store) -> None:
    """Tell every live channel whose calendar has moved on since it was last told."""
    with store.transaction():
        for row in store.rows("SELECT * FROM channel"):
            kept = load(row["body"])
            calendar = store.row("SELECT counter FROM calendar WHERE id=?", kept["calendar"])
            if kept["expires"] < clock.now() * 1000 or calendar is None:
                store.run("DELETE FROM channel WHERE id=?", row["id"])
            elif calendar["counter"] > kept["seen"]:
                kept["seen"] = calendar["counter"]
                kept["number"] += random.randint(1, 4)  # noqa: S311 - numbers grow with gaps, as Google's do
                store.run("UPDATE channel SET body=? WHERE id=?", dump(kept), row["id"])
                _send(row["id"], row["resource_id"], kept, "exists")


def _send(channel_id: str, resource: str, kept: dict[str, Any], state: str) -> None:
    headers = {
        "X-Goog-Channel-ID": channel_id,
        "X-Goog-Message-Number": str(kept["number"]),
        "X-Goog-Resource-ID": resource,
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": kept["uri"],
        "X-Goog-Channel-Expiration": formatdate(kept["expires"] / 1000, usegmt=True),
    }
    if kept["token"]:
        headers["X-Goog-Channel-Token"] = kept["token"]
    _deliveries.put((kept["address"], headers))
    with _worker:
        if not _started:
            _started.append(threading.Thread(target=_deliver_forever, daemon=True))
            _started[0].start()


def _deliver_forever() -> None:
    while True:
        address, headers = _deliveries.get()
        for pause in (0.2, 1.0, None):
            if not _is_retry_wanted(address, headers) or pause is None:
                break
            time.sleep(pause)


def _is_retry_wanted(address: str, headers: dict[str, str]) -> bool:
    request = urllib.request.Request(address, data=b"", headers=headers, method="POST")  # noqa: S310 - checked in watch
    try:
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - checked in watch
            return False
    except urllib.error.HTTPError as error:
        return error.code in RETRY_CODES
    except OSError:
        return True
