"""What a request says of an event, and the values the domain takes for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from vizavi.api.fields import Body, Code, Day, Flag, Id, Instant, Line, Revision, Text
from vizavi.api.problems import wrong
from vizavi.common.zones import is_known
from vizavi.events import operations, queries, rules
from vizavi.events.models import Event, EventType, Format, Room
from vizavi.events.operations import EventValues, StageMove
from vizavi.events.rules import Span
from vizavi.events.writing import span_of
from vizavi.people.models import User
from vizavi.recruiting.models import OPEN_VACANCIES, RejectionReason, Stage, StageKind

M = TypeVar("M", bound=Model)
TIMES = ("start", "end", "first_day", "last_day", "zone")


class ParticipantIn(Body):
    user: Id
    optional: Flag = False


class EventFields(Body):
    """What may be said when an event is planned or changed."""

    title: Line = ""
    start: Instant | None = None
    end: Instant | None = Field(None, description="Without it the type's usual duration counts.")
    first_day: Day | None = Field(None, description="For all-day events, instead of `start`.")
    last_day: Day | None = Field(None, description="Included; without it the first day.")
    zone: Code | None = Field(None, description="IANA name; without it yours.")
    responsible: Id | None = Field(None, description="Id of a user; without it you.")
    candidate: Id | None = None
    vacancy: Id | None = None
    participants: list[ParticipantIn] = Field([], max_length=100)
    format: Format | None = Field(None, description="Without it the type's usual one.")
    room: Id | None = None
    address: Line = ""
    video_url: Line = ""
    candidate_comment: Text = ""
    internal_comment: Text = ""
    notify: Flag = Field(False, description="Have the external calendar mail the guests, where the type has guests.")


class WithStage(Body):
    """Where the event's candidate goes in the funnel of its vacancy, in the same transaction."""

    stage: Code | None = Field(None, description="Code of the stage; without it the candidate stays.")
    rejection_reason: Id | None = Field(None, description="Needed for the stages of kind `lost`.")


class EventIn(EventFields, WithStage):
    type: Code = Field(description="Code of the event type.")


class EventPatch(EventFields):
    """Only what is sent is changed."""

    type: Code | None = None
    reason: Line = Field("", description="Why it is moved.")
    revision: Revision | None = Field(None, description="The revision you saw; or send it as If-Match.")


def planned(data: EventIn, user: User) -> EventValues:
    """A new event's values; what is not said is as usual for the type."""
    event_type = _type(data.type)
    usual = EventValues(
        type=event_type,
        span=_span(data, user.time_zone, event_type),
        responsible=user,
        format=event_type.default_format,
    )
    return _with(usual, data.model_dump(exclude_unset=True), user, present=None)


def changed(event: Event, data: EventPatch, user: User) -> EventValues:
    """The event's values with those replaced that the request names."""
    sent = data.model_dump(exclude_unset=True)
    values = operations.values_of(event)
    if sent.get("type"):
        values = replace(values, type=_type(sent["type"]))
    if any(name in sent for name in TIMES):
        values = replace(values, span=_moved(event, data, values.type))
    return _with(values, sent, user, present=event)


def stage_move(data: WithStage) -> StageMove | None:
    if data.stage is None:
        if data.rejection_reason is not None:
            raise wrong("rejection_reason", _("A reason goes with a stage."))
        return None
    stage = Stage.objects.filter(code=data.stage).first()
    if stage is None:
        raise wrong("stage", _("There is no stage with this code."))
    reason = _chosen(RejectionReason.objects.filter(active=True), "rejection_reason", data.rejection_reason)
    if stage.kind == StageKind.LOST and reason is None:
        raise wrong("rejection_reason", _("Choose the reason: a rejection needs one."))
    return StageMove(stage, reason)


