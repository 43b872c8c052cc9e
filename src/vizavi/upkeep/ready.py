"""Whether this process can do its work: database, migrations, queue. Asked by load balancers and by the doctor."""

from collections.abc import Callable, Mapping

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from huey.contrib.djhuey import HUEY


class Missing(Exception):
    """A check's negative answer; the text says what to do."""


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.display_name} answers"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Missing(f"{len(waiting)} not applied; run `vizavi migrate`.")
    return "all applied"


def queue() -> str:
    name = type(HUEY.storage).__name__.removesuffix("Storage")
    return f"{name} answers, {HUEY.storage.queue_size()} waiting, {HUEY.storage.schedule_size()} for later"


CHECKS: Mapping[str, Callable[[], str]] = {"database": database, "migrations": migrations, "queue": queue}


def failing() -> list[str]:
    """Names of the checks that fail; why is for the doctor and the log, not for whoever asks over the network."""
    return [name for name, check in CHECKS.items() if not _passes(check)]


def _passes(check: Callable[[], str]) -> bool:
    try:
        check()
    except Exception:  # whatever a database or a queue raises is this check's answer
        return False
    return True
