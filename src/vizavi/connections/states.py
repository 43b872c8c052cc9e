"""What people see of synchronisation: the chip of an event, its journal, other calendars' taken time (DESIGN 5.11)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vizavi.common.permissions import Right, allowed
from vizavi.connections import conflicts, health
from vizavi.connections.models import (
    Account,
    AccountState,
    BusyBlock,
    Calendar,
    Installation,
    JournalEntry,
    Link,
    Proposal,
)
from vizavi.events import queries
from vizavi.events.models import Event, EventType
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.sync.engine import UNANSWERED
from vizavi.sync.model import LinkState

STUBBORN = 5  # tries without an answer, then a silence that concerns one interview alone is shown as an error

REFUSED_SHOWN = 20
BEING_SENT = _("It is being sent.")
HELD = _("Restored from a backup: nothing is sent before an administrator confirms it. The change is kept.")
LABELS: Mapping[str, str | Promise] = {
    "not_exported": _("Not exported"),
    "pending": _("Waiting for export"),
    "synced": _("Synchronised"),
    "conflict": pgettext_lazy("sync state", "Conflict"),
    "error": _("Error"),
    "detached": _("Deleted in the external calendar"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """The sync state of one event: `code` and caption, what it means, when it was in step, when it is tried next.

    `held` = nothing happens before a person does something; `guests_told` = guests were mailed about the event, so
    they are also told when it is cancelled.
    """

    code: str
    detail: str | Promise = ""
    link_id: int | None = None
    synced_at: datetime | None = None
    next_try: datetime | None = None
    held: bool = False
    guests_told: bool = False
    cancelled_stays: bool = False  # by the account's setting, where a cancelled event keeps its copy

    @property
    def label(self) -> str | Promise:
        return LABELS[self.code]

    @property
    def moving(self) -> bool:
        """Whether it is worth looking again in a second."""
        return self.code == "pending" and self.next_try is None and not self.held


class Charted(Protocol):
    """What the sync state of an event follows from: an `Event`, or what a calendar reads of thousands."""

    @property
    def pk(self) -> int: ...
    @property
    def type(self) -> EventType: ...
    @property
    def status(self) -> str: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def revision(self) -> int: ...
    @property
    def responsible_id(self) -> int: ...


def chips(events: Iterable[Charted], *, now: datetime) -> dict[int, Chip]:
    """Chips by event id, in a few queries however many events there are. Events need `type` loaded."""
    rows = list(events)
    people = {event.responsible_id for event in rows}
    theirs = Account.objects.filter(user__in=people, active=True)
    theirs = theirs.annotate(held=Exists(Installation.objects.filter(outbound_held=True)))  # costs no query of its own
    held = any(account.held for account in theirs)
    accounts = {account.user_id: account for account in theirs}
    in_trouble = [account for account in accounts.values() if account.state in health.IN_TROUBLE]
    prefetch_related_objects(in_trouble, Prefetch("calendars", Calendar.objects.filter(writes=True)))
    waits = {person: str(_waits(accounts.get(person)) or (HELD if held else "")) for person in people}
    links: dict[int, list[Link]] = {}
    # what was agreed on is large, and nobody looks at it here; a calendar is the same for thousands of links
    found = Link.objects.filter(event__in=[event.pk for event in rows]).defer("base_local", "base_remote")
    for link in found.prefetch_related("calendar"):
        links.setdefault(link.event_id, []).append(link)
    return {
        event.pk: _chip(
            event, links.get(event.pk, []), accounts.get(event.responsible_id), waits[event.responsible_id], now=now
        )
        for event in rows
    }


def proposals(event: Event) -> list[Proposal]:
    """Other times that guests propose; a later move of the event or its end makes them void."""
    if event.status not in OPEN:
        return []
    standing = event.proposals.filter(time_edited_at=event.time_edited_at)
    return list(standing.select_related("user").order_by("at", "pk"))


def needing_somebody(events: QuerySet[Event]) -> QuerySet[Event]:
    """Those that ask a question, are refused by the external calendar, or have another time proposed by a guest."""
    asking = Q(state=LinkState.DETACHED.value) | Q(conflict__isnull=False) | Q(error_code__gt="")
    links = Link.objects.filter(asking, event=OuterRef("pk"))
    proposed = Proposal.objects.filter(event=OuterRef("pk"), time_edited_at=OuterRef("time_edited_at"))
    return events.filter(Q(Exists(links)) | (Q(Exists(proposed)) & Q(status__in=OPEN)))


def journal_of(event: Event) -> QuerySet[JournalEntry]:
    return event.journal.select_related("account__user").order_by("-at", "-pk")


def journal_of_account(account: Account) -> QuerySet[JournalEntry]:
    rows = account.journal.select_related("account__user", "event__type", "event__candidate")
    return rows.order_by("-at", "-pk")


def journal_seen_by(user: User, event: Event | None = None) -> Q:
    """All lines for whoever sees all connections; one's own account's lines; those of an event that one may edit."""
    if allowed(user, Right.SEE_CONNECTIONS) or (event is not None and queries.may_edit(user, event)):
        return Q()
    return Q(account__user=user)


def shows_changes(entry: JournalEntry, reader: User) -> bool:
    """What a line tells of somebody's private calendar (not of an event here) is for its owner's eyes."""
    return entry.event_id is not None or (entry.account is not None and entry.account.user_id == reader.pk)


@dataclass(frozen=True, slots=True)
class Removals:
    """Copies that a person wants away from the external calendar: how many are left, and the refused ones of them."""

    left: int
    refused: list[Link]


def removals(links: "QuerySet[Link]") -> Removals:
    """Of an account's links, or of those to the events of a type."""
    leaving = links.filter(state=LinkState.REMOVING.value)
    refused = leaving.filter(error_code__gt="").select_related("event__type", "event__candidate")
    return Removals(leaving.count(), list(refused.order_by("event__starts_at", "pk")[:REFUSED_SHOWN]))


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody's taken time; `title` only for its owner, everybody else sees «Занято»."""

    block_id: int
    user_id: int
    starts_at: datetime
    ends_at: datetime
    starts_on: date | None
    ends_on: date | None
    title: str | None


