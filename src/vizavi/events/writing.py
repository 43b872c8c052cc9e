"""How a change of one event is written: lock and compare the revision, then count, date and log what differs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Model

from vizavi.common import audit, bulk, changes
from vizavi.common.models import AuditEntry
from vizavi.common.wording import filled, names, sentence
from vizavi.events.models import Answer, Event, EventType, Participant
from vizavi.events.rules import FIELD_GROUPS, Span
from vizavi.people.models import User

_UNGROUPED = ("internal_comment", "reason")  # never leave the house, so no group of the external event
_GROUPED = tuple(name for names in FIELD_GROUPS.values() for name in names if name not in {"participants", "answers"})
_OWN = (*_GROUPED, *_UNGROUPED)
_LABEL = sentence("%(type)s: %(what)s")
_UNSET: tuple[Any, ...] = (None, "", [])


class EditConflict(Exception):
    """Somebody else (or the external calendar) was faster; nothing was changed, `event` is as it is now."""

    def __init__(self, event: Event) -> None:
        super().__init__(f"event {event.pk} is at revision {event.revision}")
        self.event = event


def locked(event_id: int, seen_revision: int | None = None, *, check: Callable[[Event], None] | None = None) -> Event:
    """The row, locked until the transaction ends; `check` comes first: who may not edit learns nothing of it."""
    rows = Event.objects.select_for_update(of=("self",), no_key=True)
    event = rows.select_related("type", "candidate", "vacancy", "responsible", "room").get(pk=event_id)
    if check is not None:
        check(event)
    if seen_revision is not None and event.revision != seen_revision:
        raise EditConflict(event)
    return event


def opened(*, type: EventType, span: Span, responsible: User, by: User, now: datetime) -> Event:
    """A new event, not yet saved."""
    event = Event(type=type, responsible=responsible, created_by=by, created_at=now)
    for group in FIELD_GROUPS:
        setattr(event, f"{group}_edited_at", now)
    put_span(event, span)
    return event


def span_of(event: Event) -> Span:
    return Span(event.starts_at, event.ends_at, event.zone, event.starts_on, event.ends_on)


def put_span(event: Event, span: Span) -> None:
    event.starts_at, event.ends_at, event.zone = span.starts_at, span.ends_at, span.zone
    event.starts_on, event.ends_on = span.starts_on, span.ends_on


def label_of(event: Event) -> str:
    """How the log names an event for good, also when the candidate is renamed later."""
    what = event.title or (event.candidate.full_name if event.candidate else "")
    return filled(_LABEL, type=names(event.type), what=what) if what else audit.name_of(event.type)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change under way: the event, what it was, by whom and when."""

    event: Event
    before: dict[str, Any]
    by: User
    now: datetime

    @classmethod
    def of(cls, event: Event, *, by: User, now: datetime) -> "Edit":
        return cls(event, _snapshot(event), by, now)

    @classmethod
    def of_new(cls, event: Event, *, by: User, now: datetime) -> "Edit":
        return cls(event, {}, by, now)

    def finish(self, action: str, *, notify: bool = False, detail: str = "") -> Event:
        """Save what differs; where nothing does, nothing happens: no revision, no line, no wake-up."""
        event = self.event
        differences = audit.diff(self.before, _snapshot(event))
        if not differences and not notify:
            return event
        if self.before:
            event.revision += 1
            for group, fields in FIELD_GROUPS.items():
                if not differences.keys().isdisjoint(fields):
                    setattr(event, f"{group}_edited_at", self.now)
            if notify:
                event.notify_revision = event.revision
            event.save()
            if event.reason and not differences.keys().isdisjoint(FIELD_GROUPS["time"]):
                differences.setdefault("reason", audit.pair(None, event.reason))  # each move with its own
        else:
            differences = _set_ones(differences)
        if detail:
            differences["detail"] = audit.pair(None, detail)
        audit.record(action, "event", event.pk, label=label_of(event), changes=differences, by=self.by, now=self.now)
        changes.changed("event", [event.pk])
        return event


def raise_revisions(ids: Collection[int], **columns: Any) -> None:
    """By one UPDATE: whoever keeps copies of these events looks at them anew. `columns` are written along.

    The caller has locked them in the order of their keys, or holds nothing else.
    """
    Event.objects.filter(pk__in=ids).update(revision=F("revision") + 1, **columns)
    changes.changed("event", ids)


def add(events: Sequence[Event], action: str, *, by: User, now: datetime) -> None:
    """Store, log and tell of new events nobody takes part in yet, all at once: there may be thousands."""
    bulk.insert(Event, [event.__dict__ for event in events])
    keys = dict(Event.objects.filter(uid__in=[event.uid for event in events]).values_list("uid", "pk"))
    nobody = Participant.objects.none()
    for event in events:
        event.pk = keys[event.uid]
        # known without asking for each event; django-stubs leave the attribute out
        event._prefetched_objects_cache = {"participants": nobody}  # type: ignore[attr-defined]
    lines = [(event, {name: audit.pair(None, value) for name, value in _set_values(event)}) for event in events]
    bulk.insert(
        AuditEntry,
        [
            audit.entry(action, "event", event.pk, label=label_of(event), changes=values, by=by, now=now)
            for event, values in lines
        ],
    )
    changes.changed("event", list(keys.values()))


@dataclass(frozen=True, slots=True)
class _Named:
    """A related object: compared by its key, shown in the log by its name."""

    key: tuple[Any, ...]
    name: str

    def __str__(self) -> str:
        return self.name


def _set_values(event: Event) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in _own_values(event).items() if value not in _UNSET]


def _set_ones(differences: audit.Changes) -> audit.Changes:
    return {field: pair for field, pair in differences.items() if pair[1] not in _UNSET}


def _own_values(event: Event) -> dict[str, Any]:
    return {name: _value(event, name) for name in _OWN}


def _snapshot(event: Event) -> dict[str, Any]:
    values = _own_values(event)
    people = list(event.participants.select_related("user").order_by("user__last_name", "user__first_name", "pk"))
    values["participants"] = [
        _Named((p.user_id, p.optional), f"({p.user.short_name})" if p.optional else p.user.short_name) for p in people
    ]
    values["answers"] = [
        _Named((p.user_id, p.answer), f"{p.user.short_name}: {p.answer}")
        for p in people
        if p.answer != Answer.NEEDS_ACTION
    ]
    return values


def _value(event: Event, name: str) -> Any:
    value = getattr(event, name)
    return _Named((value.pk,), audit.name_of(value)) if isinstance(value, Model) else value
