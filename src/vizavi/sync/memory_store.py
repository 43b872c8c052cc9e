"""The memory twin of our side: an office with its people, and the Store of each of its calendars, in dictionaries.

It does in small what DjangoStore does (connections/store.py, content.desire, unknown.py), rule by rule.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from itertools import count

from vizavi.sync.merge import graft
from vizavi.sync.model import (
    Content,
    Desire,
    Group,
    Link,
    LinkState,
    Local,
    LocalStatus,
    Policy,
    RemoteItem,
    When,
)
from vizavi.sync.ports import Note, Reading, Trouble, Work

LIFE = {LinkState.GONE: 0, LinkState.DETACHED: 1, LinkState.PAUSED: 1, LinkState.REMOVING: 2, LinkState.LIVE: 2}
ASKED = (LinkState.DETACHED, LinkState.PAUSED)
EPOCH = datetime(2026, 1, 5, tzinfo=UTC)


class LeaseLost(Exception):
    """A person chose otherwise while the run was under way; it must not write or call any more."""


@dataclass
class MemoryAccount:
    """A person's account; `fence` grows whenever what a run was begun with no longer holds."""

    owner: str
    active: bool = True
    paused: bool = False
    closing: bool = False
    policy: Policy = field(default_factory=Policy)
    cancelled_stays: bool = False
    brake_at: int = 10**9
    braked: int = 0
    fence: int = 0

    @property
    def in_use(self) -> bool:
        return self.active and not self.paused


@dataclass
class MemoryCalendar:
    """One of an account's calendars; `loads_as` is the type its unknown items are loaded as, empty: as taken time."""

    account: MemoryAccount
    name: str = "remote"
    writes: bool = True
    reads: bool = True
    loads_as: str = ""
    cursor: str | None = None
    number: int = 0  # of the last full reading
    blocks: dict[str, Content] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)  # block → full reading it was last met in

    @property
    def is_home(self) -> bool:
        return self.writes or (self.reads and bool(self.loads_as))


@dataclass
class MemoryEvent:
    """An event of ours, as little of it as synchronisation needs; an empty title is filled in from type and candidate.

    `desire` overrides the rules, for tests of the core alone.
    """

    uid: str
    content: Content
    status: LocalStatus = LocalStatus.OPEN
    responsible: str = "anna"
    type: str = "interview"
    candidate: str = ""
    desire: Desire | None = None
    revision: int = 1
    notify_revision: int = 0
    edited_at: dict[Group, datetime] = field(default_factory=dict)

    def past(self, now: datetime) -> bool:
        return ends_at(self.content.when) <= now


