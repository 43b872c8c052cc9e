"""The two interfaces of the core: one remote calendar (Provider) and our side of it (Store)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vizavi.sync.model import Link, Local, Missing, Outcome, Page, RemoteItem, Traits, Write


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

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem]:
        """The provider's own instances of a series, for one that cannot be expanded here."""

    def write(self, batch: Sequence[Write]) -> list[Outcome]:
        """One outcome per write, in order. One request for a single write, a batch request for more.

        Raises AuthRevoked, AccessDenied, Throttled (nothing was written) and Unavailable (effect unknown).
        """


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the journal: `action` is a code, `changes` maps field → (from, to) in readable form."""

    action: str
    link_id: int | None = None
    changes: Mapping[str, tuple[str, str]] | None = None
    text: str = ""
    ok: bool = True
