"""Days and spans of time as people say them, in the language and the zone in use."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _


def day_text(day: date) -> str:
    """«24 ноября»: Russian puts the month into the genitive, which Django's own format does not."""
    return date_format(day, pgettext("date format", "F j"))


def named_day(day: date) -> str:
    """«четверг, 26 ноября»: Russian writes weekdays small, Django capitalises them."""
    name = date_format(day, "l")
    return f"{name.lower() if (get_language() or '').startswith('ru') else name}, {day_text(day)}"


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
        return whole_days(first, after)
    return span_text(start, end)


def whole_days(first: date, after: date) -> str:
    """Days as a span; `after` is exclusive."""
    return _("%(days)s, all day") % {"days": days_text(first, after - timedelta(days=1))}
