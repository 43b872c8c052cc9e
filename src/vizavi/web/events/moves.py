"""Moving an event by dragging, and its status by the card's buttons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed
from vizavi.connections import states
from vizavi.events import operations, queries, rules
from vizavi.events.models import Event, EventStatus, Outcome, Room
from vizavi.events.operations import EditConflict, EventValues
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.answers import carded, conflict_text, done
from vizavi.web.events.warnings import warnings_of


@require_POST
def move(request: UserRequest, event_id: int) -> JsonResponse:
    """A drag on the calendar: times are naive and local to the person who drags."""
    event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
    if not queries.may_edit(request.user, event):
        return _refusal(_("You have no right to move this event, it stays where it was."), status=403)
    try:
        moved = _moved(event, request.POST.dict(), by=request.user, now=timezone.now())
    except EditConflict as conflict:
        return _refusal(conflict_text(conflict.event), status=409)
    except RuleError as refused:
        return _refusal(str(refused.text), status=422)
    except (KeyError, ValueError):
        return _refusal(_("The new time was not understood, the event stays where it was."), status=400)
    except (User.DoesNotExist, Room.DoesNotExist):
        return _refusal(_("This column is not there any more, the event stays where it was."), status=400)
    warnings = warnings_of(moved, request.user)
    return JsonResponse({"text": _("Moved."), "revision": moved.revision, "warnings": warnings})


def _moved(event: Event, data: Mapping[str, str], *, by: User, now: datetime) -> Event:
    """To another time; in the view of a team or of rooms also into another column."""
    span = replace(_dragged(data, by.time_zone, event.zone), zone=event.zone)
    seen = int(data["revision"])
    if not data.get("column"):
        return operations.reschedule(event.pk, seen, span, by=by, now=now)
    if event.revision != seen:
        raise EditConflict(event)
    values = replace(_in_column(event, data["from_column"], data["column"]), span=span)
    return operations.edit(event.pk, seen, values, by=by, now=now)


def _in_column(event: Event, before: str, after: str) -> EventValues:
    values = operations.values_of(event)
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


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the card: what it does and what it says afterwards."""

    code: str
    caption: str
    icon: str
    style: str
    said: str
    run: Callable[..., Event]
    asks: str = ""  # "reason" or "outcome": what the button asks for first


def actions_for(event: Event, user: User, now: datetime) -> list[Action]:
    """The moves this person can make now, the likeliest first."""
    known = _actions()
    if not queries.may_edit(user, event):
        codes: list[str] = []
    elif event.status == EventStatus.CANCELLED:
        codes = ["restore"]
    elif event.status in rules.FINAL:
        codes = ["decide"] if event.status == EventStatus.HELD else []
    else:
        first = "confirm" if event.status == EventStatus.PLANNED else "unconfirm"
        codes = [first, *(["hold", "no_show"] if _has_come(event, now) else []), "cancel"]
    if event.status in rules.FINAL and allowed(user, Right.REVERT_EVENTS):
        codes.append("revert")
    return [known[code] for code in codes]


def _has_come(event: Event, now: datetime) -> bool:
    try:
        rules.check_has_come(event.starts_at, event.zone, now)
    except RuleError:
        return False
    return True


def _actions() -> dict[str, Action]:
    every = [
        Action("confirm", _("Confirm"), "check", "success", _("Confirmed."), operations.confirm),
        Action(
            "unconfirm", _("Take the confirmation back"), "arrow-back-up", "", _("Planned again."), operations.unconfirm
        ),
        Action("hold", _("Held"), "circle-check", "primary", _("Marked as held."), operations.hold, asks="outcome"),
        Action("no_show", _("No-show"), "user-x", "", _("Marked as a no-show."), operations.no_show),
        Action("cancel", _("Cancel the event"), "ban", "danger", _("Cancelled."), operations.cancel, asks="reason"),
        Action("restore", _("Restore"), "restore", "primary", _("Planned again."), operations.restore),
        Action("decide", _("Outcome"), "gavel", "primary", _("Outcome saved."), operations.decide, asks="outcome"),
        Action("revert", _("Take back"), "arrow-back-up", "", _("Planned again."), operations.revert),
    ]
    return {action.code: action for action in every}


@require_POST
@needs(Right.PLAN_EVENTS)
def status(request: UserRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(queries.visible_to(request.user), pk=event_id)
    action = _actions().get(request.POST.get("action", ""))
    try:
        if action is None or (action.code == "decide" and not request.POST.get("outcome")):
            raise RuleError("status", "unknown", _("This move is not known. Nothing was changed."))
        seen = int(request.POST.get("revision", "0"))
        action.run(event_id, seen, by=request.user, now=timezone.now(), **_told(action, event, request.POST))
    except EditConflict as conflict:
        return carded(request, event_id, problem=conflict_text(conflict.event))
    except (RuleError, ValueError) as refused:
        return carded(request, event_id, problem=str(refused))
    return done(request, event, action.said)


def _told(action: Action, event: Event, data: Mapping[str, Any]) -> dict[str, Any]:
    if action.asks == "reason":  # a cancellation tells the guests who were told of the event
        chip = states.chips([event], now=timezone.now())[event.pk]
        return {"reason": str(data.get("reason", "")).strip()[:300], "notify": chip.guests_told}
    if action.asks == "outcome":
        return {"outcome": Outcome(data.get("outcome") or Outcome.NONE).value}
    return {}
