"""The frozen values of synchronisation: the canonical form of an event, what a calendar answers, what a link knows.

Instants are aware datetimes in UTC; dates stay dates. Ends are exclusive everywhere (RFC 5545); people's inclusive last
day exists only in forms and pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Group(StrEnum):
    """Fields that change together: a conflict is found and decided per group (DESIGN 5.5)."""

    TIME = "time"
    TEXT = "text"
    PLACE = "place"
    PEOPLE = "people"
    STATE = "state"


class Answer(StrEnum):
    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, eq=False)
class When:
    """Start and exclusive end: both dates (all day) or both aware UTC datetimes; `zone` is the event's IANA zone.

    Dates are the same days in every zone, and servers keep none for them: there the zone is no part of the value.
    """

    start: date | datetime
    end: date | datetime
    zone: str

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, When) and self._value() == other._value()

    def __hash__(self) -> int:
        return hash(self._value())

    def _value(self) -> tuple[date, date, str]:
        return self.start, self.end, "" if self.all_day else self.zone


@dataclass(frozen=True, slots=True)
class Person:
    """A guest; compared by e-mail in lower case."""

    email: str
    name: str = ""
    answer: Answer = Answer.NEEDS_ACTION
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """The canonical, provider-neutral form of one meeting (DESIGN 5.1). `people` are sorted by e-mail."""

    when: When
    title: str = ""
    description: str = ""
    location: str = ""
    video: str = ""
    people: tuple[Person, ...] = ()
    private: bool = False
    busy: bool = True
    tentative: bool = False


GROUP_FIELDS: Mapping[Group, tuple[str, ...]] = {
    Group.TIME: ("when",),
    Group.TEXT: ("title", "description"),
    Group.PLACE: ("location", "video"),
    Group.PEOPLE: ("people",),
    Group.STATE: ("private", "busy", "tentative"),
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Our private properties on a remote item (`vz_install, vz_event, vz_remote_id, vz_rev, vz_type`)."""

    install: str
    event: str
    remote_id: str
    revision: int
    type: str = ""


class Kind(StrEnum):
    """What a remote item is to us."""

    SINGLE = "single"
    MASTER = "master"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """One item as the provider tells it. A tombstone has `deleted` and often nothing but its id (facts 14.6).

    `content` is None for a tombstone and for an item that could not be read; then `problem` says why in plain words.
    `updated` is the provider's clock: it may break a tie, it never decides whether something changed.
    """

    remote_id: str
    etag: str = ""
    ical_uid: str = ""
    deleted: bool = False
    content: Content | None = None
    updated: datetime | None = None
    stamp: Stamp | None = None
    kind: Kind = Kind.SINGLE
    master_id: str = ""  # of an exception
    original_start: date | datetime | None = None  # of an exception
    recurrence: tuple[str, ...] = ()  # of a master: RRULE, RDATE, EXDATE lines
    occupies: bool = True  # False: transparent, declined, birthday, working location
    organizer: str = ""  # address or calendar id, in small letters; "" is the calendar it was read from
    problem: str = ""
    title: str = ""  # of an item that could not be read and is not private
    day: str = ""  # of an item that could not be read: its start as it is written there


