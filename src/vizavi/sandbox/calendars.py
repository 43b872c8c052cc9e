"""Calendars, calendar lists, roles, settings and colours."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from vizavi.sandbox import errors, tokens, wire
from vizavi.sandbox.context import Context
from vizavi.sandbox.state import Store, dump, load, quoted

ROLES = ["none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"]
PALETTE = {"1": "#ac725e", "7": "#42d692", "9": "#7bd148", "14": "#9fe1e7", "16": "#4986e7", "24": "#a47ae2"}
EVENT_PALETTE = {
    "1": "#7986cb",
    "2": "#33b679",
    "3": "#8e24aa",
    "4": "#e67c73",
    "5": "#f6bf26",
    "6": "#f4511e",
    "7": "#039be5",
    "8": "#616161",
    "9": "#3f51b5",
    "10": "#0b8043",
    "11": "#d50000",
}
CONFERENCES = {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}
POPUP = {"method": "popup", "minutes": 30}
LIST_FIELDS = (
    "summaryOverride",
    "colorId",
    "selected",
    "hidden",
    "defaultReminders",
    "backgroundColor",
    "foregroundColor",
    "notificationSettings",
)
CALENDAR_FIELDS = ("summary", "description", "location", "timeZone")


@dataclass(frozen=True)
class Calendar:
    id: str
    owner: str
    primary: bool
    made_by: str | None
    counter: int
    epoch: int
    etag: int
    body: dict[str, Any]
    role: str

    @property
    def zone(self) -> ZoneInfo:
        return wire.zone(self.body["timeZone"])

    def at_least(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


def find(store: Store, email: str, calendar_id: str) -> Calendar:
    """The calendar as this person may see it; no access looks like no calendar."""
    wanted = email if calendar_id == "primary" else calendar_id
    row = store.row("SELECT * FROM calendar WHERE id=?", wanted)
    if row is None:
        raise errors.not_found()
    role = role_of(store, email, wanted)
    # colleagues of one organisation see each other's free and busy times, as Workspace has it by default
    if role == "none" and row["is_primary"] and _domain(email) == _domain(row["owner"]):
        role = "freeBusyReader"
    if role == "none":
        raise errors.not_found()
    return _calendar(row, role)


def own(store: Store, calendar_id: str) -> Calendar:
    """The calendar with its owner's eyes, for the sandbox's own work."""
    row = store.row("SELECT * FROM calendar WHERE id=?", calendar_id)
    if row is None:
        raise errors.not_found()
    return _calendar(row, "owner")


def _calendar(row: Any, role: str) -> Calendar:
    return Calendar(
        row["id"],
        row["owner"],
        bool(row["is_primary"]),
        row["made_by"],
        row["counter"],
        row["epoch"],
        row["etag"],
        load(row["body"]),
        role,
    )


def role_of(store: Store, email: str, calendar_id: str) -> str:
    row = store.row("SELECT role FROM entry WHERE email=? AND calendar=?", email, calendar_id)
    return row["role"] if row else "none"


def _domain(email: str) -> str:
    return email.rpartition("@")[2]


def create(
    store: Store, owner: str, body: dict[str, Any], *, calendar_id: str | None = None, made_by: str | None = None
) -> str:
    account = store.row("SELECT * FROM account WHERE email=?", owner)
    if account is None:
        raise errors.not_found()
    new_id = calendar_id or f"c_{secrets.token_hex(32)}@group.calendar.google.com"
    kept = {name: body[name] for name in CALENDAR_FIELDS if body.get(name) is not None}
    kept.setdefault("timeZone", account["time_zone"])
    wire.zone(kept["timeZone"])
    store.run(
        "INSERT INTO calendar (id, owner, is_primary, made_by, etag, body) VALUES (?, ?, ?, ?, ?, ?)",
        new_id,
        owner,
        int(new_id == owner),
        made_by,
        store.tick(),
        dump(kept),
    )
    colour = "16" if new_id == owner else "9"
    share(store, owner, new_id, "owner", {"colorId": colour, "selected": True})
    return new_id


def share(store: Store, email: str, calendar_id: str, role: str, body: dict[str, Any] | None = None) -> None:
    """Give or take a role; sync tokens of the calendar die with it, as after any change of rights.

    Who already has the calendar in the list is not told: a change of rights alone is no change of the list.
    """
    default = body or {"colorId": "14", "selected": True}
    store.run(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (email, calendar) DO UPDATE"
        " SET role=excluded.role, etag=excluded.etag, deleted=0,"
        " change=CASE WHEN deleted=1 OR role='none' THEN excluded.change ELSE change END",
        email,
        calendar_id,
        role,
        _next_change(store, email),
        store.tick(),
        dump(default),
    )
    expire_tokens(store, calendar_id)


def expire_tokens(store: Store, calendar_id: str) -> None:
    store.run("UPDATE calendar SET epoch=epoch+1 WHERE id=?", calendar_id)


def expire_list_tokens(store: Store, email: str) -> None:
    store.run("UPDATE account SET list_epoch=list_epoch+1 WHERE email=?", email)


def _next_change(store: Store, email: str) -> int:
    store.run("UPDATE account SET list_counter=list_counter+1 WHERE email=?", email)
    row = store.row("SELECT list_counter FROM account WHERE email=?", email)
    return int(row["list_counter"]) if row else 0


# calendarList -------------------------------------------------------------------------------------------


def entry_payload(store: Store, row: Any, *, rgb: bool = True) -> dict[str, Any]:
    head = {"kind": "calendar#calendarListEntry", "etag": quoted(row["etag"]), "id": row["calendar"]}
    if row["deleted"] or row["role"] == "none":
        return head | {"deleted": True}
    calendar = own(store, row["calendar"])
    kept = load(row["body"])
    colour = kept.get("colorId", "14")
    result = head | {"summary": calendar.body.get("summary", calendar.id), "timeZone": calendar.body["timeZone"]}
    result |= {name: calendar.body[name] for name in ("description", "location") if name in calendar.body}
    result |= {"colorId": colour, "backgroundColor": PALETTE.get(colour, "#9fe1e7"), "foregroundColor": "#000000"}
    result |= {name: value for name, value in kept.items() if rgb or not name.endswith("Color")}
    result.setdefault("defaultReminders", [POPUP] if calendar.primary else [])
    result |= {"accessRole": row["role"], "conferenceProperties": CONFERENCES}
    if calendar.primary and calendar.owner == row["email"]:
        result["primary"] = True
    if not calendar.primary:
        result["dataOwner"] = calendar.owner
    return result


def _entry(ctx: Context, calendar_id: str) -> Any:
    wanted = ctx.email if calendar_id == "primary" else calendar_id
    row = ctx.store.row(
        "SELECT * FROM entry WHERE email=? AND calendar=? AND deleted=0 AND role<>'none'", ctx.email, wanted
    )
    if row is None:
        raise errors.not_found()
    return row


def list_entries(ctx: Context) -> dict[str, Any]:
    call, store = ctx.call, ctx.store
    token = call.text("syncToken")
    for name in ("minAccessRole", "showOwnOrganizationOnly"):
        if token and call.text(name):
            raise errors.sync_token_restricted(name)
    account = store.row("SELECT * FROM account WHERE email=?", ctx.email)
    assert account is not None  # noqa: S101 - a token exists only for an account
    since = 0
    if token:
        data = tokens.read(store, "list", token)
        if data is None or data["who"] != ctx.email or data["epoch"] != account["list_epoch"]:
            raise errors.full_sync_required()
        since = data["change"]
    page = tokens.read(store, "listpage", call.text("pageToken") or "") or {
        "after": since,
        "upto": account["list_counter"],
    }
    size = call.number("maxResults", 100, 250)
    rows = store.rows(
        "SELECT * FROM entry WHERE email=? AND change>? ORDER BY change LIMIT ?", ctx.email, page["after"], size + 1
    )
    items = [entry_payload(store, row) for row in rows[:size] if _listed(call, row, incremental=bool(token))]
    result = {"kind": "calendar#calendarList", "etag": quoted(account["list_counter"] + 1)}
    if len(rows) > size:
        mark = {"after": rows[size - 1]["change"], "upto": page["upto"]}
        result["nextPageToken"] = tokens.make(store, "listpage", mark)
    else:
        mark = {"who": ctx.email, "epoch": account["list_epoch"], "change": page["upto"]}
        result["nextSyncToken"] = tokens.make(store, "list", mark)
    return result | {"items": items}


def _listed(call: wire.Call, row: Any, *, incremental: bool) -> bool:
    if row["deleted"] or row["role"] == "none":
        return incremental or bool(call.flag("showDeleted"))
    if load(row["body"]).get("hidden") and not (incremental or call.flag("showHidden")):
        return False
    least = call.text("minAccessRole", "none") or "none"
    if least not in ROLES:
        raise errors.invalid("Invalid value for minAccessRole", parameter="minAccessRole")
    return ROLES.index(row["role"]) >= ROLES.index(least)


def get_entry(ctx: Context, calendar: str) -> dict[str, Any]:
    return entry_payload(ctx.store, _entry(ctx, calendar))


def insert_entry(ctx: Context) -> dict[str, Any]:
    body = ctx.call.json()
    calendar = find(ctx.store, ctx.email, str(body.get("id", "")))
    share(ctx.store, ctx.email, calendar.id, calendar.role)
    return get_entry(ctx, calendar.id)


def patch_entry(ctx: Context, calendar: str) -> dict[str, Any]:
    row = _entry(ctx, calendar)
    body = load(row["body"])
    sent = {name: value for name, value in ctx.call.json().items() if name in LIST_FIELDS}
    changed = {name: value for name, value in (body | sent).items() if value is not None}
    if changed != body:
        ctx.store.run(
            "UPDATE entry SET body=?, etag=?, change=? WHERE email=? AND calendar=?",
            dump(changed),
            ctx.store.tick(),
            _next_change(ctx.store, ctx.email),
            ctx.email,
            row["calendar"],
        )
    return get_entry(ctx, calendar)


def delete_entry(ctx: Context, calendar: str) -> None:
    row = _entry(ctx, calendar)
    if own(ctx.store, row["calendar"]).owner == ctx.email:
        message = "The data owner of a calendar cannot remove such a calendar from their calendar list."
        raise errors.ApiError(403, "cannotRemoveOwnedCalendar", message, domain="calendar")
    ctx.store.run(
        "UPDATE entry SET deleted=1, etag=?, change=? WHERE email=? AND calendar=?",
        ctx.store.tick(),
        _next_change(ctx.store, ctx.email),
        ctx.email,
        row["calendar"],
    )


# calendars ----------------------------------------------------------------------------------------------


def payload(calendar: Calendar) -> dict[str, Any]:
    head = {"kind": "calendar#calendar", "etag": quoted(calendar.etag), "id": calendar.id}
    result = head | {"summary": calendar.id} | calendar.body | {"conferenceProperties": CONFERENCES}
    return result if calendar.primary else result | {"dataOwner": calendar.owner}


def get(ctx: Context, calendar: str) -> dict[str, Any]:
    return payload(reachable(ctx, calendar))


def reachable(ctx: Context, calendar_id: str) -> Calendar:
    """The calendar, if the role and the kind of scope both reach it."""
    calendar = find(ctx.store, ctx.email, calendar_id)
    if not ctx.reaches(owner=calendar.owner, made_by=calendar.made_by):
        raise errors.insufficient_scopes()
    return calendar


def insert(ctx: Context) -> dict[str, Any]:
    body = ctx.call.json()
    if not body.get("summary"):
        raise errors.required("Missing title.")
    made = create(ctx.store, ctx.email, body, made_by=ctx.client_id)
    return payload(find(ctx.store, ctx.email, made))


def patch(ctx: Context, calendar: str) -> dict[str, Any]:
    known = reachable(ctx, calendar)
    if not known.at_least("owner"):
        raise errors.required_access_level("owner")
    check_match(ctx.call, known.etag)
    sent = {name: value for name, value in ctx.call.json().items() if name in CALENDAR_FIELDS}
    body = {name: value for name, value in (known.body | sent).items() if value is not None}
    body.setdefault("timeZone", known.body["timeZone"])
    wire.zone(body["timeZone"])
    if body != known.body:
        ctx.store.run("UPDATE calendar SET body=?, etag=? WHERE id=?", dump(body), ctx.store.tick(), known.id)
    return get(ctx, calendar)


def delete(ctx: Context, calendar: str) -> None:
    known = reachable(ctx, calendar)
    if known.primary:
        raise errors.ApiError(400, "cannotDeletePrimaryCalendar", "Cannot delete primary calendar", domain="calendar")
    if known.owner != ctx.email:
        raise errors.required_access_level("owner")
    for row in ctx.store.rows("SELECT email FROM entry WHERE calendar=?", known.id):
        ctx.store.run(
            "UPDATE entry SET deleted=1, role='none', change=? WHERE email=? AND calendar=?",
            _next_change(ctx.store, row["email"]),
            row["email"],
            known.id,
        )
    ctx.store.run("DELETE FROM event WHERE calendar=?", known.id)
    ctx.store.run("DELETE FROM calendar WHERE id=?", known.id)


def clear(ctx: Context, calendar: str) -> None:
    known = reachable(ctx, calendar)
    if not known.primary:
        raise errors.invalid("Only primary calendars can be cleared.")
    if known.owner != ctx.email:
        raise errors.required_access_level("owner")
    ctx.store.run("DELETE FROM event WHERE calendar=?", known.id)
    expire_tokens(ctx.store, known.id)


def check_match(call: wire.Call, etag: int) -> None:
    wanted = call.headers.get("if-match")
    if wanted and wanted != "*" and wanted != quoted(etag):
        raise errors.condition_not_met()


# settings and colours -----------------------------------------------------------------------------------


def _settings(ctx: Context) -> dict[str, str]:
    account = ctx.store.row("SELECT * FROM account WHERE email=?", ctx.email)
    assert account is not None  # noqa: S101 - a token exists only for an account
    return {
        "autoAddHangouts": "false",
        "dateFieldOrder": "DMY",
        "defaultEventLength": "60",
        "format24HourTime": "true",
        "hideInvitations": "false",
        "hideWeekends": "false",
        "locale": account["locale"],
        "remindOnRespondedEventsOnly": "false",
        "showDeclinedEvents": "true",
        "timezone": account["time_zone"],
        "useKeyboardShortcuts": "true",
        "weekStart": "1",
    }


def _setting(name: str, value: str) -> dict[str, str]:
    return {"kind": "calendar#setting", "etag": '"0"', "id": name, "value": value}


def list_settings(ctx: Context) -> dict[str, Any]:
    items = [_setting(name, value) for name, value in _settings(ctx).items()]
    token = tokens.make(ctx.store, "settings", {"who": ctx.email})
    return {
        "kind": "calendar#settings",
        "etag": '"0"',
        "nextSyncToken": token,
        "items": [] if ctx.call.text("syncToken") else items,
    }


def get_setting(ctx: Context, setting: str) -> dict[str, Any]:
    known = _settings(ctx)
    if setting not in known:
        raise errors.not_found()
    return _setting(setting, known[setting])


def colors(_ctx: Context) -> dict[str, Any]:
    def shades(palette: dict[str, str]) -> dict[str, dict[str, str]]:
        return {name: {"background": value, "foreground": "#1d1d1d"} for name, value in palette.items()}

    moment = wire.stamp(datetime(2026, 1, 1, tzinfo=UTC), millis=True)
    return {"kind": "calendar#colors", "updated": moment, "calendar": shades(PALETTE), "event": shades(EVENT_PALETTE)}
