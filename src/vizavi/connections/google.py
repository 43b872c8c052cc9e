"""From an account's row to clients that talk to Google: the project's settings, the kept tokens, their renewal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from django.conf import settings

from vizavi.connections import calls
from vizavi.connections.models import Account, Calendar, Installation
from vizavi.providers.google import oauth
from vizavi.providers.google.account import AccountClient
from vizavi.providers.google.client import GoogleCalendar
from vizavi.providers.google.oauth import Client, Endpoints, Grant
from vizavi.providers.google.session import Session
from vizavi.providers.http import Request, Transport
from vizavi.sync.errors import AccessDenied, AuthRevoked

RENEW_AHEAD = timedelta(seconds=60)


def endpoints() -> Endpoints:
    google = settings.GOOGLE
    return Endpoints(
        auth_uri=google["auth_uri"],
        token_uri=google["token_uri"],
        revoke_uri=google["revoke_uri"],
        userinfo_uri=google["userinfo_uri"],
        api_root=google["api_root"],
        batch_uri=google["batch_uri"],
    )


@lru_cache(maxsize=4)
def _transport(where: Endpoints) -> Transport:
    return Transport(where.roots(), calls.count)


def transport() -> Transport:
    """The process's pool of connections to Google."""
    return _transport(endpoints())


def client() -> Client:
    """The organisation's OAuth client: the environment wins over the administration. Raises AccessDenied."""
    google = settings.GOOGLE
    client_id, secret = google["client_id"], google["client_secret"]
    if not client_id:
        row = Installation.get()
        client_id, secret = row.google_client_id, row.google_client_secret
    if not client_id or not secret:
        raise AccessDenied("unconfigured", "The Google project is not set up.")
    return Client(client_id, secret)


class AccountTokens:
    """An account's tokens; what is renewed under way is kept in its row."""

    def __init__(self, account: Account, now: datetime) -> None:
        self._account = account
        self._now = now

    def current(self) -> str:
        expires = self._account.access_expires_at
        if self._account.access_token and expires and expires > self._now + RENEW_AHEAD:
            return str(self._account.access_token)
        return self._renew()

    def renewed(self, refused: str) -> str:
        """Another worker may have renewed it meanwhile: then theirs is taken."""
        self._account.refresh_from_db(fields=["access_token", "access_expires_at", "refresh_token"])
        if self._account.access_token and self._account.access_token != refused:
            return str(self._account.access_token)
        return self._renew()

    def _renew(self) -> str:
        if not self._account.refresh_token:
            raise AuthRevoked("no refresh token is kept")
        grant = oauth.refresh(transport(), endpoints(), client(), self._account.refresh_token)
        # Tokens that were forgotten meanwhile stay so: the account may have been disconnected during the call.
        if Account.objects.filter(pk=self._account.pk).exclude(refresh_token="").exists():
            keep_grant(self._account, grant, self._now)
        return grant.access_token


class FreshTokens:
    """The token of a consent that is just being finished; it needs no renewal and belongs to no account yet."""

    def __init__(self, grant: Grant) -> None:
        self._token = grant.access_token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        raise AuthRevoked("a token that was just issued is refused")


def keep_grant(account: Account, grant: Grant, now: datetime) -> None:
    """Store new tokens; the lease of the worker, if any, lives in other columns."""
    account.access_token = grant.access_token
    account.access_expires_at = now + timedelta(seconds=grant.expires_in)
    fields = ["access_token", "access_expires_at"]
    if grant.refresh_token:
        account.refresh_token = grant.refresh_token
        fields.append("refresh_token")
    if grant.scopes:
        account.scopes = " ".join(sorted(grant.scopes))
        fields.append("scopes")
    account.save(update_fields=fields)


def provider_for(calendar: Calendar, *, now: datetime, before: Callable[[], None] = lambda: None) -> GoogleCalendar:
    """`before` is called before each request to Google, and may raise to stop it."""
    tokens = AccountTokens(calendar.account, now)
    return GoogleCalendar(_session(tokens, before), calendar.remote_id, calendar.time_zone)


def account_client(account: Account, *, now: datetime) -> AccountClient:
    return _account_client(AccountTokens(account, now))


def grant_client(grant: Grant) -> AccountClient:
    return _account_client(FreshTokens(grant))


def _account_client(tokens: AccountTokens | FreshTokens) -> AccountClient:
    return AccountClient(_session(tokens), userinfo_uri=endpoints().userinfo_uri)


def _session(tokens: AccountTokens | FreshTokens, before: Callable[[], None] = lambda: None) -> Session:
    where = endpoints()
    return Session(transport(), tokens, api_root=where.api_root, batch_uri=where.batch_uri, before=before)


def clock() -> datetime | None:
    """What time it is at Google, by the Date of any answer; None where it has none. Raises Unavailable."""
    text = transport().send(Request("GET", endpoints().userinfo_uri)).headers.get("date", "")
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
