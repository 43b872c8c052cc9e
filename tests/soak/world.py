"""Two people whose calendars are connected, one whose are not, and everything that anybody may do with a meeting.

A step is data (`Step`), so that a history can be printed, repeated and shortened; one that makes no sense at the moment
does nothing. What people do here goes through the product's own operations, what they do there through Google's API.
"""

import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import requests
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from tests.soak.fate import Fate, Process
from tests.support.sandbox import ANNA, ELENA, OLGA, SERGEY, Api, CallRefused, Sandbox, timed, where

from vizavi.common.errors import RuleError
from vizavi.connections import accounts, due, exports, questions
from vizavi.connections.models import (
    Account,
    Calendar,
    ConflictPolicy,
    Installation,
    JournalEntry,
    Link,
    LoadMode,
    Proposal,
)
from vizavi.connections.work import WorkResult, work_account
from vizavi.events import operations
from vizavi.events.models import Event, EventType, Participant
from vizavi.events.rules import OPEN, Span, days
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.recruiting import operations as recruiting
from vizavi.recruiting.models import Candidate

ZONE = "Europe/Moscow"
TYPES = ("interview", "hm_interview", "client_interview")  # plain, with guests, not exported at first
TITLES = ("", "Первая беседа", "Вторая встреча", "Оффер")
PLACES = ("", "Байкал", "Кафе «Прибой»")
BROWSER = "vizavi-desktop.apps.sandbox"
MOST_MEETINGS = 4
LOADED = "Из календаря"  # titles of what people create there
ANSWERS = ("accepted", "declined", "tentative")
REFUSED = (RuleError, PermissionDenied, operations.EditConflict, CallRefused)
FAULTS: tuple[dict[str, Any], ...] = (
    {"effect": "lost_before"},
    {"effect": "lost_after"},
    {"effect": "lost_after", "status": 502},
    {"effect": "truncated"},
    {"effect": "malformed"},
    {"effect": "error", "status": 500, "reason": "backendError"},
    {"effect": "error", "status": 503, "reason": "backendError"},
    {"effect": "error", "status": 403, "reason": "rateLimitExceeded"},
    {"effect": "error", "status": 429, "reason": "rateLimitExceeded", "retry_after": 7},
    {"effect": "error", "status": 403, "reason": "quotaExceeded"},
    {"effect": "error", "status": 410, "reason": "fullSyncRequired", "method": "GET", "path": "/events$"},
    {"effect": "error", "status": 412, "reason": "conditionNotMet"},
    {"effect": "error", "status": 409, "reason": "conflict"},
    {"effect": "error", "status": 401, "reason": "authError"},
    {"effect": "error", "status": 400, "reason": "invalid"},
    {"effect": "delay", "delay_ms": 5},
)
METHODS = ("", "GET", "POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class Step:
    """Something that happens; `a`, `b`, `c` choose among what there is at that moment."""

    what: str
    a: int = 0
    b: int = 0
    c: int = 0
    fate: Fate | None = None

    def __repr__(self) -> str:
        values = [repr(self.what), *(str(value) for value in (self.a, self.b, self.c))]
        return f"Step({', '.join(values + ([f'fate={self.fate!r}'] if self.fate else []))})"


class Unexpected(logging.Handler):
    """Mistakes of ours that a run swallowed: they are logged with their trace."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.seen.append(f"{record.getMessage()}: {error!r}")


class World:
    """As seen by one process; another may `join` what this one has begun."""

    def __init__(self, sandbox: Sandbox, process: Process) -> None:
        self.sandbox, self.process = sandbox, process
        self.unexpected = Unexpected()
        self.foreign: set[str] = set()  # ids of items that people created there
        self.moved: set[str] = set()  # ids of items that people moved there, perhaps to where they were moved here
        self.carried: set[str] = set()  # ids of items that people took into another calendar, as theirs
        self.mails_wanted: Counter[str] = Counter()  # by event: how often somebody asked for mail, or removed it
        self.results: list[WorkResult] = []
        self.google: dict[str, Api] = {}

    def begin(self) -> None:
        empty()
        self.sandbox.reset()
        self.sandbox.admin("POST", "calendars", email=SERGEY, summary="Подбор")  # Anna has one from the beginning
        for name in ("Орлов", "Белов"):
            Candidate.objects.create(last_name=name, first_name="Денис")
        self.join()
        for user in self.people[:2]:
            self._connect(user.pk)

    def join(self) -> None:
        self.tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)
        self.olga = person(OLGA, "Мельникова", "Ольга", "administrator")
        self.people = [person(ANNA, "Крылова", "Анна"), person(SERGEY, "Тарасов", "Сергей")]
        self.people.append(person(ELENA, "Громова", "Елена"))  # has connected nothing
        self.candidates = list(Candidate.objects.order_by("pk").values_list("pk", flat=True))
        self._sign_in_there()
        self.calendars = {email: self._calendars(email) for email in (ANNA, SERGEY)}

    def _sign_in_there(self) -> None:
        """People's own browsers; what they use has nothing to do with the tokens we were given."""
        for email in (ANNA, SERGEY):
            token = self.sandbox.mint(email, ["calendar"], BROWSER)["access_token"]
            self.google.setdefault(email, Api(self.sandbox.url, "")).http.headers["Authorization"] = f"Bearer {token}"

    def _calendars(self, email: str) -> list[str]:
        return [row["id"] for row in self.google[email].ok("GET", "users/me/calendarList")["items"]]

    def _connect(self, user_id: int) -> None:
        """What the consent and the «Сохранить» after it do."""
        user = User.objects.get(pk=user_id)
        token = self.sandbox.mint(user.email, list(oauth.SCOPES))
        tokens = {
            "refresh_token": token["refresh_token"],
            "access_token": token["access_token"],
            "access_expires_at": timezone.now() + timedelta(hours=1),
            "scopes": " ".join(sorted(oauth.SCOPES)),
            "connected_at": timezone.now(),
            "email": user.email,
        }
        account, _new = Account.objects.update_or_create(user=user, remote_id=user.email, defaults=tokens)
        accounts.connect(account, by=user, now=timezone.now())
        account = Account.objects.get(pk=account.pk)
        writing = account.calendars.filter(writes=True).first()
        if writing is not None:
            accounts.choose(account, writing.pk, {}, by=user, now=timezone.now())

    # --- one step -----------------------------------------------------------------------------------------------------

    def play(self, step: Step) -> None:
        logger = logging.getLogger("vizavi")
        logger.addHandler(self.unexpected)
        try:
            with self.process.living(step.fate, self.take):
                self.take(step)
        finally:
            logger.removeHandler(self.unexpected)
            self.sandbox.admin("DELETE", "faults")

    def take(self, step: Step) -> None:
        """Do it, whatever befalls it; what people are refused stays as it was."""
        with suppress(*REFUSED, requests.RequestException):
            getattr(self, f"do_{step.what}")(step.a, step.b, step.c)

    # --- here ---------------------------------------------------------------------------------------------------------

    def do_plan(self, a: int, b: int, c: int) -> None:
        if Event.objects.count() >= MOST_MEETINGS:
            return
        notify = c % 5 == 0
        event = operations.plan(
            operations.EventValues(
                type=EventType.objects.get(code=TYPES[a % 3]),
                span=self.span(b),
                responsible=self.user(c),
                candidate=Candidate.objects.get(pk=self.candidates[b % 2]),
                participants=((self.user(c + 1), False), (self.user(c + 2), True)),
            ),
            by=self.olga,
            now=timezone.now(),
            notify=notify,
        )
        self.mails_wanted[event.uid.hex] += notify

    def do_move(self, a: int, b: int, c: int) -> None:
        event = self.event(a, *OPEN)
        if event:
            notify = c % 7 == 0
            self.mails_wanted[event.uid.hex] += notify
            operations.reschedule(
                event.pk, event.revision, self.span(b), by=self.olga, now=timezone.now(), notify=notify
            )

    def do_edit(self, a: int, b: int, c: int) -> None:
        event = self.event(a)
        if event:
            changes = ({"title": TITLES[b % 4]}, {"address": PLACES[b % 3]}, {"candidate_comment": f"№ {b}"})[c % 3]
            self._edit(event, **changes)

    def do_hand_over(self, a: int, b: int, _c: int) -> None:
        """Somebody else is responsible from now on."""
        event = self.event(a)
        if event:
            self.mails_wanted[event.uid.hex] += 1  # it is taken from the guests of the one and comes from the other
            self._edit(event, responsible=self.user(b))

    def do_retype(self, a: int, b: int, _c: int) -> None:
        event = self.event(a)
        if event:
            self.mails_wanted[event.uid.hex] += 1
            self._edit(event, type=EventType.objects.get(code=TYPES[b % 3]))

    def do_invite(self, a: int, b: int, _c: int) -> None:
        event = self.event(a)
        if event:
            self._edit(event, participants=tuple((self.user(n), False) for n in range(b % 4)))

    def do_confirm(self, a: int, b: int, _c: int) -> None:
        event = self.event(a)
        if event:
            (operations.confirm, operations.unconfirm)[b % 2](
                event.pk, event.revision, by=self.olga, now=timezone.now()
            )

    def do_cancel(self, a: int, _b: int, c: int) -> None:
        event = self.event(a, *OPEN)
        if event:
            self.mails_wanted[event.uid.hex] += 1
            operations.cancel(event.pk, event.revision, by=self.olga, now=timezone.now(), notify=c % 5 == 0)

    def do_restore(self, a: int, _b: int, _c: int) -> None:
        event = self.event(a, "cancelled")
        if event:
            operations.restore(event.pk, event.revision, by=self.olga, now=timezone.now())

    def do_hold(self, a: int, b: int, _c: int) -> None:
        event = self.event(a)
        if event:
            done = (operations.hold, operations.no_show, operations.revert)[b % 3]
            done(event.pk, event.revision, by=self.olga, now=timezone.now())

    def do_rename_candidate(self, a: int, b: int, _c: int) -> None:
        candidate = Candidate.objects.get(pk=self.candidates[a % 2])
        candidate.first_name = ("Денис", "Дмитрий", "Даниил")[b % 3]
        recruiting.save_candidate(candidate, by=self.olga, now=timezone.now())

    def do_switch_flag(self, a: int, b: int, _c: int) -> None:
        event_type = EventType.objects.get(code=TYPES[a % 3])
        event_type.export_enabled = not event_type.export_enabled
        existing = ("keep", "remove")[b % 2]
        self._taken_away(existing, Event.objects.filter(type=event_type))
        exports.save_type(event_type, existing=existing, by=self.olga, now=timezone.now())

    # --- there --------------------------------------------------------------------------------------------------------

    def do_move_there(self, a: int, b: int, _c: int) -> None:
        self.moved |= {item["id"] for _, _, item in self.copies(a)}
        self._patch_there(a, self.times(b))

    def do_rename_there(self, a: int, b: int, _c: int) -> None:
        self._patch_there(a, {"summary": f"Там: {TITLES[b % 4]}"})

    def do_place_there(self, a: int, b: int, _c: int) -> None:
        self._patch_there(a, {"location": PLACES[b % 3]})

    def do_delete_there(self, a: int, _b: int, _c: int) -> None:
        for api, calendar, item in self.copies(a):
            api.call("DELETE", f"{where(calendar)}/{item['id']}")

    def do_bring_back_there(self, a: int, b: int, _c: int) -> None:
        """Out of the bin; what was moved into another calendar left none behind."""
        for api, calendar, item in self.copies(a, deleted=True):
            if all(item["id"] != other["id"] for _, other in self.living()):
                self.moved.add(item["id"])
                for link in Link.objects.filter(remote_id=item["id"]).select_related("event"):
                    self.mails_wanted[link.event.uid.hex] += 1  # its guests see it again
                api.call("PATCH", f"{where(calendar)}/{item['id']}", {"status": "confirmed"} | self.times(b))

    def do_answer_there(self, a: int, b: int, _c: int) -> None:
        """A guest answers the invitation in the own calendar."""
        for api, calendar, item in self.guest_copies(a):
            mine = [{"email": calendar, "responseStatus": ANSWERS[b % 3]}]
            api.call("PATCH", f"{where(calendar)}/{item['id']}", {"attendees": mine})

    def do_guest_moves_there(self, a: int, b: int, _c: int) -> None:
        """A guest drags the own copy: another time is proposed."""
        for api, calendar, item in self.guest_copies(a):
            api.call("PATCH", f"{where(calendar)}/{item['id']}", self.times(b))

    def do_guest_deletes_there(self, a: int, _b: int, _c: int) -> None:
        for api, calendar, item in self.guest_copies(a):
            api.call("DELETE", f"{where(calendar)}/{item['id']}")

    def do_carry_there(self, a: int, _b: int, _c: int) -> None:
        """A person moves the item into another of the own calendars, where the product reads it or not."""
        for api, calendar, item in self.copies(a):
            mine = next(calendars for calendars in self.calendars.values() if calendar in calendars)
            target = next(other for other in mine[:2] if other != calendar)
            self.carried.add(item["id"])
            api.call("POST", f"{where(calendar)}/{item['id']}/move", destination=target)

    def do_create_there(self, a: int, b: int, c: int) -> None:
        email = (ANNA, SERGEY)[a % 2]
        body = self.times(b) | {"summary": f"{LOADED} {b}"}
        made = self.google[email].call("POST", where(self.calendars[email][c % 2]), body)
        if made.ok:
            self.foreign.add(made.json()["id"])

    def do_copy_there(self, a: int, b: int, _c: int) -> None:
        """Google's «Duplicate» takes our properties along."""
        for api, calendar, item in self.copies(a):
            kept = {name: item[name] for name in ("summary", "description", "extendedProperties") if name in item}
            made = api.call("POST", where(calendar), self.times(b) | kept)
            if made.ok:
                self.foreign.add(made.json()["id"])

    # --- the accounts -------------------------------------------------------------------------------------------------

    def do_pause(self, a: int, _b: int, _c: int) -> None:
        user = self.user(a)
        switch = accounts.resume if user.external_calendar == ExternalCalendar.NONE else accounts.pause
        switch(user, by=user, now=timezone.now())

    def do_disconnect(self, a: int, b: int, _c: int) -> None:
        account = accounts.active_account(self.user(a))
        if account is not None:
            existing = ("keep", "remove")[b % 2]
            self._taken_away(existing, Event.objects.filter(links__calendar__account=account))
            accounts.disconnect(account, existing=existing, by=account.user, now=timezone.now())

    def do_reconnect(self, a: int, _b: int, _c: int) -> None:
        user = self.user(a)
        if user.email in self.google:
            self._connect(user.pk)

    def do_choose(self, a: int, b: int, c: int) -> None:
        """Another writing calendar, or the other one given to recruiting."""
        account = accounts.active_account(self.user(a))
        rows = list(account.calendars.order_by("-primary", "pk")) if account else []
        if account is None or len(rows) < 2:
            return
        writing, other = rows[b % 2], rows[1 - b % 2]
        given = EventType.objects.get(code="interview")
        mode = ((LoadMode.NAMED, None), (LoadMode.TYPED, given), (LoadMode.SKIP, None), (LoadMode.BUSY, None))[c % 4]
        accounts.choose(account, writing.pk, {other.pk: mode}, by=account.user, now=timezone.now())

    def do_policy(self, a: int, b: int, c: int) -> None:
        account = accounts.active_account(self.user(a))
        if account is not None:
            accounts.set_policy(
                account,
                conflict_policy=list(ConflictPolicy)[b % 3],
                takes_text=bool(c & 1),
                takes_place=bool(c & 2),
                cancel_on_delete=bool(c & 4),
                cancelled_stays=account.cancelled_stays if Event.objects.exists() else bool(c & 8),
                by=account.user,
                now=timezone.now(),
            )

    def do_expire(self, a: int, b: int, _c: int) -> None:
        """An access token or the cursors run out."""
        email = (ANNA, SERGEY)[a % 2]
        if b % 3:
            self.sandbox.admin("POST", "expire-sync", calendar=self.calendars[email][b % 2])
        else:
            self.sandbox.admin("POST", "expire-access", email=email)
            self._sign_in_there()

    def do_revoke(self, a: int, _b: int, _c: int) -> None:
        self.sandbox.admin("POST", "revoke", email=(ANNA, SERGEY)[a % 2])
        self._sign_in_there()

    def do_right(self, a: int, b: int, _c: int) -> None:
        """The person may only read the own calendar any more, or may write again."""
        email = (ANNA, SERGEY)[a % 2]
        role = ("reader", "owner")[b % 2]
        self.sandbox.admin("POST", "role", email=email, calendar=self.calendars[email][0], role=role)

    # --- answers ------------------------------------------------------------------------------------------------------

    def do_answer(self, a: int, b: int, _c: int) -> None:
        """Whatever question is open: deleted there, both sides changed, another time proposed."""
        proposal = Proposal.objects.order_by("pk").first()
        if proposal is not None and a % 2:
            self.mails_wanted[proposal.event.uid.hex] += 1
            choice = ("accept", "return")[b % 2]
            questions.answer_proposal(proposal.pk, choice, by=self.olga, now=timezone.now())
            return
        detached = Link.objects.filter(state="detached").order_by("pk")
        links = list(detached) + list(Link.objects.filter(conflict__isnull=False).order_by("pk"))
        if not links:
            return
        link = links[a % len(links)]
        if link.state == "detached":
            choice = ("cancel", "export", "keep")[b % 3]
            self.mails_wanted[link.event.uid.hex] += 1
            questions.answer_detached(link.pk, choice, by=self.olga, now=timezone.now())
        else:
            answer = (questions.acknowledge, questions.undo_conflict)[b % 2]
            answer(link.pk, by=self.olga, now=timezone.now())

    # --- the service --------------------------------------------------------------------------------------------------

    def do_push(self, a: int, b: int, c: int) -> None:
        self._trouble(b, c)
        self.work(a, pull=False)

    def do_pull(self, a: int, b: int, c: int) -> None:
        """The one, the other, or both after one another."""
        self._trouble(b, c)
        for number in ((0,), (1,), (0, 1), (1, 0))[a % 4]:
            self.work(number, pull=True)

    def do_sweep(self, _a: int, b: int, c: int) -> None:
        self._trouble(b, c)
        for pk in list(due.accounts_with_work(timezone.now()).order_by("pk").values_list("pk", flat=True)):
            self.results.append(work_account(pk, pull=False, now=timezone.now))

    def do_time_passes(self, _a: int, _b: int, _c: int) -> None:
        rest()

    def do_rival(self, a: int, b: int, _c: int) -> None:
        """The lease has run out although its worker still lives: another one takes over."""
        Account.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        self.work(a, pull=bool(b % 2))

    def work(self, a: int, *, pull: bool) -> WorkResult | None:
        account = Account.objects.filter(user=self.user(a % 2)).first()
        if account is None:
            return None
        self.results.append(work_account(account.pk, pull=pull, now=timezone.now))
        return self.results[-1]

    # --- what there is ------------------------------------------------------------------------------------------------

    def user(self, number: int) -> User:
        return User.objects.get(pk=self.people[number % 3].pk)

    def event(self, number: int, *statuses: str) -> Event | None:
        """One of the meetings, of those in one of `statuses` where any are given."""
        wanted = {"status__in": statuses} if statuses else {}
        rows = Event.objects.filter(**wanted).select_related("type", "responsible", "candidate", "room")
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def span(self, number: int) -> Span:
        """Hours of the coming days, now and then whole days, and one meeting that has just begun."""
        if number % 17 == 0:
            start = timezone.now().replace(second=0, microsecond=0, tzinfo=UTC) - timedelta(minutes=10)
            return Span(start, start + timedelta(hours=1), ZONE)
        if number % 5 == 0:
            first = (self.tomorrow + timedelta(days=number % 9)).date()
            return days(first, first + timedelta(days=number % 2), ZONE)
        start = self.tomorrow.astimezone(UTC) + timedelta(hours=number)
        return Span(start, start + timedelta(hours=1), ZONE)

    def times(self, number: int) -> dict[str, Any]:
        span = self.span(number)
        if span.starts_on is None or span.ends_on is None:
            body = timed(span.starts_at.isoformat(), span.ends_at.isoformat())
            return {side: body[side] | {"date": None} for side in ("start", "end")}
        nothing = {"dateTime": None, "timeZone": None}
        return {
            "start": {"date": span.starts_on.isoformat()} | nothing,
            "end": {"date": span.ends_on.isoformat()} | nothing,
        }

    def copies(self, number: int, *, deleted: bool = False) -> list[tuple[Api, str, dict[str, Any]]]:
        """One of the items that meetings are linked to, as its owner sees it; or one of those that were deleted."""
        found = []
        for link in Link.objects.select_related("calendar__account").order_by("pk"):
            api, calendar = self.google[link.calendar.account.email], link.calendar.remote_id
            answer = api.call("GET", f"{where(calendar)}/{link.remote_id}")
            if answer.ok and (answer.json()["status"] == "cancelled") == deleted:
                found.append((api, calendar, answer.json()))
        return [found[number % len(found)]] if found else []

    def guest_copies(self, number: int) -> list[tuple[Api, str, dict[str, Any]]]:
        """One of the invitations that our meetings became in colleagues' calendars."""
        found = [
            (self.google[email], email, item)
            for email in self.google
            for item in self.google[email].items(email)
            if item["organizer"]["email"] != email
        ]
        return [found[number % len(found)]] if found else []

    def living(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything that stands in anybody's calendar, with the calendar."""
        return [
            (calendar, item)
            for email, calendars in self.calendars.items()
            for calendar in calendars
            for item in self.google[email].items(calendar)
        ]

    def _patch_there(self, number: int, body: dict[str, Any]) -> None:
        for api, calendar, item in self.copies(number):
            api.call("PATCH", f"{where(calendar)}/{item['id']}", body)

    def _edit(self, event: Event, **changes: Any) -> None:
        participants = Participant.objects.filter(event=event).select_related("user")
        values: dict[str, Any] = {
            "type": event.type,
            "span": Span(event.starts_at, event.ends_at, event.zone, event.starts_on, event.ends_on),
            "responsible": event.responsible,
            "candidate": event.candidate,
            "title": event.title,
            "address": event.address,
            "candidate_comment": event.candidate_comment,
            "participants": tuple((row.user, row.optional) for row in participants),
        }
        wanted = operations.EventValues(**(values | changes))
        operations.edit(event.pk, event.revision, wanted, by=self.olga, now=timezone.now())

    def _taken_away(self, existing: str, events: QuerySet[Event]) -> None:
        """A person has copies removed: guests who were told of them hear that, as the preview says."""
        for uid in events.values_list("uid", flat=True) if existing == "remove" else ():
            self.mails_wanted[uid.hex] += 1

    def _trouble(self, b: int, c: int) -> None:
        """The `b`-th kind of fault strikes the `c`-th request; most numbers mean none."""
        if b < len(FAULTS):
            method = METHODS[c % len(METHODS)]
            where_and_when = {"path": "/calendar/v3", "nth": c % 3 + 1} | ({"method": method} if method else {})
            self.sandbox.fault(**where_and_when | FAULTS[b])


def person(email: str, last: str, first: str, role: str = "recruiter") -> User:
    fields = {"last_name": last, "first_name": first, "role": role, "external_calendar": ExternalCalendar.GOOGLE}
    return User.objects.get_or_create(email=email, defaults=fields)[0]


def rest() -> None:
    """Time passes: leases run out, and the pauses that were asked for are over."""
    Account.objects.update(lease_until=None, lease_owner="")
    end_pauses()


def end_pauses() -> None:
    Account.objects.update(not_before=None, retry_at=None, spent=[])
    Link.objects.update(next_try=None)
    Installation.objects.update(project_not_before=None)


def empty() -> None:
    """As it was before the first meeting."""
    for model in (JournalEntry, Link, Calendar, Account, Event, Candidate):
        model.objects.all().delete()
    User.objects.update(external_calendar=ExternalCalendar.GOOGLE)
    EventType.objects.filter(code__in=TYPES).update(export_enabled=False)
    EventType.objects.filter(code__in=TYPES[:2]).update(export_enabled=True)
    HUEY.storage.flush_queue()
