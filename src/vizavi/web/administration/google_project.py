"""Администрирование → Сервис → Проект Google: the organisation's OAuth client."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.connections import client_file, project
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.organisation_forms import ClientFileForm, GoogleProjectForm
from vizavi.web.forms import accepted


@needs(Right.ADMINISTER)
def page(request: UserRequest) -> HttpResponse:
    form = GoogleProjectForm(request.POST or None, initial={"client_id": project.current().client_id})
    if request.method == "POST" and accepted(
        form, lambda: project.save(**form.cleaned_data, by=request.user, now=timezone.now())
    ):
        messages.success(request, _("Saved."))
        return redirect("google_project")
    return _shown(request, form=form)


@needs(Right.ADMINISTER)
def upload(request: UserRequest) -> HttpResponse:
    """The client file: ID and secret are taken from it, the file itself is not kept."""
    if request.method != "POST":  # the refused form's address, opened anew
        return redirect("google_project")
    form = ClientFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, file_form=form)
    try:
        file = project.save_file(
            form.cleaned_data["client_file"].read(client_file.LARGEST + 1), by=request.user, now=timezone.now()
        )
    except RuleError as refused:
        form.add_error("client_file", str(refused))
        return _shown(request, file_form=form)
    messages.success(request, _("The client of the kind “%(kind)s” is saved.") % {"kind": file.kind.label})
    if file.lacks(project.redirect_uri()):
        messages.warning(request, _("At Google this client lacks our redirect address. Copy it and enter it there."))
    return redirect("google_project")


@needs(Right.ADMINISTER)
@require_POST
def check(request: UserRequest) -> HttpResponse:
    """Whether Google knows the client; a live call, the answer goes under the button."""
    return render(request, "web/administration/_project_check.html", {"answer": project.check()})


def _shown(request: UserRequest, **forms: Any) -> HttpResponse:
    current = project.current()
    context = {
        "form": GoogleProjectForm(initial={"client_id": current.client_id}),
        "file_form": ClientFileForm(),
        "project": current,
        "kind": client_file.fitting(current.redirect_uri),
        "fixed": bool(settings.GOOGLE["client_id"]),
    }
    failed = any(form.errors for form in forms.values())
    return render(request, "web/administration/google_project.html", context | forms, status=422 if failed else 200)
