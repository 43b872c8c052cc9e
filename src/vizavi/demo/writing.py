"""The demo data goes in through the same operations people use, so it has its history and audit log."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vizavi.demo import events, people, recruiting
from vizavi.demo.events import DemoEvent
from vizavi.demo.exchange import Exchange
from vizavi.demo.google import LocalGoogle
from vizavi.demo.stories import Story, play
from vizavi.events import operations as event_operations
from vizavi.events import rules
from vizavi.events.default_letters import create_missing as create_templates
from vizavi.events.defaults import complete as complete_event_types
from vizavi.events.defaults import create_missing as create_event_types
from vizavi.events.models import Answer, Event, EventStatus, EventType, Format, MessageTemplate, Room
from vizavi.events.operations import EventValues
from vizavi.events.rules import Span
from vizavi.jobs.models import TaskDefinition
from vizavi.jobs.rules import Period
from vizavi.letters.drafting import draft
from vizavi.letters.models import Letter, LetterState
from vizavi.letters.operations import Written, is_configured
from vizavi.letters.operations import write as write_letter
from vizavi.people import operations as people_operations
from vizavi.people.models import Department, User
from vizavi.recruiting import operations as recruiting_operations
from vizavi.recruiting.defaults import create_missing as create_stages
from vizavi.recruiting.models import Candidate, RejectionReason, Stage, Vacancy


@dataclass
class _Written:
    """What stands in the database already, by the generator's values."""

    users: dict[str, User] = field(default_factory=dict)
    vacancies: dict[str, Vacancy] = field(default_factory=dict)
    candidates: dict[recruiting.DemoCandidate, Candidate] = field(default_factory=dict)
    types: dict[str, EventType] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def keep_directories(self) -> None:
        self.types = {row.code: row for row in EventType.objects.all()}
        self.rooms = {row.name: row for row in Room.objects.all()}


LAST_MARKS = timedelta(minutes=13)  # the last minutes belong to the exchange with Google
Saved = Callable[[User, datetime], None]  # who is responsible for what was just saved, and when


def write(now: datetime, local: LocalGoogle | None = None) -> bool:
    """All or nothing; False where the demo company is there already: then nothing is touched.

    With a local Google the weeks are lived on both sides. Nobody else is there yet, so one transaction may hold it all.
    """
    with transaction.atomic():
        if User.objects.filter(email=people.OLGA.email).exists():
            return False
        today = timezone.localtime(now, ZoneInfo(settings.TIME_ZONE)).date()
        monday = today - timedelta(days=today.weekday())
        create_event_types(EventType)
        create_stages(Stage, RejectionReason)
        complete_event_types(EventType, Stage)
        create_templates(MessageTemplate, EventType)
        written = _Written()
        founded = now - timedelta(days=60)
        _write_people(written, founded)
        _write_rooms(written, founded)
        staff = recruiting.generate(monday)
        _write_recruiting(written, staff, now)
        written.keep_directories()
        exchange = _exchange(local, monday, now) if local else None
        saved: Saved = exchange.saved if exchange else _unnoticed
        stories = [_story(written, event, now, saved) for event in events.generate(staff, monday, now)]
        play([*(exchange.stories() if exchange else ()), *stories])
    return True


def _exchange(local: LocalGoogle, monday: date, now: datetime) -> Exchange:
    """The journey shows that a move there arrives when the task is run, so nothing runs by itself."""
    task, _created = TaskDefinition.objects.update_or_create(
        code="calendar_pull", defaults={"period": Period.MANUAL, "next_run_at": None}
    )
    return Exchange(local, task, datetime.combine(monday, time(), ZoneInfo(settings.TIME_ZONE)), now)


def _unnoticed(_responsible: User, _at: datetime) -> None:
    """Where no calendar is connected, nobody outside learns of what is saved."""


def _write_people(written: _Written, now: datetime) -> None:
    departments: dict[str, Department] = {}
    for name, parent in people.DEPARTMENTS:
        departments[name] = Department.objects.create(name=name, parent=departments[parent] if parent else None)
    for one in people.USERS:
        user = User(
            email=one.email,
            first_name=one.first_name,
            last_name=one.last_name,
            position=one.position,
            department=departments[one.department],
            role=one.role,
            time_zone=one.time_zone,
        )
        written.users[one.key] = people_operations.save_user(user, password=people.PASSWORD, by=None, now=now)


def _write_rooms(written: _Written, now: datetime) -> None:
    for name, city, capacity in people.ROOMS:
        room = Room(name=name, city=city, capacity=capacity)
        event_operations.save_room(room, by=written.users[people.OLGA.key], now=now)


def _write_recruiting(written: _Written, staff: recruiting.Recruiting, now: datetime) -> None:
    olga = written.users[people.OLGA.key]
    for one in recruiting.VACANCIES:
        vacancy = Vacancy(
            number=one.number,
            title=one.title,
            department=Department.objects.get(name=one.department),
            city=one.city,
            recruiter=written.users[one.recruiter.key],
            manager=written.users[one.manager.key],
            salary_from=one.salary[0],
            salary_to=one.salary[1],
            seats=one.seats,
            urgent=one.urgent,
            status=one.status,
        )
        saved = recruiting_operations.save_vacancy(vacancy, by=olga, now=now - timedelta(days=50))
        written.vacancies[one.number] = saved
    for person in staff.candidates:
        candidate = Candidate(**{name: getattr(person, name) for name in person.__slots__})
        saved_one = recruiting_operations.save_candidate(candidate, by=olga, now=now - timedelta(days=30))
        written.candidates[person] = saved_one
    _write_applications(written, staff, now)


