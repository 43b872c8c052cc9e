"""What waits for a person: questions of the synchronisation, events without a candidate or without an end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from vizavi.connections import states
from vizavi.connections.models import Account, Proposal
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.web.desk.today import Row, rows_of
from vizavi.web.events.actions import Action, actions_for, outcomes_for
from vizavi.web.events.answers import when_text
from vizavi.web.events.stages import StageChoice, stage_choices

SHOWN = 20  # of each kind
ASKING = ("detached", "conflict")
FINISHING = ("hold", "no_show")


@dataclass(frozen=True, slots=True)
class Question:
    """An event that waits: with a chip to answer, with proposals, or with the moves that end it."""

    row: Row
    when: str
    proposals: list[tuple[Proposal, str]] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    stage_choice: StageChoice | None = None  # where its candidate may go then


@dataclass(frozen=True, slots=True)
class Waiting:
    questions: list[Question]
    refused: list[Question]  # what the external calendar does not take: no question, but trouble
    overdue: list[Question]
    overdue_count: int
    nameless: list[Question]  # loaded from outside, without a candidate
    braked: Account | None

    @property
    def nothing(self) -> bool:
        return not (self.questions or self.overdue or self.nameless or self.braked)


def waiting_for(user: User, account: Account | None, now: datetime) -> Waiting:
    """Of events one is responsible for or recruits for; who may not edit them still answers for the own calendar."""
    mine = queries.visible_to(user).filter(Q(responsible=user) | Q(vacancy__recruiter=user))
    answered, edited = mine.filter(queries.answerable_by(user)), mine.filter(queries.editable_by(user))
    late = edited.filter(status__in=OPEN, ends_at__lt=now)
    unnamed = edited.filter(loaded=True, candidate=None, type__needs_candidate=True, status__in=OPEN, ends_at__gt=now)
    asking, overdue, nameless = _questions([_asking(answered), late, unnamed], user, now)
    return Waiting(
        questions=[one for one in asking if one.row.chip.code in ASKING or one.proposals],
        refused=[one for one in asking if one.row.chip.code == "error"],
        overdue=overdue,
        overdue_count=late.count() if len(overdue) == SHOWN else len(overdue),
        nameless=nameless,
        braked=account if account and account.braked else None,
    )


def _asking(events: QuerySet[Event]) -> QuerySet[Event]:
    standing = Proposal.objects.filter(time_edited_at=F("event__time_edited_at"), event__status__in=OPEN)
    proposals = Prefetch("proposals", standing.select_related("user").order_by("at", "pk"), to_attr="standing")
    return states.needing_somebody(events).prefetch_related(proposals)


def _questions(kinds: list[QuerySet[Event]], user: User, now: datetime) -> list[list[Question]]:
    """The first of each kind; their chips and their candidates' stages are looked up together."""
    found = [list(queries.with_details(events).order_by("starts_at", "pk")[:SHOWN]) for events in kinds]
    every = [event for events in found for event in events]
    chips, stages = states.chips(every, now=now), stage_choices(user, every)
    return [
        [_question(row, user, stages.get(row.event.pk), now) for row in rows_of(events, chips, user=user, now=now)]
        for events in found
    ]


def _question(row: Row, user: User, stages: StageChoice | None, now: datetime) -> Question:
    standing: list[Any] = getattr(row.event, "standing", [])
    actions = [action for action in actions_for(row.event, user, now) if action.code in FINISHING]
    proposals = [(one, when_text(one)) for one in standing]
    return Question(row, when_text(row.event), proposals, actions, outcomes_for(row.event), stages)
