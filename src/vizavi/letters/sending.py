"""The worker's side: a letter is claimed, handed to the mail server outside of any transaction, and its fate stored.

"Being sent" is committed before the mail server is called, so a letter whose worker died is not sent a second time:
a person decides.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from vizavi.events.models import EventStatus
from vizavi.letters import mail, notices
from vizavi.letters.models import Letter, LetterState, Problem
from vizavi.letters.tasks import send_on_commit

LOST_AFTER = timedelta(minutes=1)  # then the message should have been with a worker
DEAD_AFTER = timedelta(minutes=10)  # longer than all time-outs of one delivery together

logger = logging.getLogger(__name__)


def send(letter_id: int, *, now: Callable[[], datetime]) -> None:
    """Does nothing where another worker has the letter or its fate is known."""
    waiting = Letter.objects.filter(pk=letter_id, state=LetterState.WAITING)
    if not waiting.update(state=LetterState.SENDING, claimed_at=now()):
        return
    letter = Letter.objects.select_related("event__responsible").get(pk=letter_id)
    outdated = mail.Result(LetterState.FAILED, Problem.OUTDATED)
    result = outdated if _is_outdated(letter) else mail.deliver(letter)
    logger.info("letter handled", extra={"letter": letter_id, "state": result.state, "problem": result.problem})
    _store(letter, result, now=now())


def _is_outdated(letter: Letter) -> bool:
    """What it says is not so any more: nobody shall be told a time that does not hold."""
    event = letter.event
    return event.starts_at != letter.starts_at or letter.cancels != (event.status == EventStatus.CANCELLED)


def _store(letter: Letter, result: mail.Result, *, now: datetime) -> None:
    """Also where the sweep took this worker for dead meanwhile, but not where a person had it sent again."""
    unsettled = [LetterState.SENDING, LetterState.UNKNOWN]
    mine = Letter.objects.filter(pk=letter.pk, claimed_at=letter.claimed_at, state__in=unsettled)
    letter.state, letter.problem, letter.answer = result.state, result.problem or "", result.answer[:300]
    letter.sent_at = now if result.state == LetterState.SENT else None
    with transaction.atomic():
        if mine.update(**{name: getattr(letter, name) for name in ("state", "problem", "answer", "sent_at")}):
            (notices.settle if letter.sent_at else notices.tell)(letter, now=now)


def sweep(now: datetime) -> None:
    """Lost messages are sent again; letters of dead workers become a question."""
    for letter in Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=now - DEAD_AFTER):
        _leave_to_a_person(letter, Problem.LOST, now=now)
    lost = Letter.objects.filter(state=LetterState.WAITING, written_at__lt=now - LOST_AFTER)
    send_on_commit(list(lost.values_list("pk", flat=True)))


def after_restore(now: datetime) -> None:
    """What waited in a backup may have gone out from the old installation since."""
    for letter in Letter.objects.filter(state__in=[LetterState.WAITING, LetterState.SENDING]):
        _leave_to_a_person(letter, Problem.RESTORED, now=now)


def _leave_to_a_person(letter: Letter, problem: Problem, *, now: datetime) -> None:
    """Unless its fate has become known this moment."""
    same = Letter.objects.filter(pk=letter.pk, state=letter.state, claimed_at=letter.claimed_at)
    letter.problem = problem
    with transaction.atomic():
        if same.update(state=LetterState.UNKNOWN, problem=problem):
            notices.tell(letter, now=now)
