"""`vizavi serve`: the web server and, beside it, the worker; `vizavi worker`: the worker alone."""

import os
import sys

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from vizavi.running.addresses import check_free
from vizavi.running.children import Child, start, stop, stop_on_signals, watch
from vizavi.running.errors import StartRefused

LOOPBACK = "127.0.0.1"
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def serve(*, host: str, with_worker: bool) -> int:
    django.setup()
    check_free(settings.PORT, host=host, variable="VIZAVI_PORT")
    check_migrated()
    stop_on_signals()
    children: list[Child] = []
    try:
        children.append(start_web(host))
        if with_worker:
            children.append(start_worker())
        print(f"vizavi: serving {settings.BASE_URL}/ (port {settings.PORT}); Ctrl-C ends it.", flush=True)
        return watch(children)
    finally:
        stop(children)


def start_web(host: str) -> Child:
    """One process with threads: SQLite has one writer, and more machines are the way to grow beyond it.

    granian keeps no access log, so the codes in the query of /oauth/… are written nowhere.
    """
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(WEB_THREADS), "--no-ws"]
    address = ["--host", host, "--port", str(settings.PORT), "--log-level", "warning"]
    return start("web", [sys.executable, "-m", "granian", *options, *address, "vizavi.wsgi:application"])


def start_worker() -> Child:
    return start("worker", [sys.executable, "-m", "vizavi.cli", "worker"])


def work() -> int:
    """Take messages from the queue until stopped; a SIGTERM lets running work finish for some seconds."""
    django.setup()
    check_migrated()
    autodiscover_modules("tasks")  # the queue knows a task only when its module is imported
    from huey.contrib.djhuey import HUEY  # opens the queue, so after the checks

    from vizavi.connections import calls  # models exist only after the set-up
    from vizavi.jobs import alive

    calls.keep_stored()
    with alive.reported(now=timezone.now):
        HUEY.create_consumer(**settings.HUEY["consumer"]).run()
    return 0


def check_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise StartRefused("The database is not up to date. Run `vizavi migrate` first.")
