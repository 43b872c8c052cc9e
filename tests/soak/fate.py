"""What befalls a step: the process dies at its k-th statement or call, or something else happens in the midst of it.

A death is a BaseException that nothing of the service catches; from then on no statement and no call of this "process"
goes through, so that no `finally` can tidy up. Transactions roll back, the lease stays until it runs out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from vizavi.connections import google


class Death(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Fate:
    """`where` is "statement" (dies there), "before" or "after" (a call); `act` happens there instead of the death."""

    where: str
    number: int
    act: Any = None


class Process:
    """Everything that one process does to the world outside: its statements and its calls, counted."""

    def __init__(self) -> None:
        self.fate: Fate | None = None
        self.act: Callable[[Any], None] = lambda _act: None
        self.counts = {"statement": 0, "before": 0, "after": 0}
        self.dead = self.aside = False
        self.called_in_transaction = 0

    @contextmanager
    def living(self, fate: Fate | None, act: Callable[[Any], None]) -> Iterator[None]:
        """Live through a step; a death ends it silently."""
        self.fate, self.act, self.dead, self.aside = fate, act, False, False
        self.counts = dict.fromkeys(self.counts, 0)
        try:
            with connection.execute_wrapper(self._statement):
                yield
        except Death:
            assert not connection.in_atomic_block, "a death leaves no transaction"
        finally:
            self.fate, self.dead = None, False

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.meet("statement")
        return execute(sql, params, many, context)

    def meet(self, where: str) -> None:
        """One more of its kind is about to be done, or was just answered."""
        if self.aside:
            return
        if self.dead:
            raise Death
        self.counts[where] += 1
        fate = self.fate
        if fate is None or (fate.where, fate.number) != (where, self.counts[where]):
            return
        if fate.act is None:
            self.dead = True
            raise Death
        self.aside = True
        try:
            self.act(fate.act)
        finally:
            self.aside = False


class Wire(HTTPAdapter):
    """The product's own way to Google, with the process's fate at both ends of each call."""

    def __init__(self, process: Process) -> None:
        super().__init__(pool_connections=4, pool_maxsize=4)
        self.process = process

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        self.process.called_in_transaction += connection.in_atomic_block
        self.process.meet("before")
        response = super().send(request, *args, **options)
        self.process.meet("after")
        return response


def watched() -> Process:
    """From now on the product's calls to Google pass through a process whose fate can be chosen."""
    process = Process()
    google.transport()._session.mount("http://", Wire(process))
    return process
