"""The messages of background tasks and the clock of the installation: thin edges over `runs` and `sweep`."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import TaskResult, task
from django_tasks.signals import task_finished
from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task
from huey.contrib.djhuey.tasks_backend import KEY

from vizavi.common import tracing
from vizavi.connections import due
from vizavi.jobs import runs, sweep
from vizavi.jobs.models import TaskRunItem
from vizavi.letters import sending as letters
from vizavi.notifications import reminders


@task()
def pull_account(item_id: int, request_id: str = "") -> None:
    """Load one account of a run; an account in use is tried again shortly. `request_id` is for the log alone."""
    with tracing.during(request_id) as kept:
        again = runs.work_item(item_id, now=timezone.now)
    if again:
        pull_account.using(run_after=again).enqueue(item_id, kept)


@task()
def start_due_runs() -> None:
    """Sent for the second a schedule is due; the sweep of each minute starts what this message would have."""
    _start_due(timezone.now())


def send(items: Iterable[TaskRunItem], *, now: datetime) -> None:
    """One message per item, delayed where the item is due later; what a queue that is down loses, the sweep sends."""
    for item in items:
        later = item.due_at if item.due_at and item.due_at > now else None
        transaction.on_commit(
            partial(pull_account.using(run_after=later).enqueue, item.pk, tracing.current()), robust=True
        )


def send_for(moment: datetime) -> None:
    """Have the schedules looked at when one of them becomes due."""
    transaction.on_commit(start_due_runs.using(run_after=moment).enqueue, robust=True)


def _start_due(now: datetime) -> None:
    items, moments = sweep.start_due(now)
    send(items, now=now)
    for moment in moments:
        send_for(moment)


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey is untyped
def every_minute() -> None:
    now = timezone.now()
    for moment in sweep.arm(now):
        send_for(moment)
    _start_due(now)
    for item_id in [*sweep.lost_items(now), *sweep.dead_items(now)]:
        pull_account.enqueue(item_id)
    reminders.remind(now)
    sweep.forget_old_runs(now)
    due.sweep(now)
    letters.sweep(now)
    sweep.tidy_notifications(now)


@receiver(task_finished)
def forget_result(task_result: TaskResult[Any], **_: Any) -> None:
    """Results are in the database; the queue's own record of a finished message would stay there for ever."""
    HUEY.delete(KEY % task_result.id)
