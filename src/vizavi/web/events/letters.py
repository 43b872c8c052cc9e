"""«Приглашение» on the card of an event: a letter to its candidate, the .ics, and what became of earlier letters."""

import json
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vizavi.events import queries
from vizavi.events.models import Event, MessageTemplate
from vizavi.events.writing import EditConflict
from vizavi.letters.drafting import draft, fitting_template
from vizavi.letters.invitation import calendar_of
from vizavi.letters.models import Letter
from vizavi.letters.operations import Written, is_configured, require_writer, send_again, write
from vizavi.recruiting.models import Candidate
from vizavi.web.access import UserRequest
from vizavi.web.choices import NamedChoice
from vizavi.web.events.told import told_words
from vizavi.web.forms import Form, accepted


class LetterForm(Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    template = NamedChoice(
        MessageTemplate.objects.filter(active=True).order_by("pk"),
        label=gettext_lazy("Message template"),
        required=False,
        empty_label=gettext_lazy("without a template"),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    body = forms.CharField(label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 18}))

    @property
    def language(self) -> str:
        chosen = self.initial.get("template") or getattr(self, "cleaned_data", {}).get("template")
        return chosen.language if chosen else settings.LANGUAGE_CODE

    def written(self) -> Written:
        data = self.cleaned_data
        return Written(data["uid"], data["revision"], data["subject"], data["body"], self.language)


def panel(request: UserRequest, event_id: int) -> HttpResponse:
    """The earlier letters and the form of a new one; a POST sends it."""
    event, candidate = _event(request, event_id)
    if request.method != "POST":
        return _answered(request, event, candidate, _fresh_form(request, event, candidate))
    form, now = LetterForm(request.POST, auto_id="letter_%s"), timezone.now()
    try:
        if not accepted(form, lambda: write(event.pk, form.written(), by=request.user, now=now)):
            return _answered(request, event, candidate, form)
    except EditConflict as conflict:
        return _answered(request, event, candidate, _conflicting(request, conflict.event))
    response = _answered(request, event, candidate, _fresh_form(request, event, candidate))
    response["HX-Trigger"] = json.dumps({"said": {"text": _("The letter is on its way.")}})
    return response


@require_GET
def listing(request: UserRequest, event_id: int) -> HttpResponse:
    """The earlier letters alone: asked each second, and only while one is under way."""
    event, _candidate = _event(request, event_id)
    return render(request, "web/events/_letter_list.html", _letters(event))


@require_POST
def again(request: UserRequest, event_id: int) -> HttpResponse:
    event, _candidate = _event(request, event_id)
    number = request.POST.get("letter", "")
    letter = get_object_or_404(Letter, event=event, pk=number if number.isascii() and number.isdigit() else None)
    send_again(letter, by=request.user, now=timezone.now())
    return render(request, "web/events/_letter_list.html", _letters(event))


@require_GET
def calendar(request: UserRequest, event_id: int) -> HttpResponse:
    """The .ics as a file, for whoever writes from their own mail program."""
    event, candidate = _event(request, event_id)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    text = calendar_of(event, candidate, language=language, now=timezone.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invitation.ics"'
    return response


def _event(request: UserRequest, event_id: int) -> tuple[Event, Candidate]:
    """Only whoever may write to the candidate sees what was written, and to which address."""
    event = get_object_or_404(queries.with_details(queries.visible_to(request.user)), pk=event_id)
    require_writer(event, request.user)
    if event.candidate is None:
        raise Http404
    return event, event.candidate


def _fresh_form(request: UserRequest, event: Event, candidate: Candidate) -> LetterForm:
    number = request.GET.get("template")
    template = fitting_template(event) if number is None else _template(number)
    initial: dict[str, Any] = {"uid": uuid.uuid4(), "revision": event.revision, "template": template}
    if template:
        begun = draft(template, event, candidate)
        initial |= {"subject": begun.subject, "body": begun.body}
    return LetterForm(initial=initial, auto_id="letter_%s")


def _conflicting(request: UserRequest, event: Event) -> LetterForm:
    """What was typed stays, and can be sent once it has been compared with the event as it is now."""
    data = request.POST.copy()
    data["revision"] = str(event.revision)
    form = LetterForm(data, auto_id="letter_%s")
    text = _("The event was changed meanwhile. Not sent yet: compare the text with the card, then send once more.")
    form.add_error("body", text)
    return form


def _template(number: str) -> MessageTemplate | None:
    known = MessageTemplate.objects.filter(active=True)
    return known.filter(pk=number).first() if number.isascii() and number.isdigit() else None


def _answered(request: UserRequest, event: Event, candidate: Candidate, form: LetterForm) -> HttpResponse:
    told = told_words(event)
    context = {
        **_letters(event),
        "told": told,
        "form": form,
        "address": candidate.email,
        "language": form.language,
        "configured": is_configured(),
        "opened": bool(form.errors or told) or "template" in request.GET,
    }
    return render(request, "web/events/_letters.html", context, status=422 if form.errors else 200)


def _letters(event: Event) -> dict[str, Any]:
    letters = list(Letter.objects.filter(event=event).select_related("written_by").order_by("-pk"))
    return {"event": event, "letters": letters, "under_way": any(letter.is_under_way for letter in letters)}
