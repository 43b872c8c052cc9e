"""Small builders of values, so that tests read as sentences."""

from datetime import UTC, datetime, timedelta

from vizavi.sync.engine import Session
from vizavi.sync.memory import MemoryProvider
from vizavi.sync.memory_store import MemoryStore
from vizavi.sync.model import Content, When

MONDAY = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def at(hours: float, *, length: float = 1) -> When:
    start = MONDAY + timedelta(hours=hours)
    return When(start, start + timedelta(hours=length), "Europe/Moscow")


def meeting(hours: float = 0, title: str = "Interview: Orlov", **fields: object) -> Content:
    return Content(when=at(hours), title=title, **fields)  # type: ignore[arg-type]


class World:
    """One calendar there, one store here, and the runs between them."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.provider = MemoryProvider(busy_store=self.store)

    @property
    def now(self) -> datetime:
        return self.store.office.now

    @now.setter
    def now(self, now: datetime) -> None:
        self.store.office.now = now

    def session(self) -> Session:
        return Session(self.provider, self.store, lambda: self.now)

    def remote(self, number: int = 1) -> Content | None:
        item = self.provider.living().get(self.store.links[number].remote_id)
        return item.content if item else None

    def local(self, number: int = 1) -> Content:
        return self.store.events[number].content

    def actions(self) -> list[str]:
        return [note.action for _, note in self.store.journal if note.action]
