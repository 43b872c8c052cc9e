"""Counts shown before a choice takes effect: what it does there, here, and to people's letter boxes (DESIGN 5.6)."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from vizavi.connections import closing, google
from vizavi.connections.accounts import Existing, Mode
from vizavi.connections.blocks import window
from vizavi.connections.content import is_home
from vizavi.connections.models import IN_USE, Account, BusyBlock, Calendar, Link, LoadMode
from vizavi.connections.store import waiting_events
from vizavi.events.models import Event, EventStatus, EventType, Participant
from vizavi.events.rules import OPEN
from vizavi.sync.errors import SyncError
from vizavi.sync.model import LinkState

ALIVE = Q(state=LinkState.LIVE.value, base_remote__isnull=False)  # a copy is there, as far as we know
ASKED_ABOUT = Q(state=LinkState.DETACHED.value) | Q(gone_at__isnull=False)  # deleted there; a person decides


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be created, changed, removed and moved there, loaded and dropped here, and whom it would mail."""

    create: int = 0
    change: int = 0
    remove: int = 0
    move: int = 0
    load: int = 0
    drop: int = 0  # busy time that is forgotten here
    wipe: int = 0  # titles of busy time that are forgotten here
    mailed: int = 0  # people
    stay: int = 0  # copies left there as they are
    wait: int = 0  # events whose responsible has no calendar to send them to

    @property
    def has_consequences(self) -> bool:
        """Whether something that is there or here now would be touched."""
        return bool(self.remove or self.move or self.load or self.drop or self.wipe)


@dataclass(frozen=True, slots=True)
class Found:
    """How much Google's calendars hold; with `more` there is more than that."""

    number: int
    more: bool


def first_sync(account: Account, *, now: datetime) -> Preview:
    """What «Сохранить» starts for an account that has not begun; what is loaded only Google knows (`found_there`)."""
    links = Link.objects.filter(calendar__account=account)
    return _outward(links, waiting_events(now).filter(responsible=account.user_id), now)


def everything(*, now: datetime) -> Preview:
    """What goes out, over all accounts, once nothing holds it back."""
    accounts = Account.objects.filter(IN_USE)
    links = Link.objects.filter(calendar__account__in=accounts)
    writing = Account.objects.filter(IN_USE, closing=False, calendars__writes=True)
    outward = _outward(links, waiting_events(now).filter(responsible__in=writing.values("user")), now)
    return replace(outward, remove=outward.remove + links.filter(state=LinkState.REMOVING.value).count())


def _outward(links: "QuerySet[Link]", waiting: "QuerySet[Event]", now: datetime) -> Preview:
    owing = Q(event__revision__gt=F("pushed_revision"))
    elsewhere = ~Q(event__responsible=F("calendar__account__user"))
    wanted = _ahead(now) & Q(event__type__export_enabled=True) & ~elsewhere
    counts = links.filter(owing, gone_at=None).aggregate(
        again=Count("pk", filter=Q(state=LinkState.GONE.value) & wanted),
        change=Count("pk", filter=ALIVE & wanted),
        remove=Count("pk", filter=ALIVE & (elsewhere | Q(event__status=EventStatus.CANCELLED))),
    )
    return Preview(create=waiting.count() + counts["again"], change=counts["change"], remove=counts["remove"])


def found_there(account: Account, calendars: Collection[int], *, now: datetime) -> Found | None:
    """How many items these calendars hold that are not ours: a look at Google. None if it did not answer."""
    rows = account.calendars.exclude(access_role="none").filter(pk__in=calendars)
    ours = set(Link.objects.filter(calendar__account=account).values_list("remote_id", flat=True))
    client = google.account_client(account, now=now)
    start, end = window(now)
    try:
        pages = [client.count(row.remote_id, start, end, known=ours) for row in rows]
    except SyncError:
        return None
    return Found(sum(number for number, _more in pages), any(more for _number, more in pages))


