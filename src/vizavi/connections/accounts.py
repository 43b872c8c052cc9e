"""What a user does with an account: check it, choose calendars, pause, disconnect, decide who wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.connections import closing, google, health
from vizavi.connections import modes as modes_of
from vizavi.connections.content import is_home
from vizavi.connections.journal import write_line
from vizavi.connections.lease import withdraw
from vizavi.connections.models import (
    Account,
    AccountState,
    Calendar,
    ConflictPolicy,
    Link,
    LoadMode,
)
from vizavi.connections.tasks import wake_on_commit
from vizavi.events import writing
from vizavi.events.models import Event, EventType
from vizavi.events.rules import OPEN
from vizavi.people.models import ExternalCalendar, User
from vizavi.people.operations import save_own_settings
from vizavi.providers.google import oauth
from vizavi.providers.google.account import WRITING_ROLES, CalendarEntry
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError, Throttled

AWAITING = "confirm_login"  # state_code while a login that differs awaits its confirmation
Mode = tuple[LoadMode, EventType | None]
Existing = Literal["keep", "remove"]  # what becomes of future copies that are there


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to «Проверить аккаунт»; `granted` and `missing` name scopes in words."""

    ok: bool
    text: str
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def active_account(user: User) -> Account | None:
    return Account.objects.filter(user=user, active=True).first()


def awaiting_account(user: User) -> Account | None:
    """The account whose login differs from the one entered, until the user confirms or disconnects it."""
    waiting = Account.objects.filter(user=user, active=False, state_code=AWAITING)
    return waiting.order_by("-connected_at", "-pk").first()


def may_create_calendar(account: Account) -> bool:
    return oauth.may_create_calendar(account.scopes.split())


def writable(account: Account) -> Sequence[Calendar]:
    """The calendars that may be chosen for writing."""
    return list(account.calendars.filter(access_role__in=WRITING_ROLES).order_by("-primary", "name", "pk"))


def check(account: Account, *, now: datetime) -> Check:
    """Ask Google: is the grant alive, may the calendars be listed, may the writing one be read and written?"""
    try:
        _read_calendars(account, now=now)
        for calendar in account.calendars.filter(writes=True).exclude(access_role="none"):
            google.account_client(account, now=now).probe(calendar.remote_id)
    except SyncError as error:
        return _told(account, trouble(account, error, now=now))
    health.mark_ok(account, now=now)
    if account.state == AccountState.OK:
        return _told(account, "")
    return _told(account, health.reason(account, account.state_code))


def trouble(account: Account, error: SyncError, *, now: datetime) -> str:
    """Take an error that concerns the account into its state, and say it in the language that is active."""
    if isinstance(error, AuthRevoked):
        health.mark_expired(account, now=now)
    elif isinstance(error, AccessDenied):
        health.mark_limited(account, error.code, str(error), now=now)
    elif isinstance(error, Throttled):
        return _("Google asks for a pause. Nothing was lost; try again in a minute.")
    else:
        return _("Google cannot be reached at the moment. Nothing was lost; try again in a minute.")
    return health.reason(account, account.state_code, str(error))


def refresh_calendars(account: Account, *, now: datetime) -> Check:
    """Read the list of calendars anew, for a page that shows it; trouble is told, not raised."""
    try:
        _read_calendars(account, now=now)
    except SyncError as error:
        return _told(account, trouble(account, error, now=now))
    health.review(account, now=now)
    return _told(account, "")


def connect(account: Account, *, by: User, now: datetime) -> None:
    """Make it the account in use; the one used before rests with its links (DESIGN 5.1)."""
    with transaction.atomic():
        before = Account.objects.filter(user=account.user, active=True).exclude(pk=account.pk)
        for other in before:
            withdraw(other.pk)
            write_line(other, "account_replaced", now, text=account.email)
        before.update(active=False, state=AccountState.OFF, state_code="replaced", state_text="")
        if account.closing or not account.active:  # whatever was taken away or left there is looked at anew
            _move_events(set(account.calendars.values_list("pk", flat=True)), now)
        withdraw(account.pk)  # a run under way still knows the permission before
        account.active, account.paused, account.closing = True, False, False
        account.state, account.state_code, account.state_text = AccountState.OK, "", ""
        account.save(update_fields=["active", "paused", "closing", "state", "state_code", "state_text"])
        if account.user.external_calendar != ExternalCalendar.GOOGLE:
            User.objects.filter(pk=account.user_id).update(external_calendar=ExternalCalendar.GOOGLE)
            account.user.external_calendar = ExternalCalendar.GOOGLE
        _record("connected", account, by, now)
    try:
        _read_calendars(account, now=now)
        health.mark_ok(account, now=now)
    except SyncError as error:
        trouble(account, error, now=now)
        if isinstance(error, AccessDenied):
            health.review(account, now=now)
    wake_on_commit([account.pk])


