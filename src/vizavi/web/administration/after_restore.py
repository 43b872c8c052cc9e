"""Администрирование → Сервис → После восстановления: what would go out to calendars, and the word that it may."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right
from vizavi.connections import restored
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import AfterRestoreForm
from vizavi.web.forms import accepted


@needs(Right.ADMINISTER)
def page(request: UserRequest) -> HttpResponse:
    form = AfterRestoreForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and accepted(form, lambda: restored.confirm(by=request.user, now=timezone.now())):
        messages.success(request, _("Confirmed. What waited goes out now, from each calendar once it has been read."))
        return redirect("after_restore")
    context = {"form": form, "waiting": restored.waiting(now=timezone.now())}
    return render(request, "web/administration/after_restore.html", context, status=422 if form.errors else 200)
