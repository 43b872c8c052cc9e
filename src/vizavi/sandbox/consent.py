"""The consent page: who are you, what may the application do, and back to it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vizavi.sandbox import clock, grants, oauth, scopes, tokens
from vizavi.sandbox.state import Store, dump, load, store
from vizavi.sandbox.texts import language, texts

FORM_LIFE = 3600
KEPT = (
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
    "access_type",
    "prompt",
    "login_hint",
    "include_granted_scopes",
    "nonce",
)
OUT_OF_BAND = re.compile(r"^(urn:ietf:wg:oauth:2\.0:oob(:auto)?|oob)$")
CHALLENGE = re.compile(r"^[A-Za-z0-9._~-]{43,128}$")


class Refused(Exception):
    """Shown on Google's own page; the application never hears of it."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.error, self.detail = status, error, detail


def authorize(request: HttpRequest) -> HttpResponse:
    db = store()
    try:
        with db.transaction():
            response = _decided(request, db) if request.method == "POST" else _asked(request, db)
    except Refused as refusal:
        context = {"error": refusal.error, "detail": refusal.detail, "status": refusal.status}
        response = _page(request, "refused.html", context, status=refusal.status)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shown = language(request)
    return render(request, f"sandbox/{name}", context | {"t": texts(shown), "language": shown}, status=status)


# the request --------------------------------------------------------------------------------------------


def _asked(request: HttpRequest, db: Store) -> HttpResponse:
    asked = _checked(request.GET.dict(), db)
    prompts = asked["prompt"].split()
    account = db.row("SELECT * FROM account WHERE email=? OR sub=?", asked["login_hint"].lower(), asked["login_hint"])
    if "none" in prompts:
        granted = _granted(db, account["email"], asked["client_id"]) if account else []
        if not account or not set(asked["scopes"]) <= set(granted):
            return _back(asked, {"error": "interaction_required"})
        return _code(db, asked, account, asked["scopes"])
    if account is None or "select_account" in prompts:
        return _choose(request, db, asked)
    return _consent(request, db, asked, account)


def _checked(given: dict[str, Any], db: Store) -> dict[str, Any]:
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not given.get(name):
            raise Refused(400, "invalid_request", f"Missing required parameter: {name}")
    client = db.row("SELECT * FROM client WHERE id=?", given["client_id"])
    if client is None:
        raise Refused(401, "invalid_client", "The OAuth client was not found.")
    if OUT_OF_BAND.match(given["redirect_uri"]):
        raise Refused(400, "invalid_request", "The out-of-band (OOB) flow has been blocked.")
    if not oauth.redirect_allowed(client, given["redirect_uri"]):
        raise Refused(400, "redirect_uri_mismatch", f"redirect_uri={given['redirect_uri']}")
    if given["response_type"] != "code":
        raise Refused(400, "unsupported_response_type", f"Invalid response_type: {given['response_type']}")
    wanted = scopes.normalised(given["scope"])
    if unknown := [name for name in wanted if name not in scopes.KNOWN]:
        raise Refused(400, "invalid_scope", f"Some requested scopes were invalid. {{invalid={unknown}}}")
    _check_details(given)
    kept = {name: given.get(name, "") for name in KEPT}
    return kept | {"scopes": wanted, "name": client["name"], "kind": client["kind"], "at": clock.now()}


def _check_details(given: dict[str, Any]) -> None:
    if given.get("code_challenge_method", "plain") not in {"plain", "S256"}:
        raise Refused(400, "invalid_request", "Invalid parameter value for code_challenge_method")
    if given.get("code_challenge_method") and not given.get("code_challenge"):
        raise Refused(400, "invalid_request", "Missing required parameter: code_challenge")
    if given.get("code_challenge") and not CHALLENGE.match(given["code_challenge"]):
        raise Refused(400, "invalid_request", "Invalid parameter value for code_challenge")
    if given.get("access_type", "online") not in {"online", "offline"}:
        raise Refused(400, "invalid_request", f"Invalid access_type: {given['access_type']}")
    prompts = set(given.get("prompt", "").split())
    if prompts - {"none", "consent", "select_account"} or ("none" in prompts and len(prompts) > 1):
        raise Refused(400, "invalid_request", f"Invalid parameter value for prompt: {given['prompt']}")


# the pages ----------------------------------------------------------------------------------------------


