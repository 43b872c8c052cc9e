"""Which worker processes are alive: each says so in its row every few seconds, whatever it is busy with."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from vizavi.jobs.models import Worker

EVERY_SECONDS = 15.0
SILENT_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)

logger = logging.getLogger(__name__)


def workers(now: datetime) -> int:
    """How many were heard of within the last minute."""
    return Worker.objects.filter(seen_at__gt=now - SILENT_AFTER).count()


@contextmanager
def reported(*, now: Callable[[], datetime]) -> Iterator[None]:
    """This process is a worker while inside."""
    name, ended = f"{socket.gethostname()[:80]}:{os.getpid()}", threading.Event()
    reporter = threading.Thread(target=_report, args=(name, ended, now), name="alive", daemon=True)
    reporter.start()
    try:
        yield
    finally:
        ended.set()
        reporter.join()


def _report(name: str, ended: threading.Event, now: Callable[[], datetime]) -> None:
    started = now()
    while True:
        try:
            Worker.objects.update_or_create(
                name=name, defaults={"seen_at": now()}, create_defaults=_row(now(), started)
            )
            Worker.objects.filter(seen_at__lt=now() - FORGOTTEN_AFTER).delete()
        except DatabaseError:  # said again in some seconds
            logger.warning("the worker could not say that it is alive")
            connection.close()
        if ended.wait(EVERY_SECONDS):
            break
    try:
        Worker.objects.filter(name=name).delete()
    except DatabaseError:
        logger.warning("the worker could not say that it has ended")
    connection.close()


def _row(now: datetime, started: datetime) -> dict[str, datetime]:
    return {"seen_at": now, "started_at": started}
