"""Remote items without a link: busy time, planned events of a type, our own events seen as invitations (DESIGN 5.4)."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext

from vizavi.connections import unreadable
from vizavi.connections.blocks import block, end_of, in_window, save_blocks
from vizavi.connections.content import is_home, local_of, plain_text, span_of
from vizavi.connections.invitations import Invitations
from vizavi.connections.journal import write_note
from vizavi.connections.models import Calendar, LoadMode
from vizavi.connections.models import Link as LinkRow
from vizavi.connections.occurrences import SeriesStore
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.sync.codec import content_to_json
from vizavi.sync.model import Content, Kind, RemoteItem
from vizavi.sync.ports import Note, Reading

MAPPING_VERSION = 2  # a new mapping means a full reading (DESIGN 5.4)


class Unknown:
    """Takes in what has no link, page by page, inside the caller's transaction."""

    def __init__(self, calendar: Calendar, install: str) -> None:
        self.calendar = calendar
        self.account = calendar.account
        self.install = install
        self.series = SeriesStore(calendar)
        self.invitations = Invitations(calendar)

    def absorb(self, items: Sequence[RemoteItem], reading: Reading, now: datetime) -> Mapping[str, int]:
        counts = Counter({"errors": unreadable.tell(self.calendar, items, reading, now)})
        items = [item for item in items if not item.problem]
        self._drop([item.remote_id for item in items if item.deleted and item.kind is not Kind.EXCEPTION])
        invited, followed = self.invitations.links(items), self._follow(items)
        self.invitations.declined(items, now)
        self.series.absorb([item for item in items if item.kind is not Kind.SINGLE or item.deleted], reading)
        if reading.cursor is not None:  # a full reading drops by itself what is no longer what it was
            self.series.remove([item.remote_id for item in items if item.kind is Kind.SINGLE and not item.deleted])
        blocks, out = [], [item.remote_id for item in items if item.kind is Kind.MASTER]
        for item in (item for item in items if item.kind is Kind.SINGLE and not item.deleted):
            if item.content is None:
                continue
            if item.remote_id in followed:
                out.append(item.remote_id)
            elif item.remote_id in invited:
                self.invitations.hear(invited[item.remote_id], item.content, now)
                out.append(item.remote_id)
            elif self._load(item, item.content, reading, now):
                counts["loaded"] += 1
                out.append(item.remote_id)
            elif self._is_block(item, item.content, now):
                blocks.append(block(self.calendar, item, item.content.when, reading.number))
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

    def _follow(self, items: Sequence[RemoteItem]) -> set[str]:
        """Items of ours that a person moved here from another calendar of the account: the link goes with them."""
        if not is_home(self.calendar):
            return set()
        here = {item.remote_id for item in items if item.organized_here and not item.deleted and item.content}
        links = LinkRow.objects.filter(calendar__account=self.account, remote_id__in=here)
        links = links.exclude(calendar=self.calendar).exclude(event__links__calendar=self.calendar)
        rows = {link.remote_id: link for link in links.select_related("event")}
        for link in rows.values():
            # Looked at by the next push, then compared with its past as if it had stayed.
            owing = min(link.pushed_revision, link.event.revision - 1)
            fields = {"calendar": self.calendar, "etag": "", "gone_at": None, "pushed_revision": owing}
            LinkRow.objects.filter(pk=link.pk).update(**fields)
        return set(rows)

    def _load(self, item: RemoteItem, content: Content, reading: Reading, now: datetime) -> bool:
        """A planned event of the calendar's type, or one of ours that came back; its item is linked as it is."""
        stamp = item.stamp if item.stamp and item.stamp.install == self.install and is_home(self.calendar) else None
        uid = _uid(stamp.event) if stamp else None
        ours = Event.objects.filter(uid=uid).first() if uid else None
        if ours is not None:
            if ours.links.filter(calendar=self.calendar).exists():
                return False  # a stray copy of what has its item here already: taken time, no second event
            self._link(ours, item, content, reading, now)
            return True
        event_type = EventType.objects.filter(code=stamp.type).first() if stamp else None
        if event_type is None and self.calendar.mode == LoadMode.TYPED and not content.private:
            event_type = self.calendar.event_type
        ahead = end_of(content.when) > now
        if event_type is None or not (ahead and item.occupies and item.organized_here):
            return False
        title = gettext("restored, choose a candidate") if stamp else content.title
        event = operations.load_remote(
            type=event_type,
            span=span_of(content.when, self.account.user.time_zone),
            title=title,
            place=content.location,
            comment=plain_text(content.description),
            responsible=self.account.user,
            now=now,
        )
        self._link(event, item, content, reading, now)
        return True

    def _link(self, event: Event, item: RemoteItem, content: Content, reading: Reading, now: datetime) -> None:
        """Both bases are the present contents, so that nothing is sent for having been loaded."""
        local = local_of(event, self.calendar, sent_as=event.type.code, now=now)
        LinkRow.objects.create(
            event=event,
            calendar=self.calendar,
            remote_id=item.remote_id,
            ical_uid=item.ical_uid,
            etag=item.etag,
            type_code=event.type.code,
            base_local=content_to_json(local.content),
            base_remote=content_to_json(content),
            pushed_revision=event.revision,
            synced_at=now,
            seen_in=reading.number,
        )
        write_note(self.account, event.pk, Note("loaded", outward=False, after=content), now)


def _uid(text: str) -> uuid.UUID | None:
    """What stands in the properties of an item may be anything."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
