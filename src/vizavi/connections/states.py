"""What people see of synchronisation: the chip of an event, its journal, other calendars' taken time (DESIGN 5.11)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vizavi.common.permissions import Right, allowed
from vizavi.connections.models import Account, AccountState, BusyBlock, JournalEntry, Link
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.sync.model import LinkState

LABELS: Mapping[str, str | Promise] = {
    "not_exported": _("Not exported"),
    "pending": _("Waiting for export"),
    "synced": _("Synchronised"),
    "conflict": _("Edit conflict|state"),
    "error": _("Error"),
    "detached": _("Deleted in the external calendar"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """The sync state of one event: `code` and caption, what it means, when it was in step, when it is tried next."""

    code: str
    detail: str | Promise = ""
    link_id: int | None = None
    synced_at: datetime | None = None
    next_try: datetime | None = None

    @property
    def label(self) -> str | Promise:
        return LABELS[self.code]

    @property
    def moving(self) -> bool:
        """Whether it is worth looking again in a second."""
        return self.code == "pending" and self.next_try is None


def chips(events: Iterable[Event], *, now: datetime) -> dict[int, Chip]:
    """Chips by event id, in two queries however many events there are. Events need `type` loaded."""
    rows = list(events)
    accounts = {
        account.user_id: account
        for account in Account.objects.filter(user__in={event.responsible_id for event in rows}, active=True)
    }
    links: dict[int, list[Link]] = {}
    for link in Link.objects.filter(event__in=[event.pk for event in rows]).select_related("calendar"):
        links.setdefault(link.event_id, []).append(link)
    return {event.pk: _chip(event, links.get(event.pk, []), accounts.get(event.responsible_id), now) for event in rows}


def journal_of(event: Event) -> QuerySet[JournalEntry]:
    return event.journal.select_related("account__user").order_by("-at", "-pk")


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


def _chip(event: Event, links: list[Link], account: Account | None, now: datetime) -> Chip:
    # The copy of the responsible's account counts; those of a former account or responsible rest where they are.
    own = account.pk if account else None
    link = max(links, key=lambda row: (row.calendar.account_id == own, _is_alive(row)), default=None)
    waits = _waits(account)
    if link is None:
        return _unlinked(event, account, waits, now)
    code, detail = _linked(event, link, waits)
    return Chip(code, detail, link.pk, link.synced_at, link.next_try)


def _is_alive(link: Link) -> bool:
    return link.state != LinkState.GONE.value


def _linked(event: Event, link: Link, waits: str | Promise) -> tuple[str, str | Promise]:
    if link.state == LinkState.DETACHED.value:
        return "detached", _("It was deleted in the external calendar. What is to become of it?")
    if link.error_code:
        return "error", link.error_text
    if link.conflict:
        return "conflict", _("Both sides changed it; synchronisation goes on with the value that was kept.")
    if link.in_flight or event.revision > link.pushed_revision:
        return "pending", waits or _("It is being sent.")
    if link.state == LinkState.GONE.value:
        return "not_exported", _("It was removed from the external calendar.")
    if link.state == LinkState.PAUSED.value:
        return "not_exported", _("It is kept here only.")
    if not event.type.export_enabled:
        return "not_exported", _("Events of this type are no longer exported; the copy stays as it is.")
    return "synced", ""


def _unlinked(event: Event, account: Account | None, waits: str | Promise, now: datetime) -> Chip:
    if not event.type.export_enabled:
        return Chip("not_exported", _("Events of this type are not exported."))
    if event.status not in OPEN or event.ends_at <= now:
        return Chip("not_exported", _("It is over or cancelled."))
    if account is None:
        return Chip("not_exported", _("The responsible user has connected no external calendar."))
    return Chip("pending", waits or _("It is being sent."))


def _waits(account: Account | None) -> str | Promise:
    if account is None:
        return _("The responsible user's account is not connected any more. The change is kept.")
    if account.paused:
        return _("The external calendar is switched off. The change is kept.")
    if account.state == AccountState.EXPIRED:
        return _("The responsible user has to sign in to Google again. The change is kept and goes out then.")
    if account.state in (AccountState.LIMITED, AccountState.ERROR):
        return account.state_text
    return ""
