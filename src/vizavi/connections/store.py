"""DjangoStore: the core's Store over our database, for one calendar under the lease of its account."""

import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from vizavi.common.prepared import PreparedUpdate
from vizavi.connections import conflicts, hold, notices, reasons
from vizavi.connections.content import answers_for, comment_from, is_home, local_of, own_title, span_of
from vizavi.connections.invitations import about
from vizavi.connections.journal import write_note
from vizavi.connections.lease import Lease
from vizavi.connections.locks import lock, locked
from vizavi.connections.models import Account, Calendar, ConflictPolicy, Installation, LoadMode
from vizavi.connections.models import Link as LinkRow
from vizavi.connections.occurrences import SeriesStore
from vizavi.connections.tasks import mark
from vizavi.connections.unknown import MAPPING_VERSION, Unknown
from vizavi.events import operations, queries
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.providers.google.account import WRITING_ROLES
from vizavi.sync.codec import content_from_json, content_to_json, flight_from_json, flight_to_json
from vizavi.sync.model import Content, Group, Link, LinkState, Local, Policy, RemoteItem, Winner
from vizavi.sync.ports import Note, Reading, Trouble, Work

logger = logging.getLogger(__name__)

ASKED = (LinkState.DETACHED.value, LinkState.PAUSED.value)  # a person decides, or has decided against a copy
MOVING = Q(in_flight__moving_to__gt="")
UNSETTLED = Q(gone_at__isnull=False) | Q(in_flight__isnull=False)
READ_BACK = timedelta(days=30)  # the first reading begins here (DESIGN 5.4)
WINNERS = {
    ConflictPolicy.NEWEST: Winner.NEWEST,
    ConflictPolicy.RECRUITING: Winner.RECRUITING,
    ConflictPolicy.CALENDAR: Winner.CALENDAR,
}


_READ_TO = PreparedUpdate(
    lambda calendar, cursor, version, now: (
        Calendar.objects.filter(pk=calendar),
        {"cursor": cursor, "mapping_version": version, "last_read_at": now},
    ),
    calendar=int,
    cursor=str,
    version=int,
    now=datetime,
)


