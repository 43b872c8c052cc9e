"""Сервис → Журнал синхронизации: what went to and came from the external calendars."""

from django.http import HttpResponse
from django.shortcuts import render

from vizavi.common.permissions import Right, allowed
from vizavi.connections import states
from vizavi.connections.models import Account, JournalEntry
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.records import journal_lines
from vizavi.web.paging import page_of
from vizavi.web.tools.filters import JournalFilter

RELATED = ("account__user", "event__type", "event__candidate", "event__vacancy")


@needs(Right.SEE_CONNECTIONS, own=True)
def index(request: UserRequest) -> HttpResponse:
    sees_all = allowed(request.user, Right.SEE_CONNECTIONS)
    accounts = Account.objects.select_related("user").order_by("user__last_name", "user__first_name", "email")
    form = JournalFilter(request.GET, accounts=accounts if sees_all else None)
    event = _event(request, form.chosen.get("event"))
    lines = JournalEntry.objects.order_by("-at", "-pk")
    found = form.narrowed(lines.filter(states.journal_seen_by(request.user, event)))
    page_obj = page_of(request, found, shown=lines.select_related(*RELATED))
    context = {
        "form": form,
        "event": event,
        "page_obj": page_obj,
        "lines": list(zip(page_obj.object_list, journal_lines(page_obj.object_list, request.user), strict=True)),
        "sees_all": sees_all,
        "filtered": bool(form.chosen),
    }
    return render(request, "web/tools/journal.html", context)


def _event(request: UserRequest, number: int | None) -> Event | None:
    if number is None:
        return None
    return queries.visible_to(request.user).select_related("type", "candidate", "vacancy").filter(pk=number).first()
