"""Zone names as calendars contain them, made IANA names: Windows names, offsets, and what nobody knows."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

UTC = "UTC"
LONGEST = 64  # characters of a name; what is longer is none and must not fill the cache
WINDOWS = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai",
    "Azerbaijan Standard Time": "Asia/Baku",
    "Belarus Standard Time": "Europe/Minsk",
    "Canada Central Standard Time": "America/Regina",
    "Caucasus Standard Time": "Asia/Yerevan",
    "Central Asia Standard Time": "Asia/Almaty",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "China Standard Time": "Asia/Shanghai",
    "E. Europe Standard Time": "Europe/Chisinau",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo",
    "Ekaterinburg Standard Time": "Asia/Yekaterinburg",
    "FLE Standard Time": "Europe/Kyiv",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Georgian Standard Time": "Asia/Tbilisi",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "India Standard Time": "Asia/Kolkata",
    "Israel Standard Time": "Asia/Jerusalem",
    "Kaliningrad Standard Time": "Europe/Kaliningrad",
    "Korea Standard Time": "Asia/Seoul",
    "Mountain Standard Time": "America/Denver",
    "N. Central Asia Standard Time": "Asia/Novosibirsk",
    "North Asia East Standard Time": "Asia/Irkutsk",
    "North Asia Standard Time": "Asia/Krasnoyarsk",
    "Omsk Standard Time": "Asia/Omsk",
    "Pacific Standard Time": "America/Los_Angeles",
    "Qyzylorda Standard Time": "Asia/Qyzylorda",
    "Romance Standard Time": "Europe/Paris",
    "Russia Time Zone 3": "Europe/Samara",
    "Russia Time Zone 10": "Asia/Srednekolymsk",
    "Russia Time Zone 11": "Asia/Kamchatka",
    "Russian Standard Time": "Europe/Moscow",
    "Sakhalin Standard Time": "Asia/Sakhalin",
    "Saratov Standard Time": "Europe/Saratov",
    "Singapore Standard Time": "Asia/Singapore",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Tomsk Standard Time": "Asia/Tomsk",
    "Transbaikal Standard Time": "Asia/Chita",
    "Turkey Standard Time": "Europe/Istanbul",
    "US Eastern Standard Time": "America/Indianapolis",
    "Vladivostok Standard Time": "Asia/Vladivostok",
    "Volgograd Standard Time": "Europe/Volgograd",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin",
    "West Asia Standard Time": "Asia/Tashkent",
    "Yakutsk Standard Time": "Asia/Yakutsk",
}
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?00)?")
_UNUSABLE = frozenset({"Factory", "localtime", "posixrules"})


def iana(name: object, fallback: str) -> str:
    """The IANA name meant by `name`, else `fallback` (the calendar's zone), else UTC."""
    return _iana(name if isinstance(name, str) and len(name) <= LONGEST else None, fallback)


@lru_cache(maxsize=1024)
def _iana(name: str | None, fallback: str) -> str:
    for candidate in (name, WINDOWS.get(name or ""), _by_offset(name or ""), fallback):
        if candidate and candidate in _names():
            return candidate
    return UTC


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of a name that `iana` returned."""
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _UNUSABLE


def _by_offset(name: str) -> str | None:
    """`GMT+03:00` is `Etc/GMT-3`: POSIX counts westwards."""
    found = _OFFSET.fullmatch(name)
    if found is None:
        return None
    sign, hours = found.groups()
    return f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}" if int(hours) else UTC
