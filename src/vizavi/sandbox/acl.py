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
    email = body.get("scope", {}).get("value")
    if body.get("scope", {}).get("type") != "user" or not email:
        raise errors.invalid("Invalid scope value.")
    return _given(ctx, where, email, body.get("role"))


def _given(ctx: Context, where: calendars.Calendar, email: str, role: Any) -> dict[str, Any]:
    if role not in calendars.ROLES:
        raise errors.invalid("Invalid role.")
    if email == where.owner and role != "owner":
        raise _no_owner_change()
    calendars.share(ctx.store, email, where.id, role)
    return _known(ctx, where, email)


def _no_owner_change() -> errors.ApiError:
    return errors.ApiError(403, "cannotChangeOwnerAcl", "Cannot remove the data owner.", domain="calendar")


def _known(ctx: Context, where: calendars.Calendar, rule: str) -> dict[str, Any]:
    email = rule.removeprefix("user:")
    row = ctx.store.row("SELECT * FROM entry WHERE calendar=? AND email=?", where.id, email)
    if row is None:
        raise errors.not_found()
    return _rule(email, row["role"], row["etag"])


def get(ctx: Context, calendar: str, rule: str) -> dict[str, Any]:
    return _known(ctx, _owned(ctx, calendar), rule)


def patch(ctx: Context, calendar: str, rule: str) -> dict[str, Any]:
    where = _owned(ctx, calendar)
    known = _known(ctx, where, rule)
    calendars.check_match(ctx.call, int(known["etag"].strip('"')))
    return _given(ctx, where, known["scope"]["value"], ctx.call.json().get("role"))


def delete(ctx: Context, calendar: str, rule: str) -> None:
    where = _owned(ctx, calendar)
    known = _known(ctx, where, rule)
    if known["scope"]["value"] == where.owner:
        raise _no_owner_change()
    if known["role"] == "none":
        raise errors.not_found()
    calendars.share(ctx.store, known["scope"]["value"], where.id, "none")
