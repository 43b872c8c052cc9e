"""The data of a large company after years of work: what long lists are measured over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CANDIDATES, EVENTS, LINES = 20_000, 50_000, 60_000
PEOPLE, VACANCIES = 60, 300
LONGEST_FUNNEL = 1_500  # applications for the vacancy everybody wants
SLICE = 2_000
SURNAMES = ("Алексеев", "Белов", "Виноградов", "Гусев", "Денисов", "Ершов", "Жуков", "Зимин", "Ильин", "Ковалёв")
NAMES = ("Дарья", "Павел", "Ксения", "Илья", "Ирина", "Артём", "Юлия", "Никита", "Алина", "Роман", "Полина")
CITIES = ("Москва", "Екатеринбург", "Самара", "Владивосток", "")
SOURCES = ("hh.ru", "рекомендация", "SuperJob", "Telegram", "сайт")


@dataclass(frozen=True)
class Company:
    """Who looks (an administrator), and the vacancy with the longest funnel."""

    viewer: Any
    vacancy: Any


def company(now: datetime) -> Company:
    """Everything in few statements; spread evenly, so that each page finds what a real one would."""
    from vizavi.people.models import User  # Django is set up only by now, here and below

    roles = ["administrator", *["recruiter"] * (PEOPLE - 1)]
    accounts = [
        User(
            email=f"person{n}@company.example", last_name=SURNAMES[n % 10], first_name=f"{NAMES[n % 11]} {n}", role=role
        )
        for n, role in enumerate(roles)
    ]
    people = User.objects.bulk_create(accounts)
    vacancies = _vacancies(people)
    candidates = _candidates()
    _applications(candidates, vacancies, now)
    events = _events(people, candidates, vacancies, now)
    _connections(people, events, now)
    _audit(people, now)
    return Company(people[0], vacancies[0])


def _stored(model: Any, rows: Iterator[Any]) -> list[Any]:
    return list(model.objects.bulk_create(list(rows), batch_size=SLICE))


def _vacancies(people: list[Any]) -> list[Any]:
    from vizavi.recruiting.models import Vacancy, VacancyStatus

    statuses = (VacancyStatus.OPEN, VacancyStatus.OPEN, VacancyStatus.CLOSED)
    rows = (
        Vacancy(number=f"V-{n}", title=f"Специалист {n}", recruiter=people[n % PEOPLE], status=statuses[n % 3])
        for n in range(VACANCIES)
    )
    return _stored(Vacancy, rows)


def _candidates() -> list[Any]:
    from vizavi.recruiting.models import Candidate

    rows = (
        Candidate(
            last_name=f"{SURNAMES[n % 10]}{n // 110}",
            first_name=NAMES[n % 11],
            email=f"candidate{n}@mail.example",
            phone=f"+7 900 {n:07d}",
            city=CITIES[n % 5],
            source=SOURCES[n % 7 % 5],
        )
        for n in range(CANDIDATES)
    )
    return _stored(Candidate, rows)


def _applications(candidates: list[Any], vacancies: list[Any], now: datetime) -> None:
    from vizavi.recruiting.models import Application, Stage

    stages = list(Stage.objects.order_by("order"))
    rows = (
        Application(
            candidate=candidate,
            vacancy=vacancies[0 if n < LONGEST_FUNNEL else 1 + n % (VACANCIES - 1)],
            stage=stages[n % len(stages)],
            moved_at=now - timedelta(hours=n % 2000),
        )
        for n, candidate in enumerate(candidates)
    )
    _stored(Application, rows)


def _events(people: list[Any], candidates: list[Any], vacancies: list[Any], now: datetime) -> list[Any]:
    """Two years behind, the next three weeks ahead: some seventy on each day."""
    from vizavi.events.models import Event, EventStatus, EventType

    kinds = list(EventType.objects.filter(in_grid=True, default_all_day=False).order_by("pk"))
    every, first = timedelta(minutes=21), now + timedelta(days=21) - timedelta(minutes=21) * EVENTS
    edited = dict.fromkeys([f"{group}_edited_at" for group in ("time", "text", "place", "people", "state")], now)

    def event(number: int) -> Event:
        start = first + every * number
        status = EventStatus.PLANNED if start > now else EventStatus.HELD
        person, kind = people[number % PEOPLE], kinds[number % len(kinds)]
        span = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        about = {"candidate": candidates[number * 7 % CANDIDATES], "vacancy": vacancies[number % VACANCIES]}
        return Event(type=kind, status=status, responsible=person, created_at=start, **span, **about, **edited)

    return _stored(Event, (event(number) for number in range(EVENTS)))


def _connections(people: list[Any], events: list[Any], now: datetime) -> None:
    from vizavi.connections.models import Account, Calendar, JournalEntry, Link

    common: dict[str, Any] = {"active": True, "begun": True, "state": "ok", "connected_at": now}
    accounts = _stored(Account, (Account(user=one, remote_id=one.email, email=one.email, **common) for one in people))
    homes = _stored(
        Calendar, (Calendar(account=one, remote_id=one.email, name="Подбор", writes=True) for one in accounts)
    )
    # what is synchronised, and one in a hundred of the coming ones still waits
    linked = events[-EVENTS // 2 :]
    _stored(
        Link,
        (
            Link(
                event=one,
                calendar=homes[n % PEOPLE],
                remote_id=f"r{n}",
                event_revision=1,
                pushed_revision=0 if n % 100 == 0 else 1,
            )
            for n, one in enumerate(linked)
        ),
    )
    _stored(
        JournalEntry,
        (
            JournalEntry(
                at=now - timedelta(minutes=n),
                account=accounts[n % PEOPLE],
                event=events[-1 - n % EVENTS],
                direction=("out", "in", "here")[n % 3],
                action="changed",
                changes={"start": ["2026-01-01T10:00:00+00:00", "2026-01-01T12:00:00+00:00"]},
                ok=n % 50 != 0,
                text="" if n % 50 else "Google не ответил",
            )
            for n in range(LINES)
        ),
    )


def _audit(people: list[Any], now: datetime) -> None:
    from vizavi.common.models import AuditEntry

    kinds = ("event", "candidate", "user", "application", "event_type")
    rows = (
        AuditEntry(
            at=now - timedelta(minutes=n),
            actor=people[n % PEOPLE],
            action="event.rescheduled" if n % 5 == 0 else "user.signed_in",
            kind=kinds[n % 5],
            object_id=str(n),
            label=f"Запись {n}",
            changes={"starts_at": ["2026-01-01T10:00:00+00:00", "2026-01-01T12:00:00+00:00"]} if n % 5 == 0 else {},
        )
        for n in range(LINES)
    )
    _stored(AuditEntry, rows)
