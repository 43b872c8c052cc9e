"""Reminders: so many minutes before an event, as its type says, whoever takes part finds one in the bell.

Found each minute from what is, so a minute that was missed loses nothing: of the reminders whose time has come the
latest is told, and none once the event has begun. A whole day counts as beginning at 9:00 by the clock of the event's
zone: a reminder of a day before it comes at 9:00 of the day before.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from vizavi.events.models import Answer, Event, EventType, Participant
from vizavi.events.rules import OPEN
from vizavi.notifications import operations
from vizavi.notifications.models import Notification
from vizavi.people.models import User

REMINDER = "reminder"
DAY_BEGINS = timedelta(hours=9)  # of a whole day, after its midnight


class Window(NamedTuple):
    """While the start is at most `minutes` ahead, and more than `nearer` (the next reminder or the start itself)."""

    nearer: int
    minutes: int


def remind(now: datetime) -> None:
    """Tell of what begins soon, once for each event, person, reminder and start; two workers at once do no harm."""
    for window, types in _windows().items():
        starting = Event.objects.filter(_begins(window, now), type__in=types, status__in=OPEN)
        # what was edited after this minute's `now` is left to the next one: it may have been read half here
        _tell(starting.filter(time_edited_at__lte=now), window.minutes, now)


def settle_what_is_over(now: datetime) -> None:
    """The event has ended, was cancelled or moved: nobody needs to read its reminder any more."""
    over = Q(event__ends_at__lte=now) | ~Q(event__status__in=OPEN) | Q(event__time_edited_at__gt=F("at"))
    operations.settle_free(Notification.objects.filter(over, code=REMINDER), now=now)


def _windows() -> dict[Window, list[int]]:
    """Which types (ids) have a reminder in which window; most types share a few."""
    windows = defaultdict(list)
    for pk, reminders in EventType.objects.values_list("pk", "reminders"):
        for nearer, minutes in pairwise([0, *sorted(reminders)]):
            windows[Window(nearer, minutes)].append(pk)
    return windows


def _begins(window: Window, now: datetime) -> Q:
    after, until = now + timedelta(minutes=window.nearer), now + timedelta(minutes=window.minutes)
    timed = Q(starts_on=None, starts_at__gt=after, starts_at__lte=until)
    whole_days = Q(starts_on__isnull=False, starts_at__gt=after - DAY_BEGINS, starts_at__lte=until - DAY_BEGINS)
    return timed | whole_days


def _tell(starting: QuerySet[Event], minutes: int, now: datetime) -> None:
    events = {event.pk: event for event in starting}
    if not events:
        return
    told = set(Notification.objects.filter(code=REMINDER, event__in=events).values_list("user", "key"))
    rows = [_reminder(events[event], user, minutes, now) for event, user in _who_comes(events.values())]
    new = [row for row in rows if (row.user_id, row.key) not in told]
    Notification.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


def _who_comes(events: Iterable[Event]) -> set[tuple[int, int]]:
    """(event, user) of the responsible and of those who take part and have not declined."""
    comes = {(event.pk, event.responsible_id) for event in events}
    beside = Participant.objects.filter(event__in=[event for event, _ in comes]).exclude(answer=Answer.DECLINED)
    comes |= set(beside.values_list("event", "user"))
    left = set(
        User.objects.filter(pk__in={user for _event, user in comes}, is_active=False).values_list("pk", flat=True)
    )
    return {(event, user) for event, user in comes if user not in left}


def _reminder(event: Event, user: int, minutes: int, now: datetime) -> Notification:
    key = f"{REMINDER}:{event.pk}:{minutes}:{event.starts_at.isoformat()}"
    begin, end = (
        (event.starts_on, event.ends_on) if event.starts_on and event.ends_on else (event.starts_at, event.ends_at)
    )
    when = {"start": begin.isoformat(), "end": end.isoformat()}
    return Notification(user_id=user, event=event, code=REMINDER, values={"when": when}, key=key, at=now)
