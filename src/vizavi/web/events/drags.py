"""Moving an event by dragging it on the calendar: at once, or after a question where there is something to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.connections import states
from vizavi.events import operations, queries, rules
from vizavi.events.models import Event, EventStatus, Room
from vizavi.events.operations import EditConflict, EventValues
from vizavi.people.models import User
from vizavi.web.access import UserRequest
from vizavi.web.events.answers import clocks_of, conflict_text, span_words, when_text
from vizavi.web.events.warnings import Clock, as_entered, warnings_for


@require_POST
def move(request: UserRequest, event_id: int) -> JsonResponse:
    """Times are naive and local to the person who drags; `confirmed` once the question was answered."""
    event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
    if not queries.may_edit(request.user, event):
        return _refusal(_("You have no right to move this event, it stays where it was."), status=403)
    try:
        return _answered(request, event, _read(event, request.POST.dict(), request.user.time_zone))
    except EditConflict as conflict:
        return _refusal(conflict_text(conflict.event), status=409)
    except RuleError as refused:
        return _refusal(str(refused.text), status=422)
    except (KeyError, ValueError):
        return _refusal(_("The new time was not understood, the event stays where it was."), status=400)
    except (User.DoesNotExist, Room.DoesNotExist):
        return _refusal(_("This column is not there any more, the event stays where it was."), status=400)


@dataclass(frozen=True, slots=True)
class Drop:
    """Where the event was dropped, and what the person said about it."""

    seen: int
    values: EventValues
    in_column: bool
    confirmed: bool
    reason: str
    notify: bool


def _read(event: Event, data: Mapping[str, str], zone: str) -> Drop:
    span = replace(_dragged(data, zone, event.zone), zone=event.zone)
    in_column = bool(data.get("column"))
    values = operations.values_of(event)
    if in_column:
        values = _in_column(event, values, before=data["from_column"], after=data["column"])
    return Drop(
        seen=int(data["revision"]),
        values=replace(values, span=span),
        in_column=in_column,
        confirmed=bool(data.get("confirmed")),
        reason=data.get("reason", "").strip()[:300],
        notify=bool(data.get("notify")),
    )


def _answered(request: UserRequest, event: Event, drop: Drop) -> JsonResponse:
    if event.revision != drop.seen:
        raise EditConflict(event)
    rules.check_movable(event.status)
    if not drop.confirmed and (question := _question(event, drop, request.user)):
        return JsonResponse({"ask": _rendered(question, request)})
    told: dict[str, Any] = {"by": request.user, "now": timezone.now(), "reason": drop.reason, "notify": drop.notify}
    if drop.in_column:
        moved = operations.edit(event.pk, drop.seen, drop.values, **told)
    else:
        moved = operations.reschedule(event.pk, drop.seen, drop.values.span, **told)
    return JsonResponse({"text": _("Moved."), "revision": moved.revision})


@dataclass(frozen=True, slots=True)
class Question:
    """What the dialog after a drop shows and asks."""

    event: Event
    before: str
    after: str
    clocks: list[Clock]
    warnings: list[str]
    guests: int
    guests_told: bool

    @property
    def confirmed(self) -> bool:
        return self.event.status == EventStatus.CONFIRMED


def _question(event: Event, drop: Drop, viewer: User) -> Question | None:
    """None where nothing speaks against it, nobody would be mailed and the candidate has not agreed to the old time."""
    chip = states.chips([event], now=timezone.now())[event.pk]
    question = Question(
        event=event,
        before=when_text(event),
        after=span_words(drop.values.span),
        clocks=clocks_of(drop.values.span, viewer=viewer, event=event),
        warnings=warnings_for(as_entered(drop.values), viewer, event),
        guests=_guests(drop.values) if chip.code != "not_exported" else 0,
        guests_told=chip.guests_told,
    )
    return question if question.warnings or question.guests or question.confirmed else None


def _guests(values: EventValues) -> int:
    """How many people the external calendar invites, where the type says so."""
    if not values.type.invite_participants:
        return 0
    return sum(user != values.responsible for user, _optional in values.participants)


def _rendered(question: Question, request: HttpRequest) -> str:
    return render_to_string("web/events/_ask_move.html", {"question": question}, request)


def _in_column(event: Event, values: EventValues, *, before: str, after: str) -> EventValues:
    """In the view of a team or of rooms: dropped in another column."""
    kind, _dash, number = after.partition("-")
    if kind == "room":
        return replace(values, room=Room.objects.get(pk=int(number)))
    if kind != "person":
        raise ValueError(kind)
    person = User.objects.get(pk=int(number))
    leaving = int(before.removeprefix("person-"))
    if leaving == event.responsible_id:  # who takes the event over is no participant beside it
        return replace(values, responsible=person)
    if person.pk in {event.responsible_id, *(user.pk for user, _optional in values.participants)}:
        raise RuleError("participants", "twice", _("%(name)s takes part already.") % {"name": person.short_name})
    passed_on = tuple((person if user.pk == leaving else user, optional) for user, optional in values.participants)
    return replace(values, participants=passed_on)


def _dragged(data: Mapping[str, Any], zone: str, event_zone: str) -> rules.Span:
    if data.get("all_day"):
        last = date.fromisoformat(data["end"][:10]) - timedelta(days=1)
        return rules.days(date.fromisoformat(data["start"][:10]), last, event_zone)
    start, end = (datetime.fromisoformat(data[name]).replace(tzinfo=None) for name in ("start", "end"))
    return rules.timed(start, end, zone)


def _refusal(text: str, *, status: int) -> JsonResponse:
    return JsonResponse({"text": text}, status=status)
