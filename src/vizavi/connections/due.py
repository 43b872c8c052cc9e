"""Which accounts have work: computed from the database, so that losing every queued message loses nothing."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When

from vizavi.common.prepared import Prepared
from vizavi.connections.lease import Lease, LeaseLost, claim
from vizavi.connections.models import IN_USE, Account, AccountState, Calendar, GoneCopy, Installation, Link
from vizavi.connections.occurrences import SeriesStore
from vizavi.connections.store import MOVING, due_links, homes, strays, waiting_events
from vizavi.connections.tasks import wake
from vizavi.sync.model import LinkState

SLIDE_AT_ONCE = 20  # calendars whose series are materialised anew in one sweep


def accounts_with_work(now: datetime) -> QuerySet[Account]:
    """Connected accounts that owe their calendar something and may be worked on now."""
    links = due_links(now).filter(calendar__account=OuterRef("pk"))
    events = waiting_events(now).filter(responsible=OuterRef("user"))
    writing = Calendar.objects.filter(account=OuterRef("pk"), writes=True)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    rested = Q(not_before=None) | Q(not_before__lte=now)
    again = Q(retry_at=None) | Q(retry_at__lte=now)
    ready = Account.objects.filter(free, rested, again, IN_USE).exclude(state=AccountState.EXPIRED, closing=False)
    copies = Link.objects.filter(calendar__account=OuterRef("pk"), state=LinkState.REMOVING.value)
    ready = ready.exclude(Exists(Installation.objects.filter(outbound_held=True)))
    over = Q(closing=True) & ~Exists(copies)
    return ready.filter(over | Exists(links) | (Exists(writing) & Exists(events)))


_OWES = Prepared(
    lambda account, now: accounts_with_work(now).filter(pk=account).values_list("pk"), account=int, now=datetime
)


def owes(account_id: int, now: datetime) -> bool:
    return bool(_OWES.rows(account=account_id, now=now))


class Agenda(NamedTuple):
    """What one calendar of an account has to do beside being read."""

    owes: bool  # links that may be tried now, or events to come out
    leaves: bool  # items that are on their way to the writing calendar, or should be
    lost: bool  # guests' copies that are gone, for a reason that reading this calendar tells
    marked: bool  # deletions that were read or met and are not applied yet


def _agendas(account: int, now: datetime) -> "QuerySet[Calendar, tuple[Any, ...]]":
    links = Link.objects.filter(calendar=OuterRef("pk"))
    events = waiting_events(now).filter(responsible=OuterRef("account__user"))
    due = Exists(due_links(now).filter(calendar=OuterRef("pk")))
    moving = Exists(links.filter(MOVING, owes=True))
    stray = Case(When(homes(), then=False), default=Exists(links.filter(strays(now))), output_field=BooleanField())
    return (
        Calendar.objects.filter(account=account)
        .annotate(
            owes=due | (Q(writes=True) & Exists(events)),
            leaves=moving | Q(stray),
            lost=Exists(GoneCopy.objects.filter(link__calendar=OuterRef("pk"))),
            marked=Exists(links.filter(gone_at__isnull=False)),
        )
        .values_list("pk", "owes", "leaves", "lost", "marked")
    )


_AGENDAS = Prepared(_agendas, account=int, now=datetime)


def agendas(account_id: int, now: datetime) -> dict[int, Agenda]:
    """By calendar, in one statement."""
    return {pk: Agenda(*map(bool, has)) for pk, *has in _AGENDAS.rows(account=account_id, now=now)}


def sweep(now: datetime) -> None:
    """Once a minute: wake every account with due work, and let the window of recurring series move on."""
    for account_id in accounts_with_work(now).values_list("pk", flat=True):
        wake.enqueue(account_id)
    _slide(now)


def _slide(now: datetime) -> None:
    outdated = Q(expanded_on=None) | Q(expanded_on__lt=now.date())
    reading = Calendar.objects.filter(outdated, reads=True, account__in=Account.objects.filter(IN_USE, closing=False))
    for calendar in reading.select_related("account").order_by("?")[:SLIDE_AT_ONCE]:
        lease = claim(calendar.account_id, now)
        if lease is None:
            continue  # somebody works on it; the next sweep comes in a minute
        try:
            _slide_calendar(calendar, lease, now)
        except LeaseLost:
            continue
        finally:
            lease.release()


def _slide_calendar(calendar: Calendar, lease: Lease, now: datetime) -> None:
    """A transaction for each series: hundreds of them together would keep whoever saves an interview waiting."""
    series = SeriesStore(calendar)
    for master_id in series.masters():
        with transaction.atomic():
            lease.renew(now)
            series.expand(master_id, now)
    with transaction.atomic():
        lease.renew(now)
        Calendar.objects.filter(pk=calendar.pk).update(expanded_on=now.date())
