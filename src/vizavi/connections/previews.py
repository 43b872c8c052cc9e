"""Counts shown before a switch is turned: what it would send out or leave behind."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from vizavi.connections.models import Account, Link
from vizavi.events.models import Event, EventStatus, EventType
from vizavi.sync.model import LinkState


@dataclass(frozen=True)
class ExportPreview:
    """Future events of a type: those that would go out, those already out, those whose responsible has no account."""

    will_go: int
    are_out: int
    without_account: int


def export_preview(event_type: EventType, *, now: datetime) -> ExportPreview:
    connected = Account.objects.filter(user=OuterRef("responsible"), active=True, paused=False)
    out = Link.objects.filter(event=OuterRef("pk"), state=LinkState.LIVE.value)
    ahead = Event.objects.filter(
        type=event_type, status__in=(EventStatus.PLANNED, EventStatus.CONFIRMED), ends_at__gt=now
    ).annotate(connected=Exists(connected), out=Exists(out))
    return ExportPreview(
        will_go=ahead.filter(connected=True, out=False).count(),
        are_out=ahead.filter(out=True).count(),
        without_account=ahead.filter(connected=False, out=False).count(),
    )
