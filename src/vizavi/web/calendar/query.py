"""What the calendar is asked to show: read from the address, wrong values fall back to the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

from vizavi.events.models import EventStatus

VIEWS = ("month", "week", "workweek", "day", "list", "team", "rooms")
COLUMNS = {"team", "rooms"}  # views with a column for each person or room
USUAL = frozenset(EventStatus.values) - {EventStatus.CANCELLED.value}
LONGEST = timedelta(days=62)  # a month view asks for six weeks; more is nobody's screen


@dataclass(frozen=True, slots=True)
class Filters:
    """`people`, `rooms`: None = whoever, wherever; otherwise these ids. `columns`: the view that has some, or ""."""

    scope: str
    people: frozenset[int] | None
    hidden_types: frozenset[int]
    statuses: frozenset[str]
    vacancy: int | None
    rooms: frozenset[int] | None
    busy: bool
    columns: str

    @property
    def chosen_people(self) -> frozenset[int]:
        return (self.people or frozenset()) if self.scope == "chosen" else frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """A range of the person's own local days and the instants it spans."""

    first: date
    end: date
    starts_at: datetime
    ends_at: datetime


class BadWindow(Exception):
    """The range asked for is no range; the text is for the person who wrote the address."""


def read_filters(query: QueryDict, me: int) -> Filters:
    word = query.get("people", "mine")
    if word == "all":
        people = None
    elif word == "mine":
        people = frozenset({me})
    else:
        people = _numbers(word.split(","))
    columns = query.get("columns", "")
    return Filters(
        scope=word if word in {"all", "mine"} else "chosen",
        people=people,
        hidden_types=_numbers(query.get("hide", "").split(",")),
        statuses=frozenset(query.get("status", ",".join(USUAL)).split(",")).intersection(EventStatus.values),
        vacancy=next(iter(_numbers([query.get("vacancy", "")])), None),
        rooms=_numbers(query.get("room", "").split(",")) or None,
        busy=query.get("busy") != "0",
        columns=columns if columns in COLUMNS else "",
    )


def read_team(query: QueryDict) -> frozenset[int]:
    """The colleagues whose columns the address names; none = the usual ones."""
    return _numbers(query.get("team", "").split(","))


def read_window(query: QueryDict, zone: ZoneInfo) -> Window:
    try:
        start, end = (datetime.fromisoformat(str(query[name])).replace(tzinfo=None) for name in ("start", "end"))
    except (KeyError, ValueError):
        raise BadWindow from None
    if not timedelta() < end - start <= LONGEST:
        raise BadWindow
    last = end.date() + timedelta(days=1) if end.time() != datetime.min.time() else end.date()
    return Window(start.date(), last, start.replace(tzinfo=zone), end.replace(tzinfo=zone))


def read_view(query: QueryDict, views: Iterable[str]) -> tuple[str, str]:
    """The view's word ("" = what suits the screen) and the date to open at ("" = today)."""
    view = query.get("view", "")
    try:
        day = date.fromisoformat(str(query.get("date", ""))).isoformat()
    except ValueError:
        day = ""
    return (view if view in views else ""), day


def _numbers(words: Iterable[str]) -> frozenset[int]:
    return frozenset(int(word) for word in words if word.isascii() and word.isdigit())
