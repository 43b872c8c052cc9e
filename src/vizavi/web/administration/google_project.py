"""Администрирование → Сервис → Проект Google: the organisation's OAuth client."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right
from vizavi.connections import project
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import GoogleProjectForm
from vizavi.web.forms import accepted


@needs(Right.ADMINISTER)
def page(request: UserRequest) -> HttpResponse:
    current = project.current()
    form = GoogleProjectForm(request.POST or None, initial={"client_id": current.client_id})
    if request.method == "POST" and accepted(
        form, lambda: project.save(**form.cleaned_data, by=request.user, now=timezone.now())
    ):
        messages.success(request, _("Saved."))
        return redirect("google_project")
    context = {"form": form, "project": current, "fixed": bool(settings.GOOGLE["client_id"])}
    return render(request, "web/administration/google_project.html", context, status=422 if form.errors else 200)
