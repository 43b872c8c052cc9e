"""When a background task runs next, and how that is said to people: pure functions of values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vizavi.common.zones import next_valid


class Period(models.TextChoices):
    DAILY = "daily", _("Daily at")
    EVERY = "every", _("Every")
    MANUAL = "manual", _("Only by hand")


class Timing(Protocol):
    """What a schedule consists of: a TaskDefinition, or `Plan` where there is no row."""

    @property
    def period(self) -> str: ...
    @property
    def hour(self) -> int: ...
    @property
    def minute(self) -> int: ...


@dataclass(frozen=True)
class Plan:
    period: str
    hour: int = 0
    minute: int = 0


def problems(timing: Timing) -> dict[str, str]:
    """What is wrong with a schedule, by field; an empty dict means that it can be saved."""
    if timing.period not in Period.values:
        return {"period": gettext("Choose how often the task runs.")}
    if timing.period == Period.MANUAL:
        return {}
    found: dict[str, str] = {}
    if not 0 <= timing.hour <= 23:
        found["hour"] = gettext("Hour is a whole number from 0 to 23.")
    if not 0 <= timing.minute <= 59:
        found["minute"] = gettext("Minute is a whole number from 0 to 59.")
    if not found and timing.period == Period.EVERY and timing.hour == 0 and timing.minute == 0:
        found["minute"] = gettext("The interval is at least 1 minute.")
    return found


def next_run(timing: Timing, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first start later than `after`; None when the task is started only by hand."""
    if timing.period == Period.MANUAL:
        return None
    if timing.period == Period.EVERY:
        return after.astimezone(UTC) + timedelta(hours=timing.hour, minutes=timing.minute)
    wanted = time(timing.hour, timing.minute)
    day = after.astimezone(zone).date()
    moment = _instant(day, wanted, zone)
    return moment if moment > after else _instant(day + timedelta(days=1), wanted, zone)


def _instant(day: date, wanted: time, zone: ZoneInfo) -> datetime:
    """The first of two where clocks go back, the end of the gap where they go forward."""
    return next_valid(datetime.combine(day, wanted), zone.key).replace(tzinfo=zone).astimezone(UTC)


def describe(timing: Timing) -> str:
    """The schedule in words, in the active language: «Каждые 2 часа 10 минут»."""
    if timing.period == Period.MANUAL:
        return gettext("Only by hand")
    if timing.period == Period.DAILY:
        return gettext("Daily at %(time)s") % {"time": f"{timing.hour:02}:{timing.minute:02}"}
    if (timing.hour, timing.minute) == (1, 0):
        return gettext("Every hour")
    if (timing.hour, timing.minute) == (0, 1):
        return gettext("Every minute")
    return gettext("Every %(interval)s") % {"interval": _interval(timing.hour, timing.minute)}


def _interval(hours: int, minutes: int) -> str:
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if minutes:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    return " ".join(parts)


def in_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """«сегодня в 14:20», «завтра в 07:30», else with the date; for the last and the next run."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M}"
    distance = (local.date() - now.astimezone(zone).date()).days
    if distance == 0:
        return gettext("today at %(time)s") % {"time": clock}
    if distance == 1:
        return gettext("tomorrow at %(time)s") % {"time": clock}
    if distance == -1:
        return gettext("yesterday at %(time)s") % {"time": clock}
    return gettext("%(day)s at %(time)s") % {"day": date_format(local, "j E Y"), "time": clock}
