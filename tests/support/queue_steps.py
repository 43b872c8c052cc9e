"""Steps of the queue tests that run inside an installation: `python queue_steps.py STEP`, answers JSON."""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django is set up first
from huey.contrib.djhuey import HUEY  # noqa: E402

from vizavi.common.permissions import Role  # noqa: E402
from vizavi.connections.models import Account  # noqa: E402
from vizavi.jobs import operations, tasks  # noqa: E402
from vizavi.jobs.models import TaskDefinition, TaskRun, TaskRunItem  # noqa: E402
from vizavi.jobs.rules import Period  # noqa: E402
from vizavi.people.models import User  # noqa: E402


def people() -> dict[str, int]:
    """Two people whose accounts have lost their tokens: loading ends quickly, and never well."""
    for name in ("anna", "sergey"):
        email = f"{name}@vetervolna.example"
        user = User.objects.create(email=email, first_name=name, last_name="Q", role=Role.RECRUITER, password="!")
        now = timezone.now()
        Account.objects.create(user=user, remote_id=email, email=email, active=True, begun=True, connected_at=now)
    TaskDefinition.objects.update(period=Period.MANUAL, next_run_at=None)
    return {"accounts": Account.objects.count()}


def start() -> dict[str, int]:
    task = TaskDefinition.objects.get(code="calendar_pull")
    return {"run": operations.run_now(task, by=None, now=timezone.now()).pk}


def lose_messages() -> dict[str, int]:
    """Drop everything queued, and let more than a minute pass for what waits in the database."""
    lost = HUEY.storage.queue_size()
    HUEY.storage.flush_queue()
    HUEY.storage.flush_schedule()
    TaskRunItem.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    return {"lost": lost}


def make_due() -> dict[str, float]:
    """A schedule due in two seconds, and far too many messages about it."""
    due = timezone.now() + timedelta(seconds=2)
    TaskDefinition.objects.update(period=Period.EVERY, hour=1, minute=0, next_run_at=due)
    for _ in range(20):
        tasks.send_for(due)
    return {"due": due.timestamp()}


def wake_up_delays() -> dict[str, list[float]]:
    """Seconds from sending a message to an idle worker until it holds the item, several times."""
    task = TaskDefinition.objects.get(code="calendar_pull")
    delays = []
    for _ in range(8):
        run = operations.run_now(task, by=None, now=timezone.now())
        sent = timezone.now()
        wait_for(run.pk)
        run.refresh_from_db()
        delays.append((run.started_at - sent).total_seconds())
    return {"delays": delays}


def wait_for(run_id: int) -> None:
    wait_until(lambda: not TaskRun.objects.filter(pk=run_id, finished_at=None).exists())


def wait_until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.02)


def finished_state() -> dict[str, object]:
    """The state once there is a run and none is open; as it is where that does not happen in time."""
    wait_until(lambda: TaskRun.objects.exists() and not TaskRun.objects.filter(finished_at=None).exists())
    return state()


def state() -> dict[str, object]:
    runs = TaskRun.objects.order_by("pk").values("pk", "total", "done", "finished_at", "started_at")
    rows = [
        {
            "run": run["pk"],
            "total": run["total"],
            "done": run["done"],
            "finished": run["finished_at"] is not None,
            "started": run["started_at"].timestamp() if run["started_at"] else None,
        }
        for run in runs
    ]
    claims = list(TaskRunItem.objects.order_by("pk").values_list("claims", flat=True))
    return {"runs": rows, "claims": claims, "results": HUEY.storage.result_store_size()}


STEPS = {
    step.__name__: step for step in (people, start, lose_messages, make_due, wake_up_delays, state, finished_state)
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]]()))
