"""An account's state and why it is so, in words its owner understands; every change of it stands in the journal."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from vizavi.common.wording import filled, sentence, shown
from vizavi.connections.journal import write_line
from vizavi.connections.models import Account, AccountState, Calendar
from vizavi.providers.google import oauth
from vizavi.providers.google.account import WRITING_ROLES

TESTING_LIFE = timedelta(days=7)  # of a refresh token while the consent screen is in "Testing" (facts 2.3)
SCOPE_NAMES = {
    "openid": sentence("who you are"),
    f"{oauth.PREFIX}userinfo.email": sentence("your e-mail address"),
    f"{oauth.PREFIX}calendar.events": sentence("events of your calendars"),
    f"{oauth.PREFIX}calendar.calendarlist.readonly": sentence("the list of your calendars"),
    f"{oauth.PREFIX}calendar.freebusy": sentence("your free and busy time"),
    oauth.NEW_CALENDAR: sentence("a calendar of its own"),
}
_PROJECT = sentence(
    "Google does not accept the organisation's application (%(detail)s). Your data is kept. An administrator has to "
    "correct the client ID and the secret in Administration → Tools → Google project."
)
REASONS = {
    "expired": sentence(
        "Google no longer lets us into the account %(email)s: access was withdrawn or has ended. "
        "Your interviews and the changes that wait to be sent are kept. Request access once more."
    ),
    "testing": sentence(
        "Google ended the access to %(email)s after seven days, as it does while the consent screen of the Google "
        "project is in “Testing”. Your interviews and the changes that wait to be sent are kept. Request access once "
        "more, and ask the administrator to publish the project."
    ),
    "missing_scope": sentence(
        "At Google you did not allow: %(scopes)s. The account stays connected, but calendars cannot be kept in step. "
        "Request access once more and leave all boxes ticked."
    ),
    "insufficientPermissions": sentence(
        "Google does not allow what synchronisation needs. Nothing was lost. "
        "Request access once more and leave all boxes ticked."
    ),
    "requiredAccessLevel": sentence(
        "The calendar “%(calendar)s” may only be read. Interviews wait here until you choose a calendar you may "
        "change, or its owner lets you change this one."
    ),
    "no_writable": sentence(
        "None of your calendars may be changed, so interviews cannot be sent there. They are kept here. Create a "
        "calendar of your own, or ask for the right to change one."
    ),
    "notFound": sentence(
        "The calendar “%(calendar)s” is no longer there, or no longer shared with you. Nothing was deleted here. "
        "Choose another calendar for your interviews."
    ),
    "quotaExceeded": sentence(
        "Google allows this account no more changes for now. The changes wait here and go out by themselves "
        "in a few hours; nothing has to be done."
    ),
    "accessNotConfigured": sentence(
        "The Calendar API is switched off in the organisation's Google project. Your data is kept. "
        "An administrator has to switch it on in the Google Cloud console."
    ),
    "unconfigured": sentence(
        "The organisation's Google project is not set up. Your data is kept. An administrator has to enter the client "
        "ID and the secret in Administration → Tools → Google project."
    ),
    "unavailable": sentence("Google did not answer. Everything is kept and tried again by itself. (%(detail)s)"),
    "unexpected": sentence(
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
MENDED_BY_OWNER = MENDED_BY_CONSENT | STANDING
_OTHER = sentence("Google refuses access to the account: %(detail)s. Your data is kept; check the account again later.")


def reason(account: Account, code: str, detail: str = "") -> str:
    """The sentence for a code, in the language that is active."""
    return shown(_stored(account, code, detail))


def why(account: Account) -> str:
    """Why the account is not simply «Подключён», in the language that is active."""
    return shown(stored_why(account))


def stored_why(account: Account) -> str:
    """The same as it is stored for later readers."""
    return _stored(account, account.state_code, account.state_text) if account.state in IN_TROUBLE else ""


def _stored(account: Account, code: str, detail: str) -> str:
    writing = next((calendar for calendar in account.calendars.all() if calendar.writes), None)
    return filled(
        REASONS.get(code, _OTHER),
        email=account.email,
        detail=detail or code,
        calendar=writing.name if writing else "",
        scopes=_named(oauth.missing(account.scopes.split())),
    )


def scope_names(scopes: Sequence[str]) -> tuple[str, ...]:
    """In the language that is active."""
    return tuple(shown(name) for name in _named(scopes))


def _named(scopes: Sequence[str]) -> list[str]:
    return [SCOPE_NAMES.get(scope, scope.rpartition("/")[2]) for scope in scopes]


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
        write_line(account, f"account_{state.value}", now, ok=state is AccountState.OK, text=stored_why(account))
