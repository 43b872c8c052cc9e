"""Asking Google for access, and finishing it by the callback or by a pasted code (DESIGN 5.9)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit
from vizavi.common.permissions import Right, require
from vizavi.connections import accounts, google, health, project
from vizavi.connections.models import Account, AccountState, ConsentAttempt
from vizavi.connections.pasted import Pasted, is_code, parse
from vizavi.people.models import User
from vizavi.providers.google import oauth
from vizavi.providers.google.account import Identity
from vizavi.providers.google.oauth import Client, Grant
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LIFE = timedelta(minutes=10)
_KEPT = timedelta(days=30)  # attempts are forgotten after that


class ConsentError(Exception):
    """Consent did not come about; `text` says what happened, what was kept and what to do."""

    def __init__(self, code: str, text: "str | _StrPromise") -> None:
        super().__init__(code)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Finished:
    """Google let us in; `missing` was not ticked. A login that differs from the entered one awaits confirmation."""

    account: Account
    granted: tuple[str, ...]
    missing: tuple[str, ...]
    awaiting_confirmation: bool
    entered_login: str


@dataclass(frozen=True, slots=True)
class ShowCode:
    """Nobody is signed in here (or elsewhere than where it was asked): the code is shown to be pasted there."""

    code: str
    asked_by: str
    asked_at: datetime


UNCONFIGURED = _(
    "The organisation's Google project is not set up yet: the client ID or the secret is missing. Nothing was changed. "
    "An administrator enters both in Administration → Tools → Google project, or sets VIZAVI_GOOGLE_CLIENT_ID and "
    "VIZAVI_GOOGLE_CLIENT_SECRET."
)
TEXTS: "dict[str, _StrPromise]" = {
    "unconfigured": UNCONFIGURED,
    "bad_login": _(
        "This is not an e-mail address. Enter the login of your Google account, for example anna@gmail.com."
    ),
    "unknown": _(
        "This answer from Google belongs to no request of ours. Nothing was changed. "
        "Request access anew in Personal settings."
    ),
    "expired": _(
        "More than ten minutes have passed since access was requested, so the code is no longer accepted. "
        "Nothing was changed. Request access once more."
    ),
    "used": _(
        "This code has been used already. What it brought is kept; if the account is not connected, "
        "request access once more."
    ),
    "foreign": _(
        "Access was requested by another user, so the code is not accepted here. Nothing was changed. "
        "Sign in as that user, or request access yourself."
    ),
    "denied": _(
        "Google reports that access was not allowed. Nothing was changed, what was connected stays connected. "
        "Request access once more and press “Accept”."
    ),
    "no_code": _("Google's answer holds no code. Nothing was changed. Request access once more."),
    "empty": _("There is nothing to paste. Copy the code or the whole address from the page Google led you to."),
    "unreadable": _(
        "This is neither an authorization code nor the address Google led you to. Nothing was changed. "
        "Copy the code from the page once more."
    ),
    "none_open": _(
        "There is no open request for access: none was made, or more than ten minutes have passed. "
        "Nothing was changed. Request access once more."
    ),
    "refused": _(
        "Google does not accept this code: it is incomplete, too old or was used already. Nothing was changed. "
        "Copy the whole code from the page once more; if that does not help, request access anew."
    ),
    "client_refused": _(
        "Google does not accept the organisation's application: its client ID, secret or redirect address is wrong. "
        "Nothing was changed. Tell your administrator: Administration → Tools → Google project."
    ),
    "unreachable": _(
        "Google could not be reached to exchange the code. Nothing was changed. Request access once more in a minute."
    ),
    "no_refresh_token": _(
        "Google gave access for an hour only. Nothing was changed. Withdraw the application's access in your Google "
        "account (Security → Third-party connections), then request access once more."
    ),
    "taken": _(
        "The Google account %(email)s is connected by %(holder)s already, and one Google account belongs to one user. "
        "Nothing was changed. Choose another Google account, or ask %(holder)s or your administrator."
    ),
}


def configuration_problem() -> str | None:
    """What is missing in the set-up and where to set it."""
    try:
        google.client()
    except AccessDenied:
        return str(UNCONFIGURED)
    return None


def start(user: User, *, session_key: str, login: str, now: datetime) -> str:
    """A new attempt; the address of Google's page to send the browser to."""
    require(user, Right.OWN_ACCOUNT, own=True)
    client = _client()
    login = login.strip().lower()
    _check_login(login)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    redirect_uri = project.redirect_uri()
    ConsentAttempt.objects.filter(user=user, created_at__lt=now - _KEPT).delete()
    attempt = ConsentAttempt.objects.create(
        user=user,
        session_hash=_hash(session_key),
        state_hash=_hash(state),
        verifier=verifier,
        redirect_uri=redirect_uri,
        login=login,
        created_at=now,
        expires_at=now + LIFE,
    )
    audit.record("account.access_requested", "consent", attempt.pk, label=login, by=user, now=now)
    return oauth.consent_address(
        google.endpoints(),
        client.client_id,
        redirect_uri=redirect_uri,
        state=state,
        verifier=verifier,
        login=login,
    )