def confirm_login(account: Account, *, by: User, now: datetime) -> None:
    """The user says that the other login is meant."""
    require_control(account, by)
    if account.active or account.state_code != AWAITING:
        raise RuleError("login", "not_waiting", _("There is nothing to confirm any more. Open the page again."))
    connect(account, by=by, now=now)


def choose(account: Account, writing: int | str, modes: Mapping[int, Mode], *, by: User, now: datetime) -> Calendar:
    """Choose the writing calendar (a row's key, or the name of a new one) and what is loaded from each calendar.

    The writing calendar is always read, else moves made there would not come here. Nothing is saved when a value is
    refused; a new calendar is made last, when all else is right. The first choice begins the exchange.
    """
    require_control(account, by)
    rows = {calendar.pk: calendar for calendar in account.calendars.all()}
    for pk, (mode, event_type) in modes.items():
        _check_mode(rows, pk, mode, event_type)
    if isinstance(writing, str):
        name = _check_new_name(account, writing.strip())
        chosen = _store(account, _new_calendar(account, name, now=now))
    else:
        chosen = _check_writing(rows, writing)
    with transaction.atomic():
        withdraw(account.pk)
        # at the beginning all of them are new: what was taken away at an earlier end goes out again
        homes = _homes(account) if account.begun else set()
        if not account.begun:  # the first sync mails nobody for what was wished before (DESIGN 5.3)
            Event.objects.filter(responsible=account.user, ends_at__gt=now).update(notify_revision=0)
        account.calendars.exclude(pk=chosen.pk).filter(writes=True).update(writes=False)
        _put_modes(account, modes, chosen)
        _move_events(homes ^ _homes(account), now)
        # What people moved into a calendar before it became a home is met by reading it anew.
        account.calendars.filter(pk__in=_homes(account) - homes).update(cursor="")
        Account.objects.filter(pk=account.pk).update(begun=True)
        account.begun = True
        _record("calendars_chosen", account, by, now, writing=chosen.name)
    health.review(account, now=now)
    wake_on_commit([account.pk])
    chosen.refresh_from_db()
    return chosen


def set_policy(
    account: Account,
    *,
    conflict_policy: ConflictPolicy,
    takes_text: bool,
    takes_place: bool,
    cancel_on_delete: bool,
    cancelled_stays: bool,
    by: User,
    now: datetime,
) -> None:
    """What comes in from there, and who wins when both sides changed."""
    require_control(account, by)
    new = {
        "conflict_policy": ConflictPolicy(conflict_policy).value,
        "takes_text": takes_text,
        "takes_place": takes_place,
        "cancel_on_delete": cancel_on_delete,
        "cancelled_stays": cancelled_stays,
    }
    changes = audit.diff({name: getattr(account, name) for name in new}, new)
    if not changes:
        return
    with transaction.atomic():
        for name, value in new.items():
            setattr(account, name, value)
        account.save(update_fields=list(new))
        audit.record("account.policy", "account", account.pk, label=account.email, changes=changes, by=by, now=now)


def use_calendar(user: User, external_calendar: str, *, now: datetime) -> None:
    """«Внешний календарь»: "none" pauses and keeps the tokens, "google" goes on with what was kept."""
    require(user, Right.OWN_ACCOUNT, own=True)
    if external_calendar not in ExternalCalendar.values:
        raise RuleError("external_calendar", "unknown", _("This calendar is not known. Choose one from the list."))
    same = {"language": user.language, "time_zone": user.time_zone}
    save_own_settings(user, **same, external_calendar=external_calendar, now=now)
    if external_calendar == ExternalCalendar.NONE:
        pause(user, by=user, now=now)
    else:
        resume(user, by=user, now=now)


def pause(user: User, *, by: User, now: datetime) -> None:
    """«Внешний календарь: нет»: nothing goes out or comes in, the tokens are kept."""
    _set_external(user, ExternalCalendar.NONE, paused=True, by=by, now=now)


