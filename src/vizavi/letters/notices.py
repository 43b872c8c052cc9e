"""Whoever wrote a letter need not look after it: the bell says where one waits for a decision."""

from datetime import datetime

from vizavi.letters.models import Letter
from vizavi.notifications import operations
from vizavi.notifications.models import Notification

CODE = "letter"


def tell(letter: Letter, *, now: datetime) -> None:
    people = [letter.written_by_id] if letter.written_by_id else []
    values = {"subject": letter.subject, "problem": letter.problem}
    operations.tell(people, CODE, key=_key(letter), event_id=letter.event_id, values=values, now=now)


def settle(letter: Letter, *, now: datetime) -> None:
    operations.settle(Notification.objects.filter(code=CODE, key=_key(letter)), now=now)


def _key(letter: Letter) -> str:
    return f"letter:{letter.pk}"
