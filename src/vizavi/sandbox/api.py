"""The Calendar API's front door: route, identity, scopes, handler, partial response."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vizavi.sandbox import (
    acl,
    calendars,
    channels,
    clock,
    errors,
    events,
    freebusy,
    listing,
    moving,
    quotas,
    scopes,
    selection,
)
from vizavi.sandbox.context import Context, Identity
from vizavi.sandbox.state import Store
from vizavi.sandbox.wire import Call, Reply

ROOT = "/calendar/v3/"
Handler = Callable[..., Any]
_TABLE: list[tuple[str, str, str, Handler]] = [
    ("GET", "users/me/calendarList", "calendarList.list", calendars.list_entries),
    ("POST", "users/me/calendarList", "calendarList.insert", calendars.insert_entry),
    ("GET", "users/me/calendarList/{calendar}", "calendarList.get", calendars.get_entry),
    ("PATCH", "users/me/calendarList/{calendar}", "calendarList.patch", calendars.patch_entry),
    ("PUT", "users/me/calendarList/{calendar}", "calendarList.update", calendars.patch_entry),
    ("DELETE", "users/me/calendarList/{calendar}", "calendarList.delete", calendars.delete_entry),
    ("POST", "calendars", "calendars.insert", calendars.insert),
    ("GET", "calendars/{calendar}", "calendars.get", calendars.get),
    ("PATCH", "calendars/{calendar}", "calendars.patch", calendars.patch),
    ("PUT", "calendars/{calendar}", "calendars.update", calendars.patch),
    ("DELETE", "calendars/{calendar}", "calendars.delete", calendars.delete),
    ("POST", "calendars/{calendar}/clear", "calendars.clear", calendars.clear),
    ("GET", "calendars/{calendar}/acl", "acl.list", acl.list_rules),
    ("POST", "calendars/{calendar}/acl", "acl.insert", acl.insert),
    ("GET", "calendars/{calendar}/acl/{rule}", "acl.get", acl.get),
    ("PATCH", "calendars/{calendar}/acl/{rule}", "acl.patch", acl.patch),
    ("PUT", "calendars/{calendar}/acl/{rule}", "acl.update", acl.patch),
    ("DELETE", "calendars/{calendar}/acl/{rule}", "acl.delete", acl.delete),
    ("GET", "calendars/{calendar}/events", "events.list", listing.list_events),
    ("POST", "calendars/{calendar}/events", "events.insert", events.insert),
    ("POST", "calendars/{calendar}/events/import", "events.import", events.import_event),
    ("POST", "calendars/{calendar}/events/quickAdd", "events.quickAdd", events.quick_add),
    ("POST", "calendars/{calendar}/events/watch", "events.watch", channels.watch),
    ("GET", "calendars/{calendar}/events/{event}", "events.get", events.get),
    ("PATCH", "calendars/{calendar}/events/{event}", "events.patch", events.patch),
    ("PUT", "calendars/{calendar}/events/{event}", "events.update", events.update),
    ("DELETE", "calendars/{calendar}/events/{event}", "events.delete", events.delete),
    ("POST", "calendars/{calendar}/events/{event}/move", "events.move", moving.move),
    ("GET", "calendars/{calendar}/events/{event}/instances", "events.instances", listing.list_instances),
    ("POST", "freeBusy", "freebusy.query", freebusy.query),
    ("GET", "users/me/settings", "settings.list", calendars.list_settings),
    ("GET", "users/me/settings/{setting}", "settings.get", calendars.get_setting),
    ("GET", "colors", "colors.get", calendars.colors),
    ("POST", "channels/stop", "channels.stop", channels.stop),
]
ROUTES = [
    (verb, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path) + "$"), name, handler)
    for verb, path, name, handler in _TABLE
]


def dispatch(store: Store, call: Call, who: Identity | None = None) -> Reply:
    """One call, one transaction; a refusal leaves nothing behind."""
    try:
        with store.transaction():
            reply = _answer(store, call, who)
    except errors.ApiError as error:
        return Reply(error.code, error.payload(), error.headers)
    if call.method != "GET":
        channels.notify(store)
    return reply


def _answer(store: Store, call: Call, who: Identity | None) -> Reply:
    name, handler, names = _route(call)
    tree = selection.parse(call.text("fields") or "*") if call.text("fields") else {}
    known = who or identify(store, call)
    if who is None:
        quotas.charge(known.email, name, call, names.get("calendar"))
    if not scopes.opening(name, known.scopes):
        raise errors.insufficient_scopes()
    result = handler(Context(store, call, known, name), **names)
    reply = result if isinstance(result, Reply) else Reply(200 if result is not None else 204, result)
    if tree and reply.payload is not None:
        reply.payload = selection.apply(reply.payload, tree)
    return reply


def _route(call: Call) -> tuple[str, Handler, dict[str, str]]:
    path = call.path.removeprefix(ROOT)
    for verb, pattern, name, handler in ROUTES:
        if verb == call.method and (match := pattern.match(path)):
            return name, handler, match.groupdict()
    raise errors.not_found()


def bearer(call: Call) -> str | None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return call.text("access_token") or call.text("oauth_token")


def owner_of(store: Store, call: Call) -> str:
    """Whose token it is, or was; empty for nobody's."""
    token = bearer(call)
    row = store.row("SELECT email FROM access WHERE token=?", token) if token else None
    return str(row["email"]) if row else ""


def identify(store: Store, call: Call) -> Identity:
    token = bearer(call)
    if not token:
        raise errors.login_required()
    row = store.row("SELECT * FROM access WHERE token=?", token)
    if row is None or row["expires"] < clock.now():
        raise errors.invalid_credentials()
    return Identity(row["email"], row["client_id"], frozenset(row["scopes"].split()))
