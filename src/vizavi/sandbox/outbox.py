"""Letters Google would have sent: recorded, never sent, so that a test can look for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vizavi.sandbox import errors, wire
from vizavi.sandbox.context import Context
from vizavi.sandbox.rows import Row
from vizavi.sandbox.state import Store, dump, load

MODES = {"all", "externalOnly", "none"}


def record(ctx: Context, row: Row, kind: str, *, also: list[str] | None = None) -> None:
    """One line per write, with nobody as recipient where nobody would get mail."""
    mode = sent_updates(ctx)
    guests = [person["email"] for person in row.body.get("attendees", [])] + (also or [])
    guests = [guest for guest in dict.fromkeys(guests) if guest != row.body["organizer"]["email"]]
    domain = ctx.email.rpartition("@")[2]
    mailed = {
        "all": guests,
        "externalOnly": [guest for guest in guests if not guest.endswith("@" + domain)],
    }.get(mode or "none", [])
    letter = {
        "kind": kind,
        "calendar": row.calendar,
        "event": row.id,
        "summary": row.body.get("summary", ""),
        "by": ctx.email,
        "sendUpdates": mode,
        "guests": guests,
        "mailed": mailed,
    }
    now = wire.stamp(datetime.now(UTC), millis=True)
    ctx.store.run("INSERT INTO outbox (at, body) VALUES (?, ?)", now, dump(letter))


def sent_updates(ctx: Context) -> str | None:
    mode = ctx.call.text("sendUpdates")
    if mode in MODES:
        return mode
    if mode:
        where = ("parameter", "sendUpdates")
        raise errors.ApiError(400, "invalidParameter", f"Invalid value '{mode}'.", location=where)
    return "all" if ctx.call.flag("sendNotifications") else None


def letters(store: Store) -> list[dict[str, Any]]:
    return [{"at": row["at"]} | load(row["body"]) for row in store.rows("SELECT * FROM outbox ORDER BY number")]
