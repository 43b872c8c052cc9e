"""Clients, grants and tokens: the token, revoke, userinfo and tokeninfo endpoints."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse

from vizavi.sandbox import api, clock, grants, scopes
from vizavi.sandbox.state import Store, dump, load, store
from vizavi.sandbox.views import call_of

CODE_LIFE = 600
TOKEN_LIFE = 3599
LOOPBACK = re.compile(r"^http://(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(/.*)?$")


class OAuthError(Exception):
    def __init__(self, status: int, error: str, description: str, **more: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description, self.more = status, error, description, more

    def response(self) -> HttpResponse:
        answer = {"error": self.error, "error_description": self.description} | self.more
        return JsonResponse(answer, status=self.status)


# clients ------------------------------------------------------------------------------------------------


def add_client(db: Store, client_id: str, secret: str, *, kind: str, name: str, redirects: list[str]) -> None:
    db.run("INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?)", client_id, secret, kind, name, dump(redirects))


def redirect_allowed(client: Any, address: str) -> bool:
    """Exact match; `*` stands for any port; a Desktop client may use any loopback address."""
    if client["kind"] == "desktop":
        return bool(LOOPBACK.match(address))
    return any(re.fullmatch(re.escape(known).replace(r"\*", r"\d+"), address) for known in load(client["redirects"]))


# issuing ------------------------------------------------------------------------------------------------


def issue_code(db: Store, data: dict[str, Any]) -> str:
    code = "4/0A" + secrets.token_urlsafe(48)
    db.run("INSERT INTO code (code, data, expires) VALUES (?, ?, ?)", code, dump(data), clock.now() + CODE_LIFE)
    return code


def issue_access(db: Store, email: str, client_id: str, granted: list[str]) -> str:
    token = "ya29.a0" + secrets.token_urlsafe(96)
    db.run(
        "INSERT INTO access VALUES (?, ?, ?, ?, ?)",
        token,
        email,
        client_id,
        " ".join(granted),
        clock.now() + TOKEN_LIFE,
    )
    return token


def _id_token(db: Store, email: str, client: Any, nonce: str | None) -> str:
    account = db.row("SELECT * FROM account WHERE email=?", email)
    now = int(clock.now())
    claims = {
        "iss": "https://accounts.google.com",
        "azp": client["id"],
        "aud": client["id"],
        "sub": account["sub"] if account else "",
        "email": email,
        "email_verified": True,
        "hd": email.rpartition("@")[2],
        "iat": now,
        "exp": now + TOKEN_LIFE,
    }
    if nonce:
        claims["nonce"] = nonce
    head, body = (_b64(msgspec.json.encode(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    mark = hmac.new(client["secret"].encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_b64(mark)}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


# token endpoint -----------------------------------------------------------------------------------------


def _endpoint(answer: Callable[[HttpRequest, Store], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        db = store()
        try:
            with db.transaction():
                response = answer(request, db)
        except OAuthError as error:
            response = error.response()
        response["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
        return response

    return view


@_endpoint
def token(request: HttpRequest, db: Store) -> HttpResponse:
    if request.method != "POST":
        raise OAuthError(404, "invalid_request", "Not Found")
    form = request.POST.dict()
    grant = form.get("grant_type", "")
    if grant not in {"authorization_code", "refresh_token"}:
        if not grant:
            raise OAuthError(400, "invalid_request", "Required parameter is missing: grant_type")
        raise OAuthError(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")
    client = _client(request, db, form)
    return JsonResponse(_by_code(db, client, form) if grant == "authorization_code" else _by_refresh(db, client, form))


def _client(request: HttpRequest, db: Store, form: dict[str, Any]) -> Any:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(packed).decode().partition(":")
        except ValueError as error:
            raise OAuthError(401, "invalid_client", "Unauthorized") from error
    if not client_id:
        raise OAuthError(400, "invalid_request", "Could not determine client ID from request.")
    client = db.row("SELECT * FROM client WHERE id=?", client_id)
    if client is None:
        raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
    if not secret:
        raise OAuthError(400, "invalid_request", "client_secret is missing.")
    if not hmac.compare_digest(secret.encode(), client["secret"].encode()):
        raise OAuthError(401, "invalid_client", "The provided client secret is invalid.")
    return client


def _by_code(db: Store, client: Any, form: dict[str, Any]) -> dict[str, Any]:
    if not form.get("code"):
        raise OAuthError(400, "invalid_request", "Missing required parameter: code")
    row = db.row("SELECT * FROM code WHERE code=?", form["code"])
    if row is None:
        raise OAuthError(400, "invalid_grant", "Malformed auth code.")
    data = load(row["data"])
    if data["client_id"] != client["id"] or row["used"] or row["expires"] < clock.now():
        raise OAuthError(400, "invalid_grant", "Bad Request")
    if form.get("redirect_uri") != data["redirect_uri"]:
        raise OAuthError(400, "redirect_uri_mismatch", "Bad Request")
    _check_verifier(data, form.get("code_verifier"))
    db.run("UPDATE code SET used=1 WHERE code=?", row["code"])
    email, granted = data["email"], data["scopes"]
    answer = _answer(issue_access(db, email, client["id"], granted), granted)
    if client["kind"] == "desktop" or (data["offline"] and data["first"]):
        answer["refresh_token"] = grants.issue_refresh(db, email, client["id"], granted)
        answer |= grants.lifetime()
    if "openid" in granted:
        answer["id_token"] = _id_token(db, email, client, data.get("nonce"))
    return answer


def _answer(access: str, granted: list[str]) -> dict[str, Any]:
    return {"access_token": access, "expires_in": TOKEN_LIFE, "scope": " ".join(granted), "token_type": "Bearer"}


def _check_verifier(data: dict[str, Any], verifier: str | None) -> None:
    challenge = data.get("challenge")
    if not challenge:
        return
    if not verifier:
        raise OAuthError(400, "invalid_grant", "Missing code verifier.")
    digest = _b64(hashlib.sha256(verifier.encode()).digest()) if data["challenge_method"] == "S256" else verifier
    if not hmac.compare_digest(digest.encode(), challenge.encode()):
        raise OAuthError(400, "invalid_grant", "Invalid code verifier.")


def _by_refresh(db: Store, client: Any, form: dict[str, Any]) -> dict[str, Any]:
    if not form.get("refresh_token"):
        raise OAuthError(400, "invalid_request", "Missing required parameter: refresh_token")
    row = db.row("SELECT * FROM refresh WHERE token=? AND client_id=?", form["refresh_token"], client["id"])
    if refusal := grants.refusal(row):
        error, about = refusal
        raise OAuthError(400, error, about.pop("error_description"), **about)
    assert row is not None  # noqa: S101 - a missing token was refused
    db.run("UPDATE refresh SET used=? WHERE token=?", clock.now(), row["token"])
    granted = row["scopes"].split()
    answer = _answer(issue_access(db, row["email"], client["id"], granted), granted)
    if "openid" in granted:
        answer["id_token"] = _id_token(db, row["email"], client, None)
    return answer


# revoke, userinfo, tokeninfo ----------------------------------------------------------------------------


@_endpoint
def revoke(request: HttpRequest, db: Store) -> HttpResponse:
    given = request.POST.get("token") or request.GET.get("token") or ""
    row = db.row("SELECT email FROM access WHERE token=?", given) or db.row(
        "SELECT email FROM refresh WHERE token=? AND dead IS NULL", given
    )
    if row is None:
        raise OAuthError(400, "invalid_token", "Token expired or revoked")
    forget(db, row["email"], "revoked")
    return JsonResponse({})


def forget(db: Store, email: str, why: str) -> None:
    """All clients here belong to one project, and revoking one token ends them all."""
    db.run("UPDATE refresh SET dead=? WHERE email=? AND dead IS NULL", why, email)
    db.run("DELETE FROM access WHERE email=?", email)
    db.run("DELETE FROM consent WHERE email=?", email)


def _live(request: HttpRequest, db: Store) -> Any:
    given = request.POST.get("access_token") or api.bearer(call_of(request))
    row = db.row("SELECT * FROM access WHERE token=?", given or "")
    return row if row is not None and row["expires"] >= clock.now() else None


@_endpoint
def userinfo(request: HttpRequest, db: Store) -> HttpResponse:
    row = _live(request, db)
    names = {scopes.PREFIX + "userinfo.email", scopes.PREFIX + "userinfo.profile", "openid"}
    if row is None or not names & set(row["scopes"].split()):
        message = (
            "Request is missing required authentication credential. Expected OAuth 2 access token, login"
            " cookie or other valid authentication credential."
        )
        error = {"code": 401, "message": message, "status": "UNAUTHENTICATED"}
        return JsonResponse({"error": error}, status=401)
    account = db.row("SELECT * FROM account WHERE email=?", row["email"])
    assert account is not None  # noqa: S101 - a token exists only for an account
    key = "sub" if request.path.startswith("/v1/") else "id"
    answer: dict[str, Any] = {key: account["sub"], "picture": _picture(request)}
    granted = row["scopes"].split()
    if scopes.PREFIX + "userinfo.email" in granted:
        answer |= {
            "email": account["email"],
            "verified_email" if key == "id" else "email_verified": True,
            "hd": urlsplit("//" + account["email"]).hostname,
        }
    if scopes.PREFIX + "userinfo.profile" in granted:
        answer |= {
            "name": f"{account['given_name']} {account['family_name']}",
            "locale": account["locale"],
            "given_name": account["given_name"],
            "family_name": account["family_name"],
        }
    return JsonResponse(answer)


def _picture(request: HttpRequest) -> str:
    return request.build_absolute_uri("/static/person.svg")


@_endpoint
def tokeninfo(request: HttpRequest, db: Store) -> HttpResponse:
    row = _live(request, db)
    if row is None:
        raise OAuthError(400, "invalid_token", "Invalid Value")
    account = db.row("SELECT * FROM account WHERE email=?", row["email"])
    answer = {
        "issued_to": row["client_id"],
        "audience": row["client_id"],
        "scope": row["scopes"],
        "user_id": account["sub"] if account else "",
        "expires_in": int(row["expires"] - clock.now()),
    }
    if scopes.PREFIX + "userinfo.email" in row["scopes"].split():
        answer |= {"email": row["email"], "verified_email": True}
    return JsonResponse(answer)


def configuration(request: HttpRequest) -> HttpResponse:
    root = request.build_absolute_uri("/").rstrip("/")
    return JsonResponse(
        {
            "issuer": "https://accounts.google.com",
            "authorization_endpoint": root + "/o/oauth2/v2/auth",
            "token_endpoint": root + "/token",
            "revocation_endpoint": root + "/revoke",
            "userinfo_endpoint": root + "/v1/userinfo",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "id_token_signing_alg_values_supported": ["HS256"],
        }
    )
