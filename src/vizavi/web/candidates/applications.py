"""A candidate on vacancies: put on one, move along the funnel."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.events import queries
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.models import Application, RejectionReason, Stage
from vizavi.recruiting.queries import may_edit_vacancy, open_vacancies
from vizavi.web.access import UserRequest, needs
from vizavi.web.candidates.forms import ApplicationForm, Choices, StageForm
from vizavi.web.naming import local_name


@dataclass(frozen=True, slots=True)
class Row:
    """An application as a card shows it; `form` only for those who may move it."""

    application: Application
    form: StageForm | None


def rows_for(user: User, applications: "QuerySet[Application]") -> list[Row]:
    found = applications.select_related("vacancy", "stage", "reason", "candidate").order_by("vacancy__number", "pk")
    stages = list(Stage.objects.order_by("order"))
    reasons = [(reason.pk, local_name(reason)) for reason in RejectionReason.objects.filter(active=True).order_by("pk")]
    return [Row(one, _form(one, user, stages=stages, reasons=reasons)) for one in found]


def _form(application: Application, user: User, *, stages: Sequence[Stage], reasons: Choices) -> StageForm | None:
    if not may_edit_vacancy(user, application.vacancy):
        return None
    form = StageForm(application)
    form.offer(stages, reasons)
    return form


@require_POST
@needs(Right.EDIT_CANDIDATES, own=True)
def add(request: UserRequest, candidate_id: int) -> HttpResponse:
    candidate = get_object_or_404(queries.visible_candidates(request.user), pk=candidate_id)
    form = ApplicationForm(open_vacancies(request.user), request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a vacancy from the list. Nothing was changed."))
        return redirect("candidate", candidate.pk)
    try:
        operations.put_on_vacancy(candidate, form.cleaned_data["vacancy"], by=request.user, now=timezone.now())
    except RuleError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Put on the vacancy."))
    return redirect("candidate", candidate.pk)


@require_POST
@needs(Right.EDIT_CANDIDATES, own=True)
def stage(request: UserRequest, application_id: int) -> HttpResponse:
    visible = queries.visible_candidates(request.user)
    application = get_object_or_404(
        Application.objects.select_related("stage"), pk=application_id, candidate__in=visible
    )
    form = StageForm(application, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a stage from the list. Nothing was changed."))
        return redirect("candidate", application.candidate_id)
    data = form.cleaned_data
    try:
        operations.move_to_stage(
            application.pk, data["stage"], reason=data["reason"], by=request.user, now=timezone.now()
        )
    except RuleError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The stage was changed."))
    return redirect("candidate", application.candidate_id)
