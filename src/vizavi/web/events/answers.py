"""How the card answers: as a page, as a part of one, or inside the dialog over the calendar."""

import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.dates import when_words
from vizavi.common.permissions import Right, allowed
from vizavi.connections import states
from vizavi.connections.models import Proposal
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.rules import OPEN, Span, is_overdue
from vizavi.events.writing import span_of
from vizavi.people.models import User
from vizavi.web.access import UserRequest
from vizavi.web.events.actions import actions_for, outcomes_for, stages_for
from vizavi.web.events.forms import EventForm
from vizavi.web.events.reschedules import reschedules
from vizavi.web.events.told import told_words
from vizavi.web.events.warnings import Clock, clocks


def carded(
    request: UserRequest, event_id: int, *, form: EventForm | None = None, problem: str = "", **more: Any
) -> HttpResponse:
    """The card as it stands now; with a refused form, a problem or fresh warnings the status is 422."""
    event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
    context = {**card_context(request, event, form), "problem": problem, **more}
    status = 422 if problem or more.get("fresh") or (form is not None and form.errors) else 200
    return render(request, template_of(request), context, status=status)


def template_of(request: UserRequest) -> str:
    return "web/events/_card.html" if getattr(request, "htmx", False) else "web/events/page.html"


def card_context(request: UserRequest, event: Event, form: EventForm | None = None) -> dict[str, Any]:
    now, user = timezone.now(), request.user
    editable = queries.may_edit(user, event)
    actions = actions_for(event, user, now)
    may_write = editable and event.candidate is not None
    if editable and form is None:
        form = EventForm(user=user, now=now, event=event)
    return {
        "event": event,
        "form": form if editable else None,
        "actions": actions,
        "overdue": is_overdue(event.status, event.ends_at, now),
        "when": when_text(event),
        "clocks": clocks_of(span_of(event), viewer=user, event=event),
        "moved": reschedules(event),
        "dialog": in_dialog(request),
        "outcomes": outcomes_for(event),
        "stage_choice": stages_for(event, user, actions),
        "may_plan": allowed(user, Right.PLAN_EVENTS),
        "shows_internal": allowed(user, Right.ANSWER, own=True),
        "may_write": may_write,
        "told": told_words(event) if may_write else "",
        "invites": event.type.invitation_template_id is not None and event.status in OPEN,
        "sees_journal": allowed(user, Right.SEE_CONNECTIONS, own=editable or event.responsible_id == user.pk),
        "sees_history": editable or allowed(user, Right.SEE_AUDIT),
        "proposals": [(row, when_text(row)) for row in states.proposals(event)],
        "guests": guests_of(event),
        **sync_context(event, user),
    }


def clocks_of(span: Span, *, viewer: User, event: Event) -> list[Clock]:
    """Beside the time shown, which is the reader's."""
    seen = replace(span, zone=viewer.time_zone)
    return clocks(seen, viewer=viewer, candidate=event.candidate, responsible=event.responsible)


def when_text(timed: Event | Proposal) -> str:
    return when_words(timed.starts_at, timed.ends_at, timed.starts_on, timed.ends_on)


def span_words(span: Span) -> str:
    return when_words(span.starts_at, span.ends_at, span.starts_on, span.ends_on)


def guests_of(event: Event) -> int:
    """How many people the external calendar invites, where the type says so."""
    if not event.type.invite_participants:
        return 0
    return sum(row.user_id != event.responsible_id for row in event.participants.all())


def sync_context(event: Event, user: User) -> dict[str, Any]:
    chip = states.chips([event], now=timezone.now()).get(event.pk)
    return {"chip": chip, "may_answer": queries.may_answer(user, event)}


def in_dialog(request: UserRequest) -> bool:
    return "dialog" in request.GET or "dialog" in request.POST


def done(request: UserRequest, event: Event, said: str, *, close: bool = False) -> HttpResponse:
    """After a change: the dialog shows the new card or closes, the page shows the new card, the calendar reloads."""
    if not getattr(request, "htmx", False):
        messages.success(request, said)
        return redirect("event_card", event.pk)
    happened: dict[str, Any] = {"events-changed": {"id": event.pk}, "said": {"text": said}}
    if close and in_dialog(request):
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(happened | {"close-dialog": {}})})
    response = carded(request, event.pk)
    response["HX-Trigger"] = json.dumps(happened)
    return response


def conflict_text(event: Event) -> str:
    return _(
        "The event was changed meanwhile by somebody else or in the external calendar. Your change was not saved; "
        "what you see now is its present state."
    )
