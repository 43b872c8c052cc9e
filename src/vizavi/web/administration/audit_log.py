"""Администрирование → Сервис → Журнал изменений: who changed what, and when."""

from django.http import HttpResponse
from django.shortcuts import render

from vizavi.common.models import AuditEntry
from vizavi.common.permissions import Right
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.audit_filter import AuditFilter
from vizavi.web.paging import page_of


@needs(Right.SEE_AUDIT)
def index(request: UserRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    found = form.narrowed(AuditEntry.objects.select_related("actor").order_by("-at", "-pk"))
    context = {"page_obj": page_of(request, found), "form": form, "filtered": bool(form.chosen)}
    return render(request, "web/administration/audit_log.html", context)
