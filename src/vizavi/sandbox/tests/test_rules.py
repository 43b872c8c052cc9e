"""The rules that need no server: selectors, merging, occurrences, signed redirects."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vizavi.sandbox import content, journal, recurrence, selection
from vizavi.sandbox.errors import ApiError
from vizavi.sandbox.state import Store

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("a", {"a": 1}),
        ("a,items/id", {"a": 1, "items": [{"id": 1}, {"id": 2}]}),
        ("items(id,s/d)", {"items": [{"id": 1, "s": {"d": 3}}, {"id": 2}]}),
        ("items/s/*", {"items": [{"s": {"d": 3, "t": 4}}, {}]}),
        ("*", {"a": 1, "items": [{"id": 1, "s": {"d": 3, "t": 4}}, {"id": 2}]}),
    ],
)
def test_selector_keeps_what_it_names(selector: str, expected: dict[str, Any]) -> None:
    data = {"a": 1, "items": [{"id": 1, "s": {"d": 3, "t": 4}}, {"id": 2}]}
    assert selection.apply(data, selection.parse(selector)) == expected


@pytest.mark.parametrize("selector", ["a(", "a)", ",a", "a//b", "a b(", "a&b"])
def test_broken_selector_is_refused(selector: str) -> None:
    with pytest.raises(ApiError):
        selection.parse(selector)


def test_merge_goes_into_objects_and_stops_at_arrays() -> None:
    old = {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}
    assert content.merge(old, {"a": {"y": None, "z": 4}, "b": [5], "c": None}) == {"a": {"x": 1, "z": 4}, "b": [5]}


def occurrences(start: dict[str, str], end: dict[str, str], *lines: str) -> list[str]:
    source = recurrence.series({"start": start, "end": end, "recurrence": list(lines)}, MOSCOW)
    limit = datetime(2027, 1, 1, tzinfo=MOSCOW)
    return [recurrence.instance_id("m", source, found) for found in recurrence.starts(source, None, limit)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RRULE:FREQ=DAILY;COUNT=2"], ["m_20260302T070000Z", "m_20260303T070000Z"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260303T070000Z"], ["m_20260302T070000Z", "m_20260303T070000Z"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260303T065959Z"], ["m_20260302T070000Z"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T070000Z"], ["m_20260302T070000Z", "m_20260304T070000Z"]),
        (["RDATE;TZID=Asia/Yekaterinburg:20260310T120000"], ["m_20260302T070000Z", "m_20260310T070000Z"]),
    ],
)
def test_timed_series_has_these_occurrences(lines: list[str], expected: list[str]) -> None:
    start, end = ({"dateTime": f"2026-03-02T{hour}:00:00+03:00", "timeZone": "Europe/Moscow"} for hour in (10, 11))
    assert occurrences(start, end, *lines) == expected


def test_series_of_whole_days_is_named_by_dates() -> None:
    found = occurrences(
        {"date": "2026-03-02"}, {"date": "2026-03-03"}, "RRULE:FREQ=WEEKLY;UNTIL=20260316", "EXDATE;VALUE=DATE:20260309"
    )
    assert found == ["m_20260302", "m_20260316"]


def test_secrets_never_stand_in_the_log() -> None:
    shown = journal.redacted({"code": ["4/x"], "access_token": ["y"], "state": ["z"], "syncToken": ["kept"]})
    assert shown == "code=…&access_token=…&state=…&syncToken=kept"


def test_home_of_an_earlier_version_is_widened(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    old.execute("CREATE TABLE refresh (token TEXT PRIMARY KEY, email, client_id, scopes, created REAL, dead TEXT)")
    old.execute("INSERT INTO refresh VALUES ('t', 'a@x.example', 'c', 's', 5, NULL)")
    old.commit()
    old.close()
    row = Store(tmp_path).row("SELECT used, expires FROM refresh")
    assert row is not None
    assert tuple(row) == (5, None)


def test_sandbox_shares_no_code_with_the_product() -> None:
    home = Path(journal.__file__).parent
    sources = [path.read_text() for path in home.glob("*.py")]
    imported = {name for text in sources for name in re.findall(r"^(?:from|import) vizavi\.?(\w*)", text, re.MULTILINE)}
    assert imported == {"sandbox"}
