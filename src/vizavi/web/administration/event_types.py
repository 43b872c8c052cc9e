"""Справочники → Общие → Типы событий: the list and the card with its two tabs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.connections.content import title_of
from vizavi.connections.previews import export_preview as count_export
from vizavi.events.directories import save_type
from vizavi.events.models import Event, EventType
from vizavi.events.rules import check_title_template
from vizavi.recruiting.models import Candidate, Vacancy
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import EventTypeForm
from vizavi.web.forms import accepted
from vizavi.web.naming import local_name


@needs(Right.EDIT_DIRECTORIES)
def index(request: UserRequest) -> HttpResponse:
    rows = EventType.objects.order_by("-active", "order", "pk")
    return render(request, "web/administration/event_types.html", {"rows": rows})


@needs(Right.EDIT_DIRECTORIES)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(EventType, pk=pk) if pk else EventType()
    caption = local_name(row) if pk else _("New event type")  # before the form puts in what was entered
    form = EventTypeForm(request.POST or None, instance=row)
    if request.method == "POST" and accepted(form, lambda: save_type(row, by=request.user, now=timezone.now())):
        messages.success(request, _("Saved."))
        tab = "details" if request.POST.get("tab") == "details" else "main"
        return redirect(f"{reverse('event_type', args=[row.pk])}?tab={tab}")
    tab = form.faulty_tab or request.GET.get("tab") or "main"
    context = {"form": form, "caption": caption, "pk": pk, "tab": tab}
    return render(request, "web/administration/event_type.html", context, status=422 if form.errors else 200)


@needs(Right.EDIT_DIRECTORIES)
def export_preview(request: UserRequest, pk: int) -> HttpResponse:
    """How many future events the switched flag would send out, or leave in the calendars."""
    row = get_object_or_404(EventType, pk=pk)
    context = {
        "wanted": "export_enabled" in request.GET,
        "saved": row.export_enabled,
        "preview": count_export(row, now=timezone.now()),
    }
    return render(request, "web/administration/_export_preview.html", context)


@needs(Right.EDIT_DIRECTORIES)
def title_preview(request: UserRequest) -> HttpResponse:
    """What a title would look like, while the template is being typed."""
    template = request.GET.get("title_template", "").strip()
    hides = "hide_candidate" in request.GET
    try:
        check_title_template(template)
    except RuleError as error:
        return render(request, "web/administration/_title_preview.html", {"problem": str(error)})
    example = Event(
        type=EventType(
            name_ru=request.GET.get("name_ru") or "Интервью",
            name_en=request.GET.get("name_en") or "Interview",
            title_template=template,
            hide_candidate=hides,
        ),
        candidate=Candidate(last_name=_("Alekseeva"), first_name=_("Darya")),
        vacancy=Vacancy(title=_("Python developer")),
    )
    return render(request, "web/administration/_title_preview.html", {"title": title_of(example)})
