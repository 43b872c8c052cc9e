"""The demo's exchange with Google: accounts, background runs, and what people did there (DOMAIN 6, special cases)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vizavi.connections.models import IN_USE, Account
from vizavi.connections.work import work_account
from vizavi.demo import accounts, situations
from vizavi.demo.accounts import RECRUITING_CALENDAR
from vizavi.demo.google import LocalGoogle
from vizavi.demo.people import DMITRY, ELENA, OLGA, SERGEY
from vizavi.demo.stories import Story, clock
from vizavi.events import operations
from vizavi.events.rules import Span
from vizavi.jobs import runs
from vizavi.jobs.models import TaskDefinition
from vizavi.jobs.sweep import connected_accounts
from vizavi.people.models import User

RUNS_BEFORE = 22  # with the skipped one and the two of the last minutes: 25
WITHOUT_NETWORK, PRESSED_TWICE = 7, 14  # which of them
RUN_HOURS = (8, 13, 18)


@dataclass(frozen=True, slots=True)
class Exchange:
    """`monday` is midnight of this week's Monday; everything happens before `now`."""

    local: LocalGoogle
    task: TaskDefinition
    monday: datetime
    now: datetime

    def saved(self, user: User, at: datetime) -> None:
        """Whoever saves an interview wakes the responsible's account: it goes out at once."""
        for account in Account.objects.filter(IN_USE, user=user):
            work_account(account.pk, pull=False, now=clock(at))

    def stories(self) -> Iterator[Story]:
        yield self._connections()
        yield self._things_done_there()
        yield self._runs()
        yield self._last_minutes()

    def _connections(self) -> Story:
        yield self._on(-14, 7, 30)
        for person in (OLGA, SERGEY):
            accounts.connect(self.local, person.email, now=self._on(-14, 7, 30))
        yield self._on(-12, 9)
        accounts.connect(self.local, DMITRY.email, now=self._on(-12, 9))
        yield self._on(-4, 10)
        account = accounts.connect(self.local, ELENA.email, now=self._on(-4, 10))
        accounts.limit(self.local, account, now=self._on(-4, 10, 5))

    def _things_done_there(self) -> Story:
        yield self._on(-6, 10)
        self.local.move(situations.held_before(self.monday), timedelta(days=1))
        yield self._on(-3, 12)
        start = self._on(3, 11)
        item = {
            "summary": situations.HAND_MADE,
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": (start + timedelta(minutes=45)).isoformat()},
        }
        own = Account.objects.get(email=OLGA.email).calendars.get(name=RECRUITING_CALENDAR)
        self.local.create(OLGA.email, own.remote_id, item)

    def _runs(self) -> Story:
        for number, moment in enumerate(self._run_moments()):
            yield moment
            if number == WITHOUT_NETWORK:
                self.local.tell("faults", effect="lost_before", path="^/(calendar|batch|token)", times=None)
                self._run(connected_accounts(), moment)
                self.local.tell("faults", method="DELETE")
            elif number == PRESSED_TWICE:
                self._run(connected_accounts(), moment, again_by=User.objects.get(email=OLGA.email))
            elif number % 4 == 0:
                self._run(connected_accounts(), moment)
            else:
                by_hand = moment + timedelta(minutes=2 + number % 13, seconds=number * 7 % 60)
                self._run_own(SERGEY.email if number % 2 else DMITRY.email, by_hand)

    def _run_moments(self) -> Sequence[datetime]:
        """So many of the working days' mornings, noons and evenings, evenly spread."""
        days = [day for day in range(-14, 7) if day % 7 < 5]
        moments = [self._on(day, hour) for day in days for hour in RUN_HOURS]
        over = [moment for moment in moments if moment < self.now - timedelta(minutes=30)]
        return [over[number * len(over) // RUNS_BEFORE] for number in range(RUNS_BEFORE)]

    def _run_own(self, email: str, moment: datetime) -> None:
        own = [account for account in connected_accounts() if account.email == email]
        self._run(own or connected_accounts(), moment, by=own[0].user if own else None)

    def _last_minutes(self) -> Story:
        """Dmitry's access ends, and what waits for the newcomer comes about."""
        olga = User.objects.get(email=OLGA.email)
        yield self._ago(12)
        self.saved(User.objects.get(email=DMITRY.email), self._ago(12))
        accounts.revoke(self.local, DMITRY.email)
        self.local.delete(situations.to_be_deleted()[0])
        yield self._ago(11)
        event = situations.to_be_disputed()[0]
        self.local.move(event, timedelta(hours=2))
        later = Span(event.starts_at + timedelta(hours=5), event.ends_at + timedelta(hours=5), event.zone)
        operations.reschedule(
            event.pk, event.revision, later, by=olga, now=self._ago(11), reason="Кандидат попросил перенести"
        )
        for minutes in (8, 5):
            yield self._ago(minutes)
            self._run(connected_accounts(), self._ago(minutes), by=olga)
        yield self._ago(3)
        self.local.move(situations.moved_there()[0], timedelta(hours=1))

    def _run(
        self, on: Sequence[Account], at: datetime, *, by: User | None = None, again_by: User | None = None
    ) -> None:
        """A background run from beginning to end; `again_by` presses the button while it is under way."""
        run = runs.open_run(self.task, on, by=by, now=at)
        if again_by:
            runs.open_run(self.task, on, by=again_by, now=at + timedelta(seconds=20))
        ticking = clock(at)
        for item in run.items.all():
            runs.work_item(item.pk, now=ticking)

    def _on(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the day counted from this week's Monday, by the organisation's clock."""
        return (self.monday + timedelta(days=day)).replace(hour=hour, minute=minute)

    def _ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)
