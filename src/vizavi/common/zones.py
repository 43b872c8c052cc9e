"""Local times and zones: what a wall clock means, the hour that does not exist and the one that comes twice."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError

FIRST_YEAR, LAST_YEAR = 2000, 2100


@cache
def names() -> tuple[str, ...]:
    """The IANA names people choose from, in order."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def is_known(name: str) -> bool:
    return name in _known()


def check_zone(name: str, *, field: str = "zone") -> ZoneInfo:
    if not is_known(name):
        raise RuleError(
            field,
            "unknown_zone",
            _("The time zone “%(zone)s” is unknown. Choose one from the list, for example Europe/Moscow.")
            % {"zone": name[:60]},
        )
    return ZoneInfo(name)


def instant(local: datetime, zone: str, *, field: str) -> datetime:
    """The UTC instant of a wall-clock time; a time in a gap is refused, an ambiguous one takes the first."""
    tz = check_zone(zone)
    check_year(local, field=field)
    aware = local.replace(tzinfo=tz, fold=0)
    at = aware.astimezone(UTC)
    if at.astimezone(tz).replace(tzinfo=None) != local.replace(fold=0):
        valid = next_valid(local, zone)
        raise RuleError(
            field,
            "gap",
            _(
                "On %(date)s the clocks go forward and %(time)s does not exist in the zone %(zone)s. "
                "The next possible time is %(valid)s."
            )
            % {"date": f"{local:%d.%m.%Y}", "time": f"{local:%H:%M}", "zone": zone, "valid": f"{valid:%H:%M}"},
        )
    return at


def next_valid(local: datetime, zone: str) -> datetime:
    """The wall-clock time right after the gap that `local` lies in (`local` itself where there is none)."""
    tz = ZoneInfo(zone)
    before, after = (local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (1, 0))
    if after.astimezone(tz).replace(tzinfo=None) == local.replace(fold=0):
        return local
    late = after.astimezone(tz).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(tz).utcoffset() == late:
            after = middle
        else:
            before = middle
    return after.astimezone(tz).replace(tzinfo=None, microsecond=0, fold=0)


def zone_label(name: str, at: datetime) -> str:
    """«Europe/Moscow (UTC+03:00)», with the offset that holds at the moment."""
    offset = at.astimezone(ZoneInfo(name)).strftime("%z")
    return f"{name.replace('_', ' ')} (UTC{offset[:3]}:{offset[3:5]})"


def midnight(day: date, zone: str) -> datetime:
    """The UTC instant at which `day` begins in `zone` (where midnight is skipped, the first instant after it)."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def check_year(day: date, *, field: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RuleError(
            field,
            "year",
            _("The year %(year)s cannot be right. Enter a date between %(first)s and %(last)s.")
            % {"year": day.year, "first": FIRST_YEAR, "last": LAST_YEAR},
        )
