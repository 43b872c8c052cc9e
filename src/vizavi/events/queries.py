"""What is read in more than one place: who sees which events, what lies in a range, what collides."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from vizavi.common.permissions import Right, Scope, allowed, scope
from vizavi.events import rules
from vizavi.events.models import Answer, Event, EventStatus, EventType, Participant, Room
from vizavi.events.rules import Clash, Span, Taken
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate, Vacancy

Editor = Callable[[int, int | None], bool]  # of a responsible and a recruiter: may their event be changed?


def visible_to(user: User) -> QuerySet[Event]:
    match scope(user, Right.SEE_EVENTS):
        case Scope.ALL:
            return Event.objects.all()
        case Scope.OWN:
            return Event.objects.filter(is_own(user))
        case _:
            return Event.objects.none()


def is_own(user: User) -> Q:
    """Events a user is responsible for or takes part in."""
    return Q(responsible=user) | Q(Exists(Participant.objects.filter(event=OuterRef("pk"), user=user)))


def between(events: QuerySet[Event], start: datetime, end: datetime) -> QuerySet[Event]:
    """What touches [start, end); a moment counts where it lies. Bounded below, so long history costs nothing."""
    touches = Q(ends_at__gt=start) | Q(ends_at=F("starts_at"), starts_at__gte=start)
    return events.filter(touches, starts_at__lt=end, starts_at__gte=start - rules.LONGEST)


def with_details(events: QuerySet[Event]) -> QuerySet[Event]:
    """All that a card or a calendar cell shows, in two queries however many events there are."""
    related = events.select_related("type", "candidate", "vacancy", "responsible", "room")
    participants = Participant.objects.select_related("user").order_by("pk")
    return related.prefetch_related(Prefetch("participants", participants))


def may_edit(user: User, event: Event) -> bool:
    """The responsible, whoever may edit others' events, the recruiter of its vacancy."""
    return may_plan(user, responsible=event.responsible, vacancy=event.vacancy)


def may_answer(user: User, event: Event) -> bool:
    """What the external calendar asks: whoever may edit the event, and the responsible, whose calendar it is in."""
    own = event.responsible_id == user.pk
    return may_edit(user, event) or (own and allowed(user, Right.ANSWER, own=True))


def answerable_by(user: User) -> Q:
    """The same as a condition on events."""
    own = Q(responsible=user) if allowed(user, Right.ANSWER, own=True) else Q(pk__in=())
    return editable_by(user) | own


def may_plan(user: User, *, responsible: User, vacancy: Vacancy | None) -> bool:
    return editor(user)(responsible.pk, vacancy.recruiter_id if vacancy else None)


def editor(user: User) -> Editor:
    """Whether `user` may change events of a responsible on a recruiter's vacancy (ids); asked once for thousands."""
    plans, edits = allowed(user, Right.PLAN_EVENTS), scope(user, Right.EDIT_EVENTS)

    def may_edit_event(responsible: int, recruiter: int | None) -> bool:
        if edits is Scope.ALL or (plans and responsible == user.pk):
            return True
        return edits is Scope.OWN and recruiter == user.pk

    return may_edit_event


def editable_by(user: User) -> Q:
    """The same as a condition on events."""
    edits = scope(user, Right.EDIT_EVENTS)
    if edits is Scope.ALL:
        return Q()
    mine = Q(responsible=user) if allowed(user, Right.PLAN_EVENTS) else Q(pk__in=[])
    return mine | Q(vacancy__recruiter=user) if edits is Scope.OWN else mine


def visible_candidates(user: User) -> QuerySet[Candidate]:
    match scope(user, Right.SEE_CANDIDATES):
        case Scope.ALL:
            return Candidate.objects.all()
        case Scope.OWN:
            return Candidate.objects.filter(Exists(_own_events(user).filter(candidate=OuterRef("pk"))))
        case _:
            return Candidate.objects.none()


