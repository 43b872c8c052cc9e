"""One run of a background task: its result, account by account."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from vizavi.common.permissions import Right, allowed
from vizavi.jobs.models import TaskRun
from vizavi.web.access import UserRequest, needs


@needs(Right.RUN_LOADING, own=True)
def detail(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(TaskRun.objects.select_related("task", "started_by"), pk=pk)
    if not allowed(request.user, Right.RUN_LOADING, own=run.started_by_id == request.user.pk):
        raise PermissionDenied
    items = run.items.order_by("label", "pk")
    context = {"run": run, "items": items, "administers": allowed(request.user, Right.ADMINISTER)}
    return render(request, "web/administration/run.html", context)
