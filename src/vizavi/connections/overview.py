"""All connections at a glance: whose account stands how, what it owes its calendar, and where trouble is."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, When
from django.db.models.functions import Greatest

from vizavi.connections.accounts import AWAITING
from vizavi.connections.health import IN_TROUBLE
from vizavi.connections.models import Account, Link
from vizavi.connections.store import waiting_events
from vizavi.events import rules
from vizavi.people.models import User
from vizavi.sync.model import Group, LinkState

RANKS = TROUBLE, REFUSED, UNDER_WAY, CONNECTED, OFF = range(5)  # the order people are listed in


@dataclass(frozen=True, slots=True)
class Queue:
    """What an account owes its calendar: how many events and since when, refused ones, copies still to be removed."""

    pending: int = 0
    oldest: datetime | None = None
    refused: int = 0
    removing: int = 0


def ranked(people: QuerySet[User], ranks: Collection[int]) -> QuerySet[User]:
    """Those of the people who have one of the ranks; whoever's connection needs somebody comes first."""
    theirs = Account.objects.filter(user=OuterRef("pk"))
    used = theirs.filter(active=True)
    trouble = theirs.filter(Q(active=True, state__in=IN_TROUBLE) | Q(active=False, state_code=AWAITING))
    refused = Link.objects.filter(error_code__gt="", calendar__account__user=OuterRef("pk"))
    listed = people.annotate(
        rank=Case(
            When(Exists(trouble), then=TROUBLE),
            When(Exists(used.filter(braked__gt=0)), then=REFUSED),
            When(Exists(refused.filter(calendar__account__active=True)), then=REFUSED),
            When(Exists(used.filter(Q(closing=True) | Q(begun=False))), then=UNDER_WAY),
            When(Exists(used), then=CONNECTED),
            default=OFF,
        )
    )
    return listed.filter(rank__in=ranks).order_by("rank", "last_name", "first_name", "pk")


def queues(accounts: Collection[Account], *, now: datetime) -> dict[int, Queue]:
    """By account; two queries however many there are."""
    owing = Q(event__revision__gt=F("pushed_revision")) | Q(in_flight__isnull=False)
    found = {account.pk: Queue() for account in accounts}
    links = Link.objects.filter(calendar__account__in=found).values("calendar__account").order_by()
    for row in links.annotate(
        pending=Count("pk", filter=owing),
        oldest=Min(_edited("event__"), filter=owing),
        refused=Count("pk", filter=Q(error_code__gt="")),
        removing=Count("pk", filter=Q(state=LinkState.REMOVING.value)),
    ):
        found[row["calendar__account"]] = Queue(row["pending"], row["oldest"], row["refused"], row["removing"])
    people = [account.user_id for account in accounts if account.active and not account.closing]
    # whatever began earlier is over: so the search is short
    coming = waiting_events(now).filter(responsible__in=people, starts_at__gt=now - rules.LONGEST)
    events = coming.values("responsible").order_by()
    waiting = {row["responsible"]: row for row in events.annotate(pending=Count("pk"), oldest=Min(_edited("")))}
    for account in accounts:
        new = waiting.get(account.user_id) if account.active and not account.closing else None
        if new:
            found[account.pk] = _with(found[account.pk], new["pending"], new["oldest"])
    return found


def _edited(prefix: str) -> Greatest:
    """When an event was last edited, whichever group of its fields that was."""
    return Greatest(*(F(f"{prefix}{group.value}_edited_at") for group in Group))


def _with(queue: Queue, pending: int, oldest: datetime) -> Queue:
    return replace(queue, pending=queue.pending + pending, oldest=min(oldest, queue.oldest or oldest))
