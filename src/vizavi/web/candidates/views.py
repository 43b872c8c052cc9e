"""The card of a candidate: who it is, vacancies, events, history; and its form."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right, allowed, require
from vizavi.common.zones import zone_label
from vizavi.events import queries
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.duplicates import IDENTIFYING, Likely, likely_duplicates
from vizavi.recruiting.models import Candidate
from vizavi.recruiting.queries import may_edit_candidate, open_vacancies
from vizavi.web.access import UserRequest, needs
from vizavi.web.candidates.applications import rows_for
from vizavi.web.candidates.forms import ApplicationForm, CandidateForm
from vizavi.web.events.listing import listed_events
from vizavi.web.forms import accepted
from vizavi.web.history import history_of


@needs(Right.SEE_CANDIDATES, own=True)
def card(request: UserRequest, candidate_id: int) -> HttpResponse:
    user, now = request.user, timezone.now()
    candidate = _visible(user, candidate_id)
    vacancies = open_vacancies(user).exclude(applications__candidate=candidate)
    events = listed_events(user, candidate.events.all(), now=now)
    context = {
        "zone": zone_label(candidate.time_zone, now),
        "local_time": now.astimezone(ZoneInfo(candidate.time_zone)).strftime("%H:%M"),
        "ahead": _hours_ahead(candidate, now),
        "rows": rows_for(user, candidate.applications.all()),
        "upcoming": [one for one in reversed(events) if one.event.ends_at > now],
        "past": [one for one in events if one.event.ends_at <= now],
        "application_form": ApplicationForm(vacancies) if vacancies.exists() else None,
    }
    return _tab(request, candidate, "card", context)


def _hours_ahead(candidate: Candidate, now: datetime) -> str:
    """«+7»: by how much the candidate's clock is ahead of the reader's; empty where both agree."""
    there = now.astimezone(ZoneInfo(candidate.time_zone)).utcoffset() or timedelta()
    here = timezone.localtime(now).utcoffset() or timedelta()
    return f"{(there - here) / timedelta(hours=1):+g}".replace("-", "−") if there != here else ""


@needs(Right.EDIT_CANDIDATES, own=True)
def history(request: UserRequest, candidate_id: int) -> HttpResponse:
    candidate = _visible(request.user, candidate_id)
    return _tab(request, candidate, "history", {"lines": history_of(candidate, list(candidate.applications.all()))})


def _tab(request: UserRequest, candidate: Candidate, tab: str, context: dict[str, Any]) -> HttpResponse:
    user = request.user
    edits = allowed(user, Right.EDIT_CANDIDATES, own=True)
    frame = {
        "candidate": candidate,
        "tab": tab,
        "sees_contacts": queries.sees_contacts(user),
        "may_edit": may_edit_candidate(user, candidate),
        "may_plan": allowed(user, Right.PLAN_EVENTS),
        "may_see_history": edits,
        "duplicates": _duplicates(user, candidate) if edits else [],
    }
    return render(request, f"web/candidates/{tab}.html", frame | context)


def _duplicates(user: User, candidate: Candidate) -> list[Likely]:
    return likely_duplicates(candidate, queries.visible_candidates(user))


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
    found = _noticed(request, form) if request.method == "POST" and form.is_valid() else []
    if (
        request.method == "POST"
        and not found
        and accepted(form, lambda: operations.save_candidate(candidate, by=request.user, now=timezone.now()))
    ):
        messages.success(request, _("Saved."))
        return redirect("candidate", candidate.pk)
    sources = Candidate.objects.exclude(source="").values_list("source", flat=True).distinct().order_by("source")
    context = {"form": form, "candidate": candidate, "sources": sources, "duplicates": found}
    return render(request, "web/candidates/form.html", context, status=422 if form.errors or found else 200)


def _noticed(request: UserRequest, form: CandidateForm) -> list[Likely]:
    """Who is like the person entered; asked once, and not where only other facts were edited."""
    if request.POST.get("overrule") or IDENTIFYING.isdisjoint(form.changed_data):
        return []
    return _duplicates(request.user, form.instance)


def _visible(user: User, candidate_id: int) -> Candidate:
    return get_object_or_404(queries.visible_candidates(user), pk=candidate_id)
