"""Справочники → Общие → Этапы подбора, Причины отказа."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right
from vizavi.recruiting.directories import save_reason, save_stage
from vizavi.recruiting.models import RejectionReason, Stage
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.directory_forms import ReasonForm, StageNamesForm
from vizavi.web.forms import ModelForm, accepted
from vizavi.web.naming import local_name


@needs(Right.EDIT_DIRECTORIES)
def stages(request: UserRequest) -> HttpResponse:
    rows = Stage.objects.annotate(count=Count("applications")).order_by("order")
    return render(request, "web/administration/stages.html", {"rows": rows})


@needs(Right.EDIT_DIRECTORIES)
def stage(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Stage, pk=pk)
    caption, form = local_name(row), StageNamesForm(request.POST or None, instance=row)
    return _card(request, form, caption, "stages", lambda: save_stage(row, by=request.user, now=timezone.now()))


@needs(Right.EDIT_DIRECTORIES)
def reasons(request: UserRequest) -> HttpResponse:
    rows = RejectionReason.objects.annotate(count=Count("application")).order_by("-active", "pk")
    return render(request, "web/administration/reasons.html", {"rows": rows})


@needs(Right.EDIT_DIRECTORIES)
def reason(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(RejectionReason, pk=pk) if pk else RejectionReason()
    caption, form = local_name(row) if pk else _("New reason"), ReasonForm(request.POST or None, instance=row)
    return _card(
        request, form, caption, "rejection_reasons", lambda: save_reason(row, by=request.user, now=timezone.now())
    )


def _card(
    request: UserRequest, form: ModelForm, caption: str, directory: str, save: Callable[[], object]
) -> HttpResponse:
    if request.method == "POST" and accepted(form, save):
        messages.success(request, _("Saved."))
        return redirect(directory)
    context = {"form": form, "caption": caption, "directory": directory}
    return render(request, "web/administration/directory_card.html", context, status=422 if form.errors else 200)