def _with(values: EventValues, sent: Mapping[str, Any], user: User, *, present: Event | None) -> EventValues:
    texts = ("title", "address", "video_url", "candidate_comment", "internal_comment")
    changes: dict[str, Any] = {name: sent[name] for name in texts if name in sent}
    if sent.get("format"):
        changes["format"] = Format(sent["format"]).value
    for name, rows in _choices(user, present).items():
        if name in sent:
            changes[name] = _chosen(rows, name, sent[name])
    if sent.get("responsible"):
        changes["responsible"] = _person(sent["responsible"], "responsible")
    if "participants" in sent:
        changes["participants"] = _people(sent["participants"])
    return replace(values, **changes)


def _choices(user: User, present: Event | None) -> "dict[str, QuerySet[Any]]":
    """What is in use and the caller may see, and what the event has already."""
    rooms, vacancies = Room.objects.filter(active=True), queries.visible_vacancies(user)
    vacancies = vacancies.filter(status__in=OPEN_VACANCIES)
    if present is not None:
        rooms |= Room.objects.filter(pk=present.room_id or 0)
        vacancies |= queries.visible_vacancies(user).filter(pk=present.vacancy_id or 0)
    return {"candidate": queries.visible_candidates(user), "vacancy": vacancies, "room": rooms}


def _chosen(rows: "QuerySet[M]", field: str, key: int | None) -> M | None:
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        raise wrong(field, _("There is no such choice: it does not exist, is no longer used, or is not yours to see."))
    return row


def _person(key: int, field: str) -> User:
    user = _chosen(User.objects.all(), field, key)
    assert user is not None  # noqa: S101 - the key is a number here
    return user


def _people(sent: list[dict[str, Any]]) -> tuple[tuple[User, bool], ...]:
    rows = User.objects.in_bulk([one["user"] for one in sent])
    for place, one in enumerate(sent):
        if one["user"] not in rows:
            raise wrong(f"participants.{place}.user", _("There is no such user."))
    return tuple((rows[one["user"]], one.get("optional", False)) for one in sent)


def _type(code: str) -> EventType:
    row = EventType.objects.filter(code=code).first()
    if row is None:
        raise wrong("type", _("There is no event type with this code."))
    return row


def _span(data: EventFields, zone: str, event_type: EventType) -> Span:
    """As it is said; days and instants exclude each other."""
    zone = data.zone or zone
    if not is_known(zone):
        raise wrong("zone", _("This is no time zone. Enter an IANA name such as Europe/Moscow."))
    if data.first_day:
        if data.start or data.end:
            raise wrong("start", _("Send either start and end, or first_day and last_day."))
        return rules.days(data.first_day, data.last_day or data.first_day, zone)
    if data.start is None:
        raise wrong("start", _("Send start (and end), or first_day (and last_day)."))
    if data.last_day:
        raise wrong("last_day", _("Send either start and end, or first_day and last_day."))
    return rules.exact(data.start, data.end or data.start + timedelta(minutes=event_type.duration), zone)


def _moved(event: Event, data: EventPatch, event_type: EventType) -> Span:
    """What is not said of the time stays; a new start alone keeps the length."""
    sent, span = data.model_fields_set, span_of(event)
    if data.start is None and data.first_day is None and "end" not in sent and "last_day" not in sent:
        zone = data.zone or event.zone
        if span.starts_on and span.ends_on:
            return _span(data.model_copy(update=_days(event)), zone, event_type)
        return _span(data.model_copy(update={"start": span.starts_at, "end": span.ends_at}), zone, event_type)
    if event.all_day and data.start is None:
        present = _days(event)
        length = present["last_day"] - present["first_day"]
        first = data.first_day or present["first_day"]
        last = data.last_day or (first + length if data.first_day else present["last_day"])
        return _span(data.model_copy(update={"first_day": first, "last_day": last}), event.zone, event_type)
    if not event.all_day and data.first_day is None:
        start = data.start or span.starts_at
        end = data.end or (start + (span.ends_at - span.starts_at) if data.start else span.ends_at)
        return _span(data.model_copy(update={"start": start, "end": end}), event.zone, event_type)
    return _span(data, event.zone, event_type)


def _days(event: Event) -> dict[str, Any]:
    return {"first_day": event.starts_on, "last_day": event.last_day}
