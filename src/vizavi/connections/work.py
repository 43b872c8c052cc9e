"""One run over one account, under its lease: push what is owed, read where asked, settle what concerns the account."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from vizavi.connections import due, health
from vizavi.connections.content import WRITABLE, is_home
from vizavi.connections.google import provider_for
from vizavi.connections.journal import write_line
from vizavi.connections.lease import Lease, LeaseLost, claim
from vizavi.connections.models import Account, Calendar, Installation, LoadMode
from vizavi.connections.store import DjangoStore, backoff
from vizavi.sync import engine
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError, Throttled
from vizavi.sync.model import Missing, Outcome, Page, RemoteItem, Write
from vizavi.sync.ports import Provider, Trouble

logger = logging.getLogger(__name__)

FAILING_AFTER = 3  # runs without an answer, then the account is shown as «Ошибка»
PASSES = 5  # how often one run looks again for what was saved while it was ending


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What became of a run: `status` is ok, partial, failed, busy (somebody else works on it) or off."""

    status: str
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""


def work_account(account_id: int, *, pull: bool, now: Callable[[], datetime]) -> WorkResult:
    """Push, and with `pull` also read all reading calendars. Never raises what concerns the account alone."""
    waiting = _not_before(account_id, now())
    if waiting is not None:
        return waiting
    counts: Counter[str] = Counter()
    result: WorkResult | None = None
    for _ in range(PASSES):
        lease = claim(account_id, now())
        if lease is None:
            break
        try:
            result = _run(lease, counts, pull=pull and result is None, now=now)
        except LeaseLost:
            text = gettext("Another worker took the account over; it goes on there.")
            return WorkResult("busy", dict(counts), text)
        finally:
            lease.release()
        # A save during the run woke a worker that found the account busy: what it left is done here.
        if result.status != "ok" or not due.owes(account_id, now()):
            break
    return result or _unclaimed(account_id)


def _run(lease: Lease, counts: Counter[str], *, pull: bool, now: Callable[[], datetime]) -> WorkResult:
    """What a run learns about the account is stored only while the lease is its own. Raises LeaseLost."""
    account = Account.objects.select_related("user").get(pk=lease.account_id)
    answered = False
    try:
        for calendar in _calendars(account, pull=pull):
            answered |= _run_calendar(calendar, lease, counts, pull=pull, now=now)
    except LeaseLost:
        raise
    except Exception as error:
        if not isinstance(error, SyncError):
            logger.exception("account %s: unexpected error", account.pk)
        at = now()
        with transaction.atomic():
            lease.renew(at)
            return _failed(account, error, counts, at)
    if answered:  # a run that had nothing to ask learned nothing about the account's health
        at = now()
        with transaction.atomic():
            lease.renew(at)
            health.mark_ok(account, now=at)
    return WorkResult("partial" if counts["errors"] or counts["braked"] else "ok", dict(counts))


def _calendars(account: Account, *, pull: bool) -> list[Calendar]:
    """The writing calendar, a former one that still owes removals, and with `pull` all that are read."""
    rows = list(account.calendars.select_related("account__user", "event_type").order_by("-writes", "pk"))
    owing = due.owing_calendars(account)
    return [row for row in rows if is_home(row) or row.pk in owing or (pull and _is_read(row))]


def _is_read(calendar: Calendar) -> bool:
    """A calendar we write to is always read: whoever moves an interview there moves it here."""
    return is_home(calendar) or (calendar.reads and calendar.mode != LoadMode.SKIP)


def _run_calendar(
    calendar: Calendar, lease: Lease, counts: Counter[str], *, pull: bool, now: Callable[[], datetime]
) -> bool:
    """Push and pull one calendar; answers whether Google was asked anything."""
    store = DjangoStore(calendar, lease, now)
    provider = Leased(provider_for(calendar, now=now()), lease, now)
    session = engine.Session(provider, store, now, counts)
    sent_before = counts["sent"]
    try:
        engine.push(session)
        if counts["sent"] > sent_before and calendar.access_role not in WRITABLE:
            Calendar.objects.filter(pk=calendar.pk).update(access_role="writer")  # Google has just shown it
        if pull and _is_read(calendar):
            engine.pull(session)
    except AccessDenied as denied:
        _remember_denial(calendar, denied)
        if is_home(calendar):
            raise
        counts["errors"] += 1  # a calendar that is not the writing one stops nobody else
        with store.transaction():
            store.quarantine(Trouble(denied.code, str(denied)))
    return provider.asked