@dataclass
class MemoryOffice:
    """One installation: events, types and candidates of everybody, links and journal of all calendars."""

    install: str = "install"
    now: datetime = EPOCH
    accounts: dict[str, MemoryAccount] = field(default_factory=dict)
    calendars: dict[str, MemoryCalendar] = field(default_factory=dict)
    exported: dict[str, bool] = field(default_factory=lambda: {"interview": True})  # type → its export flag
    candidates: dict[str, str] = field(default_factory=dict)
    events: dict[int, MemoryEvent] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    places: dict[int, tuple[int, str]] = field(default_factory=dict)  # link → its event and its calendar
    waiting: dict[int, Trouble] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)
    journal: list[tuple[int, Note]] = field(default_factory=list)
    open: bool = False
    ids: set[str] = field(default_factory=set)  # remote ids that were ever given out

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, also for what died half-way."""
        before = {name: dict(getattr(self, name)) for name in ("links", "places", "waiting", "met")}
        events = {number: copy(event) for number, event in self.events.items()}
        accounts = {owner: copy(account) for owner, account in self.accounts.items()}
        calendars = {name: (row.cursor, row.number, dict(row.blocks)) for name, row in self.calendars.items()}
        lines = len(self.journal)
        self.open = True
        try:
            yield
        except BaseException:
            for name, old in before.items():
                getattr(self, name).clear()
                getattr(self, name).update(old)
            self._put_back(events, accounts)
            for name, (cursor, number, blocks) in calendars.items():
                row = self.calendars[name]
                row.cursor, row.number, row.blocks = cursor, number, blocks
            del self.journal[lines:]
            raise
        finally:
            self.open = False

    def _put_back(self, events: dict[int, MemoryEvent], accounts: dict[str, MemoryAccount]) -> None:
        for number in [number for number in self.events if number not in events]:
            del self.events[number]
        for number, event in events.items():
            vars(self.events[number]).update(vars(event))
        for owner, account in accounts.items():
            vars(self.accounts[owner]).update(vars(account))

    def add(self, content: Content, **fields: object) -> int:
        """Plan an event; its link appears when it is first pending."""
        number = len(self.events) + 1
        edited_at = dict.fromkeys(Group, self.now)
        self.events[number] = MemoryEvent(f"event{number}", content, edited_at=edited_at, **fields)  # type: ignore[arg-type]
        return number

    def content_of(self, number: int) -> Content:
        """What the event shows outside."""
        event = self.events[number]
        title = event.content.title or f"{event.type}: {self.candidates.get(event.candidate, '')}"
        return replace(event.content, title=title)

    def edit(self, number: int, at: datetime | None = None, **changes: object) -> None:
        """A person's edit: the revision rises with it, and what was refused may be tried again."""
        event = self.events[number]
        new = replace(event.content, **changes)  # type: ignore[arg-type]
        self._change(event, new, at or self.now)
        self.raised(number)

    def raised(self, number: int) -> None:
        """The event is owed anew to whoever has a link to it."""
        self.events[number].revision += 1
        for link in self.links_of(number):
            self.waiting.pop(link.id, None)

    def links_of(self, number: int) -> list[Link]:
        return [self.links[key] for key, (event, _) in self.places.items() if event == number]

    def copies_of(self, number: int) -> list[tuple[Link, MemoryCalendar]]:
        return [(link, self.calendar_of(link.id)) for link in self.links_of(number)]

    def calendar_of(self, link_id: int) -> MemoryCalendar:
        return self.calendars[self.places[link_id][1]]

    def new_id(self, name: str) -> str:
        """A remote id that was never used: `name`, or that with a number."""
        tries = (f"{name}n{number}" if number else name for number in count())
        fresh = next(key for key in tries if key not in self.ids)
        self.ids.add(fresh)
        return fresh

    def new_link(self, number: int, calendar: str, link: Link) -> Link:
        """Unique by event and calendar, and by calendar and remote id, as the database holds it."""
        taken = [self.links[key] for key, place in self.places.items() if place[1] == calendar]
        if (number, calendar) in self.places.values() or link.remote_id in [row.remote_id for row in taken]:
            raise AssertionError(f"a second link of event {number} in {calendar}")
        self.links[link.id] = link
        self.places[link.id] = (number, calendar)
        return link

    def desire(self, event: MemoryEvent, calendar: MemoryCalendar, sent_as: str) -> Desire:
        """As connections.content.desire."""
        account = calendar.account
        if event.desire is not None:
            return event.desire
        if event.responsible != account.owner:
            return Desire.ABSENT
        if account.paused or account.closing or not account.active:
            return Desire.KEEP
        best = self._best_home(event, calendar)
        if best is not None and best[1] is not calendar and best[0].state is LinkState.LIVE and best[0].base_remote:
            return Desire.ELSEWHERE
        if self.exported[event.type]:
            if calendar.is_home and (best is None or best[1] is calendar):
                return Desire.PRESENT
            return Desire.KEEP if event.past(self.now) else Desire.ELSEWHERE
        return Desire.ABSENT if sent_as and sent_as != event.type else Desire.KEEP

    def _best_home(self, event: MemoryEvent, calendar: MemoryCalendar) -> tuple[Link, MemoryCalendar] | None:
        number = next(key for key, row in self.events.items() if row is event)
        homes = [(link, row) for link, row in self.copies_of(number) if row.account is calendar.account and row.is_home]
        return max(homes, key=lambda pair: (LIFE[pair[0].state], pair[1].writes), default=None)

    def take(self, event: MemoryEvent, theirs: Content, groups: frozenset[Group]) -> None:
        """As events.remote.apply_remote: what is over is never touched, and what is the same is no change."""
        if event.status is not LocalStatus.OPEN:
            return
        ours = event.content
        answers = {person.email: person.answer for person in theirs.people} if Group.PEOPLE in groups else {}
        people = tuple(replace(person, answer=answers.get(person.email, person.answer)) for person in ours.people)
        new = replace(graft(ours, theirs, groups - {Group.PEOPLE, Group.STATE}), people=people)
        if new != ours:
            self._change(event, new, self.now)
            event.revision += 1

    def _change(self, event: MemoryEvent, new: Content, at: datetime) -> None:
        touched = {group for group in Group if graft(event.content, new, [group]) != event.content}
        event.content = new
        event.edited_at = event.edited_at | dict.fromkeys(touched, at)


