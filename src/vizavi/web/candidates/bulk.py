"""What is done with the candidates chosen in the list: move along the funnel, put on a vacancy."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRefresh

from vizavi.common.permissions import Right
from vizavi.events import queries
from vizavi.recruiting import bulk
from vizavi.recruiting.models import Candidate, RejectionReason, Stage, Vacancy
from vizavi.recruiting.queries import open_vacancies
from vizavi.web.access import UserRequest, needs
from vizavi.web.candidates.forms import ApplicationForm, BulkStageForm
from vizavi.web.forms import Form, accepted
from vizavi.web.naming import local_name

MOST = 100  # at once; a page of the list has fewer
NAMED = 5


@needs(Right.EDIT_CANDIDATES, own=True)
def move(request: UserRequest) -> HttpResponse:
    """«Перевести на этап…»: the dialog with the number of people, and the deed."""
    chosen = _chosen(request)
    standing = Vacancy.objects.filter(applications__candidate__in=chosen.values("pk"))
    form = BulkStageForm(standing.distinct().order_by("number"), request.POST or None, initial=_listed(request))
    result = bulk.Result()

    def act() -> None:
        nonlocal result
        result = bulk.move_candidates(chosen, **form.cleaned_data, by=request.user, now=timezone.now())

    if request.method == "POST" and accepted(form, act):
        text = ngettext("Moved: %(n)d candidate.", "Moved: %(n)d candidates.", result.done) % {"n": result.done}
        return _told(request, text, result)
    reasons = [(reason.pk, local_name(reason)) for reason in RejectionReason.objects.filter(active=True).order_by("pk")]
    form.offer(list(Stage.objects.order_by("order")), reasons)
    return _dialog(request, form, chosen, "web/candidates/_bulk_move.html")


@needs(Right.EDIT_CANDIDATES, own=True)
def put(request: UserRequest) -> HttpResponse:
    """«Добавить на вакансию…»: the same for a vacancy."""
    chosen = _chosen(request)
    form = ApplicationForm(open_vacancies(request.user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        result = bulk.put_candidates(chosen, form.cleaned_data["vacancy"], by=request.user, now=timezone.now())
        text = ngettext(
            "Put on the vacancy: %(n)d candidate.", "Put on the vacancy: %(n)d candidates.", result.done
        ) % {"n": result.done}
        return _told(request, text, result)
    return _dialog(request, form, chosen, "web/candidates/_bulk_put.html")


def _chosen(request: UserRequest) -> "QuerySet[Candidate]":
    asked = (request.POST if request.method == "POST" else request.GET).getlist("id")
    ids = [int(pk) for pk in asked if pk.isdecimal()][:MOST]
    return queries.visible_candidates(request.user).filter(pk__in=ids).order_by("name_key", "pk")


def _listed(request: UserRequest) -> dict[str, str]:
    """The list may show one vacancy: then it is meant."""
    return {"vacancy": request.GET.get("vacancy", "")}


def _dialog(request: UserRequest, form: Form, chosen: "QuerySet[Candidate]", template: str) -> HttpResponse:
    people = list(chosen)
    context: dict[str, Any] = {"form": form, "chosen": people, "named": people[:NAMED], "more": len(people) - NAMED}
    return render(request, template, context, status=422 if form.errors else 200)


def _told(request: UserRequest, text: str, result: bulk.Result) -> HttpResponse:
    """The list is loaded anew and says how many were done and who was left, with the reason."""
    if result.done:
        messages.success(request, text)
    if result.skipped:
        people = "; ".join(f"{candidate.full_name} – {skip.label}" for candidate, skip in result.skipped)
        messages.warning(request, _("Left as they were: %(people)s.") % {"people": people})
    return HttpResponseClientRefresh()
