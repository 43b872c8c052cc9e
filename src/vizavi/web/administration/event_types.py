"""Справочники → Общие → Типы событий: the list and the card with its two tabs."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.connections import previews, states
from vizavi.connections.accounts import Existing
from vizavi.connections.content import title_of
from vizavi.connections.exports import save_type
from vizavi.connections.models import Link
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
    row, now = get_object_or_404(EventType, pk=pk) if pk else EventType(), timezone.now()
    caption = local_name(row) if pk else _("New event type")  # before the form puts in what was entered
    exported = bool(pk) and row.export_enabled
    form = EventTypeForm(request.POST or None, instance=row)
    existing = _existing(request)
    if form.is_bound and accepted(form, lambda: save_type(row, existing=existing, by=request.user, now=now)):
        messages.success(request, _("Saved."))
        tab = "details" if request.POST.get("tab") == "details" else "main"
        return redirect(f"{reverse('event_type', args=[row.pk])}?tab={tab}")
    tab = form.faulty_tab or request.GET.get("tab") or "main"
    context = {"form": form, "caption": caption, "pk": pk, "tab": tab}
    if form.errors and exported and not row.export_enabled:  # the question stays on the page that is shown again
        context |= _counted(row, now) | {"asks": True, "chosen": existing, "tab": "details"}
    return render(request, "web/administration/event_type.html", context, status=422 if form.errors else 200)


@needs(Right.EDIT_DIRECTORIES)
def export_preview(request: UserRequest, pk: int) -> HttpResponse:
    """How many future events the switched flag would send out, or leave in or take from the calendars."""
    row = get_object_or_404(EventType, pk=pk)
    context = _counted(row, timezone.now()) | {"wanted": "export_enabled" in request.GET, "saved": row.export_enabled}
    return render(request, "web/administration/_export_preview.html", context)


def _counted(row: EventType, now: datetime) -> dict[str, object]:
    return {
        "pk": row.pk,
        "wanted": False,
        "saved": True,
        "preview": previews.export(row, enabled=True, existing=None, now=now),
        "keep": previews.export(row, enabled=False, existing="keep", now=now),
        "remove": previews.export(row, enabled=False, existing="remove", now=now),
        "removals": states.removals(Link.objects.filter(event__type=row)),
    }


def _existing(request: UserRequest) -> Existing | None:
    """What is to become of the copies there; None where nobody was asked."""
    answers: dict[str, Existing] = {"keep": "keep", "remove": "remove"}
    return answers.get(request.POST.get("existing", ""))


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
