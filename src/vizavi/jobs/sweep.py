"""What the clock finds to do, looking only at the database: due schedules, lost messages, dead workers.

Each function answers with the items to wake; `tasks` sends the messages. Losing every message loses nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from vizavi.common.wording import filled, sentence
from vizavi.connections import notices
from vizavi.connections.models import IN_USE, Account
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun, TaskRunItem
from vizavi.jobs.rules import Period, next_run
from vizavi.jobs.runs import finish, open_run
from vizavi.notifications import operations as notifications
from vizavi.notifications import reminders

LOST_AFTER = timedelta(minutes=1)
DEAD_AFTER = timedelta(minutes=2)  # twice an account's lease
CLAIMS_ALLOWED = 3
LOG_KEPT = timedelta(days=90)
STOPPED = sentence(
    "The worker stopped %(count)d time during this account. What had been loaded is kept.",
    "The worker stopped %(count)d times during this account. What had been loaded is kept.",
)


def connected_accounts() -> Sequence[Account]:
    return list(Account.objects.filter(IN_USE, closing=False, user__is_active=True).select_related("user"))


def arm(now: datetime) -> list[datetime]:
    """Give enabled schedules without a next run their first one; answers the new due times."""
    waiting = TaskDefinition.objects.filter(enabled=True, next_run_at=None).exclude(period=Period.MANUAL)
    return [moment for task in waiting if (moment := _move(task, after=now))]


def start_due(now: datetime) -> tuple[list[TaskRunItem], list[datetime]]:
    """Start what is due; the claim is a conditional UPDATE of the due time, so two workers start one run."""
    items: list[TaskRunItem] = []
    following: list[datetime] = []
    for task in TaskDefinition.objects.filter(enabled=True, next_run_at__lte=now):
        with transaction.atomic():
            moment = _move(task, after=_last_missed(task, now))
            accounts = connected_accounts() if moment else []
            if accounts:  # with nobody connected there is nothing to write into the log every ten minutes
                items += open_run(task, accounts, by=None, now=now).items.all()
        following += [moment] if moment else []
    return items, following


def _last_missed(task: TaskDefinition, now: datetime) -> datetime:
    """Runs missed while everything stood still are not made up for one by one."""
    due = task.next_run_at or now
    following = next_run(task, due, _organisation_zone())
    return due if following and following > now else now


def _organisation_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def _move(task: TaskDefinition, *, after: datetime) -> datetime | None:
    moment = next_run(task, after, _organisation_zone())
    same = TaskDefinition.objects.filter(pk=task.pk, enabled=True, next_run_at=task.next_run_at)
    return moment if same.update(next_run_at=moment) else None


def lost_items(now: datetime) -> list[int]:
    """Items whose message should have been with a worker for a minute; their waiting starts anew."""
    lost = TaskRunItem.objects.filter(status=RunStatus.QUEUED, due_at__lt=now - LOST_AFTER)
    return [pk for pk in lost.values_list("pk", flat=True) if lost.filter(pk=pk).update(due_at=now)]


def dead_items(now: datetime) -> list[int]:
    """Items of workers that were killed: nobody holds the account's lease. Tried again, at last given up."""
    unheld = Q(account=None) | Q(account__lease_until=None) | Q(account__lease_until__lt=now)
    dead = TaskRunItem.objects.filter(unheld, status=RunStatus.RUNNING, claimed_at__lt=now - DEAD_AFTER)
    again: list[int] = []
    for item in dead:
        if item.claims >= CLAIMS_ALLOWED:
            finish(item, RunStatus.FAILED, error=filled(STOPPED, count=item.claims), now=now)
        elif _release(item, now=now):
            again.append(item.pk)
    return again


def _release(item: TaskRunItem, *, now: datetime) -> int:
    mine = TaskRunItem.objects.filter(pk=item.pk, status=RunStatus.RUNNING, claims=item.claims)
    return mine.update(status=RunStatus.QUEUED, due_at=now)


def tidy_notifications(now: datetime) -> None:
    """What was answered or mended by other ways, or is past, is done; what was read long ago goes."""
    notices.settle_what_is_over(now)
    reminders.settle_what_is_over(now)
    notifications.forget_read(now - LOG_KEPT)


def forget_old_runs(now: datetime) -> None:
    TaskRun.objects.filter(created_at__lt=now - LOG_KEPT).delete()
