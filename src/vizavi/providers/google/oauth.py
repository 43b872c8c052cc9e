"""Google's consent: the address of its page, the exchange of a code, renewal and revocation, what was granted."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from vizavi.providers.http import Reply, Request, Transport
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError, Throttled, Unavailable

PREFIX = "https://www.googleapis.com/auth/"
EVERYTHING = f"{PREFIX}calendar"
NEEDED = (f"{PREFIX}calendar.events", f"{PREFIX}calendar.calendarlist.readonly", f"{PREFIX}calendar.freebusy")
NEW_CALENDAR = f"{PREFIX}calendar.app.created"  # may be missing: it only disables "new calendar"
SCOPES = ("openid", "email", *NEEDED, NEW_CALENDAR)
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where Google is; each may point at a simulator or a proxy."""

    auth_uri: str
    token_uri: str
    revoke_uri: str
    userinfo_uri: str
    api_root: str
    batch_uri: str

    def roots(self) -> tuple[str, ...]:
        """The addresses we call; the consent page is the browser's business."""
        return (self.token_uri, self.revoke_uri, self.userinfo_uri, self.api_root, self.batch_uri)


@dataclass(frozen=True, slots=True)
class Client:
    """Our registration in a Google Cloud project."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint gave; `refresh_token` is empty where the old one stays."""

    access_token: str
    expires_in: int
    scopes: frozenset[str]
    refresh_token: str = ""


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: int = 3600
    scope: str = ""
    refresh_token: str = ""


class _Refusal(msgspec.Struct):
    error: str = ""
    error_description: str = ""


def challenge(verifier: str) -> str:
    """PKCE S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def consent_address(
    endpoints: Endpoints, client_id: str, *, redirect_uri: str, state: str, verifier: str, login: str
) -> str:
    """Google's consent page. The account chooser always appears: nobody links a wrong account unasked."""
    params = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "access_type": "offline",
        "prompt": "select_account consent",
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    if login:
        params["login_hint"] = login
    return f"{endpoints.auth_uri}?{urlencode(params)}"


def exchange(
    transport: Transport, endpoints: Endpoints, client: Client, *, code: str, verifier: str, redirect_uri: str
) -> Grant:
    """A code for tokens; AuthRevoked means that Google does not accept the code (any more)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": redirect_uri,
    }
    return _token(transport, endpoints, client, form)


def refresh(transport: Transport, endpoints: Endpoints, client: Client, refresh_token: str) -> Grant:
    """A new access token; AuthRevoked means that the user has to consent again."""
    return _token(transport, endpoints, client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def revoke(transport: Transport, endpoints: Endpoints, token: str) -> None:
    """Take the grant back at Google; one that is gone already is fine (400). It ends every grant of the project."""
    reply = transport.send(Request("POST", endpoints.revoke_uri, form={"token": token}))
    if not reply.ok and reply.status != 400:
        raise _error(reply)


def missing(granted: Iterable[str]) -> tuple[str, ...]:
    """The needed scopes that were not granted."""
    have = set(granted)
    return () if EVERYTHING in have else tuple(scope for scope in NEEDED if scope not in have)


def may_create_calendar(granted: Iterable[str]) -> bool:
    return not {NEW_CALENDAR, EVERYTHING}.isdisjoint(granted)


def _token(transport: Transport, endpoints: Endpoints, client: Client, form: Mapping[str, str]) -> Grant:
    secrets = {"client_id": client.client_id, "client_secret": client.client_secret}
    reply = transport.send(Request("POST", endpoints.token_uri, form={**form, **secrets}))
    if not reply.ok:
        raise _error(reply)
    answer: _Answer = reply.decoded(_Answer)
    return Grant(answer.access_token, answer.expires_in, frozenset(answer.scope.split()), answer.refresh_token)


def _error(reply: Reply) -> SyncError:
    """OAuth's refusals: `invalid_grant` is the user's, the other 400 and 401 are the administrator's."""
    try:
        told = msgspec.json.decode(reply.body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        told = _Refusal()
    text = (told.error_description or told.error or f"HTTP {reply.status}")[:LONGEST]
    if told.error == "invalid_grant":
        return AuthRevoked(text)
    if reply.status == 429:
        return Throttled(text, after=reply.retry_after)
    if reply.status in (400, 401, 403) and told.error:
        return AccessDenied(told.error, text)
    return Unavailable(f"The token endpoint answered {reply.status}: {text}")
