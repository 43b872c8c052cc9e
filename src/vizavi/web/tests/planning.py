"""Events and busy time for the tests of pages, planned with few words."""

from datetime import datetime
from typing import Any

from vizavi.connections.models import Account, BusyBlock, Calendar, Link
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.events.operations import EventValues
from vizavi.events.rules import Span
from vizavi.people.models import User


def plan(span: Span, *, by: User, now: datetime, code: str = "interview", **fields: Any) -> Event:
    values = EventValues(type=EventType.objects.get(code=code), span=span, **{"responsible": by, **fields})
    return operations.plan(values, by=by, now=now)


def busy(owner: User, span: Span, *, now: datetime, title: str | None = "Стоматолог") -> BusyBlock:
    defaults = {"email": owner.email, "active": True, "begun": True, "connected_at": now}
    account, _ = Account.objects.get_or_create(user=owner, remote_id=owner.email, defaults=defaults)
    calendar, _ = Calendar.objects.get_or_create(
        account=account, remote_id="primary", defaults={"name": owner.email, "reads": True}
    )
    return BusyBlock.objects.create(
        calendar=calendar,
        remote_id=f"block-{BusyBlock.objects.count()}",
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        title=title,
    )


def exported(event: Event) -> Link:
    """Of a type that is exported, by somebody with a connected account; in step there."""
    EventType.objects.filter(pk=event.type_id).update(export_enabled=True)
    calendar = Calendar.objects.get(account__user=event.responsible)
    remote_id = f"event-{event.pk}"
    return Link.objects.create(
        event=event,
        calendar=calendar,
        remote_id=remote_id,
        pushed_revision=event.revision,
        event_revision=event.revision,
    )


def posted(**fields: Any) -> dict[str, Any]:
    """What the form of an event sends, with the fields given replaced."""
    usual = {
        "type": EventType.objects.get(code="interview").pk,
        "start_date": "2026-11-23",
        "start_time": "10:00",
        "end_date": "2026-11-23",
        "end_time": "11:00",
        "zone": "Europe/Moscow",
        "format": "office",
        "candidate": "",
        "vacancy": "",
    }
    return usual | {name: getattr(value, "pk", value) for name, value in fields.items()}
