"""What comes from an external calendar: it acts as the responsible, asks no revision, never touches what is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from vizavi.common import zones
from vizavi.events import rules
from vizavi.events.models import Answer, Event, EventStatus, EventType, Participant
from vizavi.events.rules import Span
from vizavi.events.writing import Edit, add, locked, opened, put_span, span_of
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate


def apply_remote(
    event_id: int,
    *,
    span: Span | None = None,
    title: str | None = None,
    comment: str | None = None,
    place: str | None = None,
    answers: Mapping[str, Answer] | None = None,
    by: User,
    now: datetime,
    detail: str = "",
) -> Event:
    """Take over what is given; held, missed and cancelled events stay as they are and are returned unchanged."""
    with transaction.atomic():
        change = Edit.of(locked(event_id), by=by, now=now)
        event = change.event
        if event.status not in rules.OPEN:
            return event
        if span is not None:
            _put_time(event, _with_known_zone(span, event.zone))
        if title is not None:
            event.title = title.strip()[:300]
        if comment is not None:
            event.candidate_comment = comment
        if place is not None:
            _put_place(event, place)
        _put_answers(event, answers or {})
        return change.finish("event.changed_outside", detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteValues:
    """What an event that was created outside tells of itself."""

    type: EventType
    span: Span
    title: str
    place: str
    comment: str


def returned(title: str) -> str:
    """The title of an event of ours that came back without its candidate (after a restore), named as it is outside."""
    return f"{_awaits()}: {title}"


def title_with(candidate: Candidate, title: str) -> str:
    """The title of such an event once its candidate is chosen: empty where it only said whom it is with."""
    own = title.removeprefix(f"{_awaits()}: ")
    return "" if own != title and candidate.full_name in own else own


def _awaits() -> str:
    with override(settings.LANGUAGE_CODE):  # it goes to calendars, so it is not in the language of whoever looks
        return gettext("restored, choose a candidate")


def load_remote(found: Sequence[RemoteValues], *, responsible: User, now: datetime) -> list[Event]:
    """Planned events that were created outside, in the order given; they may still await their candidates."""
    events = [_loaded(values, responsible, now) for values in found]
    with transaction.atomic():
        add(events, "event.loaded", by=responsible, now=now)
    return events


def _loaded(values: RemoteValues, responsible: User, now: datetime) -> Event:
    span = _with_known_zone(values.span, responsible.time_zone)
    event = opened(type=values.type, span=span, responsible=responsible, by=responsible, now=now)
    event.title = values.title.strip()[:300]
    event.candidate_comment = values.comment
    event.format = values.type.default_format
    event.loaded = True
    _put_place(event, values.place)
    return event


def cancel_from_remote(event_id: int, *, by: User, now: datetime) -> Event:
    """Deleted outside, and the account cancels then; what is no longer open stays."""
    with transaction.atomic():
        change = Edit.of(locked(event_id), by=by, now=now)
        if change.event.status in rules.OPEN:
            change.event.status = EventStatus.CANCELLED
        return change.finish("event.cancelled_outside")


def _with_known_zone(span: Span, fallback: str) -> Span:
    """Calendars name zones that the zone database does not know; the instants decide anyway."""
    if zones.is_known(span.zone):
        return span
    return Span(span.starts_at, span.ends_at, fallback, span.starts_on, span.ends_on)


def _put_time(event: Event, span: Span) -> None:
    if span != span_of(event):
        put_span(event, span)
        event.reason = ""  # of an earlier move; nobody gives one outside


def _put_place(event: Event, place: str) -> None:
    """A place is free text there: a video link, the room it already has, else an address."""
    place = place.strip()
    if place.startswith(("https://", "http://")) and len(place.split()) == 1 and len(place) <= 500:
        event.video_url = place
    elif event.room is None or place != event.room.name:
        event.room, event.address = None, place[:300]


def _put_answers(event: Event, answers: Mapping[str, Answer]) -> None:
    by_email = {email.lower(): answer for email, answer in answers.items()}
    changed = []
    for participant in event.participants.select_related("user"):
        answer = by_email.get(participant.user.email.lower(), participant.answer)
        if answer != participant.answer:
            participant.answer = answer
            changed.append(participant)
    Participant.objects.bulk_update(changed, ["answer"])
