"""The stage of the funnel on the card: what is offered with a plan or an outcome, and what was chosen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.events import funnel
from vizavi.events.funnel import StageMove
from vizavi.events.models import Event, EventType
from vizavi.people.models import User
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, StageKind, Vacancy
from vizavi.web.naming import local_name


@dataclass(frozen=True, slots=True)
class OfferedStage:
    """What is offered while an event is planned; `taken` = not switched off by the person."""

    stage: Stage
    present: Stage
    taken: bool


def offered_stage(
    user: User,
    event_type: EventType | None,
    candidate: Candidate | None,
    vacancy: Vacancy | None,
    *,
    sent: Mapping[str, str],
) -> OfferedStage | None:
    if event_type is None or event_type.stage_on_planned_id is None:
        return None
    application = funnel.application_of(user, candidate, vacancy)
    stage = funnel.when_planned(event_type, application)
    if application is None or stage is None:
        return None
    asked_before = sent.get("stage_offered") == str(stage.pk)
    return OfferedStage(stage, application.stage, taken=not asked_before or "move_stage" in sent)


@dataclass(frozen=True, slots=True)
class StageChoice:
    """Where the candidate may go after the event, and which stage each outcome suggests."""

    present: Stage
    stages: list[Stage]
    reasons: list[RejectionReason]
    by_outcome: Mapping[str, int]

    @property
    def needing_reason(self) -> str:
        return " ".join(str(stage.pk) for stage in self.stages if stage.kind == StageKind.LOST)


def stage_choices(user: User, events: Collection[Event]) -> Mapping[int, StageChoice]:
    """By event (id), where its candidate may be moved; in three queries however many events there are."""
    applications = funnel.applications_of(user, events)
    if not applications:
        return {}
    stages = list(Stage.objects.order_by("order"))
    reasons = list(RejectionReason.objects.filter(active=True).order_by("pk"))
    known = [event for event in events if event.pk in applications]
    return {event.pk: _choice(event, applications[event.pk], stages, reasons) for event in known}


def _choice(event: Event, application: Application, stages: list[Stage], reasons: list[RejectionReason]) -> StageChoice:
    offers = funnel.by_outcome(event.type, application, stages)
    return StageChoice(
        present=application.stage,
        stages=[stage for stage in stages if stage != application.stage],
        reasons=reasons,
        by_outcome={outcome: stage.pk for outcome, stage in offers.items()},
    )


def chosen_move(sent: Mapping[str, str]) -> StageMove | None:
    """What was chosen beside the outcome; nothing = the candidate stays where they are."""
    number, reason = sent.get("stage", ""), sent.get("stage_reason", "")
    if not number:
        return None
    stage = Stage.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if stage is None:
        raise RuleError(
            "stage", "unknown", _("This stage does not exist any more. Nothing was changed; choose another.")
        )
    found = RejectionReason.objects.filter(pk=int(reason)).first() if reason.isdecimal() else None
    return StageMove(stage, found if stage.kind == StageKind.LOST else None)


def moved_text(move: StageMove | None) -> str:
    return _("Candidate moved to “%(stage)s”.") % {"stage": local_name(move.stage)} if move else ""