def visible_vacancies(user: User) -> QuerySet[Vacancy]:
    match scope(user, Right.SEE_CANDIDATES):
        case Scope.ALL:
            return Vacancy.objects.all()
        case Scope.OWN:
            return Vacancy.objects.filter(Q(Exists(_own_events(user).filter(vacancy=OuterRef("pk")))) | Q(manager=user))
        case _:
            return Vacancy.objects.none()


def _own_events(user: User) -> QuerySet[Event]:
    return Event.objects.filter(is_own(user))


def sees_contacts(user: User) -> bool:
    """Whether phones and addresses of the candidates the user sees are shown (an interviewer sees only own ones)."""
    return scope(user, Right.SEE_CONTACTS) is not Scope.NONE


@dataclass(frozen=True, slots=True)
class Overlap:
    """A warning, never a refusal: `kind` is who or what is taken ("person", "candidate", "room"), `name` which one."""

    kind: str
    name: str
    clash: Clash
    event: Event


def overlaps(
    span: Span,
    *,
    type: EventType,
    people: Collection[User] = (),
    candidate: Candidate | None = None,
    room: Room | None = None,
    exclude: int | None = None,
) -> list[Overlap]:
    """What else the same people (optional ones left out by the caller), candidate or room are taken for then."""
    if span.all_day or span.starts_at == span.ends_at:
        return []
    wanted = Taken(span.starts_at, span.ends_at, *_buffers(type))
    around = _around(wanted).exclude(pk__in=[exclude] if exclude else [])
    same = Q(candidate=candidate) if candidate else Q(pk__in=[])
    if room:
        same |= Q(room=room)
    ids = {person.pk for person in people}
    if ids:
        blocking = Participant.objects.filter(event=OuterRef("pk"), user__in=ids, optional=False)
        same |= Q(responsible__in=ids) | Q(Exists(blocking.exclude(answer=Answer.DECLINED)))
    found = []
    for event in with_details(around.filter(same)).order_by("starts_at", "pk"):
        kind_of_clash = rules.clash(wanted, Taken(event.starts_at, event.ends_at, *_buffers(event.type)))
        if kind_of_clash:
            found += [
                Overlap(kind, name, kind_of_clash, event)
                for kind, name in _shared(event, ids, candidate=candidate, room=room)
            ]
    return found


def overlaps_of(event: Event) -> list[Overlap]:
    """The warnings about an event as it stands (after an edit from outside, or on its card)."""
    if event.status not in rules.OPEN:
        return []
    return overlaps(
        Span(event.starts_at, event.ends_at, event.zone, event.starts_on, event.ends_on),
        type=event.type,
        people=blocked_people(event),
        candidate=event.candidate,
        room=event.room,
        exclude=event.pk,
    )


def blocked_people(event: Event) -> list[User]:
    """Whose time it takes: the responsible and those required who have not declined."""
    participants = event.participants.all()
    blocking = [p.user for p in participants if not p.optional and p.answer != Answer.DECLINED]
    return [event.responsible, *blocking]


def _buffers(event_type: EventType) -> tuple[timedelta, timedelta]:
    return timedelta(minutes=event_type.buffer_before), timedelta(minutes=event_type.buffer_after)


def _around(wanted: Taken) -> QuerySet[Event]:
    """Open and held timed events that could collide, with room for the largest buffers that a type may have."""
    reach = timedelta(minutes=2 * rules.LARGEST_BUFFER)
    taking_time = Event.objects.filter(
        status__in=[*rules.OPEN, EventStatus.HELD], starts_on=None, type__in_grid=True, ends_at__gt=F("starts_at")
    )
    return between(taking_time, wanted.starts_at - reach, wanted.ends_at + reach)


def _shared(
    event: Event, ids: Collection[int], *, candidate: Candidate | None, room: Room | None
) -> Iterable[tuple[str, str]]:
    for person in blocked_people(event):
        if person.pk in ids:
            yield "person", person.short_name
    if candidate and event.candidate_id == candidate.pk:
        yield "candidate", candidate.full_name
    if room and event.room_id == room.pk:
        yield "room", room.name
