"""Calendar accounts: consent, check, choice of calendars, end."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.fields import Body, Code, Flag, Id, Line, Named, Text
from vizavi.api.paging import Page, Slice, page
from vizavi.api.previews import PreviewOut, shown_preview
from vizavi.api.problems import wrong
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed
from vizavi.connections import accounts, consent, health, overview, previews
from vizavi.connections.accounts import AWAITING, Mode
from vizavi.connections.models import Account, AccountState, Calendar, ConflictPolicy, LoadMode
from vizavi.events.models import EventType
from vizavi.people.models import User

router = Router(tags=["calendar accounts"])
POLICY = ("conflict_policy", "takes_text", "takes_place", "cancel_on_delete", "cancelled_stays")

ORDER = ("-primary", "name", "pk")
CALENDARS = Prefetch("calendars", Calendar.objects.select_related("event_type").order_by(*ORDER))
UNLISTED = "none"  # access to a calendar that is no longer in the account's list


class CalendarOut(BaseModel):
    id: int
    name: str
    time_zone: str
    access: str = Field(description="What the external calendar lets the account do.")
    primary: bool
    reads: bool
    writes: bool
    mode: LoadMode = Field(description="What becomes of appointments that are not ours.")
    event_type: str | None


class QueueOut(BaseModel):
    """What the account owes its calendar."""

    pending: int
    oldest: datetime | None
    refused: int
    removing: int


class AccountOut(BaseModel):
    id: int
    user: Named
    provider: str
    email: str
    state: AccountState
    why: str = Field(description="Why it is not simply connected, and how to mend it.")
    active: bool
    awaiting_confirmation: bool = Field(description="Another login than the one entered; confirm it or disconnect.")
    paused: bool
    begun: bool = Field(description="The calendars have been chosen; before that nothing is exchanged.")
    closing: bool = Field(description="Copies are being removed, then the account is disconnected.")
    braked: int = Field(description="Deletions that wait for an answer.")
    granted: list[str]
    missing: list[str]
    connected_at: datetime
    last_ok_at: datetime | None
    conflict_policy: ConflictPolicy
    takes_text: bool
    takes_place: bool
    cancel_on_delete: bool
    cancelled_stays: bool
    queue: QueueOut
    calendars: list[CalendarOut]


class AccountPage(Page[AccountOut]):
    pass


class ConsentIn(Body):
    login: Line = Field("", description="Address of the Google account; it is filled in there.")


class ConsentStarted(BaseModel):
    address: str = Field(description="Open it in a browser and accept; valid for ten minutes.")


class ConsentCode(Body):
    code: Text = Field(description="The code shown at the end, or the whole address you were led to.")


class ConsentFinished(BaseModel):
    account: AccountOut
    granted: list[str]
    missing: list[str]
    awaiting_confirmation: bool


class CheckOut(BaseModel):
    ok: bool
    text: str
    granted: list[str]
    missing: list[str]


class CalendarChoice(Body):
    id: Id
    mode: LoadMode
    event_type: Code | None = Field(None, description="Code; for the mode `typed`.")


class CalendarsIn(Body):
    """The first choice begins the exchange."""

    writing: Id | None = Field(None, description="The calendar that interviews are written to.")
    new_calendar: Line = Field("", description="Or the name of a calendar to be made for them.")
    calendars: list[CalendarChoice] = Field([], max_length=250, description="Those not named stay as they are.")
    conflict_policy: ConflictPolicy | None = None
    takes_text: Flag | None = None
    takes_place: Flag | None = None
    cancel_on_delete: Flag | None = None
    cancelled_stays: Flag | None = None


class Ending(Body):
    existing: Literal["keep", "remove"] = Field(description="What becomes of future copies there.")
    revoke: Flag = Field(False, description="Also withdraw the access at Google; only with `keep`.")


class ExistingOnly(Body):
    existing: Literal["keep", "remove"]


@router.post("/accounts/consent", response={201: ConsentStarted}, summary="Request access")
def start_consent(request: ApiRequest, data: ConsentIn) -> Any:
    """Step 2: «Запросить доступ для приложения»."""
    user = needs(request, Right.OWN_ACCOUNT, own=True)
    address = consent.start(user, session_key=_session(request), login=data.login, now=timezone.now())
    return ConsentStarted(address=address)


@router.post("/accounts/consent/finish", response=ConsentFinished, summary="Finish with the code")
def finish_consent(request: ApiRequest, data: ConsentCode) -> Any:
    """Step 3: «Вставить авторизационный код»; the code or the whole address will do."""
    user = needs(request, Right.OWN_ACCOUNT, own=True)
    done = consent.finish_pasted(user, data.code, session_key=_session(request), now=timezone.now())
    return ConsentFinished(
        account=_shown(done.account.pk),
        granted=list(done.granted),
        missing=list(done.missing),
        awaiting_confirmation=done.awaiting_confirmation,
    )


def _session(request: ApiRequest) -> str:
    """No browser's session is ours, so the redirect page shows the code instead of finishing."""
    return f"api-token-{request.auth.pk}"


