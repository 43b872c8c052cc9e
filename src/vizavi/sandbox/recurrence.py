"""Occurrences of a series: wall-clock rules in the series' own zone, exact instants outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from vizavi.sandbox import errors, wire

LINE = re.compile(r"^(RRULE|EXRULE|RDATE|EXDATE)(;[^:]*)?:(.+)$")
INSTANCE = re.compile(r"^(?P<master>[a-v0-9]{1,1024}(?:_R\w+)?)_(?P<when>\d{8}(?:T\d{6}Z)?)$")
# an endless series needs an end somewhere; Google looks far ahead, two years are enough to look at
HORIZON = timedelta(days=730)
MOST = 5000


@dataclass(frozen=True)
class Series:
    """What is needed to find the occurrences of a master."""

    body: dict[str, Any]
    zone: ZoneInfo

    @property
    def all_day(self) -> bool:
        return "date" in self.body["start"]

    @property
    def first(self) -> datetime:
        """The first start as wall-clock time without a zone."""
        return wall(self.body["start"], self.zone)

    @property
    def length(self) -> timedelta:
        if self.all_day:
            return wall(self.body["end"], self.zone) - self.first
        start, end = (datetime.fromisoformat(self.body[name]["dateTime"]) for name in ("start", "end"))
        return end - start


def series(body: dict[str, Any], calendar_zone: ZoneInfo) -> Series:
    name = body["start"].get("timeZone")
    return Series(body, wire.zone(name) if name and "dateTime" in body["start"] else calendar_zone)


def wall(point: dict[str, Any], zone: ZoneInfo) -> datetime:
    if "date" in point:
        return datetime.fromisoformat(point["date"])
    return datetime.fromisoformat(point["dateTime"]).astimezone(zone).replace(tzinfo=None)


def check(lines: Any, body: dict[str, Any], calendar_zone: ZoneInfo) -> None:
    """Refuse what Google refuses; a rule that yields nothing is refused as well."""
    if not isinstance(lines, list) or not all(isinstance(line, str) and LINE.match(line) for line in lines):
        raise errors.invalid("Invalid recurrence rule.")
    if "dateTime" in body["start"] and not body["start"].get("timeZone"):
        raise errors.required("Missing time zone definition for start time.")
    try:
        found = next(iter(_rules(series(body, calendar_zone))), None)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise errors.invalid("Invalid recurrence rule.") from error
    if found is None:
        raise errors.invalid("Invalid recurrence rule.")


def _rules(source: Series) -> rruleset:
    rules = rruleset()
    plain = True
    for line in source.body["recurrence"]:
        match = LINE.match(line)
        assert match is not None  # noqa: S101 - checked when the event was written
        name, parameters, value = match.groups()
        if name in {"RRULE", "EXRULE"}:
            rule = rrulestr(_local_until(value, source), dtstart=source.first)
            assert isinstance(rule, rrule)  # noqa: S101 - one RRULE line is one rule
            (rules.rrule if name == "RRULE" else rules.exrule)(rule)
            plain = plain and name != "RRULE"
            continue
        for moment in _moments(value, parameters or "", source):
            (rules.rdate if name == "RDATE" else rules.exdate)(moment)
    if plain:
        rules.rdate(source.first)
    return rules


def _local_until(rule: str, source: Series) -> str:
    """dateutil wants UNTIL in the same clock as the start."""

    def local(match: re.Match[str]) -> str:
        moment = _moment(match.group(1), None, source)
        if "T" not in match.group(1) and not source.all_day:
            moment = moment.replace(hour=23, minute=59, second=59)
        return f"UNTIL={moment:%Y%m%dT%H%M%S}"

    return re.sub(r"UNTIL=([0-9TZ]+)", local, rule)


def _moments(value: str, parameters: str, source: Series) -> list[datetime]:
    named = re.search(r"TZID=([^;:]+)", parameters)
    zone = wire.zone(named.group(1).strip('"')) if named else None
    found = []
    for text in value.split(","):
        moment = _moment(text, zone, source)
        if "T" not in text and not source.all_day:
            moment = moment.replace(hour=source.first.hour, minute=source.first.minute)
        found.append(moment)
    return found


def _moment(text: str, zone: ZoneInfo | None, source: Series) -> datetime:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - wall-clock on purpose
    naive = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall-clock on purpose
    if source.all_day:
        return naive.replace(hour=0, minute=0, second=0)
    if text.endswith("Z"):
        return naive.replace(tzinfo=UTC).astimezone(source.zone).replace(tzinfo=None)
    return naive.replace(tzinfo=zone).astimezone(source.zone).replace(tzinfo=None) if zone else naive


def starts(source: Series, after: datetime | None, before: datetime | None) -> Iterator[datetime]:
    """Wall-clock starts of the occurrences that overlap the given instants."""
    horizon = datetime.now(source.zone).replace(tzinfo=None) + HORIZON
    last = before.astimezone(source.zone).replace(tzinfo=None) if before else max(horizon, source.first + HORIZON)
    lowest = after.astimezone(source.zone).replace(tzinfo=None) - source.length if after else None
    for count, start in enumerate(_rules(source)):
        if start >= last or count >= MOST:
            return
        if lowest is None or start > lowest:
            yield start


def is_occurrence(source: Series, start: datetime) -> bool:
    for found in _rules(source):
        if found >= start:
            return found == start
    return False


def instance_id(master: str, source: Series, start: datetime) -> str:
    if source.all_day:
        return f"{master}_{start:%Y%m%d}"
    return f"{master}_{start.replace(tzinfo=source.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def split_id(event_id: str) -> tuple[str, str] | None:
    match = INSTANCE.match(event_id)
    return (match["master"], match["when"]) if match else None


def start_of(source: Series, when: str) -> datetime | None:
    """The wall-clock start an instance id speaks of, if the series has it."""
    if source.all_day == ("T" in when):
        return None
    start = _moment(when, None, source)
    return start if is_occurrence(source, start) else None


def original_start(source: Series, start: datetime) -> dict[str, str]:
    if source.all_day:
        return {"date": start.date().isoformat()}
    moment = start.replace(tzinfo=source.zone)
    return {"dateTime": wire.stamp(moment), "timeZone": str(source.zone)}


def instance(master: dict[str, Any], source: Series, start: datetime) -> dict[str, Any]:
    """The occurrence as it looks while nobody has touched it."""
    body = {name: value for name, value in master.items() if name != "recurrence"}
    body["id"] = instance_id(master["id"], source, start)
    body["recurringEventId"] = master["id"]
    body["originalStartTime"] = body["start"] = original_start(source, start)
    if source.all_day:
        body["end"] = {"date": date.isoformat((start + source.length).date())}
    else:
        end = (start.replace(tzinfo=source.zone).astimezone(UTC) + source.length).astimezone(source.zone)
        zone = master["end"].get("timeZone", str(source.zone))
        body["end"] = {"dateTime": wire.stamp(end), "timeZone": zone}
    return body