class DjangoStore:
    """See sync.ports.Store. Rows that are read for a decision are locked together with their events."""

    def __init__(
        self,
        calendar: Calendar,
        lease: Lease,
        now: Callable[[], datetime],
        counts: Counter[str],
        read: Collection[int] = (),
    ) -> None:
        """`read`: the calendars of the account that were read to their end in this run."""
        self.calendar = calendar
        self.read_before = read
        self.account = calendar.account
        self.lease = lease
        self.now = now
        self.counts = counts
        self.policy = policy_of(self.account)
        self.repeating = SeriesStore(calendar)
        self.saved = False  # whether any link was stored, so that it may be marked as deleted now

    @cached_property
    def installation(self) -> Installation:
        return Installation.get()

    @property
    def install(self) -> str:
        return self.installation.uid.hex

    @cached_property
    def unknown(self) -> Unknown:
        return Unknown(self.calendar, self.install, self.repeating)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with transaction.atomic():
            self.lease.renew(self.now())
            yield

    def pending(self, now: datetime, limit: int) -> list[Work]:
        if hold.holds(self.installation, self.calendar):
            return []
        self._open_links(now)
        rows = due_links(now).filter(calendar=self.calendar).order_by("next_try", "pk")[:limit]
        return self._works(_with_event(rows))

    def read(self, link_ids: Collection[int]) -> dict[int, Work]:
        rows = _locked(LinkRow.objects.filter(pk__in=link_ids))
        return {row.pk: self._work(row) for row in rows}

    def follow(self, items: Sequence[RemoteItem]) -> None:
        copies = [item for item in items if item.organizer or item.deleted]
        dragged = self.unknown.dragged(items, self.read_before).exists()
        if copies or dragged:  # of colleagues' meetings, from another calendar: locked with our own, all in one order
            own = Q(calendar__account=self.account, remote_id__in=[item.remote_id for item in items])
            lock(LinkRow.objects.filter(own | about(copies) if copies else own))
        if dragged:
            self.unknown.follow(items, self.read_before)

    def known(self, remote_ids: Collection[str]) -> dict[str, Work]:
        rows = _locked(LinkRow.objects.filter(calendar=self.calendar, remote_id__in=remote_ids))
        return {work.link.remote_id: work for work in self._works(rows)}

    def save(self, link: Link, trouble: Trouble | None = None) -> None:
        self.saved = True
        fields = _row_fields(link)
        if trouble is None:
            if link.in_flight is None and link.etag:
                fields["synced_at"] = self.now()
        else:
            fields |= self._waiting(link.id, trouble)
        row = LinkRow.objects.filter(pk=link.id)
        row.update(**fields)
        if trouble is None and link.in_flight is None:
            # Only what owes nothing any more is over its trouble: an attempt under way must not shorten the next wait.
            in_step = row.filter(event__revision__lte=link.pushed_revision)
            in_step.update(error_code="", error_text="", attempts=0, next_try=None)

    def _waiting(self, link_id: int, trouble: Trouble) -> dict[str, Any]:
        attempts = LinkRow.objects.values_list("attempts", flat=True).get(pk=link_id) + 1
        wait = timedelta(seconds=trouble.after) if trouble.after is not None else backoff(attempts)
        reason = {"error_code": trouble.code[:100], "error_text": trouble.text[:500]}
        return reason | {"attempts": attempts, "next_try": self.now() + wait}

    def quarantine(self, trouble: Trouble) -> None:
        """The calendar refuses all that is owed to it: its links wait with the reason, each time longer."""
        for pk in lock(due_links(self.now()).filter(calendar=self.calendar)):
            LinkRow.objects.filter(pk=pk).update(**self._waiting(pk, trouble))

    def take(self, link: Link, theirs: Content, groups: frozenset[Group], note: Note) -> Local:
        row = self._row(link)
        event = operations.apply_remote(
            row.event_id, **_changes(row.event, theirs, groups), by=self.account.user, now=self.now()
        )
        self._tell(link, row.event_id, note)
        row.event = _reloaded(event.pk)
        if Group.TIME in groups:
            self._warn_of_overlaps(row)
        return self._local(row)

    def cancel(self, link: Link, note: Note) -> None:
        row = self._row(link)
        event = operations.cancel_from_remote(row.event_id, by=self.account.user, now=self.now())
        LinkRow.objects.filter(pk=row.pk).update(pushed_revision=event.revision)
        self._tell(link, row.event_id, note)

    def note(self, link: Link, note: Note) -> None:
        event_id = LinkRow.objects.values_list("event", flat=True).get(pk=link.id)
        self._tell(link, event_id, note)

    def renamed(self, link: Link) -> Link:
        fresh = replace(link, remote_id=uuid.uuid4().hex, state=LinkState.LIVE, etag="", in_flight=None)
        return replace(fresh, base_local=None, base_remote=None)

    def leaving(self) -> list[int]:
        if hold.holds(self.installation, self.calendar):
            return []
        here = LinkRow.objects.filter(calendar=self.calendar)
        # Where all is taken away nothing is moved any more, but what is on its way is met where it has got to.
        stay = self.account.closing or is_home(self.calendar)
        wanted = MOVING if stay else MOVING | strays(self.now())
        return list(here.filter(wanted).order_by("pk").values_list("pk", flat=True))

    @property
    def destination(self) -> str:
        return self.account.calendars.get(writes=True).remote_id

    def hand_over(self, link: Link, destination: str) -> None:
        self.save(link)
        calendar = self.account.calendars.get(remote_id=destination)
        # Full readings are counted by calendar: the same number means another one there.
        LinkRow.objects.filter(pk=link.id).update(calendar=calendar, seen_in=0)

    def absorb_unknown(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        return self.unknown.absorb(items, reading, now)

    def missing_masters(self) -> list[str]:
        return self.repeating.missing_masters()

    def series(self, now: datetime) -> list[str]:
        return self.repeating.due(now)

    def expand(self, master_id: str, now: datetime) -> tuple[datetime, datetime] | None:
        return self.repeating.expand(master_id, now)

    def save_occurrences(self, master_id: str, items: Sequence[RemoteItem]) -> None:
        self.repeating.save_occurrences(master_id, items, self.now())

    def begin(self, now: datetime, *, full: bool) -> Reading:
        calendar = self.calendar
        if calendar.mapping_version != MAPPING_VERSION:
            full = True
        if full or not calendar.cursor:
            calendar.reading += 1
            calendar.cursor = ""
            with self.transaction():
                calendar.save(update_fields=["reading", "cursor"])
            return Reading(None, now - READ_BACK, calendar.reading)
        return Reading(calendar.cursor, None, calendar.reading)

    def seen(self, remote_ids: Collection[str], reading: Reading) -> None:
        LinkRow.objects.filter(calendar=self.calendar, remote_id__in=remote_ids).update(seen_in=reading.number)

    def unseen(self, reading: Reading) -> list[Work]:
        rows = LinkRow.objects.filter(calendar=self.calendar, state=LinkState.LIVE.value, base_remote__isnull=False)
        rows = rows.exclude(seen_in=reading.number)
        if reading.since is not None:
            rows = rows.filter(event__ends_at__gt=reading.since)
        return self._works(_with_event(rows))

    def marked(self) -> list[Work]:
        rows = LinkRow.objects.filter(calendar=self.calendar, gone_at__isnull=False)
        return self._works(_locked(rows))

    def brake(self, marked: int) -> bool:
        """More than max(10, 25 %) of the account's links (cancelling by itself: max(3, 25 %)) wait for the owner.

        Counted over all calendars of the account; where there are fewer again, nothing waits any more.
        """
        if not marked and not self.account.braked:
            return False
        ours = LinkRow.objects.filter(calendar__account=self.account)
        links, gone = ours.filter(state=LinkState.LIVE.value).count(), ours.filter(gone_at__isnull=False).count()
        floor = 3 if self.account.cancel_on_delete else 10
        braked = max(marked, gone) if max(marked, gone) > max(floor, links // 4) else 0
        if Account.objects.filter(pk=self.account.pk).exclude(braked=braked).update(braked=braked):
            notices.of_brake(self.account, braked, self.now())
        return braked > 0

    def finish(self, reading: Reading, cursor: str | None, now: datetime) -> Mapping[str, int]:
        if reading.cursor is None:
            self.unknown.drop_unmet(reading)
        self.calendar.cursor, self.calendar.mapping_version = cursor or "", MAPPING_VERSION
        self.calendar.last_read_at = now
        _READ_TO.run(calendar=self.calendar.pk, cursor=cursor or "", version=MAPPING_VERSION, now=now)
        return {}

    def _open_links(self, now: datetime) -> None:
        """Events that belong here and have no link yet get one, with an id of ours, before anything is sent."""
        if not self.calendar.writes or self.account.closing:
            return
        events = waiting_events(now).filter(responsible=self.account.user_id)
        # What was told through another calendar is told: its mail is not sent once more from this one.
        found = events.annotate(told=Max("links__pushed_revision")).values_list("pk", "revision", "told")[:500]
        rows = [
            LinkRow(
                event_id=pk,
                calendar=self.calendar,
                remote_id=uuid.uuid4().hex,
                pushed_revision=min(told or 0, revision - 1),
            )
            for pk, revision, told in found
        ]
        if rows:
            with self.transaction():
                LinkRow.objects.bulk_create(rows, ignore_conflicts=True)
                mark([row.event_id for row in rows])

    def _row(self, link: Link) -> LinkRow:
        return _with_event(LinkRow.objects.filter(pk=link.id)).get()

    def _tell(self, link: Link, event_id: int, note: Note) -> None:
        write_note(self.account, event_id, note, self.now())
        if note.kept:
            row = LinkRow.objects.get(pk=link.id)
            LinkRow.objects.filter(pk=link.id).update(conflict=conflicts.remembered(note, row.conflict))

    def _warn_of_overlaps(self, row: LinkRow) -> None:
        """A move from outside is taken as it is; what it collides with is told."""
        names = sorted({overlap.name for overlap in queries.overlaps_of(row.event)})
        if names:
            note = Note("overlaps", outward=False, text=", ".join(names), ok=False)
            write_note(self.account, row.event_id, note, self.now())

    def _works(self, rows: Iterable[LinkRow]) -> list[Work]:
        """One event whose content cannot be built waits on its own link and stops nobody else."""
        works = []
        for row in rows:
            try:
                works.append(self._work(row))
            except Exception:
                logger.exception("event %s cannot be prepared", row.event_id)
                text = reasons.UNPREPARED
                note = Note("rejected", outward=True, text=text, ok=False)
                with self.transaction():
                    LinkRow.objects.filter(pk=row.pk).update(**self._waiting(row.pk, Trouble(reasons.OURS, text)))
                    write_note(self.account, row.event_id, note, self.now())
                self.counts["errors"] += 1
        return works

    def _work(self, row: LinkRow) -> Work:
        return Work(_link_of(row), self._local(row))

    def _local(self, row: LinkRow) -> Local:
        return local_of(row.event, self.calendar, sent_as=row.type_code, now=self.now())


def due_links(now: datetime) -> QuerySet[LinkRow]:
    """Links that owe something and may be tried; a deletion that waits for its answer stops them."""
    return LinkRow.objects.filter(Q(next_try=None) | Q(next_try__lte=now), owes=True, gone_at=None)


def strays(now: datetime) -> Q:
    """Of links in a calendar that is no home: they live where nothing of ours is written any more, while the event
    belongs into the writing calendar of the same account and has no copy there (`content.desire`: ELSEWHERE)."""
    there = LinkRow.objects.filter(
        event=OuterRef("event"), calendar__account=OuterRef("calendar__account"), calendar__writes=True
    )
    ahead = Q(event__status__in=OPEN, event__ends_at__gt=now, event__type__export_enabled=True)
    own = Q(event__responsible=F("calendar__account__user"), state=LinkState.LIVE.value, gone_at=None)
    lives = (Q(base_remote__isnull=False) | Q(in_flight__isnull=False)) & (Q(next_try=None) | Q(next_try__lte=now))
    writing = Calendar.objects.filter(account=OuterRef("calendar__account"), writes=True)
    return own & lives & ahead & Exists(writing) & ~Exists(there)


def waiting_events(now: datetime) -> QuerySet[Event]:
    """Events to be exported that have no link yet in a home of the responsible's account (see `content.is_home`).

    What is under way to a former home is settled first, what waits there is moved later, what was deleted there waits
    for its question and its answer, and what people keep here only stays here.
    """
    waits = Q(base_remote__isnull=False, next_try__gt=now, state=LinkState.LIVE.value)
    links = LinkRow.objects.filter(
        homes("calendar__") | Q(state__in=ASKED) | UNSETTLED | waits,
        event=OuterRef("pk"),
        calendar__account__user=OuterRef("responsible"),
        calendar__account__active=True,
    )
    return Event.objects.filter(~Exists(links), type__export_enabled=True, status__in=OPEN, ends_at__gt=now)


def homes(prefix: str = "") -> Q:
    """`content.is_home` of calendars."""
    given = {"mode": LoadMode.TYPED, "reads": True, "access_role__in": WRITING_ROLES}
    return Q(**{f"{prefix}writes": True}) | Q(**{f"{prefix}{name}": value for name, value in given.items()})


def policy_of(account: Account) -> Policy:
    groups = {Group.TIME, Group.PEOPLE}
    groups |= {Group.TEXT} if account.takes_text else set()
    groups |= {Group.PLACE} if account.takes_place else set()
    winner = WINNERS[ConflictPolicy(account.conflict_policy)]
    return Policy(winner, frozenset(groups), account.cancel_on_delete)


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … minutes up to six hours, a quarter of it by chance, so that crowds disperse."""
    seconds = min(60 * 2 ** min(attempts - 1, 9), 6 * 3600)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - no secret


def _with_event(rows: QuerySet[LinkRow]) -> QuerySet[LinkRow]:
    related = ("event__type", "event__candidate", "event__vacancy", "event__room", "event__responsible")
    return rows.select_related(*related).prefetch_related("event__participants__user", "event__links__calendar")


def _locked(rows: QuerySet[LinkRow]) -> QuerySet[LinkRow]:
    return locked(_with_event(rows))


def _reloaded(event_id: int) -> Event:
    related = ("type", "candidate", "vacancy", "room", "responsible")
    rows = Event.objects.select_related(*related).prefetch_related("participants__user", "links__calendar")
    return rows.get(pk=event_id)


def _changes(event: Event, theirs: Content, groups: frozenset[Group]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if Group.TIME in groups:
        changes["span"] = span_of(theirs.when, event.zone)
    if Group.TEXT in groups:
        changes |= {"title": own_title(event, theirs.title), "comment": comment_from(event, theirs.description)}
    if Group.PLACE in groups:
        changes["place"] = theirs.location
    if Group.PEOPLE in groups:
        changes["answers"] = answers_for(event, theirs.people)
    return changes


def _link_of(row: LinkRow) -> Link:
    return Link(
        id=row.pk,
        remote_id=row.remote_id,
        state=LinkState(row.state),
        etag=row.etag,
        ical_uid=row.ical_uid,
        type_code=row.type_code,
        base_local=content_from_json(row.base_local) if row.base_local else None,
        base_remote=content_from_json(row.base_remote) if row.base_remote else None,
        in_flight=flight_from_json(row.in_flight) if row.in_flight else None,
        pushed_revision=row.pushed_revision,
        gone_at=row.gone_at,
        guests_notified=row.guests_notified,
    )


def _row_fields(link: Link) -> dict[str, Any]:
    return {
        "remote_id": link.remote_id,
        "state": link.state.value,
        "etag": link.etag,
        "ical_uid": link.ical_uid,
        "type_code": link.type_code,
        "base_local": content_to_json(link.base_local) if link.base_local else None,
        "base_remote": content_to_json(link.base_remote) if link.base_remote else None,
        "in_flight": flight_to_json(link.in_flight) if link.in_flight else None,
        "pushed_revision": link.pushed_revision,
        "gone_at": link.gone_at,
        "guests_notified": link.guests_notified,
    }
