"""One run over one account, under its lease: push what is owed, read where asked, settle what concerns the account."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from vizavi.common import tracing
from vizavi.common.prepared import Prepared
from vizavi.common.wording import filled
from vizavi.connections import closing, due, health, hold, reasons
from vizavi.connections.content import is_home, is_read
from vizavi.connections.google import provider_for
from vizavi.connections.invitations import settle_gone
from vizavi.connections.journal import write_line
from vizavi.connections.lease import Lease, LeaseLost, claim
from vizavi.connections.locks import lock
from vizavi.connections.models import IN_USE, Account, AccountState, Calendar, Installation, Link
from vizavi.connections.pace import Pace
from vizavi.connections.store import DjangoStore, backoff
from vizavi.connections.tasks import wake
from vizavi.providers.google.account import WRITING_ROLES
from vizavi.sync import engine
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError, Throttled, Unavailable
from vizavi.sync.model import Change, Missing, Outcome, Page, RemoteItem
from vizavi.sync.ports import Provider, Trouble

logger = logging.getLogger(__name__)

FAILING_AFTER = 3  # runs without an answer, then the account is shown as «Ошибка»
PASSES = 5  # how often one run looks again for what was saved while it was ending


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What became of a run: `status` is ok, partial, failed, busy (somebody else works on it) or off.

    `error` is a text as `common.wording` stores it.
    """

    status: str
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""


def work_account(account_id: int, *, pull: bool, now: Callable[[], datetime]) -> WorkResult:
    """Push, and with `pull` also read all reading calendars. Never raises what concerns the account alone."""
    counts: Counter[str] = Counter()
    pull = pull or hold.unread(account_id)
    result: WorkResult | None = None
    for _ in range(PASSES):
        lease = claim(account_id, now())
        if lease is None:
            break
        run = Run(lease, Pace.of(lease.account), counts, now)
        try:
            waiting = _resting(lease.account, now()) if result is None else None
            result = waiting or run.result(pull=pull and result is None)
        except LeaseLost:
            return WorkResult("busy", dict(counts), reasons.TAKEN_OVER)
        finally:
            lease.release(well_at=run.well_at)
        if run.pace.wait:
            _go_on_later(run)
            break
        # A save during the run woke a worker that found the account busy: what it left is done here. What has failed is
        # not owed before its own time.
        if waiting or not due.owes(account_id, now()):
            break
    return result or _unclaimed(account_id)


