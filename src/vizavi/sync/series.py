"""Recurring series: a master and its exceptions become the occurrences of a window, in the series' own zone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import prod
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from vizavi.sync.model import RemoteItem, When

MARK = "X-VIZAVI-ITEM"  # which item an expanded occurrence came from
RULE = re.compile(r"(RRULE|RDATE|EXDATE)[:;].*", re.IGNORECASE)  # one line each; the parser passes over EXRULE
MOST = 3000  # occurrences of one series in one window; more is a mistake in the rule, not a calendar
LONGEST = 40_000  # characters of all lines together
DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}  # of one step at least
SEARCHED = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
MOST_STEPS = 40_000  # from the first occurrence to the end of the window: a hundred years of days
LONGEST_MASTER = 1000  # of its id in a key, so that a key is no longer than any other id
MOST_TIMES = 24  # in one day, by BYHOUR and the like


class Unexpandable(Exception):
    """The series cannot be understood here; the provider's own instances are asked for instead."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence; `item` is the exception it was overridden by, else the master."""

    key: str  # unique within the calendar: master id and original start
    when: When
    item: RemoteItem


def expand(master: RemoteItem, exceptions: Sequence[RemoteItem], start: datetime, end: datetime) -> list[Occurrence]:
    """Occurrences that touch [start, end): RRULE + RDATE − EXDATE, moved and cancelled ones. Raises Unexpandable."""
    if master.content is None or not master.recurrence:
        raise Unexpandable("the master has no start or no rule")
    if not all(RULE.fullmatch(line) for line in master.recurrence):
        raise Unexpandable("a line of the rule is none of RRULE, RDATE, EXDATE")
    if sum(map(len, master.recurrence)) > LONGEST:
        raise Unexpandable("the rule is too long")
    living = [item for item in exceptions if not item.deleted and item.content and item.original_start]
    items = [master, *living]
    try:
        for line in master.recurrence:
            _check_effort(line, master.content.when.start, end)
        calendar = icalendar.Calendar.from_ical(_text(master, exceptions, items))
        found = recurring_ical_events.of(calendar).between(start, end)
    except Unexpandable:
        raise
    except Exception as error:
        # The parsers raise whatever a broken rule makes them stumble over; one series must never stop the others.
        raise Unexpandable(str(error)) from error
    if len(found) > MOST:
        raise Unexpandable(f"more than {MOST} occurrences")
    return [_occurrence(master, items[int(str(event[MARK]))], event) for event in found]


def _check_effort(line: str, first: date | datetime, last: datetime) -> None:
    """A rule can be written so that calculating it takes for ever: too many times, too far back, or none to be found.

    What never matches is searched for until the year 9999; the parser cannot be told to give up earlier.
    """
    name, _, value = line.partition(":")
    if name.split(";")[0].upper() != "RRULE":
        return
    parts = dict(part.split("=", 1) for part in value.strip().strip(";").upper().split(";"))
    step, interval = DAYS.get(parts.get("FREQ", "")), int(parts.get("INTERVAL", "1"))
    if step is None or interval < 1:
        raise Unexpandable("the rule repeats in no step of days or more")
    if step < DAYS["MONTHLY"] and not SEARCHED.isdisjoint(parts):
        raise Unexpandable("the rule searches day by day")
    began = first if isinstance(first, datetime) else datetime(first.year, first.month, first.day, tzinfo=UTC)
    if (last - began).days // (step * interval) > MOST_STEPS:
        raise Unexpandable("the series began too long ago")
    if prod(len(parts.get(key, "").split(",")) for key in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MOST_TIMES:
        raise Unexpandable("the rule names too many times of a day")


def _text(master: RemoteItem, exceptions: Iterable[RemoteItem], items: Sequence[RemoteItem]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vizavi//series//"]
    cancelled = [item.original_start for item in exceptions if item.deleted and item.original_start]
    for number, item in enumerate(items):
        if item.content is None:
            continue
        zone = master.content.when.zone if master.content else "UTC"
        lines += ["BEGIN:VEVENT", "UID:series", f"{MARK}:{number}"]
        lines += [_line("DTSTART", item.content.when.start, zone), _line("DTEND", item.content.when.end, zone)]
        if number == 0:
            lines += master.recurrence
            lines += [_line("EXDATE", moment, zone) for moment in cancelled]
        elif item.original_start:
            lines.append(_line("RECURRENCE-ID", item.original_start, zone))
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _line(name: str, moment: date | datetime, zone: str) -> str:
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    local = moment.astimezone(ZoneInfo(zone))
    return f"{name};TZID={zone}:{local:%Y%m%dT%H%M%S}"


def _occurrence(master: RemoteItem, item: RemoteItem, event: icalendar.Event) -> Occurrence:
    zone = master.content.when.zone if master.content else "UTC"
    start, end = event.start, event.end
    if item is not master and item.original_start is not None:
        original: date | datetime = item.original_start
    else:
        original = start
    if isinstance(start, datetime) and isinstance(end, datetime):
        when = When(start.astimezone(UTC), end.astimezone(UTC), zone)
    else:
        when = When(start, end, zone)
    return Occurrence(f"{master.remote_id[:LONGEST_MASTER]}_{_key(original)}", when, item)


def _key(moment: date | datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"
