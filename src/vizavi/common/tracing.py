"""One id from a person's request through the queue and the worker to the call of Google, in every line of the log."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars, get_contextvars

USABLE = re.compile(r"[A-Za-z0-9._-]{8,40}")


def fresh(given: str = "") -> str:
    """The id that came along (from a proxy, from whoever sent the message), else a new one."""
    return given if USABLE.fullmatch(given) else uuid.uuid4().hex


def current() -> str:
    """Empty outside of `during`."""
    return str(get_contextvars().get("request_id", ""))


@contextmanager
def during(given: str = "") -> Iterator[str]:
    """Everything that is logged inside carries the id."""
    request_id = fresh(given)
    with bound_contextvars(request_id=request_id):
        yield request_id
