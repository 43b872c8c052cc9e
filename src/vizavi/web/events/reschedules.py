"""How an event came to its present time: each move as old and new time, who made it, when and why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.dates import when_words
from vizavi.common.models import AuditEntry
from vizavi.events.models import Event

MOVING = ("event.rescheduled", "event.edited", "event.changed_outside")
TIMES = ("starts_at", "ends_at", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class Reschedule:
    before: str
    after: str
    at: datetime
    who: str
    reason: str


def reschedules(event: Event) -> list[Reschedule]:
    """The latest first: back from the present time, since the log has only what differed."""
    after = {name: value.isoformat() if (value := getattr(event, name)) else None for name in TIMES}
    found = []
    for entry in audit.history("event", event.pk).filter(action__in=MOVING):
        before = after | {name: entry.changes[name][0] for name in TIMES if name in entry.changes}
        if before != after:
            reason = entry.changes.get("reason", [None, None])[1] or ""
            found.append(Reschedule(_when(before), _when(after), entry.at, _who(entry), reason))
        after = before
    return found


def _when(values: dict[str, Any]) -> str:
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    first, last = (date.fromisoformat(values[name]) if values[name] else None for name in ("starts_on", "ends_on"))
    return when_words(start, end, first, last)


def _who(entry: AuditEntry) -> str:
    """Whoever moves it outside acts as the responsible."""
    name = entry.actor.short_name if entry.actor else _("Synchronisation")
    if entry.action != "event.changed_outside":
        return name
    return _("%(name)s, in the external calendar") % {"name": name}
