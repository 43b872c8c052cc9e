"""Wake-ups: a message says only that an account has work; what it is stands in the database."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django_tasks import task

from vizavi.common import tracing
from vizavi.connections.locks import lock
from vizavi.connections.models import IN_USE, Account, Link
from vizavi.events.models import Event


@task()
def wake(account_id: int, request_id: str = "") -> None:
    """Push what the account owes: one request for one saved event. `request_id` is for the log alone."""
    from vizavi.connections.work import work_account  # the worker's side; senders need only the message

    with tracing.during(request_id):
        work_account(account_id, pull=False, now=timezone.now)


def wake_on_commit(account_ids: Collection[int]) -> None:
    """Send the wake-ups once the change is stored. A queue that is down loses them, and the next sweep sends them."""
    for account_id in account_ids:
        transaction.on_commit(partial(wake.enqueue, account_id, tracing.current()), robust=True)


def events_changed(kind: str, ids: Collection[int]) -> None:
    """Handler of `common.changes`: the responsible's account and every account that has a copy have work."""
    if kind != "event":
        return
    # subqueries: joined, all events of a user would meet all links of the account
    responsible = Event.objects.filter(pk__in=ids).values("responsible")
    linked = Link.objects.filter(event__in=ids).values("calendar__account")
    _mark(ids)
    accounts = Account.objects.filter(Q(user__in=responsible) | Q(pk__in=linked), IN_USE).values_list("pk", flat=True)
    wake_on_commit(list(accounts))


def _mark(event_ids: Collection[int]) -> None:
    """Every copy owes what its event became, and what was refused before may be accepted as it is now."""
    revision = Event.objects.filter(pk=OuterRef("event")).values("revision")
    if pks := lock(Link.objects.filter(event__in=event_ids)):
        Link.objects.filter(pk__in=pks).update(event_revision=Subquery(revision), next_try=None)