def resume(user: User, *, by: User, now: datetime) -> None:
    _set_external(user, ExternalCalendar.GOOGLE, paused=False, by=by, now=now)


def disconnect(account: Account, *, existing: Existing, by: User, now: datetime) -> None:
    """End the connection; interviews stay here. Their future copies there are kept as they are, or removed first.

    "remove" takes as long as it takes: the account is `closing` until the copies are away, then the tokens are
    forgotten. "keep" ends it at once, also one that is closing.
    """
    require_control(account, by)
    with transaction.atomic():
        withdraw(account.pk)
        links = Link.objects.filter(calendar__account=account)
        if existing == "remove" and account.active and closing.take_away(links, now):
            account.closing, account.paused = True, False
            account.save(update_fields=["closing", "paused"])
            _record("closing", account, by, now)
            wake_on_commit([account.pk])
        else:
            closing.finish(account, now=now)
            _record("disconnected", account, by, now)


def revoke(account: Account, *, by: User, now: datetime) -> None:
    """Take the access back at Google too, which ends every grant this person gave to the project, then disconnect.

    Copies there stay: without the access nothing more can be removed.
    """
    require_control(account, by)
    token = account.refresh_token or account.access_token
    if token:
        try:
            oauth.revoke(google.transport(), google.endpoints(), token)
        except SyncError as error:
            text = _("Google cannot be reached, so the access was not withdrawn there. Nothing was changed; try again.")
            raise RuleError("account", "unreachable", text) from error
    disconnect(account, existing="keep", by=by, now=now)


def _told(account: Account, problem: str) -> Check:
    granted = tuple(scope for scope in account.scopes.split() if scope in health.SCOPE_NAMES)
    missing = oauth.missing(account.scopes.split())
    text = problem or _("Check succeeded")
    return Check(not problem, text, health.scope_names(granted), health.scope_names(missing))


def require_control(account: Account, by: User) -> None:
    """One's own account, or anybody's for who manages connections."""
    if account.user_id == by.pk:
        require(by, Right.OWN_ACCOUNT, own=True)
    else:
        require(by, Right.MANAGE_CONNECTIONS)


def _record(what: str, account: Account, by: User, now: datetime, *, writing: str = "") -> None:
    changes = {"writing": [None, writing]} if writing else {}
    audit.record(f"account.{what}", "account", account.pk, label=account.email, changes=changes, by=by, now=now)
    write_line(account, f"account_{what}", now, text=writing or account.email)


def _read_calendars(account: Account, *, now: datetime) -> None:
    """What left the list keeps its row (links point to it) and is used no more."""
    entries = google.account_client(account, now=now).list_calendars()
    with transaction.atomic():
        for entry in entries:
            _store(account, entry)
        lost = account.calendars.exclude(remote_id__in=[entry.remote_id for entry in entries])
        lost.update(access_role="none", reads=False)
        _choose_defaults(account)


def _store(account: Account, entry: CalendarEntry) -> Calendar:
    told = {
        "name": entry.name[:300],
        "time_zone": entry.zone,
        "access_role": entry.access_role,
        "primary": entry.primary,
    }
    if entry.access_role in WRITING_ROLES:  # what was only taken time in a calendar given to recruiting is read anew
        row = account.calendars.filter(remote_id=entry.remote_id, mode=LoadMode.TYPED)
        row.exclude(access_role__in=WRITING_ROLES).update(cursor="")
    new = {**told, "mode": LoadMode.SKIP}  # what nobody chose is not loaded
    return Calendar.objects.update_or_create(
        account=account, remote_id=entry.remote_id, defaults=told, create_defaults=new
    )[0]


def _choose_defaults(account: Account) -> None:
    """The first time: the primary calendar, else the first that may be changed, writes; both are read."""
    if account.calendars.filter(writes=True).exists():
        return
    mode = modes_of.default_mode()
    account.calendars.filter(primary=True).update(reads=mode != LoadMode.SKIP, mode=mode)
    for calendar in writable(account)[:1]:
        Calendar.objects.filter(pk=calendar.pk).update(writes=True, reads=True, mode=mode)


