"""Справочники → Общие → Шаблоны писем."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vizavi.common.permissions import Right
from vizavi.events.directories import save_template
from vizavi.events.models import MessageTemplate
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import MessageTemplateForm
from vizavi.web.forms import accepted
from vizavi.web.naming import local_name

FIELDS: tuple[tuple[str, Promise], ...] = (  # each of rules.LETTER_FIELDS
    ("candidate", gettext_lazy("first name and patronymic of the candidate")),
    ("type", gettext_lazy("event type")),
    ("vacancy", gettext_lazy("vacancy")),
    ("date", gettext_lazy("day of the week and date")),
    ("time", gettext_lazy("from when until when, by the candidate's clock")),
    ("zone", gettext_lazy("the candidate's time zone")),
    ("place", gettext_lazy("room with its city, or the address")),
    ("video_link", gettext_lazy("video link")),
    ("responsible", gettext_lazy("who is responsible for the event")),
    ("comment", gettext_lazy("comment for the candidate")),
)


@needs(Right.EDIT_DIRECTORIES)
def index(request: UserRequest) -> HttpResponse:
    rows = MessageTemplate.objects.order_by("-active", "pk")
    return render(request, "web/administration/message_templates.html", {"rows": rows})


@needs(Right.EDIT_DIRECTORIES)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(MessageTemplate, pk=pk) if pk else MessageTemplate()
    caption = local_name(row) if pk else _("New template")
    form = MessageTemplateForm(request.POST or None, instance=row)
    if request.method == "POST" and accepted(form, lambda: save_template(row, by=request.user, now=timezone.now())):
        messages.success(request, _("Saved."))
        return redirect("message_templates")
    context = {"form": form, "caption": caption, "fields": FIELDS}
    return render(request, "web/administration/message_template.html", context, status=422 if form.errors else 200)
