"""Администрирование → Сервис → Подключения: everybody's external calendar on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from vizavi.common.permissions import MATRIX, Right, Scope, allowed
from vizavi.connections import overview
from vizavi.connections.accounts import AWAITING
from vizavi.connections.models import Account, Calendar
from vizavi.people.models import User
from vizavi.people.queries import matching
from vizavi.web.access import UserRequest, needs
from vizavi.web.paging import page_of

OWNERS = [role for role, scope in MATRIX[Right.OWN_ACCOUNT].items() if scope is not Scope.NONE]
SHOWN = {  # ?show=…: the ranks that are listed
    "trouble": (overview.TROUBLE, overview.REFUSED, overview.UNDER_WAY),
    "connected": (overview.TROUBLE, overview.REFUSED, overview.UNDER_WAY, overview.CONNECTED),
    "off": (overview.OFF,),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One person's line: the account in use, one that awaits its confirmation, or none."""

    person: User
    account: Account | None
    writing: Calendar | None
    queue: overview.Queue
    pause: datetime | None  # nothing is tried before

    @property
    def awaits(self) -> bool:
        return self.account is not None and not self.account.active

    @property
    def differs(self) -> bool:
        """The Google account is not the address the person signs in with here."""
        return self.account is not None and self.account.email.lower() != self.person.email.lower()


@needs(Right.SEE_CONNECTIONS)
def index(request: UserRequest) -> HttpResponse:
    now, show = timezone.now(), request.GET.get("show", "")
    wanted = request.GET.get("q", "").strip()
    page_obj = page_of(request, _people(show).filter(matching(wanted)))
    context = {
        "page_obj": page_obj,
        "connections": _connections(page_obj.object_list, now),
        "show": show,
        "q": wanted,
        "testing": Account.objects.filter(active=True, state_code="testing").count(),
        "administers": allowed(request.user, Right.ADMINISTER),
    }
    return render(request, "web/administration/connections.html", context)


def _people(show: str) -> "QuerySet[User]":
    connected = Account.objects.filter(user=OuterRef("pk"), active=True)
    listed = User.objects.filter(Q(role__in=OWNERS) | Exists(connected), is_active=True)
    return overview.ranked(listed, SHOWN.get(show, overview.RANKS))


def _connections(people: Iterable[User], now: datetime) -> list[Connection]:
    writing = Prefetch("calendars", Calendar.objects.filter(writes=True))
    rows = Account.objects.filter(Q(active=True) | Q(state_code=AWAITING), user__in=people).prefetch_related(writing)
    accounts = {row.user_id: row for row in rows.order_by("active", "connected_at")}  # the one in use wins
    queues = overview.queues(accounts.values(), now=now)
    return [_connection(person, accounts.get(person.pk), queues, now) for person in people]


def _connection(person: User, account: Account | None, queues: dict[int, overview.Queue], now: datetime) -> Connection:
    if account is None:
        return Connection(person, None, None, overview.Queue(), None)
    pauses = [moment for moment in (account.not_before, account.retry_at) if moment and moment > now]
    writing = next(iter(account.calendars.all()), None)
    return Connection(person, account, writing, queues[account.pk], max(pauses, default=None))
