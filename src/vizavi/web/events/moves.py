"""The status of an event by the card's buttons, and what follows for its candidate's stage."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event, Outcome
from vizavi.events.operations import EditConflict
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.actions import Action, known_actions
from vizavi.web.events.answers import carded, conflict_text, done
from vizavi.web.events.stages import chosen_move, moved_text


@require_POST
@needs(Right.PLAN_EVENTS)
def status(request: UserRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(queries.visible_to(request.user), pk=event_id)
    action = known_actions().get(request.POST.get("action", ""))
    try:
        if action is None or (action.code == "decide" and not request.POST.get("outcome")):
            raise RuleError("status", "unknown", _("This move is not known. Nothing was changed."))
        seen = int(request.POST.get("revision", "0"))
        told = _told(action, event, request.POST)
        action.run(event_id, seen, by=request.user, now=timezone.now(), **told)
    except EditConflict as conflict:
        return carded(request, event_id, problem=conflict_text(conflict.event))
    except (RuleError, ValueError) as refused:
        return carded(request, event_id, problem=str(refused))
    return done(request, event, f"{action.said} {moved_text(told.get('then'))}".rstrip())


def _told(action: Action, event: Event, data: Mapping[str, Any]) -> dict[str, Any]:
    if action.asks == "reason":  # a cancellation tells the guests who were told of the event
        chip = states.chips([event], now=timezone.now())[event.pk]
        return {"reason": str(data.get("reason", "")).strip()[:300], "notify": chip.guests_told}
    told: dict[str, Any] = {"then": chosen_move(data)} if action.ends else {}
    if action.asks == "outcome":
        told["outcome"] = Outcome(data.get("outcome") or Outcome.NONE).value
    return told
