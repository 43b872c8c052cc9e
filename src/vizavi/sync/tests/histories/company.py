"""A small company: two people, each with two remote calendars, and the service's runs between the sides.

The runs do in small what connections/work.py does, and people's choices what connections/accounts.py, closing.py,
exports.py and questions.py do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from vizavi.sync import engine
from vizavi.sync.errors import AuthRevoked, SyncError, Unavailable
from vizavi.sync.memory import MemoryProvider, Part
from vizavi.sync.memory_store import LeaseLost, MemoryAccount, MemoryCalendar, MemoryOffice, MemoryStore
from vizavi.sync.model import Group, Link, LinkState, LocalStatus, Policy, RemoteItem, Undone, Winner
from vizavi.sync.model import Rejected as RejectedPart
from vizavi.sync.tests.histories.fate import Crash, Fate, WatchedProvider, WatchedStore
from vizavi.sync.tests.histories.ledger import Ledger
from vizavi.sync.tests.values import meeting

PEOPLE = ("anna", "boris")
CALENDARS = {owner: (owner, f"{owner}'s second") for owner in PEOPLE}
STEP = timedelta(minutes=7)
PARTS = {
    "parts undone": [Part(Undone(certain=True)), None, Part(Undone(certain=False))],
    "parts done, unanswered": [Part(Undone(certain=False), done=True), None, Part(Undone(certain=False), done=True)],
    "parts rejected": [None, Part(RejectedPart("400/invalid", "Bad value.")), None],
}


@dataclass(frozen=True)
class Setting:
    """What is fixed for a history."""

    winner: Winner = Winner.NEWEST
    takes: bool = False
    lower: bool = False
    page: int = 100
    batch: int = 50
    cancels: bool = False
    stays: bool = False
    brake: bool = False
    calm: bool = False  # people only edit; nobody chooses otherwise, cancels or deletes


class Company:
    """The world of a history."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.office = MemoryOffice(
            exported={"interview": True, "call": True, "private": False},
            candidates={"orlov": "Denis Orlov", "belova": "Anna Belova"},
        )
        self.providers: dict[str, MemoryProvider] = {}
        self.ledger = Ledger()
        self.asked_to_tell: Counter[int] = Counter()  # by event: how often a person wanted its guests told
        self.carried: set[str] = set()  # items that people moved to another calendar themselves
        self.unseen: Counter[int] = Counter()  # by event: our removals that people undid before we could know of them
        self.strangers = 0
        for owner in PEOPLE:
            self._hire(owner)
        for number, owner in enumerate(("anna", "anna", "boris")):
            self.plan(owner, number, "interview", "orlov")

    def _hire(self, owner: str) -> None:
        setting = self.setting
        groups = {Group.TIME, Group.PEOPLE} | ({Group.TEXT, Group.PLACE} if setting.takes else set())
        policy = Policy(setting.winner, frozenset(groups), setting.cancels)
        brake_at = 2 if setting.brake else 10**9
        account = MemoryAccount(owner, policy=policy, cancelled_stays=setting.stays, brake_at=brake_at)
        self.office.accounts[owner] = account
        neighbours: dict[str, MemoryProvider] = {}
        for name in CALENDARS[owner]:
            first = name == owner
            self.office.calendars[name] = MemoryCalendar(account, name, writes=first, reads=first)
            provider = MemoryProvider(page_size=setting.page, lower_cases=setting.lower, neighbours=neighbours)
            provider.traits = replace(provider.traits, batch_size=setting.batch)
            self.providers[name] = neighbours[name] = provider
            provider.busy_store = MemoryStore(self.office, name)

    # What there is.
    def plan(self, owner: str, hour: float, kind: str, candidate: str) -> int:
        number = self.office.add(meeting(hour, title=""), responsible=owner, type=kind, candidate=candidate)
        self.ledger.planned(number, self.office.content_of(number))
        return number

    def calendars_of(self, owner: str) -> list[MemoryCalendar]:
        return [self.office.calendars[name] for name in CALENDARS[owner]]

    def writing(self, owner: str) -> MemoryCalendar:
        return next(calendar for calendar in self.calendars_of(owner) if calendar.writes)

    def provider_of(self, link: Link) -> MemoryProvider:
        return self.providers[self.office.places[link.id][1]]

    def item_of(self, link: Link) -> RemoteItem | None:
        return self.provider_of(link).living().get(link.remote_id)

    def copies(self, number: int) -> list[tuple[Link, RemoteItem]]:
        """The event's living items; what lives in a calendar in use comes first."""
        found = [(link, item) for link in self.office.links_of(number) if (item := self.item_of(link))]
        return sorted(found, key=lambda pair: not self.office.calendar_of(pair[0].id).account.in_use)

    def future(self, links: Sequence[Link]) -> list[Link]:
        """Copies of what lies ahead, as connections.closing.ahead."""
        return [link for link in links if link.state is LinkState.LIVE and self.lies_ahead(self.number_of(link))]

    def lies_ahead(self, number: int) -> bool:
        event = self.office.events[number]
        return event.status is LocalStatus.OPEN and not event.past(self.office.now)

    def number_of(self, link: Link) -> int:
        return self.office.places[link.id][0]

    def links_in(self, names: Sequence[str]) -> list[Link]:
        return [self.office.links[key] for key, (_, name) in self.office.places.items() if name in names]

    def put(self, link: Link, **changes: Any) -> None:
        """Another state of a link, as a person's answer leaves it."""
        self.office.links[link.id] = replace(self.office.links[link.id], **changes)
        if changes.get("state") is LinkState.REMOVING:
            self.office.links[link.id] = replace(self.office.links[link.id], gone_at=None)
            self.office.waiting.pop(link.id, None)

    def tick(self) -> None:
        self.office.now += STEP
        for provider in self.providers.values():
            provider.clock = max(provider.clock, self.office.now)

    # Runs.
    def run(self, owner: str, *, pull: bool, fate: Fate | None = None, parts: str = "") -> None:
        """One run over an account; what concerns the account or kills the process ends it."""
        account = self.office.accounts[owner]
        if not account.in_use:
            return
        for name in CALENDARS[owner]:
            self.providers[name].parts = list(PARTS.get(parts, ()))
        try:
            _Run(self, account, fate or Fate()).result(pull=pull)
        finally:
            for name in CALENDARS[owner]:
                self.providers[name].parts = []

    def troubled_run(self, owner: str, *, pull: bool, fate: Fate, parts: str = "") -> None:
        with suppress(SyncError, Crash, LeaseLost):
            self.run(owner, pull=pull, fate=fate, parts=parts)
        self.office.open = False

    # What people choose.
    def leave(self, links: Sequence[Link]) -> None:
        """What was to be taken away stays after all, as connections.closing.leave."""
        for link in links:
            if link.state is LinkState.REMOVING:
                self.put(link, state=LinkState.LIVE, etag="")

    def finish_closing(self, account: MemoryAccount) -> None:
        self.leave(self.links_in(CALENDARS[account.owner]))
        for calendar in self.calendars_of(account.owner):
            calendar.blocks.clear()
            calendar.cursor = None
        account.active = account.closing = False


