"""Администрирование → Сервис → Журнал изменений: who changed what, and when."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from vizavi.common.models import AuditEntry
from vizavi.common.permissions import Right
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.audit_words import kind_caption
from vizavi.web.paging import page_of


@needs(Right.SEE_AUDIT)
def index(request: UserRequest) -> HttpResponse:
    kinds = AuditEntry.objects.order_by("kind").values_list("kind", flat=True).distinct()
    people = User.objects.filter(pk__in=AuditEntry.objects.values("actor")).order_by("last_name", "first_name")
    context = {
        "page_obj": page_of(request, _found(request)),
        "kinds": [(kind, kind_caption(kind)) for kind in kinds],
        "people": people,
        "chosen_kind": request.GET.get("kind", ""),
        "chosen_person": request.GET.get("person", ""),
    }
    return render(request, "web/administration/audit_log.html", context)


def _found(request: UserRequest) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.select_related("actor").order_by("-at", "-pk")
    if request.GET.get("kind"):
        entries = entries.filter(kind=request.GET["kind"])
    if request.GET.get("person", "").isdecimal():
        entries = entries.filter(actor=int(request.GET["person"]))
    return entries
