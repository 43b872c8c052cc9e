"""The funnel of a vacancy as a board: one column per stage, cards that are dragged or moved by a dialog."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.events import queries, rules
from vizavi.events.models import Event
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.models import FINAL, Application, RejectionReason, Stage, StageKind, Vacancy
from vizavi.recruiting.queries import may_edit_vacancy
from vizavi.web.access import UserRequest, needs
from vizavi.web.candidates.forms import StageForm
from vizavi.web.naming import local_name

SHOWN = 30  # cards of a column; the rest is a click away in the list of candidates
SHOWN_FINAL = 5  # those who are through stand in small boxes one below the other


@dataclass(frozen=True, slots=True)
class Card:
    application: Application
    age: str
    next_event: Event | None


@dataclass(frozen=True, slots=True)
class Column:
    stage: Stage
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)

    @property
    def is_final(self) -> bool:
        return self.stage.kind in FINAL

    @property
    def needs_reason(self) -> bool:
        return self.stage.kind == StageKind.LOST


def columns_of(user: User, vacancy: Vacancy, *, now: datetime) -> list[Column]:
    """What the user sees of the funnel; the number of queries does not grow with it."""
    seen = vacancy.applications.filter(candidate__in=queries.visible_candidates(user))
    counts = dict(seen.order_by().values_list("stage").annotate(Count("pk")))
    newest_first = Window(RowNumber(), partition_by=F("stage"), order_by=[F("moved_at").desc(), F("pk").desc()])
    shown = seen.select_related("candidate", "reason", "stage").annotate(place=newest_first).filter(place__lte=SHOWN)
    applications = list(shown.order_by("place"))
    coming = _next_events(user, vacancy, [one.candidate_id for one in applications], now=now)
    cards: dict[int, list[Card]] = defaultdict(list)
    for one in applications:
        final = one.stage.kind in FINAL
        if len(cards[one.stage_id]) < (SHOWN_FINAL if final else SHOWN):
            age = "" if final else age_text(one.moved_at, now)
            cards[one.stage_id].append(Card(one, age, coming.get(one.candidate_id)))
    return [Column(stage, counts.get(stage.pk, 0), cards[stage.pk]) for stage in Stage.objects.order_by("order")]


def age_text(since: datetime, now: datetime) -> str:
    """How long a candidate has stood on a stage, in days of the reader's calendar."""
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days > 0 else _("today")


def _next_events(
    user: User, vacancy: Vacancy, candidates: Collection[int], *, now: datetime
) -> dict[int | None, Event]:
    ahead = queries.visible_to(user).filter(
        vacancy=vacancy, candidate__in=candidates, status__in=rules.OPEN, ends_at__gt=now
    )
    latest_first = ahead.select_related("type").order_by("-starts_at", "-pk")
    return {event.candidate_id: event for event in latest_first}


def board_context(user: User, vacancy: Vacancy) -> dict[str, Any]:
    columns = columns_of(user, vacancy, now=timezone.now())
    return {
        "vacancy": vacancy,
        "in_work": [column for column in columns if not column.is_final],
        "final": [column for column in columns if column.is_final],
        "may_move": may_edit_vacancy(user, vacancy),
    }


@require_GET
@needs(Right.SEE_CANDIDATES, own=True)
def part(request: UserRequest, vacancy_id: int) -> HttpResponse:
    """The board alone, after something on it was moved."""
    vacancy = get_object_or_404(queries.visible_vacancies(request.user), pk=vacancy_id)
    return render(request, "web/vacancies/_board.html", board_context(request.user, vacancy))


@needs(Right.EDIT_CANDIDATES, own=True)
def move(request: UserRequest, application_id: int) -> HttpResponse:
    """The dialog «Перевести на этап…», and what it or a drop sends."""
    visible = queries.visible_candidates(request.user)
    found = Application.objects.select_related("candidate", "vacancy", "stage")
    application = get_object_or_404(found, pk=application_id, candidate__in=visible)
    require(request.user, Right.EDIT_CANDIDATES, own=may_edit_vacancy(request.user, application.vacancy))
    if request.method != "POST":
        return _dialog(request, application, StageForm(application, initial=_chosen(request, application)))
    form = StageForm(application, request.POST)
    if not form.is_valid():
        return _dialog(request, application, form, status=422)
    stage, seen = form.cleaned_data["stage"], request.POST.get("seen", "")
    try:
        operations.move_to_stage(
            application.pk,
            stage,
            reason=form.cleaned_data["reason"],
            seen=int(seen) if seen.isdecimal() else None,
            by=request.user,
            now=timezone.now(),
        )
    except RuleError as refused:
        if refused.field == "reason":
            form.add_error("reason", str(refused))
            return _dialog(request, application, form, status=422)
        return _answer({"refused": {"text": str(refused)}})
    values = {"name": application.candidate.full_name, "stage": local_name(stage)}
    return _answer({"said": {"text": _("%(name)s: moved to “%(stage)s”.") % values}})


def _chosen(request: UserRequest, application: Application) -> dict[str, Any]:
    asked = request.GET.get("stage", "")
    return {"stage": int(asked) if asked.isdecimal() else application.stage_id, "reason": application.reason_id}


def _dialog(request: UserRequest, application: Application, form: StageForm, *, status: int = 200) -> HttpResponse:
    reasons = [(reason.pk, local_name(reason)) for reason in RejectionReason.objects.filter(active=True).order_by("pk")]
    form.offer(list(Stage.objects.order_by("order")), reasons)
    context = {"form": form, "application": application}
    return render(request, "web/vacancies/_move.html", context, status=status)


def _answer(happened: dict[str, Any]) -> HttpResponse:
    """Nothing to show: the page hears what happened, closes the dialog and asks for the board anew."""
    events = happened | {"close-dialog": {}, "board-changed": {}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
