"""The memory twin of a remote calendar: it lives in dictionaries, for tests and for trying rules out.

It can misbehave as real servers do: it loses answers before or after the write, lets parts of a batch fail apart,
rewrites text, expires cursors, throttles. It refuses to be called while a transaction is open.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from vizavi.sync.errors import CursorExpired, SyncError, Unavailable
from vizavi.sync.memory_store import EPOCH, MemoryStore
from vizavi.sync.merge import graft, same
from vizavi.sync.model import (
    AlreadyThere,
    Change,
    Content,
    Create,
    Missing,
    Move,
    Moved,
    Outcome,
    Page,
    Patch,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Traits,
)


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of a batch fails apart from the others; `done` = it took effect all the same."""

    outcome: Outcome
    done: bool = False


@dataclass
class MemoryProvider:
    """A remote calendar: soft deletions, etags, a change counter behind the cursor."""

    traits: Traits = field(default_factory=Traits)
    items: dict[str, RemoteItem] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)  # remote id → number of its last change
    clock: datetime = EPOCH
    changed: int = 0
    page_size: int = 100
    expired_before: int = 0  # cursors up to this number are refused
    lose: list[str] = field(default_factory=list)  # the next calls: "", "before" or "after" their effect
    raises: list[SyncError | None] = field(default_factory=list)  # the next calls raise this
    parts: list[Part | None] = field(default_factory=list)  # the next parts of batches fail like this
    rejects: dict[str, Rejected] = field(default_factory=dict)
    lower_cases: bool = False
    moved_away: set[str] = field(default_factory=set)  # stubs, which only their new organizer could undelete
    neighbours: dict[str, "MemoryProvider"] = field(default_factory=dict)  # the account's calendars, for moves
    mails: list[str] = field(default_factory=list)
    effects: list[Change] = field(default_factory=list)  # what of ours really changed something here
    calls: Counter[str] = field(default_factory=Counter)
    told: dict[str, Content] = field(default_factory=dict)  # what the client last read or wrote, by remote id
    overwritten: int = 0  # groups a human had edited that were written over by a writer who had not been told
    busy_store: MemoryStore | None = None

    def changes(self, cursor: str | None, since: datetime | None) -> Iterator[Page]:
        after = int(cursor) if cursor else 0
        if cursor and after < self.expired_before:
            self._call("changes")
            raise CursorExpired
        upto = self.changed
        changed = sorted((n, key) for key, n in self.order.items() if n > after)
        rows = [self.items[key] for _, key in changed]
        if cursor is None:
            rows = [item for item in rows if not item.deleted and _ends_after(item, since)]
        pages = [rows[start : start + self.page_size] for start in range(0, len(rows), self.page_size)] or [[]]
        for number, page in enumerate(pages):
            self._call("changes")
            for item in page:
                self._tell(item)
            yield Page(tuple(page), str(upto) if number == len(pages) - 1 else None)

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        self._call("fetch")
        item = self.items.get(remote_id)
        return self._tell(item) if item else Missing()

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem]:
        self._call("occurrences")
        return [item for item in self.items.values() if item.master_id == master_id]

    def cost(self, batch: Sequence[Change]) -> int:
        return len(batch)

    def write(self, batch: Sequence[Change]) -> list[Outcome]:
        loss = self._call("write")
        outcomes = [self._part(write, alone=len(batch) == 1) for write in batch]
        if loss == "after":
            raise Unavailable("the answer was lost")
        return outcomes

    # What people do in the calendar itself.
    def human_puts(self, remote_id: str, content: Content) -> None:
        old = self.items.get(remote_id)
        stamp = old.stamp if old else None
        self._store(RemoteItem(remote_id, content=content, stamp=stamp, ical_uid=f"{remote_id}@memory"))

    def human_deletes(self, remote_id: str) -> None:
        old = self.items[remote_id]
        if not old.deleted:
            self._store(replace(old, deleted=True))

    def human_moves(self, remote_id: str, destination: "MemoryProvider") -> None:
        self._hand_over(self.items[remote_id], destination)

    def expire_cursors(self) -> None:
        self.changed += 1
        self.expired_before = self.changed

    def living(self) -> dict[str, RemoteItem]:
        return {key: item for key, item in self.items.items() if not item.deleted}

    def _call(self, name: str) -> str:
        if self.busy_store is not None and self.busy_store.open:
            raise AssertionError("a call to the provider while a transaction is open")
        self.calls[name] += 1
        error = self.raises.pop(0) if self.raises else None
        if error is not None:
            raise error
        loss = self.lose.pop(0) if self.lose else ""
        if loss == "before" or (loss and name != "write"):
            raise Unavailable("the request was lost")
        return loss

    def _part(self, write: Change, *, alone: bool) -> Outcome:
        part = self.parts.pop(0) if self.parts and not alone else None
        if part is None:
            return self._write(write)
        if part.done:
            self._write(write)
        return part.outcome

    def _write(self, write: Change) -> Outcome:
        if write.remote_id in self.rejects:
            return self.rejects[write.remote_id]
        old = self.items.get(write.remote_id)
        match write:
            case Create():
                return AlreadyThere() if old else self._written(write, write.content, "")
            case Patch():
                return self._patch(write, old) if old else Missing()
            case Move():
                return self._move(write, old)
        if old is not None and not old.deleted:
            self._mail(write)
            self._store(replace(old, deleted=True))
            self.effects.append(write)
        return Removed()

    def _patch(self, write: Patch, old: RemoteItem) -> Outcome:
        if old.deleted and not write.revive:
            return Missing()
        if old.etag != write.etag:
            return Stale()
        if write.remote_id in self.moved_away:
            return Rejected("403/forbiddenForNonOrganizer", "The event lives in another calendar.")
        self._count_overwritten(write, old)
        return self._written(write, graft(old.content or write.content, write.content, write.groups), old.ical_uid)

    def _move(self, write: Move, old: RemoteItem | None) -> Outcome:
        if old is None or old.deleted:
            return Missing()
        destination = self.neighbours[write.destination]
        there = destination.items.get(write.remote_id)
        if there is not None and not there.deleted:
            return Rejected("409/duplicate", "The requested identifier already exists.")
        self._hand_over(old, destination)
        self.effects.append(write)
        return Moved()

    def _hand_over(self, item: RemoteItem, destination: "MemoryProvider") -> None:
        self._store(replace(item, deleted=True))
        self.moved_away.add(item.remote_id)
        destination.moved_away.discard(item.remote_id)
        destination._store(replace(item, deleted=False))

    def _count_overwritten(self, write: Patch, old: RemoteItem) -> None:
        """Compare what stands here with what the writer last knew to stand here."""
        known = self.told.get(write.remote_id)
        if old.content is not None and not write.revive:
            self.overwritten += sum(known is None or not same(old.content, known, group) for group in write.groups)

    def _written(self, write: Create | Patch, content: Content, ical_uid: str) -> RemoteItem:
        self._mail(write)
        if self.lower_cases:
            content = replace(content, title=content.title.lower())
        uid = ical_uid or f"{write.remote_id}@memory"
        self._store(RemoteItem(write.remote_id, content=content, stamp=write.stamp, ical_uid=uid))
        self.effects.append(write)
        return self._tell(self.items[write.remote_id])

    def _tell(self, item: RemoteItem) -> RemoteItem:
        if item.content is not None:
            self.told[item.remote_id] = item.content
        return item

    def _store(self, item: RemoteItem) -> None:
        self.changed += 1
        self.clock += timedelta(seconds=1)
        self.items[item.remote_id] = replace(item, etag=f'"{self.changed}"', updated=self.clock)
        self.order[item.remote_id] = self.changed

    def _mail(self, write: Create | Patch | Remove) -> None:
        if write.notify:
            self.mails.append(write.remote_id)


def _ends_after(item: RemoteItem, since: datetime | None) -> bool:
    if since is None or item.content is None:
        return True
    end: date | datetime = item.content.when.end
    return end > since if isinstance(end, datetime) else end > since.date()