def finish_callback(
    *, state: str, code: str, error: str, user: User | None, session_key: str, now: datetime
) -> Finished | ShowCode:
    """Google led a browser back to us: finish, or show the code where that browser is not the one that asked."""
    attempt = _attempt(state)
    if user is not None and user.pk != attempt.user_id:
        raise _error("foreign")
    _check_open(attempt, now)
    if error:
        raise _refused_by_user(attempt, now)
    if not is_code(code):
        raise _error("no_code")
    if user is None or not hmac.compare_digest(attempt.session_hash, _hash(session_key)):
        return ShowCode(f"{state}.{code}", attempt.user.full_name, attempt.created_at)
    return _finish(attempt, code, now)


def finish_pasted(user: User, text: str, *, session_key: str, now: datetime) -> Finished:
    """A code, `state.code` or the whole redirect address; only the user's own attempts count, in whichever session."""
    require(user, Right.OWN_ACCOUNT, own=True)
    del session_key  # pasting is how another session is bridged; the attempt's owner decides
    pasted = parse(text)
    if pasted is None:
        raise _error("unreadable" if text.strip() else "empty")
    attempt = _pasted_attempt(user, pasted, now)
    if pasted.error:
        raise _refused_by_user(attempt, now)
    try:
        return _finish(attempt, pasted.code, now)
    except ConsentError as error:
        if error.code == "refused" and not pasted.state:
            _reopen(attempt)
        raise


def _pasted_attempt(user: User, pasted: Pasted, now: datetime) -> ConsentAttempt:
    if pasted.state:
        attempt = _attempt(pasted.state)
        if attempt.user_id != user.pk:
            raise _error("foreign")
        _check_open(attempt, now)
        return attempt
    own = ConsentAttempt.objects.filter(user=user, used_at=None, expires_at__gt=now, created_at__lte=now)
    newest = own.order_by("-created_at", "-pk").first()
    if newest is None:
        raise _error("none_open")
    return newest


def _attempt(state: str) -> ConsentAttempt:
    attempt = ConsentAttempt.objects.select_related("user").filter(state_hash=_hash(state)).first()
    if attempt is None:
        raise _error("unknown")
    return attempt


def _check_open(attempt: ConsentAttempt, now: datetime) -> None:
    if attempt.used_at is not None:
        raise _error("used")
    if attempt.expires_at <= now:
        raise _error("expired")


def _claim(attempt: ConsentAttempt, now: datetime) -> None:
    """Used once, whoever is first; before the exchange, so that a lost reply cannot use the code twice."""
    free = ConsentAttempt.objects.filter(pk=attempt.pk, used_at=None, expires_at__gt=now)
    if free.update(used_at=now) != 1:
        raise _error("used")


def _reopen(attempt: ConsentAttempt) -> None:
    """A bare code that Google does not know was not the answer to this attempt: the right one may still be pasted."""
    ConsentAttempt.objects.filter(pk=attempt.pk).update(used_at=None)