def _remember_denial(calendar: Calendar, denied: AccessDenied) -> None:
    """What Google would say again next time: the calendar is gone for us, or may only be read."""
    if denied.code == "notFound":
        calendar.access_role, calendar.reads = "none", is_home(calendar)
    elif denied.code == "requiredAccessLevel":
        calendar.access_role = "reader"
    calendar.save(update_fields=["access_role", "reads"])


class Leased:
    """A provider that is only called while the lease is ours: it is renewed before each call (DESIGN 5.7)."""

    def __init__(self, provider: Provider, lease: Lease, now: Callable[[], datetime]) -> None:
        self.provider = provider
        self.lease = lease
        self.now = now
        self.traits = provider.traits
        self.asked = False

    def changes(self, cursor: str | None, since: datetime | None) -> Iterator[Page]:
        self._begin()
        for page in self.provider.changes(cursor, since):
            yield page
            self.lease.renew(self.now())

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        self._begin()
        return self.provider.fetch(remote_id)

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem] | Missing:
        self._begin()
        return self.provider.occurrences(master_id, start, end)

    def write(self, batch: Sequence[Write]) -> list[Outcome]:
        self._begin()
        return self.provider.write(batch)

    def _begin(self) -> None:
        self.lease.renew(self.now())
        self.asked = True


def _failed(account: Account, error: Exception, counts: Counter[str], now: datetime) -> WorkResult:
    """What concerns the whole account: each error goes to the one who can do something about it."""
    text = str(error)
    with transaction.atomic():
        match error:
            case AuthRevoked():
                health.mark_expired(account, now=now)
                text = gettext("Sign in again: Google no longer accepts the permission. Waiting changes are kept.")
            case AccessDenied(code=code):
                health.mark_limited(account, code, text, now=now)
                text = account.state_text
                _retry_later(account, now)
            case Throttled(after=after, project=project):
                _pause(account, timedelta(seconds=after) if after else None, now, project=project)
                text = gettext("Google asks for a pause. Everything is kept and goes on by itself.")
            case SyncError():
                _retry_later(account, now)
                text = gettext("Google did not answer. Everything is kept and tried again by itself. (%(reason)s)")
                text %= {"reason": str(error)[:200]}
                if account.attempts + 1 >= FAILING_AFTER:
                    health.mark_error(account, text, now=now)
            case _:  # a mistake of ours: it is neither repeated each minute nor does it go unseen
                _retry_later(account, now)
                text = gettext("Unexpected error; what had been loaded is kept. The server's log has the details.")
                if account.attempts + 1 >= FAILING_AFTER:
                    health.mark_error(account, text, now=now)
        write_line(account, "run_failed", now, ok=False, text=text)
    throttled = isinstance(error, Throttled)
    return WorkResult("partial" if throttled else "failed", dict(counts), text)


def _retry_later(account: Account, now: datetime) -> None:
    until = now + backoff(account.attempts + 1)
    Account.objects.filter(pk=account.pk).update(retry_at=until, attempts=F("attempts") + 1)


def _pause(account: Account, pause: timedelta | None, now: datetime, *, project: bool) -> None:
    until = now + (pause or backoff(account.attempts + 1) / 6)
    Account.objects.filter(pk=account.pk).update(not_before=until, attempts=F("attempts") + 1)
    if project:
        Installation.objects.update(project_not_before=until)


def _not_before(account_id: int, now: datetime) -> WorkResult | None:
    moments = Account.objects.filter(pk=account_id).values_list("not_before", flat=True)
    project = Installation.objects.values_list("project_not_before", flat=True)
    until = max((moment for moment in [*moments, *project] if moment is not None), default=now)
    if until <= now:
        return None
    seconds = int((until - now).total_seconds()) + 1
    text = gettext("Google asked for a pause; it goes on by itself in %(seconds)d s.") % {"seconds": seconds}
    return WorkResult("partial", {}, text)


def _unclaimed(account_id: int) -> WorkResult:
    usable = Account.objects.filter(pk=account_id, active=True, paused=False).exists()
    if usable:
        return WorkResult("busy", {}, gettext("The account is being worked on right now."))
    return WorkResult("off", {}, gettext("The account is not connected."))