@dataclass
class Run:
    """One worker's time with one account. What it learns is stored only while the lease is its own."""

    lease: Lease
    pace: Pace
    counts: Counter[str]
    now: Callable[[], datetime]
    agendas: dict[int, due.Agenda] = field(default_factory=dict)
    stores: list[DjangoStore] = field(default_factory=list)
    read: set[int] = field(default_factory=set)  # calendars that were read to their end
    well_at: datetime | None = None  # when Google answered an account that was well: stored with the lease's end
    asked: bool = False  # whether Google was asked anything
    unread: bool = False  # what was to be read was not: the pace allowed no more moves, and they come first
    sent: int = 0  # changes that went out in this run

    @property
    def account(self) -> Account:
        return self.lease.account

    def result(self, *, pull: bool) -> WorkResult:
        """Raises LeaseLost; everything else that happens is in the answer."""
        before = self._went_out()
        try:
            self._exchange(pull=pull and not self.account.closing)
        except LeaseLost:
            raise
        except Exception as error:
            if not isinstance(error, SyncError):
                logger.exception("account %s: unexpected error", self.account.pk)
            with self._settling() as at:
                return _failed(self.account, error, self.counts, at)
        finally:
            self.sent = self._went_out() - before
        if self.asked:  # a run that had nothing to ask learned nothing about the account's health
            self._well()
        if self.account.closing and not closing.remaining(self.account).exists():
            with self._settling() as at:
                closing.finish(self.account, now=at)
        if self.unread:
            return WorkResult("partial", dict(self.counts), reasons.STILL_MOVING)
        return WorkResult("partial" if self.counts["errors"] or self.counts["braked"] else "ok", dict(self.counts))

    def _went_out(self) -> int:
        return sum(self.counts[kind] for kind in ("sent", "removed", "relocated"))

    def _well(self) -> None:
        """Google has answered. Where the account was well before, that needs no transaction of its own."""
        if health.is_well(self.account):
            self.well_at = self.now()
            return
        with self._settling() as at:
            _hurry(self.account)
            health.mark_ok(self.account, now=at)

    def _exchange(self, *, pull: bool) -> None:
        """Moves between calendars first, then push and read each calendar; deletions when all have been read."""
        _keep(self.account, _CALENDARS.objects(account=self.account.pk))
        self.agendas = due.agendas(self.account.pk, self.now())
        if not self._relocate():
            self.unread = pull
            return
        read = [session for calendar in self._calendars(pull=pull) for session in self._calendar(calendar, pull=pull)]
        if not self._may_be_marked():
            return
        if pull:
            read += self._marked({session.store.calendar.pk for session in read})
        for session in read:
            engine.apply_deletions(session)
            if self.counts["read"]:  # else nothing is new but what was saved meanwhile, and `due.owes` looks for that
                engine.push(session)

    def _may_be_marked(self) -> bool:
        """Whether deletions wait: from before, behind the brake, or met in this run."""
        before = self.account.braked or any(agenda.marked for agenda in self.agendas.values())
        return bool(before) or self.counts["read"] > 0 or any(store.saved for store in self.stores)

    def _marked(self, read: Collection[int]) -> list["Session"]:
        """Calendars that are not read any more and hold deletions that were read or met before."""
        marked = Link.objects.filter(calendar__account=self.account, gone_at__isnull=False).exclude(calendar__in=read)
        rows = self.account.calendars.filter(pk__in=marked.values("calendar"))
        return [self._session(calendar) for calendar in rows.select_related("event_type")]

    def _calendars(self, *, pull: bool) -> list[Calendar]:
        """What is owed something, the writing calendar first, and with `pull` all that are read."""
        return [row for row in self.account.calendars.all() if self._owes(row) or (pull and is_read(row))]

    def _owes(self, calendar: Calendar) -> bool:
        return calendar.pk in self.agendas and self.agendas[calendar.pk].owes

    def _calendar(self, calendar: Calendar, *, pull: bool) -> list["Session"]:
        """Push and read one calendar; the session, if its deletions are to be applied."""
        session = self._session(calendar)
        sent_before = self.counts["sent"]
        try:
            if self._owes(calendar):
                self._push(session, pull=pull and is_read(calendar))
            if self.counts["sent"] > sent_before and calendar.access_role not in WRITING_ROLES:
                calendar.access_role = "writer"  # Google has just shown it
                with self._settling():
                    calendar.save(update_fields=["access_role"])
            if pull and is_read(calendar):
                session.between = partial(self._push_between, session)
                begun = self.now()
                engine.read(session)
                self.read.add(calendar.pk)
                if self.agendas[calendar.pk].lost:
                    with session.store.transaction():
                        settle_gone(calendar, begun, self.now())
                return [session]
        except AccessDenied as denied:
            with self._settling():
                _remember_denial(calendar, denied)
            if is_home(calendar):
                raise
            self.counts["errors"] += 1  # a calendar that is not the writing one stops nobody else
            with session.store.transaction():
                session.store.quarantine(Trouble(denied.code, str(denied)))
        return []

    def _push_between(self, session: "Session") -> None:
        """Whoever saves an interview waits for no long reading, of whichever calendar (DESIGN 5.7)."""
        engine.push(session)
        if not session.store.calendar.writes:
            for calendar in self.account.calendars.filter(writes=True).select_related("event_type"):
                with suppress(AccessDenied):  # told when it is that calendar's turn
                    engine.push(self._session(calendar))

    def _push(self, session: "Session", *, pull: bool) -> None:
        """Where reading follows, it tells whether only one write finds no answer or nothing does."""
        try:
            engine.push(session)
        except Unavailable:
            if not pull:
                raise
            self.counts["errors"] += 1

    def _relocate(self) -> bool:
        left = [pk for pk, agenda in self.agendas.items() if agenda.leaves]
        if not left:
            return True
        sessions = [self._session(calendar) for calendar in self.account.calendars.all() if calendar.pk in left]
        moved = all(self._moved_on(session) for session in sessions)
        self.agendas = due.agendas(self.account.pk, self.now())  # what is owed has moved along
        return moved

    def _moved_on(self, session: "Session") -> bool:
        try:
            return engine.relocate(session, self._provider_of)
        except AccessDenied:
            return True  # nothing may be taken along from there: it is created anew, and removed as far as allowed

    def _provider_of(self, remote_id: str) -> Provider:
        return self._leased(self.account.calendars.get(remote_id=remote_id))

    def _session(self, calendar: Calendar) -> "Session":
        calendar.account = self.account
        store = DjangoStore(calendar, self.lease, self.now, self.counts, self.read)
        self.stores.append(store)
        provider = self._leased(calendar)
        return Session(provider, store, self.now, self.counts, provider.affords)

    def _leased(self, calendar: Calendar) -> "Leased":
        calendar.account = self.account
        return Leased(provider_for(calendar, now=self.now(), before=self._before_request), self)

    def _before_request(self) -> None:
        """Also between two requests of one write: each may take almost as long as a lease."""
        self.lease.renew(self.now(), spent=self.pace.spent)
        self.asked = True

    @contextmanager
    def _settling(self) -> Iterator[datetime]:
        at = self.now()
        with transaction.atomic():
            self.lease.renew(at)
            yield at


@dataclass
class Session(engine.Session):
    """The core's session over our store."""

    store: DjangoStore


def _remember_denial(calendar: Calendar, denied: AccessDenied) -> None:
    """What Google would say again next time: the calendar is gone for us, or may only be read."""
    if denied.code == "notFound":
        calendar.access_role, calendar.reads = "none", is_home(calendar)
    elif denied.code == "requiredAccessLevel":
        calendar.access_role = "reader"
    calendar.save(update_fields=["access_role", "reads"])


