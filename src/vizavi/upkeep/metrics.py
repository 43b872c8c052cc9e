"""Numbers for Prometheus, read from the database when they are asked for: right with any number of processes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from huey.contrib.djhuey import HUEY
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from vizavi.connections import calls, health, hold, overview
from vizavi.connections.models import IN_USE, Account, AccountState, ApiCall, Calendar, Link
from vizavi.jobs import alive
from vizavi.jobs.models import OPEN, TaskRun


def exposition(now: datetime) -> bytes:
    """The text format; its content type is that of `prometheus_client`."""
    calls.store()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(now))
    return generate_latest(registry)


class _Numbers:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield from _pending(self.now)
        yield _by("vizavi_accounts", "Connected accounts by state", Account.objects.filter(active=True), "state")
        errors = Link.objects.filter(error_code__gt="", calendar__account__active=True)
        yield _by("vizavi_export_errors", "Interviews waiting after an error, by its kind", errors, "error_code")
        yield _by("vizavi_task_runs", "Task runs of the last 90 days, by result", _ended(), "task__code", "status")
        yield _calls()
        yield _gauge("vizavi_sync_lag_seconds", "Since the calendar read longest ago was read", _lag(self.now))
        yield _gauge("vizavi_queue_messages", "Messages waiting in the queue", HUEY.storage.queue_size())
        yield _gauge("vizavi_task_runs_open", "Task runs queued or running", _open_runs())
        yield _gauge("vizavi_workers_alive", "Workers heard of within a minute", alive.workers(self.now))
        yield _gauge("vizavi_outbound_held", "1 while nothing is sent after a restore", int(hold.held()))


def _pending(now: datetime) -> Iterator[Metric]:
    accounts = list(Account.objects.filter(active=True))
    queues = overview.queues(accounts, now=now).values()
    oldest = min((queue.oldest for queue in queues if queue.oldest and queue.pending), default=now)
    yield _gauge("vizavi_pending_events", "Interviews waiting to be exported", sum(queue.pending for queue in queues))
    age = max(0.0, (now - oldest).total_seconds())
    yield _gauge("vizavi_oldest_pending_seconds", "Age of the oldest change waiting to be exported", age)


def _lag(now: datetime) -> float:
    """Zero where nothing is read; a calendar never read counts since its account was connected.

    Accounts that only their owner can mend are left out: `vizavi_accounts` counts them, and no worker will read them.
    """
    owners = Q(state=AccountState.EXPIRED) | Q(state=AccountState.LIMITED, state_code__in=health.MENDED_BY_OWNER)
    used = Account.objects.filter(IN_USE, closing=False, user__is_active=True).exclude(owners)
    read = Calendar.objects.filter(Q(reads=True) | Q(writes=True), account__in=used)
    never = read.filter(last_read_at=None).aggregate(at=Min("account__connected_at"))["at"]
    moments = [moment for moment in (read.aggregate(at=Min("last_read_at"))["at"], never) if moment]
    return max(0.0, (now - min(moments)).total_seconds()) if moments else 0.0


def _ended() -> "QuerySet[TaskRun]":
    return TaskRun.objects.exclude(status__in=OPEN)


def _open_runs() -> int:
    return TaskRun.objects.filter(status__in=OPEN).count()


def _calls() -> Metric:
    metric = CounterMetricFamily(
        "vizavi_google_calls", "Calls of Google; status 0: no answer", labels=["method", "status"]
    )
    for row in ApiCall.objects.order_by("method", "status"):
        metric.add_metric([row.method, str(row.status)], row.number)
    return metric


def _by(name: str, text: str, rows: "QuerySet[Any]", *columns: str) -> Metric:
    metric = GaugeMetricFamily(name, text, labels=[column.rpartition("__")[0] or column for column in columns])
    for *labels, number in rows.order_by(*columns).values_list(*columns).annotate(number=Count("pk")):
        metric.add_metric([str(label) for label in labels], number)
    return metric


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
