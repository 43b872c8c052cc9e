"""Short lists of events on other cards: of a candidate, of a vacancy."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from vizavi.connections import states
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.rules import is_overdue
from vizavi.people.models import User

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Listed:
    event: Event
    chip: "states.Chip | None"
    overdue: bool


def listed_events(user: User, events: "QuerySet[Event]", *, now: datetime) -> list[Listed]:
    """The latest first, as far as the user sees them; the number of queries does not grow with the list."""
    seen = events.filter(pk__in=queries.visible_to(user).values("pk"))
    found = list(
        seen.select_related("type", "candidate", "vacancy", "responsible").order_by("-starts_at", "-pk")[:SHOWN]
    )
    chips = states.chips(found, now=now)
    return [Listed(event, chips.get(event.pk), is_overdue(event.status, event.ends_at, now)) for event in found]
