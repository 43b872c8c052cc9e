"""The worker's side: a letter is claimed, handed to the mail server outside of any transaction, and its fate stored.

"Being sent" is committed before the mail server is called, so a letter whose worker died is not sent a second time:
a person decides.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from vizavi.events.models import EventStatus
from vizavi.letters import mail
from vizavi.letters.models import Letter, LetterState, Problem
from vizavi.letters.tasks import send_on_commit

LOST_AFTER = timedelta(minutes=1)  # then the message should have been with a worker
DEAD_AFTER = timedelta(minutes=10)  # longer than all time-outs of one delivery together

logger = logging.getLogger(__name__)


def send(letter_id: int, *, now: Callable[[], datetime]) -> None:
    """Does nothing where another worker has the letter or its fate is known."""
    claimed_at = now()
    waiting = Letter.objects.filter(pk=letter_id, state=LetterState.WAITING)
    if not waiting.update(state=LetterState.SENDING, claimed_at=claimed_at):
        return
    letter = Letter.objects.select_related("event__responsible").get(pk=letter_id)
    outdated = mail.Result(LetterState.FAILED, Problem.OUTDATED)
    result = outdated if _is_outdated(letter) else mail.deliver(letter)
    logger.info("letter handled", extra={"letter": letter_id, "state": result.state, "problem": result.problem})
    _store(letter_id, claimed_at, result, now=now())


def _is_outdated(letter: Letter) -> bool:
    """What it says is not so any more: nobody shall be told a time that does not hold."""
    event = letter.event
    called_off = EventStatus.CANCELLED in {letter.status, event.status} and letter.status != event.status
    return event.starts_at != letter.starts_at or called_off


def _store(letter_id: int, claimed_at: datetime, result: mail.Result, *, now: datetime) -> None:
    """Also where the sweep took this worker for dead meanwhile, but not where a person had it sent again."""
    mine = Letter.objects.filter(pk=letter_id, claimed_at=claimed_at)
    mine.update(
        state=result.state,
        problem=result.problem or "",
        answer=result.answer[:300],
        sent_at=now if result.state == LetterState.SENT else None,
    )


def sweep(now: datetime) -> None:
    """Lost messages are sent again; letters of dead workers become a question."""
    dead = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=now - DEAD_AFTER)
    dead.update(state=LetterState.UNKNOWN, problem=Problem.LOST)
    lost = Letter.objects.filter(state=LetterState.WAITING, written_at__lt=now - LOST_AFTER)
    send_on_commit(list(lost.values_list("pk", flat=True)))


def after_restore() -> None:
    """What waited in a backup may have gone out from the old installation since: a person decides."""
    under_way = Letter.objects.filter(state__in=[LetterState.WAITING, LetterState.SENDING])
    under_way.update(state=LetterState.UNKNOWN, problem=Problem.RESTORED)
