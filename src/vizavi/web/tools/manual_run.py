"""Сервис → Ручной запуск фоновой задачи → Загрузка из внешнего календаря."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from vizavi.common.permissions import Right, allowed
from vizavi.jobs.models import OPEN, TaskDefinition, TaskRun
from vizavi.jobs.operations import RunRefused, run_now
from vizavi.jobs.queries import visible_runs
from vizavi.people.models import User
from vizavi.web.access import UserRequest, needs

CODE = "calendar_pull"
SHOWN = 5


@needs(Right.RUN_LOADING, own=True)
def page(request: UserRequest) -> HttpResponse:
    runs = _latest(request.user)
    under_way = next((run for run in runs if run.status in OPEN), None)
    context: dict[str, object] = {"all_accounts": allowed(request.user, Right.RUN_LOADING), "runs": runs}
    if under_way:
        context |= _progress(under_way)
    return render(request, "web/tools/manual_run.html", context)


@needs(Right.RUN_LOADING, own=True)
@require_POST
def start(request: UserRequest) -> HttpResponse:
    """Start the load; the answer is the progress, which then asks for itself."""
    task, _created = TaskDefinition.objects.get_or_create(code=CODE)
    try:
        run = run_now(task, by=request.user, now=timezone.now())
    except RunRefused as refused:
        return render(request, "web/tools/_refused.html", {"text": str(refused)})
    return render(request, "web/tools/_progress.html", _progress(run) | {"runs": _latest(request.user)})


@needs(Right.RUN_LOADING, own=True)
def progress(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(visible_runs(request.user), pk=pk)
    return render(request, "web/tools/_progress.html", _progress(run) | {"runs": _latest(request.user)})


def _latest(user: User) -> list[TaskRun]:
    return list(visible_runs(user).filter(task__code=CODE)[:SHOWN])


def _progress(run: TaskRun) -> dict[str, object]:
    return {"run": run, "items": run.items.order_by("label", "pk"), "under_way": run.status in OPEN}