def _refused_by_user(attempt: ConsentAttempt, now: datetime) -> ConsentError:
    _claim(attempt, now)
    audit.record("account.access_denied", "consent", attempt.pk, label=attempt.login, by=attempt.user, now=now)
    return _error("denied")


def _finish(attempt: ConsentAttempt, code: str, now: datetime) -> Finished:
    client = _client()
    _claim(attempt, now)
    try:
        grant = _exchange(attempt, client, code)
        identity = _identity(grant)
        account, awaits = _store(attempt, grant, identity, now)
    except ConsentError as error:
        audit.record(
            "account.consent_failed",
            "consent",
            attempt.pk,
            label=attempt.login,
            changes={"reason": [None, error.code]},
            by=attempt.user,
            now=now,
        )
        raise
    if not awaits:
        accounts.connect(account, by=attempt.user, now=now)
    granted = tuple(sorted(scope for scope in grant.scopes if scope in health.SCOPE_NAMES))
    missing = oauth.missing(grant.scopes)
    return Finished(account, health.scope_names(granted), health.scope_names(missing), awaits, attempt.login)


def _exchange(attempt: ConsentAttempt, client: Client, code: str) -> Grant:
    try:
        return oauth.exchange(
            google.transport(),
            google.endpoints(),
            client,
            code=code,
            verifier=attempt.verifier,
            redirect_uri=attempt.redirect_uri,
        )
    except AuthRevoked as error:
        raise _error("refused") from error
    except AccessDenied as error:
        raise _error("client_refused") from error
    except SyncError as error:
        raise _error("unreachable") from error


def _identity(grant: Grant) -> Identity:
    """Whose account it is comes from Google, never from what was entered."""
    try:
        return google.grant_client(grant).identity()
    except SyncError as error:
        raise _error("unreachable") from error


def _store(attempt: ConsentAttempt, grant: Grant, identity: Identity, now: datetime) -> tuple[Account, bool]:
    """The account with its new tokens, and whether its login must be confirmed before it is used."""
    with transaction.atomic():
        account = _row(attempt.user, identity, grant, now)
        differs = bool(attempt.login) and attempt.login != identity.email
        awaits = differs and not account.active
        if awaits:
            account.state, account.state_code, account.state_text = AccountState.OFF, accounts.AWAITING, ""
        account.connected_at, account.email = now, identity.email
        account.scopes = ""  # what was granted now counts, not what an earlier consent allowed
        account.save(update_fields=["connected_at", "email", "scopes", "state", "state_code", "state_text"])
        google.keep_grant(account, grant, now)
        audit.record("account.consented", "account", account.pk, label=account.email, by=attempt.user, now=now)
    return account, awaits


def _row(user: User, identity: Identity, grant: Grant, now: datetime) -> Account:
    account = Account.objects.select_related("user").filter(provider="google", remote_id=identity.remote_id).first()
    if account is not None and account.user_id != user.pk:
        raise _taken(account)
    if not grant.refresh_token and not (account and account.refresh_token):
        raise _error("no_refresh_token")
    if account is not None:
        return account
    try:
        with transaction.atomic():
            return Account.objects.create(
                user=user, remote_id=identity.remote_id, email=identity.email, connected_at=now
            )
    except IntegrityError:
        raise _taken(Account.objects.get(provider="google", remote_id=identity.remote_id)) from None


def _taken(account: Account) -> ConsentError:
    text = str(TEXTS["taken"]) % {"email": account.email, "holder": account.user.full_name}
    return ConsentError("taken", text)


def _client() -> Client:
    try:
        return google.client()
    except AccessDenied as error:
        raise _error("unconfigured") from error


def _check_login(login: str) -> None:
    """An empty login is allowed: then Google asks for the account."""
    if login:
        try:
            validate_email(login)
        except ValidationError as error:
            raise _error("bad_login") from error


def _error(code: str) -> ConsentError:
    return ConsentError(code, TEXTS[code])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
