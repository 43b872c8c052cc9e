"""Lists and cards of vacancies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed, require
from vizavi.events import queries
from vizavi.people.models import Department, User
from vizavi.recruiting import operations
from vizavi.recruiting.models import FINAL, Application, Stage, StageKind, Vacancy, VacancyStatus
from vizavi.recruiting.queries import matching_vacancies, may_edit_vacancy
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.listing import listed_events
from vizavi.web.forms import accepted
from vizavi.web.history import history_of
from vizavi.web.paging import page_of
from vizavi.web.sorting import Column, sorted_rows
from vizavi.web.vacancies.board import board_context
from vizavi.web.vacancies.forms import VacancyForm

COLUMNS = (
    Column("number", gettext_lazy("No."), ("number",), "w-1"),
    Column("title", gettext_lazy("Position"), ("title", "number")),
    Column(
        "recruiter", gettext_lazy("Recruiter / manager"), ("recruiter__last_name", "number"), "d-none d-md-table-cell"
    ),
    Column("in_work", gettext_lazy("In work"), ("in_work", "number"), "text-end"),
    Column("hired", gettext_lazy("Hired / seats"), ("hired", "number"), "text-end d-none d-md-table-cell"),
    Column("status", gettext_lazy("Status"), ("status", "number"), "w-1"),
)
FILTERS = ("q", "status", "department", "recruiter", "mine")


@dataclass(frozen=True, slots=True)
class Row:
    vacancy: Vacancy
    funnel: list[tuple[Stage, int]]


@require_GET
@needs(Right.SEE_CANDIDATES, own=True)
def index(request: UserRequest) -> HttpResponse:
    visible = queries.visible_vacancies(request.user)
    in_work, hired = _counted(~Q(stage__kind__in=FINAL)), _counted(Q(stage__kind=StageKind.HIRED))
    found = _filtered(visible, request).select_related("department", "recruiter", "manager")
    rows, headers = sorted_rows(request, found.annotate(in_work=in_work, hired=hired), COLUMNS)
    page = page_of(request, rows)
    context = {
        "page_obj": page,
        "rows": _with_funnels(list(page.object_list)),
        "headers": headers,
        "statuses": VacancyStatus.choices,
        "departments": Department.objects.filter(vacancy__in=visible).distinct().order_by("name"),
        "recruiters": User.objects.filter(vacancies__in=visible).distinct().order_by("last_name", "first_name"),
        "may_create": allowed(request.user, Right.CREATE_CANDIDATES),
        "filtered": any(request.GET.get(name) for name in FILTERS),
    }
    return render(request, "web/vacancies/index.html", context)


def _counted(condition: Q) -> Coalesce:
    """Applications of a vacancy; a subquery, so that only the rows that are shown or sorted are counted."""
    standing = Application.objects.filter(condition, vacancy=OuterRef("pk")).order_by().values("vacancy")
    return Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0)


def _filtered(vacancies: "QuerySet[Vacancy]", request: UserRequest) -> "QuerySet[Vacancy]":
    query = request.GET
    vacancies = matching_vacancies(vacancies, query.get("q", ""))
    if query.get("status") in VacancyStatus.values:
        vacancies = vacancies.filter(status=query["status"])
    for name in ("department", "recruiter"):
        if query.get(name, "").isdecimal():
            vacancies = vacancies.filter(**{name: int(query[name])})
    if query.get("mine"):
        vacancies = vacancies.filter(Q(recruiter=request.user) | Q(manager=request.user))
    return vacancies


def _with_funnels(vacancies: Iterable[Vacancy]) -> list[Row]:
    """How many stand on each stage, by one query for the whole page."""
    counted = Application.objects.filter(vacancy__in=[vacancy.pk for vacancy in vacancies]).order_by()
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for vacancy, stage, count in counted.values_list("vacancy", "stage").annotate(Count("pk")):
        counts[vacancy][stage] = count
    stages = list(Stage.objects.order_by("order"))
    return [Row(vacancy, [(stage, counts[vacancy.pk].get(stage.pk, 0)) for stage in stages]) for vacancy in vacancies]


@needs(Right.SEE_CANDIDATES, own=True)
def card(request: UserRequest, vacancy_id: int) -> HttpResponse:
    """Opens with the funnel: what one comes for on most days."""
    vacancy = _visible(request.user, vacancy_id)
    return _tab(request, vacancy, "funnel", board_context(request.user, vacancy))


@needs(Right.SEE_CANDIDATES, own=True)
def details(request: UserRequest, vacancy_id: int) -> HttpResponse:
    return _tab(request, _visible(request.user, vacancy_id), "details", {})


@needs(Right.SEE_CANDIDATES, own=True)
def events(request: UserRequest, vacancy_id: int) -> HttpResponse:
    vacancy = _visible(request.user, vacancy_id)
    found = listed_events(request.user, vacancy.events.all(), now=timezone.now())
    return _tab(request, vacancy, "events", {"events": found})


@needs(Right.EDIT_CANDIDATES, own=True)
def history(request: UserRequest, vacancy_id: int) -> HttpResponse:
    vacancy = _visible(request.user, vacancy_id)
    return _tab(request, vacancy, "history", {"lines": history_of(vacancy, list(vacancy.applications.all()))})


def _tab(request: UserRequest, vacancy: Vacancy, tab: str, context: dict[str, Any]) -> HttpResponse:
    frame = {
        "vacancy": vacancy,
        "tab": tab,
        "may_edit": may_edit_vacancy(request.user, vacancy),
        "may_plan": allowed(request.user, Right.PLAN_EVENTS),
        "may_see_history": allowed(request.user, Right.EDIT_CANDIDATES, own=True),
    }
    return render(request, f"web/vacancies/{tab}.html", frame | context)


@needs(Right.CREATE_CANDIDATES)
def new(request: UserRequest) -> HttpResponse:
    return _form(request, Vacancy(recruiter=request.user))


def edit(request: UserRequest, vacancy_id: int) -> HttpResponse:
    vacancy = _visible(request.user, vacancy_id)
    require(request.user, Right.EDIT_CANDIDATES, own=may_edit_vacancy(request.user, vacancy))
    return _form(request, vacancy)


def _form(request: UserRequest, vacancy: Vacancy) -> HttpResponse:
    form = VacancyForm(request.POST or None, instance=vacancy, user=request.user)
    if request.method == "POST" and accepted(
        form, lambda: operations.save_vacancy(form.save(commit=False), by=request.user, now=timezone.now())
    ):
        messages.success(request, _("Saved."))
        return redirect("vacancy_details", vacancy.pk)
    context = {"form": form, "vacancy": vacancy}
    return render(request, "web/vacancies/form.html", context, status=422 if form.errors else 200)


def _visible(user: User, vacancy_id: int) -> Vacancy:
    visible = queries.visible_vacancies(user).select_related("department", "recruiter", "manager")
    return get_object_or_404(visible, pk=vacancy_id)
