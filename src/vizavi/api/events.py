"""Events: found by time and filters, planned, changed, moved along their statuses."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.event_shapes import EventOne, EventPage, shown_event, shown_events
from vizavi.api.event_values import EventIn, EventPatch, WithStage, changed, planned, stage_move
from vizavi.api.fields import Body, Code, Instant, Line, QueryId, Revision
from vizavi.api.once import once
from vizavi.api.paging import Slice, page
from vizavi.api.problems import Problem
from vizavi.common.permissions import Right
from vizavi.connections import states
from vizavi.events import operations, queries
from vizavi.events.models import Event, EventStatus, Outcome
from vizavi.events.operations import EditConflict

router = Router(tags=["events"])

_REVISION = re.compile(r'"(\d{1,10})"')


class EventFilter(Slice):
    since: Instant | None = Field(None, description="Only what ends later.")
    until: Instant | None = Field(None, description="Only what begins earlier.")
    status: list[EventStatus] = []
    type: list[Code] = Field([], description="Codes of event types.")
    responsible: QueryId | None = None
    participant: QueryId | None = Field(None, description="Responsible or taking part.")
    candidate: QueryId | None = None
    vacancy: QueryId | None = None
    room: QueryId | None = None


class Seen(Body):
    """Which state of the event the move was decided on."""

    revision: Revision | None = Field(None, description="The revision you saw; or send it as If-Match.")


class WithReason(Seen):
    reason: Line = ""


class Ended(Seen, WithStage):
    """What became of the event, and where its candidate goes from there."""


class WithOutcome(Ended):
    outcome: Outcome = Outcome.NONE


class Decided(Ended):
    outcome: Outcome


@router.get("/events", response=EventPage, summary="List events by time")
def list_events(request: ApiRequest, query: Query[EventFilter]) -> Any:
    """In the order of their start. Who sees only own events gets only those."""
    rows = queries.with_details(_filtered(queries.visible_to(request.user), query))
    return page(request, rows, query, lambda events: shown_events(request, events), order="starts_at")


def _filtered(events: "QuerySet[Event]", query: EventFilter) -> "QuerySet[Event]":
    if query.since and query.until:
        events = queries.between(events, query.since, query.until)
    elif query.since:
        events = events.filter(ends_at__gt=query.since)
    elif query.until:
        events = events.filter(starts_at__lt=query.until)
    if query.status:
        events = events.filter(status__in=query.status)
    if query.type:
        events = events.filter(type__code__in=query.type)
    if query.participant:
        taking_part = Event.objects.filter(participants__user=query.participant).values("pk")
        events = events.filter(Q(responsible=query.participant) | Q(pk__in=taking_part))
    same = {name: getattr(query, name) for name in ("responsible", "candidate", "vacancy", "room")}
    return events.filter(**{name: key for name, key in same.items() if key is not None})


@router.post("/events", response={201: EventOne}, summary="Plan an event")
@once
def plan_event(request: ApiRequest, response: HttpResponse, data: EventIn) -> Any:
    """It is exported at once where its type is and its responsible person is connected."""
    user = needs(request, Right.PLAN_EVENTS)
    values = planned(data, user)
    notify = data.notify and values.type.invite_participants
    event = operations.plan(values, by=user, now=timezone.now(), notify=notify, then=stage_move(data))
    response["Location"] = reverse("api-v1:get_event", args=[event.pk])
    return shown_event(request, response, event.pk)


@router.get("/events/{int:event_id}", response=EventOne, summary="One event")
def get_event(request: ApiRequest, response: HttpResponse, event_id: int) -> Any:
    """The ETag is what If-Match takes."""
    return shown_event(request, response, found(queries.visible_to(request.user), event_id).pk)


@router.patch("/events/{int:event_id}", response=EventOne, summary="Change an event")
def patch_event(request: ApiRequest, response: HttpResponse, event_id: int, data: EventPatch) -> Any:
    """Only what is sent is changed. The revision you saw goes into If-Match (else 412) or `revision` (else 409)."""
    event = found(queries.with_details(queries.visible_to(request.user)), event_id)
    seen = _seen(request, event, data.revision)
    if queries.may_edit(request.user, event) and event.revision != seen:
        raise EditConflict(event)
    values = changed(event, data, request.user)
    told: dict[str, Any] = {"reason": data.reason, "notify": data.notify and values.type.invite_participants}
    operations.edit(event.pk, seen, values, by=request.user, now=timezone.now(), **told)
    return shown_event(request, response, event_id)


@router.post("/events/{int:event_id}/cancel", response=EventOne, summary="Cancel")
def cancel_event(request: ApiRequest, response: HttpResponse, event_id: int, data: WithReason) -> Any:
    """Its copy is removed; guests who were told of the event are told of the cancellation."""
    event = found(queries.with_details(queries.visible_to(request.user)), event_id)
    told = states.chips([event], now=timezone.now())[event.pk].guests_told
    return _moved(request, response, event_id, data, operations.cancel, reason=data.reason, notify=told)


@router.post("/events/{int:event_id}/confirm", response=EventOne, summary="The candidate has confirmed")
def confirm_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Seen) -> Any:
    return _moved(request, response, event_id, data, operations.confirm)


@router.post("/events/{int:event_id}/unconfirm", response=EventOne, summary="Take the confirmation back")
def unconfirm_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Seen) -> Any:
    return _moved(request, response, event_id, data, operations.unconfirm)


@router.post("/events/{int:event_id}/held", response=EventOne, summary="It took place")
def hold_event(request: ApiRequest, response: HttpResponse, event_id: int, data: WithOutcome) -> Any:
    """The outcome may follow later."""
    told = {"outcome": data.outcome.value, "then": stage_move(data)}
    return _moved(request, response, event_id, data, operations.hold, **told)


@router.post("/events/{int:event_id}/outcome", response=EventOne, summary="Outcome of a held event")
def decide_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Decided) -> Any:
    told = {"outcome": data.outcome.value, "then": stage_move(data)}
    return _moved(request, response, event_id, data, operations.decide, **told)


@router.post("/events/{int:event_id}/no-show", response=EventOne, summary="The candidate did not come")
def miss_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Ended) -> Any:
    return _moved(request, response, event_id, data, operations.no_show, then=stage_move(data))


@router.post("/events/{int:event_id}/restore", response=EventOne, summary="Plan a cancelled event again")
def restore_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Seen) -> Any:
    return _moved(request, response, event_id, data, operations.restore)


@router.post("/events/{int:event_id}/revert", response=EventOne, summary="Take back held or no-show")
def revert_event(request: ApiRequest, response: HttpResponse, event_id: int, data: Seen) -> Any:
    """For administrators."""
    return _moved(request, response, event_id, data, operations.revert)


def _moved(
    request: ApiRequest, response: HttpResponse, event_id: int, data: Seen, move: Callable[..., Event], **told: Any
) -> EventOne:
    event = found(queries.visible_to(request.user), event_id)
    seen = _seen(request, event, data.revision)
    move(event.pk, seen_revision=seen, by=request.user, now=timezone.now(), **told)
    return shown_event(request, response, event_id)


def _seen(request: HttpRequest, event: Event, revision: int | None) -> int:
    """The revision the caller decided on; nobody changes an event without saying which state of it was seen."""
    condition = request.headers.get("If-Match", "").strip()
    if condition == "*":
        return event.revision
    if condition:
        match = _REVISION.fullmatch(condition)
        return int(match[1]) if match else 0  # no state of ours has such a tag
    if revision is None:
        text = _("Say which state of the event you saw: If-Match with its ETag, or the field revision.")
        raise Problem(428, "revision-required", text)
    return revision


def conflict(request: HttpRequest, error: EditConflict) -> HttpResponse:
    """Somebody else was faster: both versions, so that the caller can decide."""
    carrier = HttpResponse()
    present = shown_event(request, carrier, error.event.pk)
    try:
        yours = json.loads(request.body)
    except ValueError:
        yours = None
    text = _("The event was changed meanwhile. Nothing was changed by you; look at its present state and decide anew.")
    status, code = (412, "precondition-failed") if "If-Match" in request.headers else (409, "edit-conflict")
    more = {"yours": yours, "present": present.model_dump(mode="json")}
    return Problem(status, code, text, more=more, headers={"ETag": carrier["ETag"]}).response()
