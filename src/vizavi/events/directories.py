"""Event types and rooms: the administrator's directories, and what follows for events when they change."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from vizavi.common import changes, rows
from vizavi.common.permissions import Right, require
from vizavi.events import rules, writing
from vizavi.events.models import Event, EventType, Participant, Room
from vizavi.people.models import User

_SHOWN_OUTSIDE = frozenset(
    {"name_ru", "name_en", "export_enabled", "title_template", "hide_candidate", "visibility", "invite_participants"}
)


def save_type(event_type: EventType, *, by: User, now: datetime) -> EventType:
    """Create or edit; `event_type` holds the values entered and is not saved yet."""
    require(by, Right.EDIT_DIRECTORIES)
    rules.check_title_template(event_type.title_template)
    rules.check_export(event_type.code, event_type.export_enabled)
    rules.check_buffers(event_type.buffer_before, event_type.buffer_after)
    rules.check_outcomes(event_type.outcomes)
    rules.check_reminders(event_type.reminders)
    with transaction.atomic():
        if event_type.system:
            rules.check_code(EventType.objects.get(pk=event_type.pk).code, event_type.code)
        differences = rows.save(event_type, "event_type", by=by, now=now)
        if not _SHOWN_OUTSIDE.isdisjoint(differences):
            changes.changed("event_type", [event_type.pk])
    return event_type


def save_room(room: Room, *, by: User, now: datetime) -> Room:
    require(by, Right.EDIT_DIRECTORIES)
    with transaction.atomic():
        differences = rows.save(room, "room", by=by, now=now)
        if "name" in differences:
            changes.changed("room", [room.pk])
    return room


def touch(kind: str, ids: Collection[int], *, now: datetime) -> None:
    """Something that events show has changed: raise their revision by one UPDATE and pass it on as changed events."""
    affected = _affected(kind, ids)
    if affected is None:
        return
    condition, group = affected
    ahead = Event.objects.filter(condition, status__in=rules.OPEN, ends_at__gt=now).order_by("pk")
    # Locked in the order of their keys, as workers do, so that neither waits for the other in a circle.
    pks = list(ahead.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    writing.raise_revisions(pks, **{f"{group}_edited_at": now})


def _affected(kind: str, ids: Collection[int]) -> tuple[Q, str] | None:
    """Which events show it, and in which group of fields."""
    match kind:
        case "candidate":
            return Q(candidate__in=ids), "text"
        case "vacancy":
            return Q(vacancy__in=ids), "text"
        case "event_type":
            return Q(type__in=ids), "text"
        case "room":
            return Q(room__in=ids), "place"
        case "user":
            return Q(pk__in=Participant.objects.filter(user__in=ids).values("event")), "people"
        case _:
            return None
