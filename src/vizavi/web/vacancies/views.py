"""Lists and cards of vacancies."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed, require
from vizavi.events import queries
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.models import Stage, StageKind, Vacancy, VacancyStatus
from vizavi.recruiting.queries import may_edit_vacancy
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.listing import listed_events
from vizavi.web.paging import page_of
from vizavi.web.vacancies.forms import VacancyForm

FINAL = (StageKind.HIRED, StageKind.RESERVE, StageKind.LOST)


@require_GET
@needs(Right.SEE_CANDIDATES, own=True)
def index(request: UserRequest) -> HttpResponse:
    found = _filtered(queries.visible_vacancies(request.user), request)
    active = Count("applications", filter=~Q(applications__stage__kind__in=FINAL), distinct=True)
    hired = Count("applications", filter=Q(applications__stage__kind=StageKind.HIRED), distinct=True)
    rows = found.select_related("department", "recruiter", "manager").annotate(active=active, hired=hired)
    context = {
        "page_obj": page_of(request, rows.order_by("number")),
        "statuses": VacancyStatus.choices,
        "may_create": allowed(request.user, Right.CREATE_CANDIDATES),
    }
    return render(request, "web/vacancies/index.html", context)


def _filtered(vacancies: "QuerySet[Vacancy]", request: UserRequest) -> "QuerySet[Vacancy]":
    query = request.GET
    for word in query.get("q", "").split()[:5]:
        forms = {word, word.capitalize(), word.lower()}  # SQLite folds the case of Latin letters only
        condition = Q(number__icontains=word)
        for form in forms:
            condition |= Q(title__icontains=form) | Q(city__icontains=form)
        vacancies = vacancies.filter(condition)
    if query.get("status") in VacancyStatus.values:
        vacancies = vacancies.filter(status=query["status"])
    if query.get("mine"):
        vacancies = vacancies.filter(Q(recruiter=request.user) | Q(manager=request.user))
    return vacancies


@needs(Right.SEE_CANDIDATES, own=True)
def card(request: UserRequest, vacancy_id: int) -> HttpResponse:
    return render(request, "web/vacancies/card.html", _card_context(request, _visible(request.user, vacancy_id)))


def _card_context(request: UserRequest, vacancy: Vacancy) -> dict[str, Any]:
    user = request.user
    visible = vacancy.applications.filter(candidate__in=queries.visible_candidates(user))
    applications = list(
        visible.select_related("candidate", "stage", "reason").order_by("stage__order", "candidate__last_name", "pk")
    )
    counts = Counter(application.stage_id for application in applications)
    return {
        "vacancy": vacancy,
        "applications": applications,
        "stages": [(stage, counts[stage.pk]) for stage in Stage.objects.order_by("order")],
        "events": listed_events(user, vacancy.events.all(), now=timezone.now()),
        "may_edit": may_edit_vacancy(user, vacancy),
        "may_plan": allowed(user, Right.PLAN_EVENTS),
    }


@needs(Right.CREATE_CANDIDATES)
def new(request: UserRequest) -> HttpResponse:
    return _form(request, Vacancy(recruiter=request.user))


def edit(request: UserRequest, vacancy_id: int) -> HttpResponse:
    vacancy = _visible(request.user, vacancy_id)
    require(request.user, Right.EDIT_CANDIDATES, own=may_edit_vacancy(request.user, vacancy))
    return _form(request, vacancy)


def _form(request: UserRequest, vacancy: Vacancy) -> HttpResponse:
    form = VacancyForm(request.POST or None, instance=vacancy, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = operations.save_vacancy(form.save(commit=False), by=request.user, now=timezone.now())
        except RuleError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("vacancy", saved.pk)
    context = {"form": form, "vacancy": vacancy}
    return render(request, "web/vacancies/form.html", context, status=422 if form.errors else 200)


def _visible(user: User, vacancy_id: int) -> Vacancy:
    visible = queries.visible_vacancies(user).select_related("department", "recruiter", "manager")
    return get_object_or_404(visible, pk=vacancy_id)
