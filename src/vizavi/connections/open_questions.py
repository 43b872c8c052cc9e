"""All that waits for a person's answer, in one list: deleted there, decided conflicts, refusals, proposals, brakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed
from vizavi.connections import accounts, conflicts, questions
from vizavi.connections.models import Account, Link, Proposal
from vizavi.connections.states import STUBBORN
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.sync.engine import UNANSWERED
from vizavi.sync.model import LinkState

MOST = 200  # of each kind
_TRIED_AGAIN = Q(error_code=UNANSWERED, attempts__lt=STUBBORN) & ~Q(state=LinkState.DETACHED.value)  # by itself


class Kind(StrEnum):
    DETACHED = "detached"
    CONFLICT = "conflict"
    REFUSED = "refused"
    PROPOSAL = "proposal"
    BRAKE = "brake"


CHOICES: dict[Kind, tuple[str, ...]] = {
    Kind.DETACHED: ("cancel", "export", "keep"),
    Kind.CONFLICT: ("accept", "undo"),
    Kind.REFUSED: ("retry",),
    Kind.PROPOSAL: ("accept", "return"),
    Kind.BRAKE: ("apply", "restore"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is the link's, the proposal's or (of a brake) the account's; `account` is set for brakes only."""

    kind: Kind
    key: int
    text: str
    event: Event | None = None
    account: Account | None = None
    proposal: Proposal | None = None


def open_questions(user: User) -> Sequence[Question]:
    """Those that the user may answer: of events one may edit or is responsible for, of accounts one controls."""
    events = queries.visible_to(user).filter(queries.answerable_by(user))
    return [*_of_links(events), *_of_proposals(events), *_of_accounts(user)]


def _of_links(events: QuerySet[Event]) -> list[Question]:
    """As the chip of an event has them: one question of a link at a time."""
    asking = Q(state=LinkState.DETACHED.value) | Q(conflict__isnull=False) | Q(error_code__gt="")
    rows = Link.objects.filter(asking, event__in=events).exclude(_TRIED_AGAIN, conflict__isnull=True)
    rows = rows.select_related("event__type", "event__candidate", "event__vacancy").order_by("pk")
    return [_of_link(link) for link in rows[:MOST]]


def _of_link(link: Link) -> Question:
    if link.state == LinkState.DETACHED.value:
        text = _("It was deleted in the external calendar. What is to become of it?")
        return Question(Kind.DETACHED, link.pk, text, link.event)
    if link.error_code and not (link.error_code == UNANSWERED and link.attempts < STUBBORN):
        return Question(Kind.REFUSED, link.pk, link.why, link.event)
    return Question(Kind.CONFLICT, link.pk, conflicts.question(link.conflict), link.event)


def _of_proposals(events: QuerySet[Event]) -> list[Question]:
    standing = Proposal.objects.filter(
        event__in=events, event__status__in=OPEN, event__time_edited_at=F("time_edited_at")
    )
    rows = standing.select_related("user", "event__type", "event__candidate", "event__vacancy").order_by("pk")
    text = _("%(guest)s proposes another time.")
    return [
        Question(Kind.PROPOSAL, row.pk, text % {"guest": row.user.short_name}, row.event, proposal=row)
        for row in rows[:MOST]
    ]


def _of_accounts(user: User) -> list[Question]:
    braked = Account.objects.filter(active=True, braked__gt=0)
    if not allowed(user, Right.MANAGE_CONNECTIONS):
        braked = braked.filter(user=user)
    text = _("Many interviews were deleted in the external calendar at once: %(count)d. Was that meant?")
    rows = braked.select_related("user").order_by("pk")
    return [Question(Kind.BRAKE, row.pk, text % {"count": row.braked}, account=row) for row in rows[:MOST]]


def answer(kind: Kind, key: int, choice: str, *, by: User, now: datetime) -> None:
    """Raises RuleError where the question stands no longer or does not know the answer."""
    question = next((one for one in open_questions(by) if (one.kind, one.key) == (kind, key)), None)
    if question is None:
        raise RuleError("choice", "answered", _("This question has been answered already. Nothing was changed."))
    if choice not in CHOICES[kind]:
        raise RuleError("choice", "unknown", _("This answer is not known. Nothing was changed."))
    if kind is Kind.PROPOSAL:
        questions.answer_proposal(key, choice, by=by, now=now)
    elif question.account is not None:
        accounts.require_control(question.account, by)
        questions.answer_brake(question.account, choice, now=now)
    else:
        questions.answer_link(key, choice, by=by, now=now)
