"""A run and its items in the database: opened, claimed, worked on, settled. Nothing here sends a message."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from vizavi.common.wording import filled, sentence
from vizavi.connections import reasons
from vizavi.connections.models import Account
from vizavi.connections.work import WorkResult, work_account
from vizavi.jobs.models import OPEN, RunStatus, TaskDefinition, TaskRun, TaskRunItem
from vizavi.people.models import User

JITTER_SECONDS = 10.0
JITTER_FROM_ACCOUNTS = 6
BUSY_RETRY = timedelta(seconds=1)
BUSY_PATIENCE = timedelta(minutes=2)
UNDER_WAY = sentence("Not started: the same load has been under way since %(time)s. Wait until it has finished.")
GONE = sentence("The account has been disconnected meanwhile.")
ALWAYS_BUSY = sentence("Skipped: another worker was busy with this account all the time.")

logger = logging.getLogger(__name__)


@transaction.atomic
def open_run(task: TaskDefinition, accounts: Sequence[Account], *, by: User | None, now: datetime) -> TaskRun:
    """A new run over `accounts`, without those that an open run is about to load anyway; none left: skipped."""
    TaskDefinition.objects.select_for_update().get(pk=task.pk)  # two people pressing at once become one after the other
    under_way = _under_way(task, accounts)
    free = [account for account in accounts if account.pk not in under_way]
    if not free:
        return _skipped(task, under_way.values(), by=by, now=now)
    run = TaskRun.objects.create(task=task, started_by=by, created_at=now, total=len(free))
    spread = JITTER_SECONDS if by is None and len(free) >= JITTER_FROM_ACCOUNTS else 0.0
    chance = Random(run.pk)  # noqa: S311 - spreads the load, keeps no secret
    TaskRunItem.objects.bulk_create(
        TaskRunItem(
            run=run,
            account=account,
            label=f"{account.user.short_name} · {account.email}",
            due_at=now + timedelta(seconds=chance.uniform(0, spread)),
        )
        for account in free
    )
    return run


def _under_way(task: TaskDefinition, accounts: Sequence[Account]) -> dict[int, TaskRun]:
    items = TaskRunItem.objects.filter(run__task=task, account__in=accounts, status__in=OPEN).select_related("run")
    return {item.account_id: item.run for item in items if item.account_id is not None}


def _skipped(task: TaskDefinition, running: Iterable[TaskRun], *, by: User | None, now: datetime) -> TaskRun:
    since = min(run.created_at for run in running)
    return TaskRun.objects.create(
        task=task,
        started_by=by,
        status=RunStatus.SKIPPED,
        created_at=now,
        finished_at=now,
        error=filled(UNDER_WAY, time=since),
    )


def work_item(
    item_id: int, *, now: Callable[[], datetime], work: Callable[..., WorkResult] = work_account
) -> datetime | None:
    """Load one account if the item is still waiting for it; answers when to try again where it is being worked on."""
    item = claim(item_id, now=now())
    if item is None:
        return None
    if item.account_id is None:
        finish(item, RunStatus.SKIPPED, error=GONE, now=now())
        return None
    try:
        result = work(item.account_id, pull=True, now=now)
    except Exception:  # one account's surprise must not leave its run open for ever
        logger.exception("loading account %s failed unexpectedly", item.account_id)
        finish(item, RunStatus.FAILED, error=reasons.UNEXPECTED, now=now())
        return None
    if result.status == "busy":
        return _wait_or_skip(item, now=now())
    finish(item, _status(result), counts=result.counts, error=result.error, now=now())
    return None


def claim(item_id: int, *, now: datetime) -> TaskRunItem | None:
    """The item, if it was waiting: of several workers with the same message one gets it."""
    with transaction.atomic():
        mine = TaskRunItem.objects.filter(pk=item_id, status=RunStatus.QUEUED).update(
            status=RunStatus.RUNNING, started_at=Coalesce("started_at", now), claimed_at=now, claims=F("claims") + 1
        )
        if not mine:
            return None
        item = TaskRunItem.objects.get(pk=item_id)
        TaskRun.objects.filter(pk=item.run_id, status=RunStatus.QUEUED).update(status=RunStatus.RUNNING, started_at=now)
        return item


def _wait_or_skip(item: TaskRunItem, *, now: datetime) -> datetime | None:
    if item.started_at and now - item.started_at >= BUSY_PATIENCE:
        finish(item, RunStatus.SKIPPED, error=ALWAYS_BUSY, now=now)
        return None
    again = now + BUSY_RETRY
    mine = TaskRunItem.objects.filter(pk=item.pk, status=RunStatus.RUNNING, claims=item.claims)
    return again if mine.update(status=RunStatus.QUEUED, due_at=again) else None


def _status(result: WorkResult) -> RunStatus:
    return RunStatus.SKIPPED if result.status == "off" else RunStatus(result.status)


@transaction.atomic
def finish(
    item: TaskRunItem, status: RunStatus, *, now: datetime, counts: dict[str, int] | None = None, error: str = ""
) -> None:
    """Write an item's result, unless somebody else has taken it over since this claim; `error` as it is stored."""
    mine = TaskRunItem.objects.filter(pk=item.pk, status=RunStatus.RUNNING, claims=item.claims)
    if mine.update(status=status, counts=counts or {}, error=error, finished_at=now):
        _settle(item.run_id, now=now)


def _settle(run_id: int, *, now: datetime) -> None:
    run = TaskRun.objects.select_for_update().get(pk=run_id)
    rows = list(TaskRunItem.objects.filter(run=run).values_list("status", "counts"))
    statuses = [status for status, _counts in rows if status not in OPEN]
    run.done = len(statuses)
    run.summary = total_counts(counts for _status, counts in rows)
    if failed := statuses.count(RunStatus.FAILED):
        run.summary["failed_accounts"] = failed  # an account that failed as a whole counts no error of its own
    if len(statuses) == len(rows):
        run.status = overall(statuses)
        run.finished_at = now
    run.save(update_fields=["done", "summary", "status", "finished_at"])


def total_counts(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    summary: dict[str, int] = {}
    for counts in parts:
        for name, number in counts.items():
            summary[name] = summary.get(name, 0) + number
    return summary


def overall(statuses: Iterable[str]) -> str:
    """All alike: that; anything else was done with errors."""
    distinct = set(statuses)
    return distinct.pop() if len(distinct) == 1 else RunStatus.PARTIAL
