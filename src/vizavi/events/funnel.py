"""What an event means for its candidate's place in the funnel: the stage that is offered, and the move with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError
from vizavi.events.models import Event, EventType, Outcome
from vizavi.people.models import User
from vizavi.recruiting import operations as recruiting
from vizavi.recruiting import queries
from vizavi.recruiting.models import FINAL, Application, Candidate, RejectionReason, Stage, StageKind, Vacancy


@dataclass(frozen=True, slots=True)
class StageMove:
    """Where the candidate goes together with the event; a lost one needs the reason."""

    stage: Stage
    reason: RejectionReason | None = None


def application_of(user: User, candidate: Candidate | None, vacancy: Vacancy | None) -> Application | None:
    """The candidate on the vacancy of an event, where the user may move them."""
    if candidate is None or vacancy is None or not queries.may_edit_vacancy(user, vacancy):
        return None
    found = Application.objects.filter(candidate=candidate, vacancy=vacancy).select_related("stage")
    return found.first()


def applications_of(user: User, events: Iterable[Event]) -> Mapping[int, Application]:
    """The same for many events, by their ids; candidates and vacancies are at hand, so it is one query."""
    known = {
        event.pk: (event.candidate_id, event.vacancy_id)
        for event in events
        if event.candidate_id and event.vacancy and queries.may_edit_vacancy(user, event.vacancy)
    }
    standing = {"candidate__in": {one for one, _ in known.values()}, "vacancy__in": {one for _, one in known.values()}}
    rows = Application.objects.filter(**standing).select_related("stage") if known else []
    found = {(row.candidate_id, row.vacancy_id): row for row in rows}
    return {event: found[pair] for event, pair in known.items() if pair in found}


def when_planned(event_type: EventType, application: Application | None) -> Stage | None:
    """The stage to offer with a plan of such an event."""
    stage = event_type.stage_on_planned
    return stage if application and stage and _is_onwards(application.stage, stage) else None


def by_outcome(event_type: EventType, application: Application, stages: Iterable[Stage]) -> Mapping[str, Stage]:
    """The stage to offer for each outcome of a held event; where an outcome is missing, the candidate stays."""
    last_first = sorted(stages, key=lambda stage: -stage.order)
    first = {stage.kind: stage for stage in last_first}
    held = next((stage for stage in last_first if stage.pk == event_type.stage_on_held_id), None)
    offers = {
        Outcome.PASSED.value: held if held and _is_onwards(application.stage, held) else None,
        Outcome.FAILED.value: first.get(StageKind.LOST),
        Outcome.RESERVE.value: first.get(StageKind.RESERVE),
    }
    return {outcome: stage for outcome, stage in offers.items() if stage and stage != application.stage}


def move(event: Event, wanted: StageMove | None, *, by: User, now: datetime) -> None:
    """Within the caller's transaction; a refusal takes the event's own change back too."""
    if wanted is None:
        return
    known = {"candidate": event.candidate_id, "vacancy": event.vacancy_id}
    application = Application.objects.filter(**known).first() if all(known.values()) else None
    if application is None:
        raise RuleError(
            "stage",
            "no_application",
            _("The candidate is not on this vacancy any more. Choose “does not change” and save again."),
        )
    recruiting.move_to_stage(application.pk, wanted.stage, reason=wanted.reason, by=by, now=now)


def _is_onwards(present: Stage, stage: Stage) -> bool:
    return present.kind not in FINAL and stage.order > present.order
