"""Администрирование → Сервис → Подключения: everybody's external calendar on one page."""

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render

from vizavi.common.permissions import MATRIX, Right, Scope
from vizavi.connections.models import Account, Calendar
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs
from vizavi.web.paging import page_of

OWNERS = [role for role, scope in MATRIX[Right.OWN_ACCOUNT].items() if scope is not Scope.NONE]


@needs(Right.SEE_CONNECTIONS)
def index(request: UserRequest) -> HttpResponse:
    live = Q(calendars__links__state="live")
    waiting = live & Q(calendars__links__event__revision__gt=F("calendars__links__pushed_revision"))
    failed = Q(calendars__links__error_code__gt="")
    writing = Prefetch("calendars", Calendar.objects.filter(writes=True), to_attr="writing")
    accounts = (
        Account.objects.filter(active=True)
        .annotate(
            waiting=Count("calendars__links", filter=waiting, distinct=True),
            failed=Count("calendars__links", filter=failed, distinct=True),
        )
        .prefetch_related(writing)
    )
    connected = Account.objects.filter(user=OuterRef("pk"), active=True)
    people = (
        User.objects.filter(Q(role__in=OWNERS) | Exists(connected), is_active=True)
        .annotate(connected=Exists(connected))
        .prefetch_related(Prefetch("accounts", accounts, to_attr="active_accounts"))
        .order_by("-connected", "last_name", "first_name", "pk")
    )
    return render(request, "web/administration/connections.html", {"page_obj": page_of(request, people)})
