"""Сервис → Журнал синхронизации: what went to and came from the external calendars."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from vizavi.common.permissions import Right, allowed
from vizavi.connections.models import Direction, JournalEntry
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.records import journal_lines
from vizavi.web.paging import page_of


@needs(Right.SEE_CONNECTIONS, own=True)
def index(request: UserRequest) -> HttpResponse:
    sees_all = allowed(request.user, Right.SEE_CONNECTIONS)
    page_obj = page_of(request, _found(request, sees_all=sees_all))
    context = {
        "page_obj": page_obj,
        "lines": list(zip(page_obj.object_list, journal_lines(page_obj.object_list), strict=True)),
        "people": User.objects.filter(accounts__isnull=False).distinct().order_by("last_name") if sees_all else None,
        "directions": Direction.choices,
        "chosen": {name: request.GET.get(name, "") for name in ("direction", "result", "person")},
    }
    return render(request, "web/tools/journal.html", context)


def _found(request: UserRequest, *, sees_all: bool) -> QuerySet[JournalEntry]:
    wanted = Q() if sees_all else Q(account__user=request.user)
    if request.GET.get("direction") in Direction.values:
        wanted &= Q(direction=request.GET["direction"])
    if request.GET.get("result") in {"ok", "error"}:
        wanted &= Q(ok=request.GET["result"] == "ok")
    if request.GET.get("person", "").isdecimal():
        wanted &= Q(account__user=int(request.GET["person"]))
    entries = JournalEntry.objects.filter(wanted).order_by("-at", "-pk")
    return entries.select_related("account__user", "event__type", "event__candidate", "event__vacancy")