@router.get("/accounts", response=AccountPage, summary="List calendar accounts")
def list_accounts(request: ApiRequest, query: Query[Slice]) -> Any:
    """Your own; those of all for who sees all connections."""
    rows = _visible(needs(request, Right.SEE_CONNECTIONS, own=True))
    return page(request, rows, query, lambda found_ones: _accounts(found_ones, timezone.now()))


@router.get("/accounts/{int:account_id}", response=AccountOut, summary="One calendar account")
def get_account(request: ApiRequest, account_id: int) -> Any:
    return _shown(found(_visible(request.user), account_id).pk)


@router.post("/accounts/{int:account_id}/confirm", response=AccountOut, summary="Use the other login all the same")
def confirm_account(request: ApiRequest, account_id: int) -> Any:
    account = _controlled(request, account_id)
    accounts.confirm_login(account, by=request.user, now=timezone.now())
    return _shown(account_id)


@router.post("/accounts/{int:account_id}/check", response=CheckOut, summary="Check the account")
def check_account(request: ApiRequest, account_id: int) -> Any:
    """Step 4: «Проверить аккаунт», a live call; reads the list of calendars too."""
    account = _controlled(request, account_id, active=True)
    result = accounts.check(account, now=timezone.now())
    return CheckOut(ok=result.ok, text=result.text, granted=list(result.granted), missing=list(result.missing))


@router.get("/accounts/{int:account_id}/calendars", response=list[CalendarOut], summary="Its calendars")
def list_calendars(request: ApiRequest, account_id: int) -> Any:
    """As they were read last; `check` reads them anew."""
    return _calendars(_listed(found(_visible(request.user), account_id)))


@router.put("/accounts/{int:account_id}/calendars", response=AccountOut, summary="Choose calendars and save")
def choose_calendars(request: ApiRequest, account_id: int, data: CalendarsIn) -> Any:
    """Which one is written to, what is loaded from each, who wins when both sides changed."""
    account, user, now = _controlled(request, account_id, active=True), request.user, timezone.now()
    writing, modes = _choice(account, data)
    accounts.choose(account, writing, modes, by=user, now=now)
    policy = {name: getattr(account, name) if getattr(data, name) is None else getattr(data, name) for name in POLICY}
    accounts.set_policy(account, **policy, by=user, now=now)
    return _shown(account_id)


@router.post("/accounts/{int:account_id}/calendars/preview", response=PreviewOut, summary="What a choice would do")
def preview_calendars(request: ApiRequest, account_id: int, data: CalendarsIn) -> Any:
    """Counts; nothing is changed. Before the first choice: what begins with it."""
    account, now = _controlled(request, account_id, active=True), timezone.now()
    writing, modes = _choice(account, data)
    if not account.begun:
        return shown_preview(previews.first_sync(account, now=now))
    return shown_preview(previews.calendars(account, writing, modes, now=now))


@router.post("/accounts/{int:account_id}/disconnect", response=AccountOut, summary="Disconnect the account")
def disconnect_account(request: ApiRequest, account_id: int, data: Ending) -> Any:
    """Interviews stay here. With `remove` their future copies go first; the account is `closing` meanwhile."""
    account, now = _controlled(request, account_id), timezone.now()
    if data.revoke and data.existing == "remove":
        text = _("Without access the copies could not be removed. Choose one of the two. Nothing was changed.")
        raise wrong("revoke", text)
    if data.revoke:
        accounts.revoke(account, by=request.user, now=now)
    else:
        accounts.disconnect(account, existing=data.existing, by=request.user, now=now)
    return _accounts([Account.objects.select_related("user").get(pk=account_id)], now)[0]