def calendars(account: Account, writing: int | str, modes: Mapping[int, Mode], *, now: datetime) -> Preview:
    """What another choice of calendars (see `accounts.choose`) would do; moves never mail anybody."""
    before = list(account.calendars.all())
    after = [_chosen(row, writing, modes) for row in before]
    pairs = list(zip(before, after, strict=True))
    left = [old.pk for old, new in pairs if is_home(old) and not is_home(new)]
    dropped = [old.pk for old, new in pairs if not new.reads]
    wiped = [old.pk for old, new in pairs if new.reads and new.mode == LoadMode.BUSY != old.mode]
    typed = [old.pk for old, new in pairs if new.reads and new.mode == LoadMode.TYPED != old.mode]
    blocks = BusyBlock.objects.filter(calendar__account=account).aggregate(
        drop=Count("pk", filter=Q(calendar__in=dropped)),
        wipe=Count("pk", filter=Q(calendar__in=wiped, title__isnull=False)),
        load=Count("pk", filter=Q(calendar__in=typed, title__isnull=False, master_id="", ends_at__gt=now)),
    )
    moving = _ahead(now) & Q(event__type__export_enabled=True, event__responsible=account.user_id)
    return Preview(move=Link.objects.filter(ALIVE & moving, calendar__in=left).count(), **blocks)


def disconnect(account: Account, existing: Existing, *, now: datetime) -> Preview:
    """The future copies in the account's calendars: kept, or removed, which tells the guests who were invited."""
    copies = closing.ahead(Link.objects.filter(calendar__account=account), now)
    if existing == "keep":
        return Preview(stay=copies.count())
    return Preview(remove=copies.count(), mailed=mailed(copies))


def export(event_type: EventType, *, enabled: bool, existing: Existing | None, now: datetime) -> Preview:
    """The flag of a type, switched on or off."""
    copies = closing.ahead(Link.objects.filter(event__type=event_type), now)
    if enabled:
        return _switched_on(event_type, copies, now)
    if existing != "remove":
        return Preview(stay=copies.count())
    reached = Q(calendar__account__active=True)
    counts = copies.aggregate(remove=Count("pk", filter=reached), stay=Count("pk", filter=~reached))
    return Preview(**counts, mailed=mailed(copies.filter(reached)))


def mailed(copies: QuerySet[Link]) -> int:
    """People whom Google tells when these copies go: the guests of those whose guests were told before."""
    told = copies.filter(guests_notified=True, event__type__invite_participants=True)
    guests = Participant.objects.filter(event__in=told.values("event")).exclude(user=F("event__responsible"))
    return guests.values("user").distinct().count()


def _switched_on(event_type: EventType, copies: QuerySet[Link], now: datetime) -> Preview:
    connected = Account.objects.filter(IN_USE, closing=False, user=OuterRef("responsible"))
    ahead = Event.objects.filter(type=event_type, status__in=OPEN, ends_at__gt=now)
    ahead = ahead.annotate(connected=Exists(connected), out=Exists(copies.filter(event=OuterRef("pk"))))
    counts = ahead.aggregate(
        create=Count("pk", filter=Q(connected=True, out=False)),
        wait=Count("pk", filter=Q(connected=False, out=False)),
    )
    return Preview(**counts, change=copies.filter(event__revision__gt=F("pushed_revision")).count())


def _ahead(now: datetime) -> Q:
    return Q(event__status__in=OPEN, event__ends_at__gt=now)


def _chosen(calendar: Calendar, writing: int | str, modes: Mapping[int, Mode]) -> Calendar:
    """The calendar as `accounts.choose` would leave it; nothing is saved."""
    row = copy(calendar)
    row.writes = row.pk == writing
    if row.pk in modes:
        row.mode, _event_type = modes[row.pk]
        row.reads = row.mode != LoadMode.SKIP
    row.reads = row.reads or row.writes
    return row


def newly_read(account: Account, modes: Mapping[int, Mode]) -> list[int]:
    """Calendars that a choice would begin to read: what they hold only Google knows."""
    unread = account.calendars.filter(reads=False).values_list("pk", flat=True)
    return [pk for pk in unread if pk in modes and modes[pk][0] != LoadMode.SKIP]
