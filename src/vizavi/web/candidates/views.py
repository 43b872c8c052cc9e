"""Lists and cards of candidates."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed, require
from vizavi.events import queries
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.models import Application, Candidate, StageKind
from vizavi.recruiting.queries import may_edit_candidate
from vizavi.web.access import UserRequest, needs
from vizavi.web.candidates.applications import open_vacancies, rows_for
from vizavi.web.candidates.forms import ApplicationForm, CandidateForm
from vizavi.web.choices import zone_label
from vizavi.web.events.listing import listed_events
from vizavi.web.paging import page_of

OFFERED = 20
FINAL = (StageKind.HIRED, StageKind.RESERVE, StageKind.LOST)


@require_GET
@needs(Right.SEE_CANDIDATES, own=True)
def index(request: UserRequest) -> HttpResponse:
    visible = queries.visible_candidates(request.user)
    applications = Application.objects.select_related("vacancy", "stage").order_by("vacancy__number")
    found = _filtered(visible, request).prefetch_related(Prefetch("applications", queryset=applications))
    context = {
        "page_obj": page_of(request, found.order_by("last_name", "first_name", "patronymic", "pk")),
        "sources": visible.exclude(source="").values_list("source", flat=True).distinct().order_by("source"),
        "zones": visible.values_list("time_zone", flat=True).distinct().order_by("time_zone"),
        "vacancies": queries.visible_vacancies(request.user).order_by("number"),
        "sees_contacts": queries.sees_contacts(request.user),
        "may_create": allowed(request.user, Right.CREATE_CANDIDATES),
        "filtered": any(request.GET.get(name) for name in ("q", "source", "zone", "vacancy")),
    }
    return render(request, "web/candidates/index.html", context)


def _filtered(candidates: "QuerySet[Candidate]", request: UserRequest) -> "QuerySet[Candidate]":
    query = request.GET
    candidates = _matching(candidates, query.get("q", ""), contacts=queries.sees_contacts(request.user))
    if query.get("source"):
        candidates = candidates.filter(source=query["source"])
    if query.get("zone"):
        candidates = candidates.filter(time_zone=query["zone"])
    if query.get("vacancy", "").isdecimal():
        candidates = candidates.filter(applications__vacancy=int(query["vacancy"]))
    return candidates


def _matching(candidates: "QuerySet[Candidate]", text: str, *, contacts: bool) -> "QuerySet[Candidate]":
    """Every word is somewhere in the name (or, for those who see them, in the contacts)."""
    for word in text.split()[:5]:
        condition = Q()
        for form in {word, word.capitalize(), word.lower()}:  # SQLite folds the case of Latin letters only
            condition |= Q(last_name__icontains=form) | Q(first_name__icontains=form) | Q(patronymic__icontains=form)
        if contacts:
            condition |= Q(email__icontains=word) | Q(phone__icontains=word)
        candidates = candidates.filter(condition)
    return candidates


@require_GET
def options(request: UserRequest) -> JsonResponse:
    """What a list that one types into offers; namesakes are told apart by year and city."""
    found = _matching(queries.visible_candidates(request.user), request.GET.get("q", ""), contacts=False)
    in_work = Prefetch("applications", queryset=Application.objects.exclude(stage__kind__in=FINAL), to_attr="in_work")
    rows = found.prefetch_related(in_work).order_by("last_name", "first_name", "pk")[:OFFERED]
    return JsonResponse({"results": [_option(row) for row in rows]})


def _option(candidate: Candidate) -> dict[str, Any]:
    known = [str(fact) for fact in (candidate.birth_year, candidate.city) if fact]
    vacancies = [application.vacancy_id for application in candidate.in_work]  # type: ignore[attr-defined]
    data = {"vacancy": str(vacancies[0])} if len(vacancies) == 1 else {}
    return {"value": candidate.pk, "label": candidate.full_name, "hint": ", ".join(known), "data": data}


@needs(Right.SEE_CANDIDATES, own=True)
def card(request: UserRequest, candidate_id: int) -> HttpResponse:
    return render(request, "web/candidates/card.html", card_context(request, _visible(request.user, candidate_id)))


def card_context(request: UserRequest, candidate: Candidate) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    vacancies = open_vacancies(user).exclude(applications__candidate=candidate)
    return {
        "candidate": candidate,
        "zone": zone_label(candidate.time_zone, now),
        "rows": rows_for(user, candidate.applications.all()),
        "events": listed_events(user, candidate.events.all(), now=now),
        "sees_contacts": queries.sees_contacts(user),
        "may_edit": may_edit_candidate(user, candidate),
        "may_plan": allowed(user, Right.PLAN_EVENTS),
        "application_form": ApplicationForm(vacancies) if vacancies.exists() else None,
    }


@needs(Right.CREATE_CANDIDATES)
def new(request: UserRequest) -> HttpResponse:
    return _form(request, Candidate(time_zone=request.user.time_zone))


def edit(request: UserRequest, candidate_id: int) -> HttpResponse:
    candidate = _visible(request.user, candidate_id)
    if not may_edit_candidate(request.user, candidate):
        require(request.user, Right.EDIT_CANDIDATES)
    return _form(request, candidate)


def _form(request: UserRequest, candidate: Candidate) -> HttpResponse:
    form = CandidateForm(request.POST or None, instance=candidate)
    if request.method == "POST" and form.is_valid():
        try:
            saved = operations.save_candidate(form.save(commit=False), by=request.user, now=timezone.now())
        except RuleError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("candidate", saved.pk)
    sources = Candidate.objects.exclude(source="").values_list("source", flat=True).distinct().order_by("source")
    context = {"form": form, "candidate": candidate, "sources": sources}
    return render(request, "web/candidates/form.html", context, status=422 if form.errors else 200)


def _visible(user: User, candidate_id: int) -> Candidate:
    return get_object_or_404(queries.visible_candidates(user), pk=candidate_id)