@dataclass(frozen=True, slots=True)
class Page:
    """One page of changes; only the last page of a reading carries the next cursor."""

    items: tuple[RemoteItem, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Insert with our id, stored before the call."""

    link_id: int
    remote_id: str
    content: Content
    stamp: Stamp
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """Send only `groups` of `content`, if the item still has `etag`. `revive` undeletes, on a user's intent."""

    link_id: int
    remote_id: str
    etag: str
    content: Content
    groups: frozenset[Group]
    stamp: Stamp
    notify: bool = False
    revive: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete, whatever was edited there (DESIGN 5.3); an item that is already gone counts as done."""

    link_id: int
    remote_id: str
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Take the item along into another calendar of the account: same id, no mail (DESIGN 5.3)."""

    link_id: int
    remote_id: str
    destination: str  # the provider's id of that calendar


Write = Create | Patch | Remove
Change = Write | Move


@dataclass(frozen=True, slots=True)
class Moved:
    """The item lives in the destination now."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The item is gone, by us now or before."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The server has moved on (412, batch conflict): fetch, rebase, try again."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No such item (404, 410)."""


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """Our id is taken (409): our own lost write, or a tombstone."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refuses this one item: `code` is "status/reason", `text` the provider's words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Undone:
    """Nothing is known about this part of a batch (its 5xx or throttling): the write stays in flight, tried later.

    `certain` means that the server said it did not act (429, 403 rate limit)."""

    certain: bool
    after: float | None = None


Outcome = RemoteItem | Removed | Moved | Stale | Missing | AlreadyThere | Rejected | Undone


@dataclass(frozen=True, slots=True)
class Traits:
    """What a provider can and cannot do."""

    batch_size: int = 50
    lost_fields: frozenset[str] = frozenset()  # Content fields the provider does not keep


class LinkState(StrEnum):
    LIVE = "live"
    PAUSED = "paused"  # a person wants it here only
    REMOVING = "removing"  # a person wants the copy away: export switched off or account disconnected with "remove"
    GONE = "gone"
    DETACHED = "detached"


@dataclass(frozen=True, slots=True)
class InFlight:
    """A write sent and not yet answered: `content` is ours at that revision, `sent` what the server may have."""

    revision: int
    content: Content | None = None  # None: a removal or a move
    sent: Content | None = None  # differs from `content` where guests of theirs are kept (facts 8)
    groups: frozenset[Group] = frozenset()
    creating: bool = False
    moving_to: str = ""  # of a move: the destination, where it is looked for first


@dataclass(frozen=True, slots=True)
class Link:
    """Event × calendar: each side's own past, and what is under way (DESIGN 5.1).

    An empty `etag` beside a base means: it changed there unread, look before writing.
    """

    id: int
    remote_id: str
    state: LinkState = LinkState.LIVE
    etag: str = ""
    ical_uid: str = ""
    type_code: str = ""  # the event's type when it was last sent
    base_local: Content | None = None
    base_remote: Content | None = None
    in_flight: InFlight | None = None
    pushed_revision: int = 0
    gone_at: datetime | None = None
    guests_notified: bool = False


class LocalStatus(StrEnum):
    """Our event's status as the core sees it: planned and confirmed are one."""

    OPEN = "open"
    CANCELLED = "cancelled"
    STAYS = "stays"  # cancelled, and the account keeps the copy as such: «Отменено: …»
    FINAL = "final"  # held, no-show


class Desire(StrEnum):
    """Whether the event belongs into the link's calendar by the rules of DESIGN 5.3."""

    PRESENT = "present"
    ABSENT = "absent"  # another account's or nobody's: responsible or type changed
    ELSEWHERE = "elsewhere"  # another calendar's of the same account: it is moved, and nobody is mailed for that
    KEEP = "keep"  # leave the copy as it is: export switched off, account paused


@dataclass(frozen=True, slots=True)
class Local:
    """Our event at the moment of reading it. `past` = it has ended: it may be changed there, never newly created."""

    event_uid: str
    revision: int
    content: Content
    status: LocalStatus = LocalStatus.OPEN
    desire: Desire = Desire.PRESENT
    past: bool = False
    type_code: str = ""
    notify_revision: int = 0
    edited_at: Mapping[Group, datetime] = field(default_factory=dict)


class Winner(StrEnum):
    """The account's policy when both sides changed the same group differently (DESIGN 5.5)."""

    NEWEST = "newest"
    RECRUITING = "recruiting"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the account lets in and who wins. Time and answers always flow in (DESIGN 5.4)."""

    winner: Winner = Winner.NEWEST
    takes: frozenset[Group] = frozenset({Group.TIME, Group.PEOPLE})
    cancel_on_remote_delete: bool = False