def _check_mode(rows: Mapping[int, Calendar], pk: int, mode: LoadMode, event_type: EventType | None) -> None:
    if pk not in rows:
        raise RuleError(f"mode_{pk}", "unknown", _("This calendar is not in your list any more. Open the page again."))
    if mode not in modes_of.allowed_modes():
        text = _("The organisation does not allow “%(mode)s”. Choose another way for this calendar.")
        raise RuleError(f"mode_{pk}", "enforced", text % {"mode": mode.label})
    if mode != LoadMode.TYPED:
        return
    if rows[pk].access_role not in WRITING_ROLES:
        text = _("“%(calendar)s” may only be read, so moves would not be exchanged. Choose another way to load it.")
        raise RuleError(f"mode_{pk}", "read_only", text % {"calendar": rows[pk].name})
    if event_type is None or not event_type.active:
        text = _("Choose an active event type: what is found in “%(calendar)s” is loaded as events of this type.")
        raise RuleError(f"type_{pk}", "type", text % {"calendar": rows[pk].name})
    if not event_type.export_enabled:
        text = _("Events of this type are not exported, so moves would not be exchanged. Choose an exported type.")
        raise RuleError(f"type_{pk}", "not_exported", text)


def _check_writing(rows: Mapping[int, Calendar], pk: int) -> Calendar:
    if pk not in rows:
        raise RuleError("writing", "unknown", _("This calendar is not in your list any more. Choose another one."))
    if rows[pk].access_role not in WRITING_ROLES:
        text = _("The calendar “%(calendar)s” may only be read. Choose one that you may change.")
        raise RuleError("writing", "read_only", text % {"calendar": rows[pk].name})
    return rows[pk]


def _check_new_name(account: Account, name: str) -> str:
    if not name or len(name) > 100:
        raise RuleError("new_name", "name", _("Enter a name of up to 100 characters for the new calendar."))
    if not may_create_calendar(account):
        text = _(
            "At Google you did not allow us to create a calendar. Choose one that is there, "
            "or request access once more and leave all boxes ticked."
        )
        raise RuleError("new_name", "scope", text)
    if account.calendars.filter(name=name).exclude(access_role="none").exists():
        text = _("There is a calendar “%(calendar)s” already. Choose it in the list, or enter another name.")
        raise RuleError("new_name", "taken", text % {"calendar": name})
    return name


def _new_calendar(account: Account, name: str, *, now: datetime) -> CalendarEntry:
    try:
        return google.account_client(account, now=now).create_calendar(name, account.user.time_zone)
    except SyncError as error:
        raise RuleError("new_name", "google", trouble(account, error, now=now)) from error


def _put_modes(account: Account, modes: Mapping[int, Mode], chosen: Calendar) -> None:
    for calendar in account.calendars.select_for_update():
        old = (calendar.reads, calendar.mode)
        calendar.writes = calendar.pk == chosen.pk
        if calendar.pk in modes:
            calendar.mode, calendar.event_type = modes[calendar.pk]
            calendar.event_type = calendar.event_type if calendar.mode == LoadMode.TYPED else None
            calendar.reads = calendar.mode != LoadMode.SKIP
        elif calendar.writes and not calendar.reads:
            calendar.mode = modes_of.default_mode()
        calendar.reads = calendar.reads or calendar.writes
        calendar.save(update_fields=["writes", "reads", "mode", "event_type"])
        modes_of.apply_mode(calendar, old)


def _homes(account: Account) -> set[int]:
    return {calendar.pk for calendar in account.calendars.all() if is_home(calendar)}


def _move_events(calendars: set[int], now: datetime) -> None:
    """What lies ahead in calendars that became or ceased to be a home of our events is looked at anew."""
    ahead = Event.objects.filter(links__calendar__in=calendars, status__in=OPEN, ends_at__gt=now)
    locked = ahead.order_by("pk").select_for_update(of=("self",), no_key=True)
    writing.raise_revisions(list(locked.values_list("pk", flat=True)))


def _set_external(user: User, value: ExternalCalendar, *, paused: bool, by: User, now: datetime) -> None:
    account = active_account(user)
    if account is not None:
        require_control(account, by)
    with transaction.atomic():
        user.external_calendar = value
        user.save(update_fields=["external_calendar"])
        if account is None or account.closing or account.paused == paused:
            return
        withdraw(account.pk)
        account.paused = paused
        account.save(update_fields=["paused"])
        _record("paused" if paused else "resumed", account, by, now)
    if not paused:
        wake_on_commit([account.pk])
