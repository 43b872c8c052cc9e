"""The sandbox's own JSON API, for tests and demos; only from this machine.

Every action is `POST /sandbox/<action>` with a JSON object, the readings are `GET /sandbox/<action>`.

GET   state                                      accounts, calendars with roles, clients, knobs, counts
GET   log        DELETE log                      request log: number, at, method, path, query, user, size, inner,
                                                 if_match, status, ms, fault
POST  record     {on}                            keep whole requests and answers, parts of batches singly
DELETE exchanges                                 what was kept since: number, method, target, agent, body, status,
                                                 answer, fault; it is forgotten with this
GET   outbox                                     letters: at, kind (invite|update|cancel|answer), calendar, event,
                                                 summary, by, sendUpdates, guests, mailed
POST  reset      {empty, today}                  forget everything, begin anew, in the week of today (a date)
POST  accounts   {email, given, family, locale, time_zone}
POST  invitations {email, only_answered}         the setting: invitations appear at once, or when they are answered
POST  answer     {calendar, event, email, status}  a guest answers in the invitation's letter
POST  calendars  {email, summary, time_zone, id}                      -> {id}
POST  clients    {id, secret, kind: web|desktop, name, redirects: []}
POST  role       {email, calendar, role}         none|freeBusyReader|reader|writerWithoutPrivateAccess|writer|owner
POST  tokens     {email, scopes: [..] | "a b", client_id}  -> {access_token, refresh_token, expires_in, scope}
POST  revoke     {email}                         refresh tokens die (invalid_grant), access tokens too
POST  expire-access {email}                      access tokens expire, refresh tokens live on
POST  expire-sync   {calendar} or {email}        sync tokens of the calendar, or of a person's list, answer 410
POST  screen     {testing, testers: [email], days, policies: {email: admin_policy_enforced|invalid_rapt|org_internal}}
                                                 the consent screen: testing = refresh tokens live 7 days; days =
                                                 people grant access for so long; policies of administrators
POST  knobs      {latency_ms, batch_shuffle_seed, conference: success|pending|failure}
GET   quota                                      limits, units used in the window, refusals
POST  quota      {user, project, calendar, seconds, status: 403|429, retry_after, exceeded: [email]}
                                                 units in a sliding window (60 s), patch 3, null = no limit;
                                                 exceeded: these people's writes get 403 quotaExceeded
POST  clock      {ahead_s}                       tokens, codes, channels and quotas grow older by so many seconds
GET   faults     DELETE faults
POST  faults     {effect, method, path, nth, probability, seed, times, inside, status, reason, message, form,
                  retry_after, delay_ms}
                 effect: error | lost_before | lost_after | malformed | truncated | delay; path: a regular expression
                 searched in the path; times null = always; inside: true = only parts of batches, false = only whole
                 requests, null = errors strike both and the other effects whole requests; form of an error's body:
                 json | html | empty; lost_after with a status answers with a page instead of hanging up; a lost part
                 is missing from the answer of its batch
POST  events     {email, calendar, events: [event resource, ...]}     many events at once, as their owner
POST  many       {calendar, patterns: [event resource without times, ...], count, first, every_minutes}   benchmarks
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse

from vizavi.sandbox import (
    api,
    calendars,
    clock,
    errors,
    faults,
    grants,
    guests,
    journal,
    many,
    oauth,
    outbox,
    people,
    quotas,
    rows,
    scopes,
    seed,
)
from vizavi.sandbox.context import SANDBOX, Identity
from vizavi.sandbox.state import Store, dump, load, store
from vizavi.sandbox.wire import Call

ALL_SCOPES = frozenset({scopes.PREFIX + "calendar"})
SIGNED_IN = [*dict.fromkeys(scopes.SIGN_IN.values())]
DEMO_CLIENT = "vizavi-demo.apps.sandbox"


def act(request: HttpRequest, action: str) -> HttpResponse:
    if not ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback or request.headers.get("Origin"):
        return JsonResponse({"error": "only from this machine, and not from a web page"}, status=403)
    handler = ACTIONS.get((request.method or "", action))
    if handler is None:
        return JsonResponse({"error": f"no such action: {request.method} {action}"}, status=404)
    try:
        body = msgspec.json.decode(request.body or b"{}")
        with store().transaction():
            answer = handler(store(), body)
    except errors.ApiError as error:
        return JsonResponse(error.payload(), status=error.code)
    except (KeyError, TypeError, ValueError, re.error, msgspec.DecodeError) as error:
        return JsonResponse({"error": f"{type(error).__name__}: {error}"}, status=400)
    return HttpResponse(msgspec.json.encode({} if answer is None else answer), content_type="application/json")


def _state(db: Store, _body: Any) -> Any:
    entries = db.rows("SELECT email, calendar, role FROM entry WHERE deleted=0 ORDER BY email, calendar")
    known = {row["id"]: row for row in db.rows("SELECT * FROM calendar")}
    shown = [
        {**dict(row), "summary": load(known[row["calendar"]]["body"]).get("summary")}
        for row in entries
        if row["calendar"] in known
    ]
    counts = db.rows("SELECT calendar, count(*) AS events FROM event GROUP BY calendar")
    return {
        "accounts": [dict(row) for row in db.rows("SELECT email, given_name, family_name, time_zone FROM account")],
        "calendars": shown,
        "events": {row["calendar"]: row["events"] for row in counts},
        "clients": [dict(row) for row in db.rows("SELECT id, kind, name FROM client")],
        "knobs": asdict(faults.knobs),
    }


def _reset(db: Store, body: Any) -> None:
    db.wipe()
    faults.clear()
    journal.clear()
    quotas.reset()
    grants.reset()
    clock.reset()
    _knobs(db, asdict(faults.Knobs()))
    today = date.fromisoformat(body["today"]) if "today" in body else None
    seed.sow(db, empty=bool(body.get("empty")), today=today)


def _account(db: Store, body: Any) -> Any:
    known = {name: body[name] for name in ("given", "family", "locale", "time_zone") if name in body}
    return {"email": people.create(db, body["email"].lower(), **known)}


def _calendar(db: Store, body: Any) -> Any:
    made = {"summary": body["summary"]} | ({"timeZone": body["time_zone"]} if "time_zone" in body else {})
    return {"id": calendars.create(db, body["email"], made, calendar_id=body.get("id"))}


def _client(db: Store, body: Any) -> None:
    oauth.add_client(
        db,
        body["id"],
        body["secret"],
        kind=body.get("kind", "web"),
        name=body.get("name", body["id"]),
        redirects=body.get("redirects", []),
    )


def _role(db: Store, body: Any) -> None:
    if body["role"] not in calendars.ROLES:
        raise ValueError(f"role must be one of {', '.join(calendars.ROLES)}")
    calendars.share(db, body["email"], calendars.own(db, body["calendar"]).id, body["role"])


def _tokens(db: Store, body: Any) -> Any:
    wanted = body.get("scopes") or [scopes.PREFIX + "calendar", *SIGNED_IN]
    granted = scopes.normalised(wanted if isinstance(wanted, str) else " ".join(wanted))
    email, client_id = body["email"], body.get("client_id", DEMO_CLIENT)
    if db.row("SELECT 1 FROM account WHERE email=?", email) is None:
        raise ValueError(f"no account {email}")
    db.run("INSERT OR REPLACE INTO consent VALUES (?, ?, ?)", email, client_id, dump(granted))
    return {
        "access_token": oauth.issue_access(db, email, client_id, granted),
        "expires_in": oauth.TOKEN_LIFE,
        "refresh_token": grants.issue_refresh(db, email, client_id, granted),
        "scope": " ".join(granted),
    }


def _expire_access(db: Store, body: Any) -> None:
    db.run("UPDATE access SET expires=0 WHERE email=?", body["email"])


def _expire_sync(db: Store, body: Any) -> None:
    if "email" in body:
        calendars.expire_list_tokens(db, body["email"])
    else:
        calendars.expire_tokens(db, calendars.own(db, body["calendar"]).id)


def _knobs(_db: Store, body: Any) -> Any:
    for name in asdict(faults.knobs).keys() & body.keys():
        setattr(faults.knobs, name, body[name])
    return asdict(faults.knobs)


def _events(db: Store, body: Any) -> Any:
    calendar = body.get("calendar", "primary")
    who = Identity(body["email"], SANDBOX, ALL_SCOPES)
    made = []
    for event in body["events"]:
        call = Call(
            "POST",
            f"/calendar/v3/calendars/{calendar}/events",
            {"conferenceDataVersion": ["1"]},
            {},
            dump(event).encode(),
        )
        reply = api.dispatch(db, call, who)
        if reply.status != 200:
            raise ValueError(dump(reply.payload))
        made.append(reply.payload["id"])
    return {"ids": made, "total": len(rows.changed_after(db, calendars.find(db, who.email, calendar).id, 0, -1))}


def _many(db: Store, body: Any) -> None:
    first, every = datetime.fromisoformat(body["first"]), timedelta(minutes=body["every_minutes"])
    many.sow(db, body["calendar"], body["patterns"], count=body["count"], first=first, every=every)


ACTIONS: dict[tuple[str, str], Callable[[Store, Any], Any]] = {
    ("GET", "state"): _state,
    ("GET", "log"): lambda _db, _body: {"lines": journal.lines()},
    ("DELETE", "log"): lambda _db, _body: journal.clear(),
    ("POST", "record"): lambda _db, body: setattr(journal.recording, "on", bool(body["on"])),
    ("DELETE", "exchanges"): lambda _db, _body: {"exchanges": journal.recorded()},
    ("GET", "outbox"): lambda db, _body: {"letters": outbox.letters(db)},
    ("POST", "reset"): _reset,
    ("POST", "accounts"): _account,
    ("POST", "invitations"): lambda db, body: people.show_only_answered(db, body["email"], body["only_answered"]),
    ("POST", "answer"): lambda db, body: guests.answer_by_letter(db, **body),
    ("POST", "calendars"): _calendar,
    ("POST", "clients"): _client,
    ("POST", "role"): _role,
    ("POST", "tokens"): _tokens,
    ("POST", "revoke"): lambda db, body: oauth.forget(db, body["email"], "revoked"),
    ("POST", "expire-access"): _expire_access,
    ("POST", "expire-sync"): _expire_sync,
    ("POST", "screen"): lambda _db, body: grants.configure(body),
    ("POST", "knobs"): _knobs,
    ("GET", "quota"): lambda _db, _body: quotas.described(),
    ("POST", "quota"): lambda _db, body: quotas.configure(body),
    ("POST", "clock"): lambda _db, body: clock.shift(float(body["ahead_s"])),
    ("GET", "faults"): lambda _db, _body: {"rules": [rule.described() for rule in faults.rules()]},
    ("POST", "faults"): lambda _db, body: faults.add(body).described(),
    ("DELETE", "faults"): lambda _db, _body: faults.clear(),
    ("POST", "events"): _events,
    ("POST", "many"): _many,
}
