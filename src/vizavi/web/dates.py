"""Spans of time as people say them, in the language and the zone in use."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from vizavi.common.dates import day_text


def span_text(start: datetime, end: datetime) -> str:
    """«24 ноября, 10:00–11:00» by the clock of the person who reads."""
    return wall_text(localtime(start), localtime(end))


def wall_text(start: datetime, end: datetime) -> str:
    """The same for times that are local already."""
    if start.date() == end.date():
        return f"{day_text(start)}, {start:%H:%M}–{end:%H:%M}"
    return f"{day_text(start)}, {start:%H:%M} – {day_text(end)}, {end:%H:%M}"


def days_text(first: date, last: date) -> str:
    return day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"


def when_words(start: datetime, end: datetime, first: date | None, after: date | None) -> str:
    """The span of an event: whole days (`after` exclusive) by their dates, else by the reader's clock."""
    if first and after:
        return _("%(days)s, all day") % {"days": days_text(first, after - timedelta(days=1))}
    return span_text(start, end)