def _choose(request: HttpRequest, db: Store, asked: dict[str, Any], *, unknown: str = "") -> HttpResponse:
    accounts = db.rows("SELECT * FROM account ORDER BY family_name")
    context = {
        "asked": asked,
        "accounts": accounts,
        "request_token": tokens.make(db, "consent", asked),
        "email": unknown or asked["login_hint"],
        "unknown": unknown,
    }
    return _page(request, "choose.html", context)


def _consent(request: HttpRequest, db: Store, asked: dict[str, Any], account: Any) -> HttpResponse:
    if obstacle := grants.obstacle(account["email"]):
        raise Refused(*obstacle)
    granted = _granted(db, account["email"], asked["client_id"])
    if set(asked["scopes"]) <= set(granted) and "consent" not in asked["prompt"].split():
        return _code(db, asked, account, asked["scopes"])
    named = texts(language(request))["scopes"]
    choices = [
        {"scope": name, "text": named.get(name.removeprefix(scopes.PREFIX), name)}
        for name in asked["scopes"]
        if name not in scopes.SIGN_IN
    ]
    context = {
        "asked": asked,
        "account": account,
        "choices": choices,
        "granular": len(choices) > 1,
        "request_token": tokens.make(db, "consent", asked),
        "host": urlsplit(asked["redirect_uri"]).netloc,
    }
    return _page(request, "consent.html", context)


def _decided(request: HttpRequest, db: Store) -> HttpResponse:
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and urlsplit(origin).netloc != request.get_host():
        raise Refused(403, "access_denied", "The form was sent from another site.")
    asked = tokens.read(db, "consent", request.POST.get("request", ""))
    if asked is None or asked["at"] + FORM_LIFE < clock.now():
        raise Refused(400, "invalid_request", "The page has expired; start again.")
    answer, email = request.POST.get("answer", ""), request.POST.get("email", "").strip().lower()
    if answer == "deny":
        return _back(asked, {"error": "access_denied"})
    account = db.row("SELECT * FROM account WHERE email=?", email)
    if account is None:
        return _choose(request, db, asked, unknown=email)
    if answer != "accept":
        return _consent(request, db, asked, account)
    return _code(db, asked, account, _ticked(request, asked))


def _ticked(request: HttpRequest, asked: dict[str, Any]) -> list[str]:
    """Sign-in scopes cannot be refused; a single other scope comes without a tick box."""
    others = [name for name in asked["scopes"] if name not in scopes.SIGN_IN]
    ticked = set(request.POST.getlist("scope")) if len(others) > 1 else set(others)
    return [name for name in asked["scopes"] if name in scopes.SIGN_IN or name in ticked]


# the way back -------------------------------------------------------------------------------------------


def _granted(db: Store, email: str, client_id: str) -> list[str]:
    row = db.row("SELECT scopes FROM consent WHERE email=? AND client_id=?", email, client_id)
    return load(row["scopes"]) if row else []


def _code(db: Store, asked: dict[str, Any], account: Any, ticked: list[str]) -> HttpResponse:
    email, client_id = account["email"], asked["client_id"]
    before = _granted(db, email, client_id)
    remembered = list(dict.fromkeys([*before, *ticked]))
    db.run("INSERT OR REPLACE INTO consent VALUES (?, ?, ?)", email, client_id, dump(remembered))
    widened = asked["include_granted_scopes"] == "true" and asked["kind"] == "web"
    granted = remembered if widened else ticked
    data = {
        "email": email,
        "client_id": client_id,
        "redirect_uri": asked["redirect_uri"],
        "scopes": granted,
        "challenge": asked["code_challenge"],
        "challenge_method": asked["code_challenge_method"] or "plain",
        "offline": asked["access_type"] == "offline",
        "nonce": asked["nonce"],
        "first": not before or "consent" in asked["prompt"].split(),
    }
    return _back(asked, {"code": oauth.issue_code(db, data), "scope": " ".join(granted)})


def _back(asked: dict[str, Any], answer: dict[str, str]) -> HttpResponse:
    pairs = ({"state": asked["state"]} if asked["state"] else {}) | answer
    joiner = "&" if "?" in asked["redirect_uri"] else "?"
    response = HttpResponse(status=302)
    response["Location"] = asked["redirect_uri"] + joiner + urlencode(pairs)
    return response
