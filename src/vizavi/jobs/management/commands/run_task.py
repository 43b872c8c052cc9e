"""`vizavi run-task`: run a background task here and now, with or without a worker, and say how it went."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from vizavi.common import tracing
from vizavi.connections import calls
from vizavi.jobs import operations, runs
from vizavi.jobs.counts import captioned
from vizavi.jobs.models import OPEN, RunStatus, TaskDefinition, TaskRun
from vizavi.people.management.users import active_user

LOOK_SECONDS = 0.2


class Command(BaseCommand):
    requires_system_checks = []
    help = "Run a background task now and wait until it is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", help="code of the task, for example calendar_pull")
        parser.add_argument("--user", metavar="EMAIL", help="with the rights of this user (default: all accounts)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        task = _task(options["task"].replace("-", "_"))
        by = active_user(options["user"]) if options["user"] else None
        language = by.language if by else translation.get_language()  # of what is printed, not of what goes to Google
        try:
            with translation.override(language):
                run = operations.run_now(task, by=by, now=timezone.now())
        except operations.RunRefused as refused:
            raise CommandError(str(refused), returncode=2) from None
        except PermissionDenied:
            raise CommandError(f"{options['user']} may not run this task.", returncode=2) from None
        with tracing.during():
            self._work_through(run, quiet=options["json"])
        calls.store()
        with translation.override(language):
            told = json.dumps(_as_json(run), ensure_ascii=False) if options["json"] else _as_text(run)
        self.stdout.write(told)
        if run.status != RunStatus.OK:
            raise SystemExit(1)

    def _work_through(self, run: TaskRun, *, quiet: bool) -> None:
        """A worker may take some of the items; whoever claims one does it."""
        done = -1
        while run.status in OPEN:
            for item in run.items.filter(status=RunStatus.QUEUED, due_at__lte=timezone.now()):
                runs.work_item(item.pk, now=timezone.now)
            run.refresh_from_db()
            if run.done != done and not quiet:
                done = run.done
                self.stderr.write(f"{done}/{run.total}")
            if run.status in OPEN:
                time.sleep(LOOK_SECONDS)


def _task(code: str) -> TaskDefinition:
    task = TaskDefinition.objects.filter(code=code).first()
    if task is None:
        known = ", ".join(TaskDefinition.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no task {code!r}. Known tasks: {known}.", returncode=2)
    return task


def _as_json(run: TaskRun) -> dict[str, Any]:
    items = run.items.order_by("pk")
    return {
        "run": run.pk,
        "task": run.task.code,
        "status": run.status,
        "total": run.total,
        "done": run.done,
        "summary": run.summary,
        "error": run.why,
        "items": [
            {"label": item.label, "status": item.status, "counts": item.counts, "error": item.why} for item in items
        ],
    }


def _as_text(run: TaskRun) -> str:
    # accounts that failed as a whole are named below, each with its reason
    told = [(caption, number) for key, caption, number in captioned(run.summary) if key != "failed_accounts"]
    counts = ", ".join(f"{caption} {number}" for caption, number in told if number)
    lines = [f"{run.task}: {run.get_status_display()}" + (f" ({counts})" if counts else "")]
    lines += [run.why] if run.error else []
    lines += [f"  {item.label}: {item.why}" for item in run.items.exclude(error="").order_by("pk")]
    return "\n".join(lines)
