"""Recurring series of a calendar: masters and exceptions are kept, their occurrences materialised as busy blocks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vizavi.connections.blocks import block, save_blocks, window
from vizavi.connections.models import Calendar, Link, LoadMode, SeriesItem
from vizavi.sync.codec import item_from_json, item_to_json
from vizavi.sync.model import Content, Kind, RemoteItem
from vizavi.sync.ports import Reading
from vizavi.sync.series import Unexpandable, expand


class SeriesStore:
    """Remembers which series a run touched; each is expanded on its own (PITFALLS 1, 6)."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.touched: set[str] = set()

    def absorb(self, items: Sequence[RemoteItem], reading: Reading) -> None:
        """Store masters and exceptions; a deleted master takes its exceptions and occurrences with it."""
        if self.calendar.mode == LoadMode.SKIP:
            return
        gone = [item.remote_id for item in items if item.deleted and item.kind is not Kind.EXCEPTION]
        self.remove(gone)
        dropped = set(gone)
        kept = [item for item in items if item.kind is not Kind.SINGLE and item.remote_id not in dropped]
        rows = {item.remote_id: self._row(item, reading) for item in kept}
        SeriesItem.objects.bulk_create(
            rows.values(),
            batch_size=500,
            update_conflicts=True,
            unique_fields=["calendar", "remote_id"],
            update_fields=["master_id", "etag", "item", "seen_in"],
        )
        self.touched |= {row.master_id for row in rows.values()}

    def missing_masters(self) -> list[str]:
        if not self.touched:
            return []
        known = self.calendar.series_items.filter(remote_id__in=self.touched).values_list("remote_id", flat=True)
        return sorted(self.touched - set(known))

    def due(self, now: datetime) -> list[str]:
        """Masters touched in this run; by the first reading of a day also those that only the provider can expand."""
        last = self.calendar.last_read_at
        if last is None or last.date() < now.date():
            stale = self.calendar.series_items.filter(asked_on__lt=now.date())
            self.touched |= set(stale.values_list("master_id", flat=True))
        return sorted(self.touched)

    def expand(self, master_id: str, now: datetime) -> tuple[datetime, datetime] | None:
        """Materialise; answers the window to ask the provider for where it alone can."""
        self.touched.discard(master_id)
        start, end = window(now)
        try:
            self._expand(master_id, start, end)
        except Unexpandable:
            return start, end
        return None

    def masters(self) -> list[str]:
        """All series that are stored: the window moves on each day, and they are expanded for it anew."""
        rows = self.calendar.series_items.order_by("master_id").values_list("master_id", flat=True)
        return list(rows.distinct())

    def save_occurrences(self, master_id: str, items: Sequence[RemoteItem], now: datetime) -> None:
        self.calendar.series_items.filter(remote_id=master_id).update(asked_on=now.date())
        living = [item for item in items if not item.deleted and item.content and item.occupies]
        number = self.calendar.reading
        self.calendar.blocks.filter(master_id=master_id).delete()
        save_blocks(
            block(self.calendar, item, item.content.when, number, master=master_id) for item in living if item.content
        )

    def drop_unmet(self, reading: Reading) -> None:
        gone = self.calendar.series_items.exclude(seen_in=reading.number)
        masters = {row.master_id for row in gone if row.remote_id == row.master_id}
        alone = [row.remote_id for row in gone if row.remote_id != row.master_id]
        gone.delete()
        self.calendar.blocks.filter(master_id__in=masters).delete()
        self.calendar.blocks.filter(remote_id__in=alone).delete()

    def remove(self, master_ids: Sequence[str]) -> None:
        """The series are gone, or repeat no more."""
        if master_ids:
            self.calendar.series_items.filter(master_id__in=master_ids).delete()
            self.calendar.blocks.filter(master_id__in=master_ids).delete()

    def forget_titles(self) -> None:
        """The calendar is busy time only from now on."""
        rows = list(self.calendar.series_items.all())
        for row in rows:
            row.item = item_to_json(self._kept(item_from_json(row.item)))
        SeriesItem.objects.bulk_update(rows, ["item"], batch_size=500)

    def _expand(self, master_id: str, start: datetime, end: datetime) -> None:
        items = [item_from_json(row.item) for row in self.calendar.series_items.filter(master_id=master_id)]
        masters = [item for item in items if item.kind is Kind.MASTER]
        if not masters:
            self._save_alone(master_id, items)
            return
        occurrences = expand(masters[0], [item for item in items if item.kind is Kind.EXCEPTION], start, end)
        if masters[0].content and Link.objects.filter(calendar=self.calendar, remote_id=master_id).exists():
            first = masters[0].content.when.start  # this one is an event of ours
            occurrences = [found for found in occurrences if found.when.start != first]
        blocks = [
            block(self.calendar, found.item, found.when, self.calendar.reading, key=found.key, master=master_id)
            for found in occurrences
            if found.item.occupies
        ]
        self.calendar.blocks.filter(master_id=master_id).delete()
        save_blocks(blocks)

    def _save_alone(self, master_id: str, items: Sequence[RemoteItem]) -> None:
        """Whoever is invited to one occurrence never sees the series: that occurrence is taken time all the same."""
        number = self.calendar.reading
        self.calendar.blocks.filter(master_id=master_id).delete()
        save_blocks(
            block(self.calendar, item, item.content.when, number, master=master_id)
            for item in items
            if item.content and item.occupies and not item.deleted
        )

    def _kept(self, item: RemoteItem) -> RemoteItem:
        """Time and what a block shows; titles of private items and of busy-only calendars are not stored."""
        if item.content is None:
            return item
        told = item.content
        title = "" if told.private or self.calendar.mode == LoadMode.BUSY else told.title[:300]
        return replace(item, content=Content(told.when, title, private=told.private, busy=told.busy))

    def _row(self, item: RemoteItem, reading: Reading) -> SeriesItem:
        return SeriesItem(
            calendar=self.calendar,
            remote_id=item.remote_id,
            master_id=item.master_id or item.remote_id,
            etag=item.etag,
            item=item_to_json(self._kept(item)),
            seen_in=reading.number,
        )