class Leased:
    """A provider that is only called while the lease is ours and at the account's pace (DESIGN 5.6, 5.7)."""

    def __init__(self, provider: Provider, run: Run) -> None:
        self.provider = provider
        self.run = run
        self.traits = provider.traits
        self.cost = provider.cost

    def affords(self, batch: Sequence[Change]) -> bool:
        return self.run.pace.affords(self.cost(batch), self.run.now())

    def changes(self, cursor: str | None, since: datetime | None) -> Iterator[Page]:
        self._begin(1)
        for page in self.provider.changes(cursor, since):
            yield page
            if page.cursor is None:
                self._begin(1)

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        self._begin(1)
        return self.provider.fetch(remote_id)

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem] | Missing:
        self._begin(1)
        return self.provider.occurrences(master_id, start, end)

    def write(self, batch: Sequence[Change]) -> list[Outcome]:
        self._begin(self.cost(batch))
        return self.provider.write(batch)

    def _begin(self, cost: int) -> None:
        time.sleep(self.run.pace.take(cost, self.run.now()))


def _failed(account: Account, error: Exception, counts: Counter[str], now: datetime) -> WorkResult:
    """What concerns the whole account: each error goes to the one who can do something about it."""
    text = str(error)
    with transaction.atomic():
        match error:
            case AuthRevoked():
                health.mark_expired(account, now=now)
                if account.closing:  # nothing more can be taken away there
                    closing.finish(account, now=now)
                text = reasons.SIGN_IN
            case AccessDenied(code=code):
                health.mark_limited(account, code, text, now=now)
                text = health.stored_why(account)
                _retry_later(account, now)
            case Throttled(after=after, project=project):
                _pause(account, timedelta(seconds=after) if after else None, now, project=project)
                text = reasons.PAUSE
            case SyncError():
                _retry_later(account, now)
                text = filled(reasons.SILENT, reason=text)
                if account.attempts + 1 >= FAILING_AFTER:
                    health.mark_error(account, "unavailable", str(error)[:200], now=now)
            case _:  # a mistake of ours: it is neither repeated each minute nor does it go unseen
                _retry_later(account, now)
                text = reasons.UNEXPECTED
                if account.attempts + 1 >= FAILING_AFTER:
                    health.mark_error(account, "unexpected", now=now)
        write_line(account, "run_failed", now, ok=False, text=text)
    throttled = isinstance(error, Throttled)
    return WorkResult("partial" if throttled else "failed", dict(counts), text)


def _hurry(account: Account) -> None:
    """After an outage, what failed no more often than the account itself did not fail for its own sake."""
    if account.attempts:
        waiting = Link.objects.filter(calendar__account=account, error_code=engine.UNANSWERED)
        Link.objects.filter(pk__in=lock(waiting.filter(attempts__lte=account.attempts))).update(next_try=None)


def _retry_later(account: Account, now: datetime) -> None:
    until = now + backoff(account.attempts + 1)
    Account.objects.filter(pk=account.pk).update(retry_at=until, attempts=F("attempts") + 1)


def _pause(account: Account, pause: timedelta | None, now: datetime, *, project: bool) -> None:
    until = now + (pause or backoff(account.attempts + 1) / 6)
    Account.objects.filter(pk=account.pk).update(not_before=until, attempts=F("attempts") + 1)
    if project:
        Installation.objects.update(project_not_before=until)


def _keep(account: Account, calendars: list[Calendar]) -> None:
    """As `prefetch_related_objects` does, which composes its query each time."""
    rows: Any = account.calendars.all()
    rows._result_cache, rows._prefetch_done = calendars, True
    account._prefetched_objects_cache = {"calendars": rows}  # type: ignore[attr-defined]


_CALENDARS = Prepared(
    lambda account: Calendar.objects.filter(account=account).order_by("-writes", "pk"),
    account=int,
)
_PROJECT_PAUSED = Prepared(
    lambda now: Installation.objects.filter(project_not_before__gt=now).values_list("pk"), now=datetime
)


def _resting(account: Account, now: datetime) -> WorkResult | None:
    """Google asked for a pause, or the permission has ended: it is not asked again before the owner signs in."""
    if account.state == AccountState.EXPIRED and not account.closing:
        return WorkResult("failed", {}, reasons.SIGN_IN)
    project: Iterable[datetime | None] = ()
    if _PROJECT_PAUSED.rows(now=now):
        project = Installation.objects.values_list("project_not_before", flat=True)
    until = max((moment for moment in (account.not_before, *project) if moment is not None), default=now)
    if until <= now:
        return None
    seconds = int((until - now).total_seconds()) + 1
    return WorkResult("partial", {}, filled(reasons.PAUSED, seconds=seconds))


def _go_on_later(run: Run) -> None:
    """The next batch goes when it can be afforded; whoever sent nothing leaves that to the message already sent."""
    if run.sent:
        wake.using(run_after=run.now() + timedelta(seconds=run.pace.wait)).enqueue(run.account.pk, tracing.current())


def _unclaimed(account_id: int) -> WorkResult:
    if Account.objects.filter(IN_USE, pk=account_id).exists():
        return WorkResult("busy", {}, reasons.WORKED_ON)
    return WorkResult("off", {}, reasons.NOT_CONNECTED)
