"""The list of candidates: search, filters, order, pages; all of it is in the address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed
from vizavi.events import queries, rules
from vizavi.events.models import Event
from vizavi.people.models import User
from vizavi.recruiting.models import FINAL, Application, Candidate, Stage
from vizavi.recruiting.queries import matching_candidates
from vizavi.web.access import UserRequest, needs
from vizavi.web.paging import page_of
from vizavi.web.sorting import Column, sorted_rows

COLUMNS = (
    Column("name", _("Candidate"), ("name_key", "patronymic", "pk")),
    Column("city", _("City"), ("city", "name_key", "pk"), "d-none d-md-table-cell"),
    Column("source", _("Source"), ("source", "name_key", "pk"), "d-none d-lg-table-cell"),
    Column("added", _("Added"), ("created_at", "pk"), "d-none d-lg-table-cell"),
)
FILTERS = ("q", "vacancy", "stage", "source", "upcoming")
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Row:
    candidate: Candidate
    next_event: Event | None


@require_GET
@needs(Right.SEE_CANDIDATES, own=True)
def index(request: UserRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    visible = queries.visible_candidates(user)
    applications = Application.objects.select_related("vacancy", "stage").order_by("vacancy__number")
    found = _filtered(visible, request, now).prefetch_related(Prefetch("applications", queryset=applications))
    rows, headers = sorted_rows(request, found, COLUMNS)
    page = page_of(request, rows)
    context = {
        "page_obj": page,
        "rows": _rows(user, list(page.object_list), now),
        "headers": headers,
        "sources": visible.exclude(source="").values_list("source", flat=True).distinct().order_by("source"),
        "stages": Stage.objects.order_by("order"),
        "vacancies": queries.visible_vacancies(user).order_by("number"),
        "sees_contacts": queries.sees_contacts(user),
        "may_create": allowed(user, Right.CREATE_CANDIDATES),
        "filtered": any(request.GET.get(name) for name in FILTERS),
    }
    return render(request, "web/candidates/index.html", context)


def _filtered(candidates: "QuerySet[Candidate]", request: UserRequest, now: datetime) -> "QuerySet[Candidate]":
    query = request.GET
    candidates = matching_candidates(candidates, query.get("q", ""), contacts=queries.sees_contacts(request.user))
    standing = {name: int(query[name]) for name in ("vacancy", "stage") if query.get(name, "").isdecimal()}
    if standing:  # one application must fit both
        candidates = candidates.filter(pk__in=Application.objects.filter(**standing).values("candidate"))
    if query.get("source"):
        candidates = candidates.filter(source=query["source"])
    if query.get("upcoming"):
        candidates = candidates.filter(pk__in=_upcoming(request.user, now).values("candidate"))
    return candidates


def _upcoming(user: User, now: datetime) -> "QuerySet[Event]":
    return queries.visible_to(user).filter(candidate__isnull=False, status__in=rules.OPEN, starts_at__gt=now)


def _rows(user: User, candidates: Sequence[Candidate], now: datetime) -> list[Row]:
    coming = _next_events(user, [candidate.pk for candidate in candidates], now)
    return [Row(candidate, coming.get(candidate.pk)) for candidate in candidates]


def _next_events(user: User, candidates: Collection[int], now: datetime) -> dict[int | None, Event]:
    latest_first = _upcoming(user, now).filter(candidate__in=candidates).select_related("type")
    return {event.candidate_id: event for event in latest_first.order_by("-starts_at", "-pk")}


@require_GET
def options(request: UserRequest) -> JsonResponse:
    """What a list that one types into offers; namesakes are told apart by year and city."""
    found = matching_candidates(queries.visible_candidates(request.user), request.GET.get("q", ""), contacts=False)
    in_work = Prefetch("applications", queryset=Application.objects.exclude(stage__kind__in=FINAL), to_attr="in_work")
    rows = found.prefetch_related(in_work).order_by("name_key", "pk")[:OFFERED]
    return JsonResponse({"results": [_option(row) for row in rows]})


def _option(candidate: Candidate) -> dict[str, object]:
    known = [str(fact) for fact in (candidate.birth_year, candidate.city) if fact]
    vacancies = [application.vacancy_id for application in candidate.in_work]  # type: ignore[attr-defined]
    data = {"vacancy": str(vacancies[0])} if len(vacancies) == 1 else {}
    return {"value": candidate.pk, "label": candidate.full_name, "hint": ", ".join(known), "data": data}