@router.post("/accounts/{int:account_id}/disconnect/preview", response=PreviewOut, summary="What the end would do")
def preview_disconnect(request: ApiRequest, account_id: int, data: ExistingOnly) -> Any:
    """Counts; nothing is changed."""
    account = _controlled(request, account_id)
    return shown_preview(previews.disconnect(account, data.existing, now=timezone.now()))


def _visible(user: User) -> "QuerySet[Account]":
    rows = Account.objects.filter(Q(active=True) | Q(state_code=AWAITING)).select_related("user")
    if allowed(user, Right.SEE_CONNECTIONS):
        return rows
    return rows.filter(user=user) if allowed(user, Right.OWN_ACCOUNT, own=True) else rows.none()


def _controlled(request: ApiRequest, account_id: int, *, active: bool = False) -> Account:
    account = found(_visible(request.user), account_id)
    accounts.require_control(account, request.user)
    if active and not account.active:
        raise RuleError("", "not_connected", _("The account is not connected yet: confirm the login first."))
    return account


def _choice(account: Account, data: CalendarsIn) -> tuple[int | str, dict[int, Mode]]:
    if (data.writing is None) == (not data.new_calendar.strip()):
        raise wrong("writing", _("Choose the calendar that interviews are written to, or name a new one."))
    types = {row.code: row for row in EventType.objects.filter(code__in={one.event_type for one in data.calendars})}
    known = {row.pk for row in _listed(account)}
    for place, one in enumerate(data.calendars):
        if one.id not in known:
            raise wrong(f"calendars.{place}.id", _("The account has no such calendar."))
        if one.event_type is not None and one.event_type not in types:
            raise wrong(f"calendars.{place}.event_type", _("There is no event type with this code."))
    modes: dict[int, Mode] = {one.id: (one.mode, types.get(one.event_type or "")) for one in data.calendars}
    return (data.new_calendar if data.writing is None else data.writing), modes


def _listed(account: Account) -> Sequence[Calendar]:
    return list(account.calendars.exclude(access_role=UNLISTED).select_related("event_type").order_by(*ORDER))


def _shown(account_id: int) -> AccountOut:
    return _accounts([Account.objects.select_related("user").get(pk=account_id)], timezone.now())[0]


def _accounts(rows: Collection[Account], now: datetime) -> list[AccountOut]:
    """In a few queries however many there are."""
    prefetch_related_objects(list(rows), CALENDARS)
    queues = overview.queues(rows, now=now)
    return [_account(row, queues[row.pk]) for row in rows]


def _account(row: Account, queue: overview.Queue) -> AccountOut:
    granted, missing = health.granted_and_missing(row)
    same = ("provider", "email", "state", "active", "paused", "begun", "closing", "braked", *POLICY)
    return AccountOut(
        id=row.pk,
        user=Named(id=row.user_id, name=str(row.user)),
        why=health.why(row),
        awaiting_confirmation=not row.active and row.state_code == AWAITING,
        granted=list(granted),
        missing=list(missing),
        connected_at=timezone.localtime(row.connected_at),
        last_ok_at=_local(row.last_ok_at),
        queue=QueueOut(
            pending=queue.pending, oldest=_local(queue.oldest), refused=queue.refused, removing=queue.removing
        ),
        calendars=_calendars([calendar for calendar in row.calendars.all() if calendar.access_role != UNLISTED]),
        **{name: getattr(row, name) for name in same},
    )


def _calendars(rows: Sequence[Calendar]) -> list[CalendarOut]:
    same = ("name", "time_zone", "primary", "reads", "writes", "mode")
    return [
        CalendarOut(
            id=row.pk,
            access=row.access_role,
            event_type=row.event_type.code if row.event_type else None,
            **{name: getattr(row, name) for name in same},
        )
        for row in rows
    ]


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
