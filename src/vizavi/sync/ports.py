"""The two interfaces of the core: one remote calendar (Provider) and our side of it (Store)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vizavi.sync.model import Change, Content, Group, Link, Local, Missing, Outcome, Page, Policy, RemoteItem, Traits


class Provider(Protocol):
    """One remote calendar, credentials inside."""

    traits: Traits

    def changes(self, cursor: str | None, since: datetime | None) -> Iterator[Page]:
        """Pages of changes since `cursor`; without one, everything that ends after `since` (None: everything).

        Only the last page carries a cursor; it is None there if the provider gave none (then read again without
        `since`). Raises CursorExpired, AuthRevoked, AccessDenied, Throttled, Unavailable.
        """

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        """The item as it is now; a tombstone is a RemoteItem with `deleted`. Raises as `changes` but CursorExpired."""

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem] | Missing:
        """The provider's own instances of a series that cannot be expanded here; Missing where it tells none."""

    def cost(self, batch: Sequence[Change]) -> int:
        """What the batch takes from the account's quota, in the provider's units; every other call takes one."""

    def write(self, batch: Sequence[Change]) -> list[Outcome]:
        """One outcome per write, in order. One request for a single write, a batch request for more.

        Raises AuthRevoked, AccessDenied, Throttled (nothing was written) and Unavailable (effect unknown).
        """


@dataclass(frozen=True, slots=True)
class Work:
    """A link with its event as it is at this moment."""

    link: Link
    local: Local


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one link is not in step: `code` is "status/reason", `text` the provider's words, `after` seconds to wait."""

    code: str
    text: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the journal: `action` is a code, `changes` what went from which content to which."""

    action: str
    outward: bool
    before: Content | None = None
    after: Content | None = None
    groups: frozenset[Group] = frozenset()
    ours: Content | None = None  # of a conflict: our content before it was decided
    kept: Mapping[Group, str] | None = None  # of a conflict: whose value lives on
    text: str = ""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """Where reading begins: a cursor, or everything since `since`, as full reading number `number`."""

    cursor: str | None
    since: datetime | None
    number: int


class Store(Protocol):
    """Our side of one remote calendar. All but `transaction`, `pending` and `begin` run inside a transaction."""

    policy: Policy

    @property
    def install(self) -> str:
        """The identity of this installation, as it stands in the properties of our items."""

    def transaction(self) -> AbstractContextManager[None]:
        """Atomic; raises the store's own error when the lease was lost, and then nothing is written."""

    def pending(self, now: datetime, limit: int) -> list[Work]:
        """Links that owe the calendar something and may be tried now; new exports get their link here."""

    def read(self, link_ids: Collection[int]) -> dict[int, Work]:
        """The same links again, locked, with their events as they are now."""

    def follow(self, items: Sequence[RemoteItem]) -> None:
        """Items of ours that a person moved here from another calendar of the account: their links come along."""

    def known(self, remote_ids: Collection[str]) -> dict[str, Work]:
        """The links of those remote items that have one, locked."""

    def save(self, link: Link, trouble: Trouble | None = None) -> None:
        """Store the link's state; `trouble` quarantines it until a next try, None ends that once nothing is owed."""

    def take(self, link: Link, theirs: Content, groups: frozenset[Group], note: Note) -> Local:
        """Apply their values to the event (its revision rises, guests are never mailed); the event as it then is."""

    def cancel(self, link: Link, note: Note) -> None:
        """Cancel the event, because it was deleted there and the account's setting says so."""

    def note(self, link: Link, note: Note) -> None:
        """Append a line to the journal."""

    def renamed(self, link: Link) -> Link:
        """A new remote id for a link whose old one is burnt, stored before it is used."""

    def leaving(self) -> list[int]:
        """Links whose item is on its way to another calendar, or should be in the one of `destination` now."""

    @property
    def destination(self) -> str:
        """The provider's id of the account's writing calendar."""

    def hand_over(self, link: Link, destination: str) -> None:
        """The item lives in the calendar with this id of the provider's now, and its link with it."""

    def absorb_unknown(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        """Take in items without a link by the calendar's setting; counts by kind ("blocks", "loaded", …)."""

    def begin(self, now: datetime, *, full: bool) -> Reading:
        """Where to begin; `full` starts a full reading with the next number."""

    def seen(self, remote_ids: Collection[str], reading: Reading) -> None:
        """Remember that these linked items were met in a full reading."""

    def unseen(self, reading: Reading) -> list[Work]:
        """Live links that a finished full reading should have met and did not."""

    def marked(self) -> list[Work]:
        """Links whose deletion was read and waits to be applied."""

    def brake(self, marked: int) -> bool:
        """Whether so many deletions must wait for the owner's answer (DESIGN 5.6)."""

    def missing_masters(self) -> list[str]:
        """Ids of masters that exceptions read in this run belong to and that are not stored."""

    def series(self, now: datetime) -> list[str]:
        """Ids of masters whose occurrences are due anew: touched in this run, or asked of the provider before today."""

    def expand(self, master_id: str, now: datetime) -> tuple[datetime, datetime] | None:
        """Materialise a series; answers the window to ask the provider for where that cannot be done here."""

    def save_occurrences(self, master_id: str, items: Sequence[RemoteItem]) -> None:
        """The provider's own instances of a series take the place of an expansion."""

    def finish(self, reading: Reading, cursor: str | None, now: datetime) -> Mapping[str, int]:
        """After the last page: drop what a full reading did not meet, store the cursor."""
