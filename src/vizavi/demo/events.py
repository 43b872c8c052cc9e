"""The 64 events of the demo, two weeks back to one ahead: a pure generator; statuses follow the clock (DOMAIN 6)."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vizavi.demo.people import ELENA, OLGA, SERGEY, YEKATERINBURG, DemoUser
from vizavi.demo.recruiting import FAR, SEED, DemoApplication, DemoCandidate, DemoVacancy, Recruiting
from vizavi.events.models import EventStatus, Outcome

# Each week Monday to Friday, in the local time of the vacancy's recruiter: "time type vacancy [room] [mark]"
# Marks: x cancelled, n no-show, o left open though it is over, m moved twice, p panel of three, w planned just now,
# so that it waits for the responsible's Google account, r run by the head of recruiting herself.
_WEEKS: dict[int, tuple[str, str, str, str, str]] = {
    -2: (
        "10:00 phone_interview V-101; 11:00 phone_interview V-104; 15:00 video_interview V-103",
        "10:00 interview V-104 Ладога; 11:30 phone_interview V-102 x; day resume_review V-101",
        "10:00 hm_interview V-104 Ладога; 12:00 phone_interview V-105; 15:00 interview V-102 Ладога",
        "10:00 testing V-103; 11:00 tech_interview V-101; 14:30 video_interview V-101 x; 16:00 phone_interview V-106",
        "10:00 video_interview V-104; 12:00 interview V-105 Селигер n; 15:00 hm_interview V-101 Ладога",
    ),
    -1: (
        "10:00 phone_interview V-103; 11:30 interview V-104 Ладога; 14:00 tech_interview V-102; "
        "16:00 phone_interview V-105",
        "10:00 video_interview V-101; 12:00 phone_interview V-104 n; 15:00 interview V-106 Ладога; "
        "day resume_review V-104",
        "11:00 hm_interview V-104 Ладога; 14:00 panel_interview V-101 Байкал p; 16:30 phone_interview V-101",
        "10:00 interview V-102 Ладога; 12:00 tech_interview V-103; 15:00 phone_interview V-102 n; "
        "16:00 offer_meeting V-104 Ладога",
        "10:00 interview V-105 Селигер x; 12:00 hm_interview V-102 Ладога; 15:00 video_interview V-103 o",
    ),
    0: (
        "day first_day V-106; 10:00 phone_interview V-102; 12:00 video_interview V-101; "
        "15:00 hm_interview V-104 Ладога",
        "10:00 video_interview V-102 m; 11:30 interview V-104 Ладога; 14:00 tech_interview V-101; "
        "16:00 phone_interview V-105",
        "10:00 interview V-102 Ладога; 12:00 hm_interview V-101 Ладога; 14:00 hm_interview V-105 Селигер; "
        "15:30 testing V-103",
        "11:00 interview V-105 Селигер; 14:00 tech_interview V-103; 15:30 video_interview V-104 x",
        "10:00 phone_interview V-101; 12:00 hm_interview V-102 Ладога; 15:00 debrief V-101 Арал",
    ),
    1: (
        "day first_day V-108; 11:00 phone_interview V-103 r; 15:00 interview V-104 Ладога w",
        "10:00 video_interview V-101 far; 14:00 panel_interview V-102 Байкал p; 15:00 offer_meeting V-104 Байкал w",
        "11:00 video_interview V-106 w; 12:15 client_interview V-104",
        "10:00 interview V-101 Ладога r; 12:00 tech_interview V-102",
        "11:00 phone_interview V-101 x; 15:00 phone_interview V-105",
    ),
}
_MINUTES = {
    "phone_interview": 30,
    "tech_interview": 90,
    "panel_interview": 90,
    "offer_meeting": 30,
    "debrief": 30,
}
# where in the funnel a candidate stands who has such an event
_STAGES = {
    "phone_interview": ("phone", "screening", "new"),
    "video_interview": ("interview", "phone", "screening"),
    "interview": ("interview", "hm_interview", "phone"),
    "hm_interview": ("hm_interview", "interview", "offer"),
    "tech_interview": ("interview", "hm_interview", "testing"),
    "panel_interview": ("hm_interview", "interview", "offer"),
    "client_interview": ("hm_interview", "interview"),
    "offer_meeting": ("offer", "hm_interview"),
    "first_day": ("hired", "offer"),
    "testing": ("testing", "interview"),
    "resume_review": ("review", "screening"),
    "debrief": ("hm_interview", "offer"),
}
_BY_MANAGER = {"tech_interview", "resume_review"}  # the manager is responsible, the recruiter is not the owner
_WITH_MANAGER = {"hm_interview", "debrief"}
_COMMENTS = {
    "interview": "Возьмите, пожалуйста, паспорт: пропуск заказан на стойке охраны.",
    "video_interview": "Подключайтесь по ссылке за пять минут до начала.",
    "phone_interview": "Мы позвоним на указанный в резюме номер.",
    "tech_interview": "Будет небольшая практическая задача, ноутбук дадим.",
}
_CANCELLED_BECAUSE = ("Кандидат попросил отменить", "Кандидат принял другое предложение", "Вакансия уточняется")
_MOVED_BECAUSE = ("Кандидат попросил перенести", "Интервьюер в отъезде")


@dataclass(frozen=True, slots=True)
class DemoEvent:
    type: str
    vacancy: DemoVacancy
    candidate: DemoCandidate
    responsible: DemoUser
    planned_by: DemoUser
    participants: tuple[DemoUser, ...]
    declined: DemoUser | None
    zone: str
    day: date
    at: time | None  # None: all day
    minutes: int
    room: str
    status: EventStatus
    outcome: Outcome
    planned_days_before: int
    planned_just_now: bool
    moves: tuple[tuple[datetime, str], ...]  # (where it stood at first, why it was moved on)
    reason: str
    comment: str
    video_url: str

    @property
    def start(self) -> datetime:
        return datetime.combine(self.day, self.at or time())

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    def ends_at(self) -> datetime:
        end = self.end if self.at else self.start + timedelta(days=1)
        return end.replace(tzinfo=ZoneInfo(self.zone))


def generate(recruiting: Recruiting, monday: date, now: datetime) -> tuple[DemoEvent, ...]:
    """All events of the four weeks around `monday`, as they would stand at `now`."""
    chance = random.Random(SEED)  # noqa: S311 - chance for a show, not for secrets
    busy: set[tuple[str, DemoCandidate]] = set()  # a candidate has one event of a type only
    events = []
    for week, days in _WEEKS.items():
        for offset, rows in enumerate(days):
            day = monday + timedelta(weeks=week, days=offset)
            for row in rows.split("; "):
                event = _event(row, day, recruiting, busy=busy, chance=chance)
                events.append(_as_of(event, week, row.split(), now, chance))
    return tuple(events)


def _event(
    row: str,
    day: date,
    recruiting: Recruiting,
    *,
    busy: set[tuple[str, DemoCandidate]],
    chance: random.Random,
) -> DemoEvent:
    clock, kind, number, *rest = row.split()
    here = [application for application in recruiting.applications if application.vacancy.number == number]
    application = _pick(kind, here, far="far" in rest, busy=busy, chance=chance)
    vacancy = application.vacancy
    responsible, participants = _people(kind, vacancy, rest)
    at = None if clock == "day" else time.fromisoformat(clock)
    return DemoEvent(
        type=kind,
        vacancy=vacancy,
        candidate=application.candidate,
        responsible=responsible,
        planned_by=vacancy.recruiter,
        participants=participants,
        declined=ELENA if "p" in rest else None,
        zone=YEKATERINBURG if vacancy.recruiter.time_zone == YEKATERINBURG else responsible.time_zone,
        day=day,
        at=at,
        minutes=_MINUTES.get(kind, 60),
        room=next((word for word in rest if len(word) > 3), ""),
        status=EventStatus.PLANNED,
        outcome=Outcome.FAILED if application.reason else Outcome.PASSED,
        planned_days_before=chance.randrange(3, 8),
        planned_just_now="w" in rest,
        moves=_moves(day) if "m" in rest else (),
        reason="",
        comment=_COMMENTS.get(kind, ""),
        video_url=f"https://meet.vetervolna.example/{chance.randrange(16**8):08x}" if _by_video(kind) else "",
    )


def _by_video(kind: str) -> bool:
    return kind in {"video_interview", "testing"}


def _pick(
    kind: str,
    applications: list[DemoApplication],
    *,
    far: bool,
    busy: set[tuple[str, DemoCandidate]],
    chance: random.Random,
) -> DemoApplication:
    """Somebody at a fitting stage who has not had such an event yet; the far one only where asked for."""

    def fitness(application: DemoApplication) -> tuple[bool, bool, int, float]:
        stages = _STAGES[kind]
        at = stages.index(application.stage) if application.stage in stages else len(stages)
        is_far = application.candidate.last_name == FAR
        return is_far != far, (kind, application.candidate) in busy, at, chance.random()

    chosen = min(applications, key=fitness)
    busy.add((kind, chosen.candidate))
    return chosen


def _people(kind: str, vacancy: DemoVacancy, marks: list[str]) -> tuple[DemoUser, tuple[DemoUser, ...]]:
    if "p" in marks:
        return vacancy.recruiter, (SERGEY, OLGA, ELENA)
    if "r" in marks:
        return OLGA, ()
    if kind in _BY_MANAGER:
        return vacancy.manager, ()
    return vacancy.recruiter, (vacancy.manager,) if kind in _WITH_MANAGER else ()


def _moves(day: date) -> tuple[tuple[datetime, str], ...]:
    stood = (datetime.combine(day - timedelta(days=5), time(15)), datetime.combine(day - timedelta(days=1), time(12)))
    return tuple(zip(stood, _MOVED_BECAUSE, strict=True))


def _as_of(event: DemoEvent, week: int, marks: list[str], now: datetime, chance: random.Random) -> DemoEvent:
    over = event.ends_at() <= now
    undecided = chance.random() < 0.25
    reason = chance.choice(_CANCELLED_BECAUSE)
    confirmed = chance.random() < 0.4
    if "x" in marks:
        return replace(event, status=EventStatus.CANCELLED, outcome=Outcome.NONE, reason=reason)
    if "n" in marks:
        return replace(event, status=EventStatus.NO_SHOW, outcome=Outcome.NONE)
    if over and "o" not in marks:
        return replace(event, status=EventStatus.HELD, outcome=Outcome.NONE if undecided else event.outcome)
    status = EventStatus.CONFIRMED if confirmed and week >= 0 and "w" not in marks else EventStatus.PLANNED
    return replace(event, status=status, outcome=Outcome.NONE)
