"""What does not work in the synchronisation: the own account, and for whoever watches over all of them, the others."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from vizavi.common.permissions import Right, allowed
from vizavi.connections import health
from vizavi.connections.models import Account, Calendar
from vizavi.people.models import User

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Trouble:
    """`own` is None where nothing is connected; `connects` = the person could connect a calendar."""

    own: Account | None
    why: str
    connects: bool
    watches: bool
    others: list[tuple[Account, str]]


def own_account(user: User) -> Account | None:
    writing = Prefetch("calendars", Calendar.objects.filter(writes=True))
    return Account.objects.filter(user=user, active=True).prefetch_related(writing).first()


def trouble_of(user: User, account: Account | None) -> Trouble:
    watches = allowed(user, Right.SEE_CONNECTIONS)
    return Trouble(
        account,
        health.why(account) if account else "",
        allowed(user, Right.OWN_ACCOUNT, own=True),
        watches,
        _others(user) if watches else [],
    )


def _others(user: User) -> list[tuple[Account, str]]:
    writing = Prefetch("calendars", Calendar.objects.filter(writes=True))
    rows = Account.objects.filter(Q(state__in=health.IN_TROUBLE) | Q(braked__gt=0), active=True, user__is_active=True)
    rows = rows.exclude(user=user).select_related("user").prefetch_related(writing)
    return [(row, health.why(row)) for row in rows.order_by("user__last_name", "user__first_name", "pk")[:SHOWN]]
