"""Growth: memory and time of a large import, throughput with more workers."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

from vizavi.bench.ground import Ground, ground
from vizavi.bench.polling import round_of
from vizavi.bench.rows import Row, at_most
from vizavi.bench.services import postgres_database, redis_queue

SMALL, LARGE = 10_000, 100_000
ACCOUNTS, LATENCY_MS = 100, 100


def memory() -> Iterator[Row]:
    """`vizavi run-task` as its own process: its highest resident memory, and seconds for 10,000 and 100,000."""
    with ground() as here:
        small = _import(here, SMALL)
        large = _import(here, LARGE)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield at_most("memory while importing 100,000 events", peak, 150, "MB")
    yield Row("… seconds for 10,000 and for 100,000", f"{small:.1f} s, {large:.1f} s")
    yield at_most("… the larger one takes", large / small, 12, "× as long", digits=1)


def _import(here: Ground, count: int) -> float:
    """Seconds of the run itself, as its log has them."""
    from vizavi.jobs.models import TaskRun

    account = here.recruiter()
    here.fill(account.email, count, since=timedelta(days=-29), until=timedelta(days=179))
    command = [sys.executable, "-m", "vizavi.cli", "run-task", "calendar_pull", "--user", account.email]
    subprocess.run(command, check=True)
    run = TaskRun.objects.latest("pk")
    assert run.summary["blocks"] == count, run.summary
    assert run.started_at
    assert run.finished_at
    return (run.finished_at - run.started_at).total_seconds()


def workers() -> Iterator[Row]:
    """Rounds without changes over 100 accounts at 100 ms for each request: PostgreSQL and Redis, 1, 2, 4 processes."""
    with (
        postgres_database() as database,
        redis_queue() as queue,
        ground(DATABASE_URL=database, QUEUE_URL=queue) as here,
    ):
        for _ in range(ACCOUNTS):
            here.recruiter()
        here.google.tell("knobs", latency_ms=LATENCY_MS)
        for processes in (1, 2, 4):
            with ExitStack() as running:
                for _ in range(processes):
                    running.enter_context(here.started("worker"))
                round_of()
                passed = min(round_of() for _ in range(2))
            name = f"accounts read in a second by {processes} worker processes, 100 ms for each request"
            yield Row(name, f"{ACCOUNTS / passed:.0f}")
        from django.db import connection

        connection.close()
