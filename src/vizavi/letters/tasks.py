"""Wake-ups: a message says only that a letter waits; a lost one is sent again by the sweep of each minute."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from vizavi.common import tracing


@task()
def send_letter(letter_id: int, request_id: str = "") -> None:
    from vizavi.letters.sending import send  # the worker's side; whoever writes needs only the message

    with tracing.during(request_id):
        send(letter_id, now=timezone.now)


def send_on_commit(letter_ids: Collection[int]) -> None:
    for letter_id in letter_ids:
        transaction.on_commit(partial(send_letter.enqueue, letter_id, tracing.current()), robust=True)