class MemoryStore:
    """The Store of one calendar; without arguments, of the only calendar of an office of its own."""

    def __init__(self, office: MemoryOffice | None = None, calendar: str = "remote") -> None:
        self.office = office or MemoryOffice()
        if office is None:
            account = self.office.accounts["anna"] = MemoryAccount("anna")
            self.office.calendars[calendar] = MemoryCalendar(account, calendar)
        self.calendar = self.office.calendars[calendar]
        self.account = self.calendar.account
        self.install = self.office.install
        self.fence = self.account.fence
        self.read_before: set[str] = set()  # calendars that were read to their end in this run
        self.events, self.links = self.office.events, self.office.links
        self.waiting, self.journal = self.office.waiting, self.office.journal

    @property
    def policy(self) -> Policy:
        return self.account.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self.account.policy = policy

    @property
    def open(self) -> bool:
        return self.office.open

    @property
    def blocks(self) -> dict[str, Content]:
        return self.calendar.blocks

    @property
    def cursor(self) -> str | None:
        return self.calendar.cursor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.office.transaction():
            self.renew()
            yield

    def renew(self) -> None:
        if self.account.fence != self.fence:
            raise LeaseLost

    # What a person does, for tests of one calendar.
    def add(self, content: Content, **fields: object) -> int:
        return self.office.add(content, **fields)

    def edit(self, number: int, now: datetime, **changes: object) -> None:
        self.office.edit(number, now, **changes)

    def set_status(self, number: int, status: LocalStatus) -> None:
        self.events[number].status = status
        self.office.raised(number)

    def retry(self) -> None:
        self.waiting.clear()

    # The Store of the core.
    def pending(self, now: datetime, limit: int) -> list[Work]:
        self._open_links(now)
        return [self._work(link) for link in self._mine() if self._is_due(link)][:limit]

    def read(self, link_ids: Collection[int]) -> dict[int, Work]:
        return {number: self._work(self.links[number]) for number in link_ids}

    def follow(self, items: Sequence[RemoteItem]) -> None:
        if not self.calendar.is_home:
            return
        here = {item.remote_id for item in items if not item.deleted and item.content}
        names = {row.name for row in self._siblings()} - {self.calendar.name}
        for link in [self.links[key] for key, (_, name) in self.office.places.items() if name in names]:
            if link.remote_id in here and not (
                _lives(link) and self.office.calendar_of(link.id).name in self.read_before
            ):
                self._follow_one(link)

    def known(self, remote_ids: Collection[str]) -> dict[str, Work]:
        return {link.remote_id: self._work(link) for link in self._mine() if link.remote_id in remote_ids}

    def save(self, link: Link, trouble: Trouble | None = None) -> None:
        if not self.open:
            raise AssertionError("a link is saved outside a transaction")
        self.links[link.id] = link
        if trouble is not None:
            self.waiting[link.id] = trouble
        elif link.in_flight is None and self._event(link).revision <= link.pushed_revision:
            self.waiting.pop(link.id, None)

    def take(self, link: Link, theirs: Content, groups: frozenset[Group], note: Note) -> Local:
        self.office.take(self._event(link), theirs, groups)
        self.note(link, note)
        return self._local(link)

    def cancel(self, link: Link, note: Note) -> None:
        event = self._event(link)
        if event.status is LocalStatus.OPEN:
            event.status = LocalStatus.CANCELLED
            event.revision += 1
        self.links[link.id] = replace(self.links[link.id], pushed_revision=event.revision)
        self.note(link, note)

    def note(self, link: Link, note: Note) -> None:
        self.journal.append((self.office.places[link.id][0], note))

    def renamed(self, link: Link) -> Link:
        fresh = replace(link, remote_id=self.office.new_id(link.remote_id), state=LinkState.LIVE, etag="")
        return replace(fresh, in_flight=None, base_local=None, base_remote=None)

    def leaving(self) -> list[int]:
        """As connections.store.leaving_links."""
        return [link.id for link in self._mine() if self._is_leaving(link)]

    @property
    def destination(self) -> str:
        return next(row.name for row in self._siblings() if row.writes)

    def hand_over(self, link: Link, destination: str) -> None:
        self.save(link)
        self._carry(link, destination)

    def absorb_unknown(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        for item in items:
            self.blocks.pop(item.remote_id, None)
            if item.deleted or item.content is None:
                continue
            if not self._load(item, item.content, reading) and self.calendar.reads:
                self.blocks[item.remote_id] = item.content
                self.calendar.met[item.remote_id] = reading.number
        return {"blocks": len(items)}

    def begin(self, now: datetime, *, full: bool) -> Reading:
        if full or self.cursor is None:
            with self.transaction():
                self.calendar.number += 1
                self.calendar.cursor = None
            return Reading(None, None, self.calendar.number)
        return Reading(self.cursor, None, self.calendar.number)

    def seen(self, remote_ids: Collection[str], reading: Reading) -> None:
        self.office.met |= {link.id: reading.number for link in self._mine() if link.remote_id in remote_ids}

    def unseen(self, reading: Reading) -> list[Work]:
        live = [link for link in self._mine() if link.state is LinkState.LIVE and link.base_remote]
        return [self._work(link) for link in live if self.office.met.get(link.id) != reading.number]

    def marked(self) -> list[Work]:
        return [self._work(link) for link in self._mine() if link.gone_at is not None]

    def brake(self, marked: int) -> bool:
        """Counted over all calendars of the account."""
        names = {row.name for row in self._siblings()}
        ours = [link for key, link in self.links.items() if self.office.places[key][1] in names]
        count = max(marked, sum(link.gone_at is not None for link in ours))
        self.account.braked = count if count >= self.account.brake_at else 0
        return self.account.braked > 0

    def missing_masters(self) -> list[str]:
        return []

    def series(self, now: datetime) -> list[str]:
        return []

    def expand(self, master_id: str, now: datetime) -> tuple[datetime, datetime] | None:
        return None

    def save_occurrences(self, master_id: str, items: Sequence[RemoteItem]) -> None:
        self.calendar.blocks |= {item.remote_id: item.content for item in items if item.content}

    def finish(self, reading: Reading, cursor: str | None, now: datetime) -> Mapping[str, int]:
        self.calendar.cursor = cursor
        if reading.cursor is None:
            unmet = [key for key in self.blocks if self.calendar.met.get(key) != reading.number]
            for key in unmet:
                del self.blocks[key]
        return {}

    def _mine(self) -> list[Link]:
        places = self.office.places
        return [link for key, link in sorted(self.links.items()) if places[key][1] == self.calendar.name]

    def _siblings(self) -> list[MemoryCalendar]:
        return [row for row in self.office.calendars.values() if row.account is self.account]

    def _event(self, link: Link) -> MemoryEvent:
        return self.events[self.office.places[link.id][0]]

    def _open_links(self, now: datetime) -> None:
        """Events that belong here and have no link in a home of the account yet, as connections.store does it."""
        if not self.calendar.writes or self.account.closing:
            return
        homes = {row.name for row in self._siblings() if row.is_home}
        for number, event in self.events.items():
            # What was deleted in a former home waits for its answer, and what people keep here only stays here.
            linked = any(
                row.name in homes or (row.account is self.account and self._is_asked(link))
                for link, row in self.office.copies_of(number)
            )
            if event.responsible == self.account.owner and not linked and self._is_exportable(event, now):
                told = max((link.pushed_revision for link in self.office.links_of(number)), default=0)
                link_id = max(self.links, default=0) + 1
                fresh = Link(
                    link_id,
                    self.office.new_id(f"{self.calendar.name}{number}"),
                    pushed_revision=min(told, event.revision - 1),
                )
                self.office.new_link(number, self.calendar.name, fresh)

    def _is_asked(self, link: Link) -> bool:
        waits = link.state is LinkState.LIVE and link.base_remote is not None and link.id in self.waiting
        return link.state in ASKED or link.gone_at is not None or link.in_flight is not None or waits

    def _is_exportable(self, event: MemoryEvent, now: datetime) -> bool:
        wanted = event.desire is Desire.PRESENT if event.desire else self.office.exported[event.type]
        return wanted and event.status is LocalStatus.OPEN and not event.past(now)

    def _is_due(self, link: Link) -> bool:
        owing = link.in_flight is not None or link.pushed_revision < self._event(link).revision
        owing = owing or link.state is LinkState.REMOVING
        return owing and link.gone_at is None and link.id not in self.waiting

    def _is_leaving(self, link: Link) -> bool:
        event, home = self._event(link), self.calendar.is_home
        if link.in_flight is not None and link.in_flight.moving_to:
            return True
        if self.account.closing:
            return False
        writing = [row.name for row in self._siblings() if row.writes]
        there = any(self.office.calendar_of(row.id).name in writing for row in self.office.links_of(self._number(link)))
        own = event.responsible == self.account.owner and link.state is LinkState.LIVE and link.gone_at is None
        lives = (link.base_remote or link.in_flight) is not None and link.id not in self.waiting
        ahead = self._is_exportable(event, self.office.now)
        return own and lives and ahead and not home and bool(writing) and not there

    def _number(self, link: Link) -> int:
        return self.office.places[link.id][0]

    def _follow_one(self, link: Link) -> None:
        """A link that was given up here makes way for the one that comes along."""
        number, places = self._number(link), self.office.places
        self.links[link.id] = link = replace(link, etag="")  # etags are each calendar's own
        idle = next((self.links[key] for key, place in places.items() if place == (number, self.calendar.name)), None)
        if idle is not None and (idle.state is not LinkState.GONE or idle.in_flight is not None):
            return
        if idle is not None:
            places[idle.id] = places[link.id]
            places[link.id] = (number, self.calendar.name)
            self.office.met.pop(idle.id, None)
            self.office.met.pop(link.id, None)
        else:
            self._carry(link, self.calendar.name)
        self.blocks.pop(link.remote_id, None)

    def _carry(self, link: Link, calendar: str) -> None:
        """The link with its past into another calendar; full readings are counted apart there."""
        number = self.office.places.pop(link.id)[0]
        self.office.met.pop(link.id, None)
        self.office.new_link(number, calendar, link)

    def _load(self, item: RemoteItem, content: Content, reading: Reading) -> bool:
        """An event of ours that came back, or a planned event of the calendar's type; linked as it is."""
        stamp = item.stamp if item.stamp and item.stamp.install == self.install else None
        uids, back = {event.uid: number for number, event in self.events.items()}, False
        if stamp is not None and self.calendar.is_home and stamp.event in uids:
            number = uids[stamp.event]
            if (number, self.calendar.name) in self.office.places.values() or self._lives_elsewhere(number):
                return False
            back = True  # looked at anew: it may be cancelled or belong elsewhere meanwhile
        elif self.calendar.loads_as and ends_at(content.when) > self.office.now:
            number = self.add(content, responsible=self.account.owner, type=self.calendar.loads_as)
        else:
            return False
        ours = self.office.content_of(number)
        # Of what came back the past is not known: what both sides share is sent as it is here, the rest stays there.
        shared = self.policy.takes - {Group.PEOPLE}
        self._link(number, item, content, reading, past=graft(ours, content, shared) if back else ours)
        self.events[number].revision += back
        return True

    def _lives_elsewhere(self, number: int) -> bool:
        return any(_lives(link) and row.account is self.account for link, row in self.office.copies_of(number))

    def _link(self, number: int, item: RemoteItem, content: Content, reading: Reading, *, past: Content) -> None:
        event = self.events[number]
        link = Link(
            id=max(self.links, default=0) + 1,
            remote_id=item.remote_id,
            etag=item.etag,
            ical_uid=item.ical_uid,
            type_code=event.type,
            base_local=past,
            base_remote=content,
            pushed_revision=event.revision,
        )
        self.office.new_link(number, self.calendar.name, link)
        self.office.met[link.id] = reading.number
        self.note(link, Note("loaded", outward=False, after=content))

    def _work(self, link: Link) -> Work:
        return Work(link, self._local(link))

    def _local(self, link: Link) -> Local:
        number, event = self._number(link), self._event(link)
        desire = self.office.desire(event, self.office.calendar_of(link.id), link.type_code)
        status, content = event.status, self.office.content_of(number)
        if status is LocalStatus.CANCELLED and desire is Desire.PRESENT and self.account.cancelled_stays:
            status, content = LocalStatus.STAYS, replace(content, title=f"Cancelled: {content.title}", busy=False)
        return Local(
            event_uid=event.uid,
            revision=event.revision,
            content=content,
            status=status,
            desire=desire,
            past=event.past(self.office.now),
            type_code=event.type,
            notify_revision=0 if self._told_elsewhere(link) else event.notify_revision,
            edited_at=dict(event.edited_at),
        )

    def _told_elsewhere(self, link: Link) -> bool:
        others = [row for row in self.office.links_of(self._number(link)) if row.id != link.id]
        return any(
            row.guests_notified
            and (row.state is LinkState.LIVE or self.office.calendar_of(row.id).account is self.account)
            and row.pushed_revision >= self._event(link).notify_revision
            for row in others
        )


def _lives(link: Link) -> bool:
    return link.state is LinkState.LIVE and link.base_remote is not None and link.gone_at is None


def ends_at(when: When) -> datetime:
    """The instant of the end; days end at midnight in UTC here."""
    return when.end if isinstance(when.end, datetime) else datetime.combine(when.end, time(), UTC)
