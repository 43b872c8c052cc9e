"""Background tasks: what there is, when it runs, a run by hand and how it goes."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.fields import Body, Flag, Named, Number, named
from vizavi.api.once import once
from vizavi.api.paging import Page, Slice, page
from vizavi.common.permissions import Right, allowed
from vizavi.jobs import operations, rules
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun, TaskRunItem
from vizavi.jobs.queries import visible_runs
from vizavi.jobs.rules import Period
from vizavi.people.models import User

router = Router(tags=["background tasks"])


class ScheduleOut(BaseModel):
    enabled: bool
    period: Period
    hour: int
    minute: int
    in_words: str
    next_run_at: datetime | None


class TaskOut(BaseModel):
    code: str
    title: str
    schedule: ScheduleOut | None = Field(description="For administrators.")


class TaskPage(Page[TaskOut]):
    pass


class ScheduleIn(Body):
    """`daily`: hour and minute are the time of day; `every`: the interval; `manual`: only by hand."""

    period: Period
    hour: Number = 0
    minute: Number = 0
    enabled: Flag = True


class RunItemOut(BaseModel):
    account: str
    status: RunStatus
    counts: dict[str, int]
    error: str


class RunOut(BaseModel):
    id: int
    task: str
    status: RunStatus
    started_by: Named | None = Field(description="Null where the schedule started it.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    total: int = Field(description="Accounts.")
    done: int
    summary: dict[str, int]
    error: str


class RunOne(RunOut):
    items: list[RunItemOut]


class RunPage(Page[RunOut]):
    pass


class RunFilter(Slice):
    status: list[Literal["queued", "running", "ok", "partial", "failed", "skipped"]] = []


@router.get("/tasks", response=TaskPage, summary="List background tasks")
def list_tasks(request: ApiRequest, query: Query[Slice]) -> Any:
    user = needs(request, Right.RUN_LOADING, own=True)
    return page(request, TaskDefinition.objects.all(), query, lambda rows: [_task(row, user) for row in rows])


@router.get("/tasks/{slug:code}", response=TaskOut, summary="One background task")
def get_task(request: ApiRequest, code: str) -> Any:
    user = needs(request, Right.RUN_LOADING, own=True)
    return _task(_by_code(code), user)


@router.put("/tasks/{slug:code}/schedule", response=TaskOut, summary="Set the schedule")
def schedule_task(request: ApiRequest, code: str, data: ScheduleIn) -> Any:
    """Step 8. For administrators."""
    user, task = needs(request, Right.ADMINISTER), _by_code(code)
    plan: dict[str, Any] = {"period": data.period.value, "hour": data.hour, "minute": data.minute}
    return _task(operations.schedule(task, enabled=data.enabled, **plan, by=user, now=timezone.now()), user)


@router.post("/tasks/{slug:code}/runs", response={201: RunOne}, summary="Run it now")
@once
def run_task(request: ApiRequest, response: HttpResponse, code: str) -> Any:
    """Step 7: over your own account, or over all for who may load all. Ask for the run until it is finished."""
    user = needs(request, Right.RUN_LOADING, own=True)
    run = operations.run_now(_by_code(code), by=user, now=timezone.now())
    response["Location"] = reverse("api-v1:get_run", args=[run.pk])
    return _with_items(run)


@router.get("/tasks/{slug:code}/runs", response=RunPage, summary="Its run log")
def list_runs(request: ApiRequest, code: str, query: Query[RunFilter]) -> Any:
    """The newest first: those you started, or all for who may load all."""
    user = needs(request, Right.RUN_LOADING, own=True)
    rows: QuerySet[TaskRun] = visible_runs(user).filter(task=_by_code(code))
    if query.status:
        rows = rows.filter(status__in=query.status)
    return page(request, rows, query, lambda runs: [RunOut(**_run(run)) for run in runs], order="-created_at")


@router.get("/runs/{int:run_id}", response=RunOne, summary="One run, account by account")
def get_run(request: ApiRequest, run_id: int) -> Any:
    return _with_items(found(visible_runs(needs(request, Right.RUN_LOADING, own=True)), run_id))


def _by_code(code: str) -> TaskDefinition:
    task = TaskDefinition.objects.filter(code=code).first()
    if task is None:
        raise Http404
    return task


def _task(task: TaskDefinition, reader: User) -> TaskOut:
    shown = _schedule(task) if allowed(reader, Right.ADMINISTER) else None
    return TaskOut(code=task.code, title=str(task), schedule=shown)


def _schedule(task: TaskDefinition) -> ScheduleOut:
    same = {name: getattr(task, name) for name in ("enabled", "period", "hour", "minute")}
    return ScheduleOut(**same, in_words=rules.describe(task), next_run_at=_local(task.next_run_at))


def _with_items(run: TaskRun) -> RunOne:
    return RunOne(**_run(run), items=[_item(item) for item in run.items.order_by("label", "pk")])


def _run(run: TaskRun) -> dict[str, Any]:
    moments = {name: _local(getattr(run, name)) for name in ("created_at", "started_at", "finished_at")}
    same = {name: getattr(run, name) for name in ("status", "total", "done", "summary")}
    words = {"task": run.task.code, "started_by": named(run.started_by), "error": run.why}
    return {"id": run.pk, **words, **moments, **same}


def _item(item: TaskRunItem) -> RunItemOut:
    return RunItemOut(account=item.label, status=RunStatus(item.status), counts=item.counts, error=item.why)


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
