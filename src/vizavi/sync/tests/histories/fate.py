"""What befalls a run: the process dies between two statements, a call fails, somebody acts in the midst of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from vizavi.sync.errors import AccessDenied, AuthRevoked, Throttled, Unavailable
from vizavi.sync.memory import MemoryProvider
from vizavi.sync.memory_store import MemoryStore

ENDLESS = 4000  # ticks; no run of a few meetings needs so many
CALLS = frozenset({"changes", "fetch", "write", "occurrences"})


class Crash(Exception):
    """The process dies between two statements."""


def _raising(error: Exception) -> Callable[[], None]:
    def strike() -> None:
        raise error

    return strike


# kind → (where it strikes, what happens there)
TROUBLES: dict[str, tuple[str, Callable[[], None]]] = {
    "crash": ("any", _raising(Crash())),
    "lost before": ("before call", _raising(Unavailable("the request was lost"))),
    "lost after": ("after call", _raising(Unavailable("the answer was lost"))),
    "throttled": ("before call", _raising(Throttled("slow down", after=1))),
    "revoked": ("before call", _raising(AuthRevoked("invalid_grant"))),
    "denied": ("before call", _raising(AccessDenied("rateLimitExceeded", "no"))),
}


@dataclass
class Fate:
    """Strikes at the `at`-th place of its kind; "meanwhile" waits for the next moment without an open transaction."""

    kind: str = ""
    at: int = 0
    meanwhile: Callable[[], None] = lambda: None
    before_write: Callable[[Any], None] | None = None
    ticks: int = 0
    met: int = field(default=0, init=False)
    struck: bool = field(default=False, init=False)

    def meet(self, where: str, *, is_open: bool) -> None:
        self.ticks += 1
        if self.ticks > ENDLESS:
            raise AssertionError("a run that does not end")
        if self.struck or not self.kind:
            return
        if self.kind == "meanwhile":
            self.met += 1
            if self.met > self.at and not is_open:
                self.struck = True
                self.meanwhile()
            return
        place, strike = TROUBLES.get(self.kind, ("never", lambda: None))
        if place in ("any", where):
            self.met += 1
            if self.met > self.at:
                self.struck = True
                strike()


class WatchedStore:
    """Passes everything on to the store; fate is met around each statement."""

    def __init__(self, store: MemoryStore, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._store, name)
        if not callable(value):
            return value

        def statement(*args: Any, **options: Any) -> Any:
            self._meet()
            answer = value(*args, **options)
            self._meet()
            return answer

        return statement

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._meet()
        with self._store.transaction():
            yield
            self._meet()
        self._meet()

    def _meet(self) -> None:
        self._fate.meet("statement", is_open=self._store.open)


class WatchedProvider:
    """Passes every call on while the lease is ours; fate is met before and after it."""

    def __init__(self, provider: MemoryProvider, store: MemoryStore, fate: Fate) -> None:
        self._provider = provider
        self._store = store
        self._fate = fate
        self.traits = provider.traits
        self.cost = provider.cost

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._provider, name)
        if name not in CALLS:
            return value

        def call(*args: Any) -> Any:
            self._begin()
            if name == "write" and self._fate.before_write is not None:
                self._fate.before_write(args[0])
            answer = value(*args)
            self._meet("after call")
            return answer

        return call

    def changes(self, cursor: Any, since: Any) -> Iterator[Any]:
        pages = self._provider.changes(cursor, since)
        while True:
            self._begin()
            page = next(pages, None)
            if page is None:
                return
            self._meet("after call")
            yield page

    def _begin(self) -> None:
        self._store.renew()
        self._meet("before call")

    def _meet(self, where: str) -> None:
        self._fate.meet(where, is_open=self._store.open)
