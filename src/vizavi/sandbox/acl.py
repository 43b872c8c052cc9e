"""Sharing rules of a calendar: the roles of people, and little more."""

from __future__ import annotations

from typing import Any

from vizavi.sandbox import calendars, errors
from vizavi.sandbox.context import Context
from vizavi.sandbox.state import quoted


def _rule(email: str, role: str, etag: int) -> dict[str, Any]:
    return {
        "kind": "calendar#aclRule",
        "etag": quoted(etag),
        "id": f"user:{email}",
        "scope": {"type": "user", "value": email},
        "role": role,
    }


def _owned(ctx: Context, calendar: str) -> calendars.Calendar:
    where = calendars.find(ctx.store, ctx.email, calendar)
    if not where.at_least("owner"):
        raise errors.required_access_level("owner")
    return where


def list_rules(ctx: Context, calendar: str) -> dict[str, Any]:
    where = _owned(ctx, calendar)
    found = ctx.store.rows("SELECT * FROM entry WHERE calendar=? AND role<>'none' ORDER BY email", where.id)
    items = [_rule(row["email"], row["role"], row["etag"]) for row in found]
    return {"kind": "calendar#acl", "etag": quoted(where.epoch + 1), "items": items}


def insert(ctx: Context, calendar: str) -> dict[str, Any]:
    where = _owned(ctx, calendar)
    body = ctx.call.json()
    email, role = body.get("scope", {}).get("value"), body.get("role")
    if role not in calendars.ROLES:
        raise errors.invalid("Invalid role.")
    if body.get("scope", {}).get("type") != "user" or not email:
        raise errors.invalid("Invalid scope value.")
    calendars.share(ctx.store, email, where.id, role)
    return _rule(email, role, ctx.store.tick())


def delete(ctx: Context, calendar: str, rule: str) -> None:
    where = _owned(ctx, calendar)
    email = rule.removeprefix("user:")
    if email == where.owner:
        raise errors.ApiError(403, "cannotChangeOwnerAcl", "Cannot remove the data owner.", domain="calendar")
    if calendars.role_of(ctx.store, email, where.id) == "none":
        raise errors.not_found()
    calendars.share(ctx.store, email, where.id, "none")