def blocks_between(viewer: User, start: datetime, end: datetime, people: Collection[int]) -> list[Taken]:
    """Taken time of `people` (user ids) that touches [start, end); one query."""
    seen = Q(calendar__account__user=viewer)
    if allowed(viewer, Right.SEE_BUSY):
        seen |= Q(calendar__account__user__in=people)
    rows = BusyBlock.objects.filter(seen, calendar__reads=True, calendar__account__active=True)
    rows = rows.filter(calendar__account__user__in=people, starts_at__lt=end, ends_at__gt=start)
    values = rows.order_by("starts_at", "pk").values_list(
        "pk", "calendar__account__user", "starts_at", "ends_at", "starts_on", "ends_on", "title"
    )
    return [
        Taken(pk, user, first, last, day, after, title if user == viewer.pk else None)
        for pk, user, first, last, day, after, title in values
    ]


def _chip(event: Charted, links: list[Link], account: Account | None, waits: str, *, now: datetime) -> Chip:
    # The copy of the responsible's account counts; those of a former account or responsible rest where they are.
    own = account.pk if account else None
    link = max(links, key=lambda row: (row.calendar.account_id == own, _is_alive(row)), default=None)
    if link is None:
        code, detail = _unlinked(event, account, waits, now)
        return Chip(code, detail, next_try=_next_try(code, account, None, now), held=bool(waits))
    code, detail = _linked(event, link, waits)
    told = link.guests_notified and _is_alive(link)
    retried = _next_try(code, account, link, now)
    stays = account is not None and account.cancelled_stays
    known = (link.pk, link.synced_at, retried)
    return Chip(code, detail, *known, held=bool(waits), guests_told=told, cancelled_stays=stays)


def _next_try(code: str, account: Account | None, link: Link | None, now: datetime) -> datetime | None:
    """Nothing is tried before the link's own pause and those of its account are over."""
    if code not in {"pending", "error"}:
        return None
    moments = [link.next_try if link else None, account and account.not_before, account and account.retry_at]
    return max((moment for moment in moments if moment and moment > now), default=None)


def _is_alive(link: Link) -> bool:
    return link.state != LinkState.GONE.value


def _linked(event: Charted, link: Link, waits: str) -> tuple[str, str | Promise]:
    if link.state == LinkState.REMOVING.value:
        return "pending", link.why or _("Its copy is being removed from the external calendar.")
    if link.state == LinkState.DETACHED.value:
        return "detached", _("It was deleted in the external calendar. What is to become of it?")
    if link.error_code == UNANSWERED and link.attempts < STUBBORN:
        return "pending", _("The external calendar did not answer. The change is kept and tried again by itself.")
    if link.error_code:
        return "error", link.why
    if link.conflict:
        return "conflict", conflicts.question(link.conflict)
    if link.in_flight or event.revision > link.pushed_revision:
        return "pending", waits or BEING_SENT
    if link.state == LinkState.GONE.value:
        return "not_exported", _("It was removed from the external calendar.")
    if link.state == LinkState.PAUSED.value:
        return "not_exported", _("It is kept here only.")
    if not event.type.export_enabled:
        return "not_exported", _("Events of this type are no longer exported; the copy stays as it is.")
    return "synced", ""


def _unlinked(event: Charted, account: Account | None, waits: str, now: datetime) -> tuple[str, str | Promise]:
    if not event.type.export_enabled:
        return "not_exported", _("Events of this type are not exported.")
    if event.status not in OPEN or event.ends_at <= now:
        return "not_exported", _("It is over or cancelled.")
    if account is None or account.closing:
        return "not_exported", _("The responsible user has connected no external calendar.")
    return "pending", waits or BEING_SENT


def _waits(account: Account | None) -> str | Promise:
    if account is None:
        return _("The responsible user's account is not connected any more. The change is kept.")
    if account.closing:
        return _("The responsible user's account is being disconnected; nothing more is sent. The change is kept.")
    if not account.begun:
        return _("The responsible user has connected Google but not pressed “Save” there yet. It goes out then.")
    if account.paused:
        return _("The external calendar is switched off. The change is kept.")
    if account.state == AccountState.EXPIRED:
        return _("The responsible user has to sign in to Google again. The change is kept and goes out then.")
    if account.state in (AccountState.LIMITED, AccountState.ERROR):
        return health.why(account)
    return ""
