"""Busy blocks: lean rows of time that is taken outside, and the window in which they are kept."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from vizavi.common import bulk
from vizavi.common.zones import midnight
from vizavi.connections.models import BusyBlock, Calendar, LoadMode
from vizavi.sync.model import RemoteItem, When

WINDOW = (timedelta(days=30), timedelta(days=180))  # back and ahead; filters only items that are not ours
FIELDS = ["etag", "starts_at", "ends_at", "starts_on", "ends_on", "master_id", "title", "seen_in"]


def block(
    calendar: Calendar, item: RemoteItem, when: When, number: int, *, key: str = "", master: str = ""
) -> dict[str, Any]:
    """The lean row of one stretch of taken time, by columns; private items and busy-only calendars keep no title."""
    all_day = not isinstance(when.start, datetime)
    title = item.content.title[:300] if item.content else ""
    hidden = calendar.mode == LoadMode.BUSY or (item.content is not None and item.content.private)
    return {
        "calendar_id": calendar.pk,
        "remote_id": key or item.remote_id,
        "etag": item.etag,
        "starts_at": instant(when.start, calendar.time_zone),
        "ends_at": instant(when.end, calendar.time_zone),
        "starts_on": when.start if all_day else None,
        "ends_on": when.end if all_day else None,
        "master_id": master,
        "title": None if hidden else title,
        "seen_in": number,
    }


def save_blocks(blocks: Iterable[dict[str, Any]]) -> int:
    unique = {row["remote_id"]: row for row in blocks}
    bulk.insert(BusyBlock, list(unique.values()), key=["calendar_id", "remote_id"], replaced=FIELDS)
    return len(unique)


def window(now: datetime) -> tuple[datetime, datetime]:
    return now - WINDOW[0], now + WINDOW[1]


def in_window(when: When, now: datetime) -> bool:
    start, end = window(now)
    return end_of(when) > start and instant(when.start, when.zone) < end


def instant(moment: date | datetime, zone: str) -> datetime:
    """An instant as it is; a day as its midnight in the calendar's zone, only to find it by time."""
    return moment if isinstance(moment, datetime) else midnight(moment, zone)


def end_of(when: When) -> datetime:
    return instant(when.end, when.zone)
