"""Whose notifications are whose, and who has to do with an event."""

from django.db.models import Q, QuerySet

from vizavi.common.permissions import Right, Scope, scope
from vizavi.events import queries
from vizavi.events.models import Event, Participant
from vizavi.notifications.models import Notification
from vizavi.people.models import User


def of(user: User) -> QuerySet[Notification]:
    """A person's own; of an event that is no longer theirs to see they learn nothing more."""
    rows = Notification.objects.filter(user=user)
    if scope(user, Right.SEE_EVENTS) is Scope.ALL:
        return rows
    return rows.filter(Q(event=None) | Q(event__in=queries.visible_to(user)))


def unread(user: User) -> int:
    return of(user).filter(read_at=None).count()


def deciders_of(event_id: int) -> list[int]:
    """Who answers the questions about an event: its responsible and the recruiter of its vacancy (ids)."""
    return _active(_deciding(event_id))


def people_of(event_id: int) -> list[int]:
    """Everybody who has to do with an event: who decides and who takes part (ids)."""
    return _active(_deciding(event_id) | Q(pk__in=Participant.objects.filter(event=event_id).values("user")))


def _deciding(event_id: int) -> Q:
    event = Event.objects.filter(pk=event_id)
    recruiter = event.filter(vacancy__isnull=False).values("vacancy__recruiter")
    return Q(pk__in=event.values("responsible")) | Q(pk__in=recruiter)


def _active(people: Q) -> list[int]:
    return list(User.objects.filter(people, is_active=True).order_by("pk").values_list("pk", flat=True))
