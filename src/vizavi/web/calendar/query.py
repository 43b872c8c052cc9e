"""What the calendar is asked to show: read from the address, wrong values fall back to the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

VIEWS = ("day", "week", "month")
LONGEST = timedelta(days=62)  # a month view asks for six weeks; more is nobody's screen


@dataclass(frozen=True, slots=True)
class Filters:
    """`people`: None = everyone; otherwise these user ids."""

    scope: str
    people: frozenset[int] | None
    hidden_types: frozenset[int]
    busy: bool
    cancelled: bool


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
    return Filters(
        scope=word if word in {"all", "mine"} else "chosen",
        people=people,
        hidden_types=_numbers(query.get("hide", "").split(",")),
        busy=query.get("busy") != "0",
        cancelled=query.get("cancelled") == "1",
    )


def read_window(query: QueryDict, zone: ZoneInfo) -> Window:
    try:
        start, end = (datetime.fromisoformat(str(query[name])).replace(tzinfo=None) for name in ("start", "end"))
    except (KeyError, ValueError):
        raise BadWindow from None
    if not timedelta() < end - start <= LONGEST:
        raise BadWindow
    last = end.date() + timedelta(days=1) if end.time() != datetime.min.time() else end.date()
    return Window(start.date(), last, start.replace(tzinfo=zone), end.replace(tzinfo=zone))


def read_view(query: QueryDict) -> tuple[str, str]:
    """The view's word ("" = what suits the screen) and the date to open at ("" = today)."""
    view = query.get("view", "")
    try:
        day = date.fromisoformat(str(query.get("date", ""))).isoformat()
    except ValueError:
        day = ""
    return (view if view in VIEWS else ""), day


def _numbers(words: Iterable[str]) -> frozenset[int]:
    return frozenset(int(word) for word in words if word.isascii() and word.isdigit())
