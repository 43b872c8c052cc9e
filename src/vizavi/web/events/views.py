"""Planning and editing: the form of the card."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.events import operations, queries
from vizavi.events.models import Event, EventType
from vizavi.events.operations import EditConflict, StageMove
from vizavi.web.access import UserRequest, needs
from vizavi.web.events.answers import card_context, carded, done, in_dialog, template_of
from vizavi.web.events.checks import checked, offer_of, unseen
from vizavi.web.events.comparison import differences
from vizavi.web.events.forms import EventForm, copied, suggested
from vizavi.web.events.stages import moved_text


@needs(Right.PLAN_EVENTS)
def new(request: UserRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        form = EventForm(user=request.user, now=now, initial=_first_state(request, now))
        return render(request, template_of(request), _new_context(request, form))
    form = EventForm(request.POST, user=request.user, now=now)
    if not form.is_valid():
        return _new_again(request, form)
    if fresh := unseen(form, request):
        return _new_again(request, form, fresh)
    offered = offer_of(form, request)
    then = StageMove(offered.stage) if offered and offered.taken else None
    try:
        event = operations.plan(form.values(), by=request.user, now=now, notify=form.notifies, then=then)
    except RuleError as refused:
        form.refuse(refused)
        return _new_again(request, form)
    return _planned(request, event, then)


def _first_state(request: UserRequest, now: datetime) -> dict[str, Any]:
    """Like the event whose number the address gives, else as it suggests."""
    number = request.GET.get("copy", "")
    if number.isascii() and number.isdigit():
        event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=number)
        return copied(event, request.user, now)
    return suggested(request.GET, request.user, _first_type(), now)


def _new_again(request: UserRequest, form: EventForm, fresh: Sequence[str] = ()) -> HttpResponse:
    context = {**_new_context(request, form), "fresh": fresh, "checked": checked(form, request)}
    return render(request, template_of(request), context, status=422)


def _first_type() -> EventType | None:
    return EventType.objects.filter(active=True).order_by("order", "pk").first()


def _new_context(request: UserRequest, form: EventForm) -> dict[str, Any]:
    return {"form": form, "event": None, "dialog": in_dialog(request)}


def _planned(request: UserRequest, event: Event, then: StageMove | None) -> HttpResponse:
    said = " ".join(filter(None, [_("Planned."), moved_text(then)]))
    if in_dialog(request) or not getattr(request, "htmx", False):
        return done(request, event, said, close=True)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("event_card", args=[event.pk])
    return response


def card(request: UserRequest, event_id: int) -> HttpResponse:
    if request.method != "POST":
        return carded(request, event_id)
    event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
    if not queries.may_edit(request.user, event):
        require(request.user, Right.EDIT_EVENTS)
    now = timezone.now()
    form = EventForm(request.POST, user=request.user, now=now, event=event)
    if not form.is_valid():
        return carded(request, event_id, form=form)
    if fresh := unseen(form, request):
        return carded(request, event_id, form=form, fresh=fresh)
    try:
        _save(form, event, request, now=now)
    except RuleError as refused:
        form.refuse(refused)
        return carded(request, event_id, form=form)
    except EditConflict as conflict:
        return _conflicting(request, conflict.event)
    return done(request, event, _("Saved."), close=True)


def _save(form: EventForm, event: Event, request: UserRequest, *, now: datetime) -> None:
    data = form.cleaned_data
    told: dict[str, Any] = {"reason": data["reason"].strip(), "notify": form.notifies}
    operations.edit(event.pk, data["revision"] or 0, form.values(), by=request.user, now=now, **told)


def _conflicting(request: UserRequest, event: Event) -> HttpResponse:
    """Both versions side by side; what was typed stays in the form and can be saved over the present state."""
    data: QueryDict = request.POST.copy()
    data["revision"] = str(event.revision)
    form = EventForm(data, user=request.user, now=timezone.now(), event=event)
    form.is_valid()
    rows = differences(form)
    if not rows:  # somebody else entered the same
        return carded(request, event.pk)
    context = {**card_context(request, event, form), "conflict": rows}
    return render(request, template_of(request), context, status=422)


@require_POST
@needs(Right.PLAN_EVENTS)
def check(request: UserRequest) -> HttpResponse:
    """What the form as it is now should warn of; nothing is saved."""
    events = queries.visible_to(request.user)
    number = request.POST.get("event", "")
    event = get_object_or_404(queries.with_details(events), pk=number) if number.isdigit() else None
    form = EventForm(request.POST, user=request.user, now=timezone.now(), event=event)
    form.is_valid()
    return render(request, "web/events/_check.html", {"checked": checked(form, request)})