def _write_applications(written: _Written, staff: recruiting.Recruiting, now: datetime) -> None:
    stages = {stage.code: stage for stage in Stage.objects.all()}
    reasons = {reason.name_ru: reason for reason in RejectionReason.objects.all()}
    for one in staff.applications:
        by = written.users[one.vacancy.recruiter.key]
        application = recruiting_operations.put_on_vacancy(
            written.candidates[one.candidate],
            written.vacancies[one.vacancy.number],
            by=by,
            now=now - timedelta(days=25),
        )
        reason = reasons[one.reason] if one.reason else None
        moved_at = now - timedelta(days=one.days_ago)
        recruiting_operations.move_to_stage(application.pk, stages[one.stage], by=by, now=moved_at, reason=reason)


def _story(written: _Written, one: DemoEvent, now: datetime, saved: Saved) -> Story:
    """Planned some days before, moved, confirmed and closed when it would have been."""
    by, responsible = written.users[one.planned_by.key], written.users[one.responsible.key]
    spans = [*(_span(one, start) for start, _why in one.moves), _span(one, one.start)]
    planned_at = _planned_at(one, spans[-1], now)
    yield planned_at
    pk = event_operations.plan(_values(written, one, spans[0]), by=by, now=planned_at).pk
    saved(responsible, planned_at)
    if one.status == EventStatus.CONFIRMED and is_configured():
        yield planned_at + timedelta(minutes=20)
        _invite(pk, by=by, at=planned_at + timedelta(minutes=20))
    for step, (span, (_start, why)) in enumerate(zip(spans[1:], one.moves, strict=True), start=1):
        at = planned_at + timedelta(minutes=40 * step)
        yield at
        event_operations.reschedule(pk, _revision(pk), span, by=by, now=at, reason=why)
        saved(responsible, at)
    if one.participants:
        yield planned_at + timedelta(hours=2)
        _answer(written, pk, one, at=planned_at + timedelta(hours=2))
        saved(responsible, planned_at + timedelta(hours=2))
    if one.status != EventStatus.PLANNED:
        at = _closed_at(one, spans[-1], planned_at, now)
        yield at
        _close(pk, one, by=by, at=at)
        if one.status == EventStatus.CANCELLED:  # of the other marks nothing goes out
            saved(responsible, at)


def _invite(event_id: int, *, by: User, at: datetime) -> None:
    """The letter that the candidate will answer; it left then, so no worker sends it now."""
    event = Event.objects.select_related("type__invitation_template", "candidate", "vacancy").get(pk=event_id)
    template, candidate = event.type.invitation_template, event.candidate
    if template is None or candidate is None or not candidate.email:
        return
    begun = draft(template, event, candidate)
    written = Written(uuid.uuid4(), event.revision, begun.subject, begun.body, template.language)
    letter = write_letter(event_id, written, by=by, now=at)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT, sent_at=at)


def _planned_at(one: DemoEvent, span: Span, now: datetime) -> datetime:
    if one.planned_just_now:
        return now - timedelta(minutes=10)
    return min(span.starts_at - timedelta(days=one.planned_days_before), now - timedelta(hours=3))


def _closed_at(one: DemoEvent, span: Span, planned_at: datetime, now: datetime) -> datetime:
    """The candidate confirms soon, cancels the day before; what took place is marked after its end."""
    match one.status:
        case EventStatus.CONFIRMED:
            return planned_at + timedelta(hours=2, minutes=20)
        case EventStatus.CANCELLED:
            before = span.starts_at - timedelta(hours=20)
        case _:
            before = span.ends_at + timedelta(minutes=15)
    return min(before, now - LAST_MARKS)


def _revision(event_id: int) -> int:
    return Event.objects.values_list("revision", flat=True).get(pk=event_id)


def _close(event_id: int, one: DemoEvent, *, by: User, at: datetime) -> None:
    seen = _revision(event_id)
    match one.status:
        case EventStatus.CONFIRMED:
            event_operations.confirm(event_id, seen, by=by, now=at)
        case EventStatus.CANCELLED:
            event_operations.cancel(event_id, seen, by=by, now=at, reason=one.reason)
        case EventStatus.HELD:
            event_operations.hold(event_id, seen, by=by, now=at, outcome=one.outcome)
        case EventStatus.NO_SHOW:
            event_operations.no_show(event_id, seen, by=by, now=at)


def _answer(written: _Written, event_id: int, one: DemoEvent, *, at: datetime) -> None:
    """Colleagues answer the invitation; in the panel of three one declines."""
    answers = {user.email: Answer.DECLINED if user is one.declined else Answer.ACCEPTED for user in one.participants}
    by = written.users[one.responsible.key]
    event_operations.apply_remote(event_id, answers=answers, by=by, now=at)


def _values(written: _Written, one: DemoEvent, span: Span) -> EventValues:
    event_type = written.types[one.type]
    return EventValues(
        type=event_type,
        span=span,
        responsible=written.users[one.responsible.key],
        candidate=written.candidates[one.candidate],
        vacancy=written.vacancies[one.vacancy.number],
        format=Format.OFFICE if one.room else event_type.default_format,
        room=written.rooms.get(one.room),
        address="ул. Ленинская Слобода, 26, офис заказчика" if one.type == "client_interview" else "",
        video_url=one.video_url,
        candidate_comment=one.comment,
        participants=tuple((written.users[user.key], False) for user in one.participants),
    )


def _span(one: DemoEvent, start: datetime) -> Span:
    if one.at is None:
        return rules.days(start.date(), start.date(), one.zone)
    return rules.timed(start, start + timedelta(minutes=one.minutes), one.zone)
