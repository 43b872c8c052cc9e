"""What people do with events: plan, edit, move, confirm, cancel, hold; one function per intention.

Each runs in one transaction: the row is locked, permission, the revision the person saw and the rules are checked, the
revision goes up, the audit log gets a line, and whoever must know is told (`common.changes`).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.events import funnel, queries, rules
from vizavi.events.directories import save_room, save_type
from vizavi.events.funnel import StageMove
from vizavi.events.models import Event, EventStatus, EventType, Format, Outcome, Participant, Room
from vizavi.events.remote import RemoteValues, apply_remote, cancel_from_remote, load_remote, returned, title_with
from vizavi.events.rules import Span
from vizavi.events.writing import Edit, EditConflict, locked, opened, put_span, span_of
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate, Vacancy

__all__ = [  # the one door to events: callers need not know in which module an intention lives
    "EditConflict",
    "EventValues",
    "RemoteValues",
    "StageMove",
    "apply_remote",
    "cancel",
    "cancel_from_remote",
    "confirm",
    "decide",
    "edit",
    "hold",
    "load_remote",
    "no_show",
    "plan",
    "reschedule",
    "restore",
    "returned",
    "revert",
    "save_room",
    "save_type",
    "unconfirm",
    "values_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventValues:
    """Everything a person enters on the form of an event; `participants` are (user, is optional)."""

    type: EventType
    span: Span
    responsible: User
    candidate: Candidate | None = None
    vacancy: Vacancy | None = None
    title: str = ""
    format: str = Format.OFFICE
    room: Room | None = None
    address: str = ""
    video_url: str = ""
    candidate_comment: str = ""
    internal_comment: str = ""
    participants: tuple[tuple[User, bool], ...] = ()


def values_of(event: Event) -> EventValues:
    """An event as the form would hold it, so that a part of it can be replaced."""
    same = ("type", "responsible", "candidate", "vacancy", "title", "format", "room", "address", "video_url")
    return EventValues(
        span=span_of(event),
        candidate_comment=event.candidate_comment,
        internal_comment=event.internal_comment,
        participants=tuple((p.user, p.optional) for p in event.participants.all()),
        **{name: getattr(event, name) for name in same},
    )


def plan(values: EventValues, *, by: User, now: datetime, notify: bool = False, then: StageMove | None = None) -> Event:
    """A new planned event; `notify` asks for mail to its guests, `then` moves its candidate along the funnel."""
    _require_plan(values, by)
    if not values.type.active:
        raise RuleError("type", "inactive", _("This event type is no longer used. Choose another."))
    _check(values)
    with transaction.atomic():
        event = opened(type=values.type, span=values.span, responsible=values.responsible, by=by, now=now)
        _fill(event, values)
        event.notify_revision = event.revision if notify else 0
        event.save()
        participants = _wanted(values)
        Participant.objects.bulk_create(
            Participant(event=event, user=user, optional=optional) for user, optional in participants.items()
        )
        Edit.of_new(event, by=by, now=now).finish("event.planned")
        funnel.move(event, then, by=by, now=now)
    return event


def edit(
    event_id: int,
    seen_revision: int,
    values: EventValues,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    notify: bool = False,
) -> Event:
    """Everything the form holds at once; unchanged fields count as untouched."""
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        event = change.event
        if values.responsible.pk != event.responsible_id:
            _require_plan(values, by)
        moved = values.span != span_of(event)
        if moved:
            rules.check_movable(event.status)
        # what came from the external calendar awaits its candidate and may be moved meanwhile
        _check(values, waits=event.loaded and event.candidate_id is None, before=event)
        if event.candidate_id is None and values.candidate:
            values = replace(values, title=title_with(values.candidate, values.title))
        _fill(event, values)
        if moved or reason:  # the former move's reason is not this one's
            event.reason = reason
        _change_participants(event, _wanted(values))
        return change.finish("event.edited", notify=notify)


def reschedule(
    event_id: int,
    seen_revision: int,
    span: Span,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    notify: bool = False,
) -> Event:
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        rules.check_movable(change.event.status)
        rules.check_length(span, change.event.type)
        put_span(change.event, span)
        change.event.reason = reason
        return change.finish("event.rescheduled", notify=notify)


def confirm(event_id: int, seen_revision: int, *, by: User, now: datetime) -> Event:
    """The candidate has confirmed."""
    return _set_status(event_id, seen_revision, EventStatus.CONFIRMED, "event.confirmed", by=by, now=now)


def unconfirm(event_id: int, seen_revision: int, *, by: User, now: datetime) -> Event:
    """The confirmation was a mistake: planned again."""
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        if change.event.status != EventStatus.CONFIRMED:
            rules.check_move(change.event.status, EventStatus.CONFIRMED)
            raise RuleError("status", "not_confirmed", _("The event is not confirmed. Nothing was changed."))
        change.event.status = EventStatus.PLANNED
        return change.finish("event.unconfirmed")


def cancel(
    event_id: int, seen_revision: int, *, by: User, now: datetime, reason: str = "", notify: bool = False
) -> Event:
    return _set_status(
        event_id,
        seen_revision,
        EventStatus.CANCELLED,
        "event.cancelled",
        by=by,
        now=now,
        reason=reason,
        notify=notify,
    )


def hold(
    event_id: int,
    seen_revision: int,
    *,
    by: User,
    now: datetime,
    outcome: str = Outcome.NONE,
    then: StageMove | None = None,
) -> Event:
    """It took place; the outcome may follow later (`decide`). `then` moves the candidate along the funnel."""
    return _set_status(
        event_id, seen_revision, EventStatus.HELD, "event.held", by=by, now=now, then=then, outcome=outcome
    )


def no_show(event_id: int, seen_revision: int, *, by: User, now: datetime, then: StageMove | None = None) -> Event:
    return _set_status(event_id, seen_revision, EventStatus.NO_SHOW, "event.no_show", by=by, now=now, then=then)


def decide(
    event_id: int, seen_revision: int, outcome: str, *, by: User, now: datetime, then: StageMove | None = None
) -> Event:
    """The outcome of a held event."""
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        if change.event.status != EventStatus.HELD:
            raise RuleError("outcome", "not_held", _("Only an event that was held has an outcome."))
        _check_outcome(change.event, outcome)
        change.event.outcome = Outcome(outcome)
        change.finish("event.decided")
        funnel.move(change.event, then, by=by, now=now)
        return change.event


def restore(event_id: int, seen_revision: int, *, by: User, now: datetime) -> Event:
    """A cancelled event is planned again."""
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        if change.event.status != EventStatus.CANCELLED:
            raise RuleError("status", "not_cancelled", _("Only a cancelled event is restored. Nothing was changed."))
        change.event.status = EventStatus.PLANNED
        change.event.reason = ""
        return change.finish("event.restored")


def revert(event_id: int, seen_revision: int, *, by: User, now: datetime) -> Event:
    """An administrator takes back "held" or "no-show"."""
    with transaction.atomic():
        change = Edit.of(locked(event_id, seen_revision), by=by, now=now)
        require(by, Right.REVERT_EVENTS)
        rules.check_revert(change.event.status)
        change.event.status = EventStatus.PLANNED
        change.event.outcome = Outcome.NONE
        return change.finish("event.reverted")


def _begin(event_id: int, seen_revision: int, *, by: User, now: datetime) -> Edit:
    event = locked(event_id, seen_revision, check=lambda row: _require_edit(row, by))
    return Edit.of(event, by=by, now=now)


def _require_edit(event: Event, by: User) -> None:
    if not queries.may_edit(by, event):
        require(by, Right.EDIT_EVENTS)


def _require_plan(values: EventValues, by: User) -> None:
    require(by, Right.PLAN_EVENTS)
    if not queries.may_plan(by, responsible=values.responsible, vacancy=values.vacancy):
        raise RuleError(
            "responsible",
            "not_own",
            _("You plan for others only on vacancies you recruit for. Choose yourself or such a vacancy."),
        )


def _set_status(
    event_id: int,
    seen_revision: int,
    status: EventStatus,
    action: str,
    *,
    by: User,
    now: datetime,
    notify: bool = False,
    then: StageMove | None = None,
    **values: Any,
) -> Event:
    with transaction.atomic():
        change = _begin(event_id, seen_revision, by=by, now=now)
        rules.check_move(change.event.status, status)
        if status in rules.FINAL:
            rules.check_has_come(change.event.starts_at, change.event.zone, now)
        _check_outcome(change.event, values.get("outcome", change.event.outcome))
        change.event.status = status
        for field, value in values.items():
            setattr(change.event, field, value)
        change.finish(action, notify=notify)
        funnel.move(change.event, then, by=by, now=now)
        return change.event


def _check_outcome(event: Event, outcome: str) -> None:
    """What was decided once stays possible, also when the type has changed since."""
    if outcome != event.outcome:
        rules.check_outcome(event.type, outcome)


def _check(values: EventValues, *, waits: bool = False, before: Event | None = None) -> None:
    rules.check_length(values.span, values.type)
    rules.check_needs(
        values.type,
        candidate=values.candidate is not None or waits,
        vacancy=values.vacancy is not None or waits,
        room=values.room is not None or waits,
        link=bool(values.video_url) or waits,
    )
    rules.check_video_url(values.video_url)
    if not values.responsible.is_active and (before is None or before.responsible_id != values.responsible.pk):
        raise RuleError("responsible", "inactive", _("This user no longer works here. Choose another."))


def _fill(event: Event, values: EventValues) -> None:
    event.type = values.type
    event.responsible = values.responsible
    event.candidate = values.candidate
    event.vacancy = values.vacancy
    event.title = values.title.strip()
    event.format = values.format
    event.room = values.room
    event.address = values.address.strip()
    event.video_url = values.video_url.strip()
    event.candidate_comment = values.candidate_comment
    event.internal_comment = values.internal_comment
    put_span(event, values.span)


def _wanted(values: EventValues) -> dict[User, bool]:
    """The responsible is there anyway and is not listed twice."""
    return {user: optional for user, optional in values.participants if user.pk != values.responsible.pk}


def _change_participants(event: Event, wanted: dict[User, bool]) -> None:
    """Who stays keeps the answer given."""
    present = {p.user: p for p in event.participants.select_related("user")}
    Participant.objects.filter(pk__in=[p.pk for user, p in present.items() if user not in wanted]).delete()
    changed = [p for user, p in present.items() if user in wanted and p.optional != wanted[user]]
    for participant in changed:
        participant.optional = wanted[participant.user]
    Participant.objects.bulk_update(changed, ["optional"])
    Participant.objects.bulk_create(
        Participant(event=event, user=user, optional=optional)
        for user, optional in wanted.items()
        if user not in present
    )
