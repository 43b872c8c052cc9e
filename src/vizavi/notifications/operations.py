"""What happens to notifications: told, settled, read, forgotten. Callers tell within the transaction of the fact."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from vizavi.notifications.models import Notification
from vizavi.people.models import User


def tell(
    people: Iterable[int],
    code: str,
    *,
    key: str,
    now: datetime,
    event_id: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Tell these people (ids) of a fact; whoever has been told of it and it still stands is not told again."""
    rows = [
        Notification(user_id=pk, event_id=event_id, code=code, values=dict(values or {}), key=key, at=now)
        for pk in people
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def settle(rows: QuerySet[Notification], *, now: datetime) -> int:
    """Their question is answered or their trouble over, which needs no reading any more; answers how many were open."""
    return rows.filter(done_at=None).update(done_at=now, read_at=Coalesce("read_at", now))


@transaction.atomic
def settle_free(rows: QuerySet[Notification], *, now: datetime) -> None:
    """The same for a sweep: what a worker is settling right now is left to it, so that neither waits in a circle."""
    free = rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)
    settle(Notification.objects.filter(pk__in=list(free)), now=now)


def settle_event(event_id: int, codes: Collection[str], *, now: datetime) -> int:
    return settle(Notification.objects.filter(event=event_id, code__in=codes), now=now)


def mark_read(user: User, pks: Collection[int], *, now: datetime) -> int:
    return Notification.objects.filter(user=user, pk__in=pks, read_at=None).update(read_at=now)


def mark_all_read(user: User, *, now: datetime) -> int:
    return Notification.objects.filter(user=user, read_at=None).update(read_at=now)


def forget_read(before: datetime) -> None:
    """What was read long ago goes; what nobody has read stays."""
    Notification.objects.filter(read_at__lt=before).delete()
