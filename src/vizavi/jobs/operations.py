"""What people do with background tasks: change the schedule, start a run."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed, require
from vizavi.common.rows import changes_of
from vizavi.connections.models import Account
from vizavi.jobs import tasks
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun
from vizavi.jobs.rules import Plan, next_run, problems
from vizavi.jobs.runs import open_run
from vizavi.jobs.sweep import connected_accounts
from vizavi.people.models import User


class RunRefused(Exception):
    """There is nothing this person could start; the text says why and what to do."""


@transaction.atomic
def schedule(
    task: TaskDefinition, *, enabled: bool, period: str, hour: int, minute: int, by: User, now: datetime
) -> TaskDefinition:
    """Save when the task runs by itself and compute its next run."""
    require(by, Right.ADMINISTER)
    plan = Plan(period, hour, minute)
    for field, text in problems(plan).items():
        raise RuleError(field, "schedule", text)
    task = TaskDefinition.objects.select_for_update().get(pk=task.pk)
    task.enabled, task.period, task.hour, task.minute = enabled, period, hour, minute
    task.next_run_at = next_run(plan, now, ZoneInfo(settings.TIME_ZONE)) if enabled else None
    changes = changes_of(task, without={"next_run_at"})
    task.save()
    audit.record("task.scheduled", "task", task.pk, label=task.title, changes=changes, by=by, now=now)
    if task.next_run_at:
        tasks.send_for(task.next_run_at)
    return task


@transaction.atomic
def run_now(task: TaskDefinition, *, by: User | None, now: datetime) -> TaskRun:
    """Start a run over the accounts `by` may load (None: the operator at the command line, all of them)."""
    accounts = _accounts_for(by)
    if not accounts:
        raise RunRefused(_nothing_to_load(by))
    run = open_run(task, accounts, by=by, now=now)
    audit.record("task.started", "task", task.pk, label=task.title, by=by, now=now)
    if run.status != RunStatus.SKIPPED:
        tasks.send(run.items.all(), now=now)
    return run


def _accounts_for(by: User | None) -> Sequence[Account]:
    accounts = connected_accounts()
    if by is None or allowed(by, Right.RUN_LOADING):
        return accounts
    require(by, Right.RUN_LOADING, own=True)
    return [account for account in accounts if account.user_id == by.pk]


def _nothing_to_load(by: User | None) -> str:
    if by is None or allowed(by, Right.RUN_LOADING):
        return _("Nothing to load: no user has connected an external calendar yet.")
    own = Account.objects.filter(user=by, active=True).first()
    if own and own.paused:
        return _(
            "Nothing to load: your external calendar is switched off. "
            "Choose Google under Tools – Personal settings – External calendar."
        )
    if own and not own.begun:
        return _("Nothing to load yet: press Save under Tools – Personal settings – Google integration to begin.")
    return _(
        "Nothing to load: you have not connected an external calendar. "
        "Connect it under Tools – Personal settings – Google integration."
    )
