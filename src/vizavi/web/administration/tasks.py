"""Администрирование → Сервис → Фоновые задачи: the list, the card with the schedule, the run log."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right
from vizavi.jobs import rules
from vizavi.jobs.models import RunStatus, TaskDefinition
from vizavi.jobs.operations import schedule
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import ScheduleForm
from vizavi.web.forms import accepted
from vizavi.web.paging import page_of


@needs(Right.ADMINISTER)
def index(request: UserRequest) -> HttpResponse:
    now = timezone.now()
    rows = [
        {"task": task, "schedule": rules.describe(task), "last": task.runs.order_by("-created_at").first(), "now": now}
        for task in TaskDefinition.objects.order_by("code")
    ]
    return render(request, "web/administration/tasks.html", {"rows": rows})


@needs(Right.ADMINISTER)
def card(request: UserRequest, code: str) -> HttpResponse:
    now = timezone.now()
    task = get_object_or_404(TaskDefinition, code=code)
    values = {name: getattr(task, name) for name in ("enabled", "period", "hour", "minute")}
    form = ScheduleForm(request.POST or None, initial=values)
    if request.method == "POST" and accepted(form, lambda: _save(form, task, by=request.user, now=now)):
        messages.success(request, _("Saved."))
        return redirect("task", code)
    runs = task.runs.select_related("started_by").order_by("-created_at", "-pk")
    status = request.GET.get("status", "")
    context = {
        "task": task,
        "form": form,
        "valid": not form.errors,
        "page_obj": page_of(request, runs.filter(status=status) if status in RunStatus.values else runs, 10),
        "status": status,
        "statuses": RunStatus.choices,
        "last": runs.first(),
        "next_run": _in_words(task.next_run_at, now) if task.enabled else "",
        "schedule": rules.describe(task),
        "organisation_zone": settings.TIME_ZONE,
    }
    return render(request, "web/administration/task.html", context, status=422 if form.errors else 200)


def _save(form: ScheduleForm, task: TaskDefinition, *, by: User, now: datetime) -> None:
    plan = form.plan()
    enabled = form.cleaned_data["enabled"]
    schedule(task, enabled=enabled, period=plan.period, hour=plan.hour, minute=plan.minute, by=by, now=now)


def _in_words(moment: datetime | None, now: datetime) -> str:
    return rules.in_words(moment, now=now, zone=ZoneInfo(settings.TIME_ZONE)) if moment else ""


@needs(Right.ADMINISTER)
def next_run_preview(request: UserRequest, code: str) -> HttpResponse:
    """The next run in words for what is in the fields now; nothing is saved."""
    now = timezone.now()
    form = ScheduleForm(request.GET)
    context: dict[str, object] = {"valid": form.is_valid(), "code": code}
    if form.is_valid() and form.cleaned_data["enabled"]:
        moment = rules.next_run(form.plan(), now, ZoneInfo(settings.TIME_ZONE))
        context |= {"next_run": _in_words(moment, now), "schedule": rules.describe(form.plan())}
    return render(request, "web/administration/_next_run.html", context)