class _Run:
    """As connections.work.Run."""

    def __init__(self, company: Company, account: MemoryAccount, fate: Fate) -> None:
        self.company = company
        self.account = account
        self.fate = fate
        self.fence = account.fence
        self.read: set[str] = set()

    def result(self, *, pull: bool) -> None:
        account = self.account
        try:
            self._exchange(pull=pull and not account.closing)
        except AuthRevoked:
            if account.closing and account.fence == self.fence:
                self.company.finish_closing(account)
            raise
        removing = [
            link for link in self.company.links_in(CALENDARS[account.owner]) if link.state is LinkState.REMOVING
        ]
        if account.closing and not removing and account.fence == self.fence:
            self.company.finish_closing(account)

    def _exchange(self, *, pull: bool) -> None:
        if not all(engine.relocate(self._session(row), self._provider) for row in self._left()):
            return
        read = [session for row in self._calendars(pull=pull) for session in self._calendar(row, pull=pull)]
        if pull:
            read += [self._session(row) for row in self._marked({session.store.calendar.name for session in read})]
        for session in read:
            engine.apply_deletions(session)
            engine.push(session)

    def _left(self) -> list[MemoryCalendar]:
        rows = self.company.calendars_of(self.account.owner)
        return [row for row in rows if MemoryStore(self.company.office, row.name).leaving()]

    def _marked(self, read: set[str]) -> list[MemoryCalendar]:
        links = self.company.links_in(CALENDARS[self.account.owner])
        marked = {self.company.office.calendar_of(link.id).name for link in links if link.gone_at is not None}
        return [self.company.office.calendars[name] for name in sorted(marked - read)]

    def _calendars(self, *, pull: bool) -> list[MemoryCalendar]:
        rows = sorted(self.company.calendars_of(self.account.owner), key=lambda row: not row.writes)
        return [row for row in rows if row.is_home or self._owes(row) or (pull and row.reads)]

    def _owes(self, row: MemoryCalendar) -> bool:
        office = self.company.office
        return any(
            link.in_flight is not None
            or link.state is LinkState.REMOVING
            or link.pushed_revision < office.events[self.company.number_of(link)].revision
            for link in self.company.links_in([row.name])
        )

    def _calendar(self, row: MemoryCalendar, *, pull: bool) -> Iterator[engine.Session]:
        reads = pull and (row.is_home or row.reads)
        session = self._session(row)
        try:
            engine.push(session)
        except Unavailable:
            if not reads:
                raise
        if reads:
            engine.read(session)
            self.read.add(row.name)
            yield session

    def _session(self, row: MemoryCalendar) -> engine.Session:
        store = self._store(row.name)
        office = self.company.office
        return engine.Session(self._provider(row.name), WatchedStore(store, self.fate), lambda: office.now)  # type: ignore[arg-type]

    def _provider(self, name: str) -> WatchedProvider:
        return WatchedProvider(self.company.providers[name], self._store(name), self.fate)

    def _store(self, name: str) -> MemoryStore:
        store = MemoryStore(self.company.office, name)
        store.fence, store.read_before = self.fence, self.read
        return store
