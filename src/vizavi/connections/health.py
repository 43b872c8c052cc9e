"""An account's state and why it is so, in words its owner understands; every change of it stands in the journal."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from vizavi.connections.journal import write_line
from vizavi.connections.models import Account, AccountState, Calendar
from vizavi.providers.google import oauth
from vizavi.providers.google.account import WRITING_ROLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TESTING_LIFE = timedelta(days=7)  # of a refresh token while the consent screen is in "Testing" (facts 2.3)
SCOPE_NAMES = {
    "openid": _("who you are"),
    f"{oauth.PREFIX}userinfo.email": _("your e-mail address"),
    f"{oauth.PREFIX}calendar.events": _("events of your calendars"),
    f"{oauth.PREFIX}calendar.calendarlist.readonly": _("the list of your calendars"),
    f"{oauth.PREFIX}calendar.freebusy": _("your free and busy time"),
    oauth.NEW_CALENDAR: _("a calendar of its own"),
}
_PROJECT = _(
    "Google does not accept the organisation's application (%(detail)s). Your data is kept. An administrator has to "
    "correct the client ID and the secret in Administration → Tools → Google project."
)
REASONS: "dict[str, _StrPromise]" = {
    "expired": _(
        "Google no longer lets us into the account %(email)s: access was withdrawn or has ended. "
        "Your interviews and the changes that wait to be sent are kept. Request access once more."
    ),
    "testing": _(
        "Google ended the access to %(email)s after seven days, as it does while the consent screen of the Google "
        "project is in “Testing”. Your interviews and the changes that wait to be sent are kept. Request access once "
        "more, and ask the administrator to publish the project."
    ),
    "missing_scope": _(
        "At Google you did not allow: %(scopes)s. The account stays connected, but calendars cannot be kept in step. "
        "Request access once more and leave all boxes ticked."
    ),
    "insufficientPermissions": _(
        "Google does not allow what synchronisation needs. Nothing was lost. "
        "Request access once more and leave all boxes ticked."
    ),
    "requiredAccessLevel": _(
        "The calendar “%(calendar)s” may only be read. Interviews wait here until you choose a calendar you may "
        "change, or its owner lets you change this one."
    ),
    "no_writable": _(
        "None of your calendars may be changed, so interviews cannot be sent there. They are kept here. Create a "
        "calendar of your own, or ask for the right to change one."
    ),
    "notFound": _(
        "The calendar “%(calendar)s” is no longer there, or no longer shared with you. Nothing was deleted here. "
        "Choose another calendar for your interviews."
    ),
    "quotaExceeded": _(
        "Google allows this account no more changes for now. The changes wait here and go out by themselves "
        "in a few hours; nothing has to be done."
    ),
    "accessNotConfigured": _(
        "The Calendar API is switched off in the organisation's Google project. Your data is kept. "
        "An administrator has to switch it on in the Google Cloud console."
    ),
    "unconfigured": _(
        "The organisation's Google project is not set up. Your data is kept. An administrator has to enter the client "
        "ID and the secret in Administration → Tools → Google project."
    ),
    "unavailable": _("Google did not answer. Everything is kept and tried again by itself. (%(detail)s)"),
    "unexpected": _(
        "Unexpected error on our side; what had been loaded is kept, and it is tried again by itself. The server's log "
        "has the details: show it to your administrator."
    ),
    "invalid_client": _PROJECT,
    "unauthorized_client": _PROJECT,
    "deleted_client": _PROJECT,
}
IN_TROUBLE = (AccountState.EXPIRED, AccountState.LIMITED, AccountState.ERROR)
MENDED_BY_CONSENT = frozenset({"expired", "testing", "missing_scope", "insufficientPermissions"})
STANDING = frozenset({"missing_scope", "no_writable", "notFound", "requiredAccessLevel"})
_OTHER = _("Google refuses access to the account: %(detail)s. Your data is kept; check the account again later.")


def reason(account: Account, code: str, detail: str = "") -> str:
    """The sentence for a code, in the language that is active."""
    writing = next((calendar for calendar in account.calendars.all() if calendar.writes), None)
    values = {
        "email": account.email,
        "detail": detail or code,
        "calendar": writing.name if writing else "",
        "scopes": ", ".join(scope_names(oauth.missing(account.scopes.split()))),
    }
    return str(REASONS.get(code, _OTHER)) % values


def why(account: Account) -> str:
    """Why the account is not simply «Подключён», in the language that is active."""
    return reason(account, account.state_code, account.state_text) if account.state in IN_TROUBLE else ""


def scope_names(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(SCOPE_NAMES.get(scope, scope.rpartition("/")[2])) for scope in scopes)


def granted_and_missing(account: Account) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The account's scopes in words: those held, and those that synchronisation lacks."""
    held = account.scopes.split()
    return scope_names(tuple(scope for scope in held if scope in SCOPE_NAMES)), scope_names(oauth.missing(held))


