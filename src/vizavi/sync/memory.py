"""The memory twins: a remote calendar and a store that live in dictionaries, for tests and for trying rules out.

`MemoryProvider` can misbehave as real servers do: it loses answers before or after the write, rewrites text, expires
cursors, throttles, and refuses to be called while a transaction is open.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from vizavi.sync.errors import CursorExpired, SyncError, Unavailable
from vizavi.sync.merge import graft
from vizavi.sync.model import (
    AlreadyThere,
    Content,
    Create,
    Desire,
    Group,
    Link,
    LinkState,
    Local,
    LocalStatus,
    Missing,
    Outcome,
    Page,
    Patch,
    Policy,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Traits,
    Write,
)
from vizavi.sync.ports import Note, Reading, Trouble, Work

EPOCH = datetime(2026, 1, 5, tzinfo=UTC)


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
    rejects: dict[str, Rejected] = field(default_factory=dict)
    lower_cases: bool = False
    mails: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    overwritten: int = 0
    busy_store: "MemoryStore | None" = None

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
            yield Page(tuple(page), str(upto) if number == len(pages) - 1 else None)

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        self._call("fetch")
        return self.items.get(remote_id, Missing())

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem]:
        self._call("occurrences")
        return [item for item in self.items.values() if item.master_id == master_id]

    def write(self, batch: Sequence[Write]) -> list[Outcome]:
        loss = self._call("write")
        outcomes = [self._write(write) for write in batch]
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
            self._store(replace(old, deleted=True, content=old.content))

    def expire_cursors(self) -> None:
        self.expired_before = self.changed + 1

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

    def _write(self, write: Write) -> Outcome:
        if write.remote_id in self.rejects:
            return self.rejects[write.remote_id]
        old = self.items.get(write.remote_id)
        if isinstance(write, Create):
            if old is not None:
                return AlreadyThere()
            return self._written(write, write.content, "")
        if old is None:
            return Removed() if isinstance(write, Remove) else Missing()
        if isinstance(write, Remove):
            self._mail(write)
            self._store(replace(old, deleted=True))
            return Removed()
        return self._patch(write, old)

    def _patch(self, write: Patch, old: RemoteItem) -> Outcome:
        if old.deleted and not write.revive:
            return Missing()
        if old.etag != write.etag:
            return Stale()
        return self._written(write, graft(old.content or write.content, write.content, write.groups), old.ical_uid)

    def _written(self, write: Create | Patch, content: Content, ical_uid: str) -> RemoteItem:
        self._mail(write)
        if self.lower_cases:
            content = replace(content, title=content.title.lower())
        uid = ical_uid or f"{write.remote_id}@memory"
        self._store(RemoteItem(write.remote_id, content=content, stamp=write.stamp, ical_uid=uid))
        return self.items[write.remote_id]

    def _store(self, item: RemoteItem) -> None:
        self.changed += 1
        self.clock += timedelta(seconds=1)
        self.items[item.remote_id] = replace(item, etag=f'"{self.changed}"', updated=self.clock)
        self.order[item.remote_id] = self.changed

    def _mail(self, write: Write) -> None:
        if write.notify:
            self.mails.append(write.remote_id)


@dataclass
class MemoryEvent:
    """An event of ours, as little of it as synchronisation needs."""

    uid: str
    content: Content
    status: LocalStatus = LocalStatus.OPEN
    desire: Desire = Desire.PRESENT
    revision: int = 1
    past: bool = False
    notify_revision: int = 0
    edited_at: dict[Group, datetime] = field(default_factory=dict)


@dataclass
class MemoryStore:
    """Our side in dictionaries. A transaction that fails leaves nothing behind."""

    install: str = "install"
    policy: Policy = field(default_factory=Policy)
    events: dict[int, MemoryEvent] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    waiting: dict[int, Trouble] = field(default_factory=dict)
    blocks: dict[str, Content] = field(default_factory=dict)
    cursor: str | None = None
    number: int = 0
    met: dict[int, int] = field(default_factory=dict)
    journal: list[tuple[int, Note]] = field(default_factory=list)
    brake_at: int = 10**9
    open: bool = False
    renames: int = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = (dict(self.events), dict(self.links), dict(self.blocks), self.cursor, list(self.journal))
        copies = {key: replace(event) for key, event in self.events.items()}
        self.open = True
        try:
            yield
        except BaseException:
            _, self.links, self.blocks, self.cursor, self.journal = before
            self.events = copies
            raise
        finally:
            self.open = False

    def add(self, content: Content, **fields: object) -> int:
        """Plan an event; its link appears when it is first pending."""
        number = len(self.events) + 1
        self.events[number] = MemoryEvent(uid=f"event{number}", content=content, **fields)  # type: ignore[arg-type]
        return number

    def edit(self, number: int, now: datetime, **changes: object) -> None:
        event = self.events[number]
        new = replace(event.content, **changes)  # type: ignore[arg-type]
        touched = {group for group in Group if graft(event.content, new, [group]) != event.content}
        event.content = new
        event.revision += 1
        event.edited_at = event.edited_at | dict.fromkeys(touched, now)

    def set_status(self, number: int, status: LocalStatus) -> None:
        self.events[number].status = status
        self.events[number].revision += 1

    def retry(self) -> None:
        self.waiting.clear()

    def pending(self, now: datetime, limit: int) -> list[Work]:
        for number, event in self.events.items():
            exportable = event.status is LocalStatus.OPEN and event.desire is Desire.PRESENT and not event.past
            if number not in self.links and exportable:
                self.links[number] = Link(number, remote_id=f"remote{number}")
        due = [
            link
            for link in self.links.values()
            if link.id not in self.waiting
            and link.gone_at is None
            and (link.in_flight is not None or link.pushed_revision < self.events[link.id].revision)
        ]
        return [self._work(link) for link in due[:limit]]

    def read(self, link_ids: Collection[int]) -> dict[int, Work]:
        return {number: self._work(self.links[number]) for number in link_ids}

    def known(self, remote_ids: Collection[str]) -> dict[str, Work]:
        wanted = set(remote_ids)
        return {link.remote_id: self._work(link) for link in self.links.values() if link.remote_id in wanted}

    def save(self, link: Link, trouble: Trouble | None = None) -> None:
        if not self.open:
            raise AssertionError("a link is saved outside a transaction")
        self.links[link.id] = link
        if trouble is None:
            self.waiting.pop(link.id, None)
        else:
            self.waiting[link.id] = trouble

    def take(self, link: Link, theirs: Content, groups: frozenset[Group], note: Note) -> Local:
        event = self.events[link.id]
        ours = event.content
        answers = {person.email: person.answer for person in theirs.people}
        people = tuple(replace(p, answer=answers.get(p.email, p.answer)) for p in ours.people)
        event.content = replace(graft(ours, theirs, groups - {Group.PEOPLE}), people=people)
        event.revision += 1
        self.journal.append((link.id, note))
        return self._local(link.id)

    def cancel(self, link: Link, note: Note) -> None:
        self.set_status(link.id, LocalStatus.CANCELLED)
        self.journal.append((link.id, note))

    def note(self, link: Link, note: Note) -> None:
        self.journal.append((link.id, note))

    def renamed(self, link: Link) -> Link:
        self.renames += 1
        return replace(link, remote_id=f"{link.remote_id}n{self.renames}", state=LinkState.LIVE, etag="")

    def absorb_unknown(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        for item in items:
            if item.deleted or item.content is None:
                self.blocks.pop(item.remote_id, None)
            else:
                self.blocks[item.remote_id] = item.content
        return {"blocks": len(items)}

    def begin(self, now: datetime, *, full: bool) -> Reading:
        if full or self.cursor is None:
            self.number += 1
            return Reading(None, None, self.number)
        return Reading(self.cursor, None, self.number)

    def seen(self, remote_ids: Collection[str], reading: Reading) -> None:
        for link in self.links.values():
            if link.remote_id in remote_ids:
                self.met[link.id] = reading.number

    def unseen(self, reading: Reading) -> list[Work]:
        live = [link for link in self.links.values() if link.state is LinkState.LIVE and link.base_remote]
        return [self._work(link) for link in live if self.met.get(link.id) != reading.number]

    def marked(self) -> list[Work]:
        return [self._work(link) for link in self.links.values() if link.gone_at is not None]

    def brake(self, marked: int) -> bool:
        return marked >= self.brake_at

    def missing_masters(self) -> list[str]:
        return []

    def expand_series(self, now: datetime) -> list[tuple[str, datetime, datetime]]:
        return []

    def save_occurrences(self, master_id: str, items: Sequence[RemoteItem]) -> None:
        self.blocks |= {item.remote_id: item.content for item in items if item.content}

    def finish(self, reading: Reading, cursor: str | None, now: datetime) -> Mapping[str, int]:
        self.cursor = cursor
        return {}

    def _local(self, number: int) -> Local:
        event = self.events[number]
        return Local(
            event_uid=event.uid,
            revision=event.revision,
            content=event.content,
            status=event.status,
            desire=event.desire,
            past=event.past,
            notify_revision=event.notify_revision,
            edited_at=event.edited_at,
        )

    def _work(self, link: Link) -> Work:
        return Work(link, self._local(link.id))


def _ends_after(item: RemoteItem, since: datetime | None) -> bool:
    if since is None or item.content is None:
        return True
    end: date | datetime = item.content.when.end
    return end > since if isinstance(end, datetime) else end > since.date()
