"""Remote items without a link: busy time, planned events of a type, our own events seen as invitations (DESIGN 5.4)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from vizavi.connections import unreadable
from vizavi.connections.blocks import block, in_window, save_blocks
from vizavi.connections.content import is_home
from vizavi.connections.invitations import Invitations
from vizavi.connections.loading import LIVES, Loader
from vizavi.connections.models import Calendar, GoneCopy, LoadMode
from vizavi.connections.models import Link as LinkRow
from vizavi.connections.occurrences import SeriesStore
from vizavi.sync.model import Content, Kind, LinkState, RemoteItem
from vizavi.sync.ports import Reading

PLACE = frozenset({"id", "event", "event_revision", "calendar", "seen_in"})  # fields that say where a link belongs
MAPPING_VERSION = 3  # a new mapping means a full reading (DESIGN 5.4)


class Unknown:
    """Takes in what has no link, page by page, inside the caller's transaction."""

    def __init__(self, calendar: Calendar, install: str, series: SeriesStore) -> None:
        self.calendar = calendar
        self.account = calendar.account
        self.loader = Loader(calendar, install)
        self.series = series
        self.invitations = Invitations(calendar)

    def absorb(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        counts = Counter({"errors": unreadable.tell(self.calendar, items, reading, now)})
        items = [item for item in items if not item.problem]
        self._drop([item.remote_id for item in items if item.deleted and item.kind is not Kind.EXCEPTION])
        invited = self.invitations.links(items)
        self.invitations.lost(items, now)
        self.series.absorb([item for item in items if item.kind is not Kind.SINGLE or item.deleted], reading)
        if reading.cursor is not None:  # a full reading drops by itself what is no longer what it was
            self.series.remove([item.remote_id for item in items if item.kind is Kind.SINGLE and not item.deleted])
        blocks, out = [], [item.remote_id for item in items if item.kind is Kind.MASTER]
        singles = [(item, item.content) for item in items if item.kind is Kind.SINGLE and item.content]
        loaded = self.loader.load([pair for pair in singles if pair[0].remote_id not in invited], reading, now)
        counts["loaded"] = len(loaded)
        for item, content in singles:
            if item.remote_id in invited:
                self.invitations.hear(invited[item.remote_id], content, now)
                out.append(item.remote_id)
            elif item.remote_id in loaded:
                out.append(item.remote_id)
            elif self._is_block(item, content, now):
                blocks.append(block(self.calendar, item, content.when, reading.number))
            else:
                out.append(item.remote_id)
        self._drop(out)
        counts["blocks"] += save_blocks(blocks)
        return counts

    def drop_unmet(self, reading: Reading) -> None:
        """After a full reading: busy time and series that were not met any more are gone."""
        self.calendar.blocks.filter(master_id="").exclude(seen_in=reading.number).delete()
        self.series.drop_unmet(reading)

    def _drop(self, remote_ids: Sequence[str]) -> None:
        if remote_ids:
            self.calendar.blocks.filter(remote_id__in=remote_ids).delete()

    def _is_block(self, item: RemoteItem, content: Content, now: datetime) -> bool:
        inside = in_window(content.when, now)
        return item.occupies and inside and self.calendar.mode != LoadMode.SKIP

    def dragged(self, items: Sequence[RemoteItem], read: Collection[int]) -> QuerySet[LinkRow]:
        """Links in other calendars of the account whose items a person moved here.

        Not where that calendar was just `read` and the item is there as well: then this is another one of the same id.
        """
        if not is_home(self.calendar):
            return LinkRow.objects.none()
        here = {item.remote_id for item in items if not item.organizer and not item.deleted and item.content}
        links = LinkRow.objects.filter(calendar__account=self.account, remote_id__in=here)
        return links.exclude(LIVES, calendar__in=read).exclude(calendar=self.calendar)

    def follow(self, items: Sequence[RemoteItem], read: Collection[int]) -> None:
        """Items of ours that were dragged here: the link goes with them."""
        self._drop([link.remote_id for link in self.dragged(items, read) if self._bring(link)])

    def _bring(self, link: LinkRow) -> bool:
        """Etags and full readings are each calendar's own, so what was seen there says nothing here.

        A link that was given up here makes way; one that lives stays, and the item beside it is taken time.
        """
        idle = LinkRow.objects.filter(event=link.event_id, calendar=self.calendar).first()
        if idle is None:
            LinkRow.objects.filter(pk=link.pk).update(calendar=self.calendar, etag="", seen_in=0)
            return True
        if idle.state != LinkState.GONE.value or idle.in_flight:
            return False
        for row, values in ((link, _past(idle)), (idle, _past(link))):
            LinkRow.objects.filter(pk=row.pk).update(**values | {"etag": "", "seen_in": 0})
        GoneCopy.objects.filter(link=link).update(link=idle)
        return True


def _past(link: LinkRow) -> dict[str, Any]:
    """All that a link knows of its item."""
    known = (field for field in LinkRow._meta.fields if field.name not in PLACE and not field.generated)
    return {field.attname: getattr(link, field.attname) for field in known}
