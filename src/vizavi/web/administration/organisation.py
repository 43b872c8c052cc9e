"""Администрирование → Сервис → Правила обмена: what the organisation decides for everybody's calendars."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vizavi.common.permissions import Right
from vizavi.connections import organisation
from vizavi.connections.models import Installation
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.organisation_forms import OrganisationForm
from vizavi.web.forms import accepted


@needs(Right.ADMINISTER)
def page(request: UserRequest) -> HttpResponse:
    row = Installation.get()
    initial = {"unknown_items": row.unknown_items, "hide_candidates": row.hide_candidates}
    form, changed = OrganisationForm(request.POST or None, initial=initial), 0

    def act() -> None:
        nonlocal changed
        changed = organisation.save(**form.cleaned_data, by=request.user, now=timezone.now())

    if request.method == "POST" and accepted(form, act):
        messages.success(request, _said(changed))
        return redirect("organisation")
    return render(request, "web/administration/organisation.html", {"form": form}, status=422 if form.errors else 200)


def _said(changed: int) -> str:
    if not changed:
        return _("Saved.")
    text = ngettext(
        "Saved. %(n)d calendar is loaded otherwise from now on.",
        "Saved. %(n)d calendars are loaded otherwise from now on.",
        changed,
    )
    return text % {"n": changed}