def is_well(account: Account) -> bool:
    """Whether nothing is known to be wrong, so that one more success changes nothing."""
    return account.state == AccountState.OK and not account.attempts and not standing(account)


def mark_ok(account: Account, *, now: datetime) -> None:
    """A run or a check succeeded; what is known to be missing keeps the account limited."""
    code = standing(account)
    if code:
        mark_limited(account, code, now=now)
    else:
        _become(account, AccountState.OK, "", "", now)
    account.last_ok_at, account.attempts, account.retry_at = now, 0, None
    account.save(update_fields=["last_ok_at", "attempts", "retry_at"])


def mark_expired(account: Account, *, now: datetime) -> None:
    """Google refuses the refresh token: only the owner can mend it. Pending work stays."""
    age = now - account.connected_at
    testing = TESTING_LIFE - timedelta(minutes=10) <= age <= TESTING_LIFE + timedelta(days=1)
    _become(account, AccountState.EXPIRED, "testing" if testing else "expired", "", now)


def mark_limited(account: Account, code: str, text: str = "", *, now: datetime) -> None:
    """Connected, but a scope, a right to write, a quota or the project is missing; `text` is the provider's word."""
    if code == "insufficientPermissions" and oauth.missing(account.scopes.split()):
        code = "missing_scope"  # we know which one, and say it
    _become(account, AccountState.LIMITED, code, text, now)


def mark_error(account: Account, code: str, text: str = "", *, now: datetime) -> None:
    """No answer for several runs ("unavailable") or a mistake of ours ("unexpected"); it is tried again by itself."""
    _become(account, AccountState.ERROR, code, text, now)


def review(account: Account, *, now: datetime) -> None:
    """After a choice of calendars or scopes: what is missing limits the account, what is mended no longer does."""
    code = standing(account)
    if code:
        mark_limited(account, code, now=now)
    elif account.state == AccountState.LIMITED and account.state_code in STANDING:
        _become(account, AccountState.OK, "", "", now)


def may_write(calendar: Calendar) -> bool:
    """Whether Google lets the account change what is in the calendar."""
    return calendar.access_role in WRITING_ROLES


def standing(account: Account) -> str:
    """What is known to be missing without asking Google: a code of REASONS, or nothing."""
    if oauth.missing(account.scopes.split()):
        return "missing_scope"
    calendars = list(account.calendars.all())
    writing = next((calendar for calendar in calendars if calendar.writes), None)
    if writing is None:
        return "no_writable" if calendars else ""
    if writing.access_role == "none":
        return "notFound"
    return "" if may_write(writing) else "requiredAccessLevel"


def _become(account: Account, state: AccountState, code: str, text: str, now: datetime) -> None:
    changed = (account.state, account.state_code) != (state, code)
    if not changed and account.state_text == text[:500]:
        return
    account.state, account.state_code, account.state_text = state, code, text[:500]
    account.save(update_fields=["state", "state_code", "state_text"])
    if changed:
        with translation.override(account.user.language):
            write_line(account, f"account_{state.value}", now, ok=state is AccountState.OK, text=why(account))
