"""An event as the API shows it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import BaseModel, Field

from vizavi.api.fields import Named, named, shown_at
from vizavi.api.paging import Page
from vizavi.common.permissions import Right, allowed
from vizavi.connections import states
from vizavi.connections.states import Chip
from vizavi.events import queries
from vizavi.events.models import Answer, Event, EventStatus, Format, Outcome
from vizavi.events.rules import is_overdue
from vizavi.people.models import User

SyncState = Literal["not_exported", "pending", "synced", "conflict", "error", "detached"]


class Sync(BaseModel):
    """Where the event's copy in the external calendar stands."""

    state: SyncState
    detail: str
    synced_at: datetime | None
    next_try: datetime | None


class ParticipantOut(BaseModel):
    user: Named
    optional: bool
    answer: Answer


class Warned(BaseModel):
    """Somebody or something is taken at that time; a warning, never a refusal."""

    kind: Literal["person", "candidate", "room"]
    name: str
    clash: Literal["overlap", "buffer"]
    event: int


class EventOut(BaseModel):
    """Timed events have `start` and `end`, all-day ones `first_day` and `last_day` (included)."""

    id: int
    uid: str
    revision: int = Field(description="Counts edits; also the ETag.")
    type: str = Field(description="Code of the event type.")
    title: str = Field(description="Own title; empty where the type's template makes it.")
    status: EventStatus
    overdue: bool
    outcome: Outcome
    all_day: bool
    start: datetime | None
    end: datetime | None
    first_day: date | None
    last_day: date | None
    zone: str = Field(description="IANA name of the zone the event is planned in.")
    responsible: Named
    candidate: Named | None
    vacancy: Named | None
    participants: list[ParticipantOut]
    format: Format
    room: Named | None
    address: str
    video_url: str
    candidate_comment: str
    internal_comment: str | None = Field(description="Null for those who may not read it.")
    reason: str
    loaded: bool = Field(description="Came from an external calendar.")
    created_at: datetime
    may_edit: bool
    sync: Sync


class EventOne(EventOut):
    """One event, with what collides with it."""

    warnings: list[Warned]


class EventPage(Page[EventOut]):
    pass


def shown_events(request: HttpRequest, events: Sequence[Event]) -> list[EventOut]:
    """In a few queries however many there are; events come with their details."""
    reader: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    chips = states.chips(events, now=now)
    editor = queries.editor(reader)
    internal = allowed(reader, Right.ANSWER, own=True)
    return [
        EventOut.model_validate(_values(event, chips[event.pk], editor, internal=internal, now=now)) for event in events
    ]


def shown_event(request: HttpRequest, response: HttpResponse, event_id: int) -> EventOne:
    """As it is now, with its ETag."""
    event = queries.with_details(queries.visible_to(request.user)).get(pk=event_id)  # type: ignore[arg-type]
    (shown,) = shown_events(request, [event])
    response["ETag"] = f'"{event.revision}"'
    overlaps = queries.overlaps_of(event) if shown.may_edit else []
    warnings = [
        {"kind": one.kind, "name": one.name, "clash": one.clash.value, "event": one.event.pk} for one in overlaps
    ]
    return EventOne.model_validate({**shown.model_dump(), "warnings": warnings})


def _values(event: Event, chip: Chip, editor: queries.Editor, *, internal: bool, now: datetime) -> dict[str, object]:
    same = ("revision", "title", "status", "outcome", "zone", "format", "address", "video_url", "candidate_comment")
    values = {name: getattr(event, name) for name in (*same, "reason", "loaded", "all_day", "last_day")}
    return values | {
        "id": event.pk,
        "uid": str(event.uid),
        "type": event.type.code,
        "overdue": is_overdue(event.status, event.ends_at, now),
        "start": None if event.all_day else shown_at(event.starts_at, event.zone),
        "end": None if event.all_day else shown_at(event.ends_at, event.zone),
        "first_day": event.starts_on,
        "responsible": named(event.responsible),
        "candidate": named(event.candidate),
        "vacancy": named(event.vacancy),
        "room": named(event.room),
        "participants": [
            {"user": named(row.user), "optional": row.optional, "answer": row.answer}
            for row in event.participants.all()
        ],
        "internal_comment": event.internal_comment if internal else None,
        "created_at": timezone.localtime(event.created_at),
        "may_edit": editor(event.responsible_id, event.vacancy.recruiter_id if event.vacancy else None),
        "sync": _sync(chip),
    }


def _sync(chip: Chip) -> Sync:
    moments = {name: getattr(chip, name) for name in ("synced_at", "next_try")}
    local = {name: timezone.localtime(moment) if moment else None for name, moment in moments.items()}
    return Sync.model_validate({"state": chip.code, "detail": str(chip.detail), **local})
