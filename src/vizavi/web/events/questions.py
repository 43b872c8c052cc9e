"""The sync side of the card: the live chip, questions answered in place, journal and history."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed, require
from vizavi.connections import questions, states
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.web.access import UserRequest
from vizavi.web.events.answers import carded, done, sync_context
from vizavi.web.events.records import history_lines, journal_lines
from vizavi.web.paging import page_of
from vizavi.web.tools.filters import LineFilter

# what is said once an answer is stored, by the answer
ANSWERED = {
    "cancel": gettext_lazy("Cancelled."),
    "export": gettext_lazy("The event is being exported again."),
    "keep": gettext_lazy("The event stays here only."),
    "accept": gettext_lazy("The conflict is settled."),
    "undo": gettext_lazy("The other value is put back."),
    "retry": gettext_lazy("It is being tried again."),
}
PROPOSAL_ANSWERED = {
    "accept": gettext_lazy("Moved."),
    "return": gettext_lazy("The time stays; the participant’s copy is put back."),
}


@require_GET
def sync(request: UserRequest, event_id: int) -> HttpResponse:
    """The chip alone: asked each second, and only while the event waits to be exported."""
    event = _visible(request, event_id)
    context = {"event": event, **sync_context(event, request.user)}
    return render(request, "web/events/_sync.html", context)


@require_POST
def answer(request: UserRequest, event_id: int) -> HttpResponse:
    """One of the buttons beside the chip."""
    event = _visible(request, event_id)
    if not queries.may_answer(request.user, event):
        require(request.user, Right.EDIT_EVENTS)
    chip = states.chips([event], now=timezone.now()).get(event.pk)
    if chip is None or chip.link_id is None or str(chip.link_id) != request.POST.get("link"):
        return carded(request, event_id, problem=_("This question has been answered already."))
    try:
        choice = request.POST.get("choice", "")
        questions.answer_link(chip.link_id, choice, by=request.user, now=timezone.now())
    except RuleError as refused:
        return carded(request, event_id, problem=str(refused))
    return done(request, event, str(ANSWERED[choice]))


@require_POST
def proposal(request: UserRequest, event_id: int) -> HttpResponse:
    """«Принять перенос» or «Вернуть»: a guest's other time is taken, or the guest's copy is put back."""
    event = _visible(request, event_id)
    if not queries.may_answer(request.user, event):
        require(request.user, Right.EDIT_EVENTS)
    standing = {str(row.pk): row for row in states.proposals(event)}
    asked = standing.get(request.POST.get("proposal", ""))
    if asked is None:
        return carded(request, event_id, problem=_("This question has been answered already."))
    try:
        choice = request.POST.get("choice", "")
        questions.answer_proposal(asked.pk, choice, by=request.user, now=timezone.now())
    except RuleError as refused:
        return carded(request, event_id, problem=str(refused))
    return done(request, event, str(PROPOSAL_ANSWERED[choice]))


@require_GET
def journal(request: UserRequest, event_id: int) -> HttpResponse:
    event = _visible(request, event_id)
    editable = queries.may_edit(request.user, event)
    require(request.user, Right.SEE_CONNECTIONS, own=editable or event.responsible_id == request.user.pk)
    form, everything = LineFilter(request.GET, auto_id="journal_%s"), states.journal_of(event)
    page_obj = page_of(request, form.narrowed(everything))
    long = bool(form.chosen) or page_obj.paginator.num_pages > 1
    lines = journal_lines(page_obj.object_list, request.user)
    context = {"event": event, "page_obj": page_obj, "filters": form if long else None, "lines": lines}
    return render(request, "web/events/_journal.html", context | sync_context(event, request.user))


@require_GET
def history(request: UserRequest, event_id: int) -> HttpResponse:
    event = _visible(request, event_id)
    if not (queries.may_edit(request.user, event) or allowed(request.user, Right.SEE_AUDIT)):
        require(request.user, Right.SEE_AUDIT)
    return render(request, "web/events/_history.html", {"lines": history_lines(audit.history("event", event.pk))})


def _visible(request: UserRequest, event_id: int) -> Event:
    return get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
