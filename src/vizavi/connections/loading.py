"""Unknown items that become events: ours that came back, and all of a calendar given to a type (DESIGN 5.4)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from vizavi.common import bulk
from vizavi.connections.blocks import end_of
from vizavi.connections.content import comment_of_lost, content_of, is_home, plain_text, span_of
from vizavi.connections.journal import note_line
from vizavi.connections.models import Calendar, JournalEntry, Link, LoadMode
from vizavi.events import operations, writing
from vizavi.events.models import Event, EventType
from vizavi.sync.codec import content_to_json
from vizavi.sync.merge import graft
from vizavi.sync.model import Content, Group, LinkState, RemoteItem, Stamp
from vizavi.sync.ports import Note, Reading

Item = tuple[RemoteItem, Content]
LIVES = Q(state=LinkState.LIVE.value, base_remote__isnull=False, gone_at=None)  # of a link: its item is there


class Loader:
    """Takes thousands of items as easily as one: nothing here asks the database item by item."""

    def __init__(self, calendar: Calendar, install: str) -> None:
        self.calendar = calendar
        self.account = calendar.account
        self.install = install

    def load(self, items: Iterable[Item], reading: Reading, now: datetime) -> set[str]:
        """The remote ids of those that are events now; each item is linked as it is."""
        unique = {item.remote_id: (item, content) for item, content in items}
        stamps = {key: stamp for key, (item, _) in unique.items() if (stamp := self._stamp(item))}
        ours = self._ours(stamps)
        again = self._without_link(ours)
        types = {row.code: row for row in EventType.objects.filter(code__in={stamp.type for stamp in stamps.values()})}
        new = {}
        for key, (item, content) in unique.items():
            if key not in ours and (found := self._found(item, content, stamps.get(key), types, now)):
                new[key] = found
        loaded = operations.load_remote(list(new.values()), responsible=self.account.user, now=now)
        events = again | dict(zip(new, loaded, strict=True))
        self._link([(event, *unique[key]) for key, event in events.items()], reading, now)
        for key, event in again.items():
            # Its past is not known: what both sides share is sent as it is here, the rest stays as it is there.
            past = graft(content_of(event), unique[key][1], self._shared())
            Link.objects.filter(calendar=self.calendar, event=event).update(base_local=content_to_json(past))
        # What came back is looked at anew, beside each copy it has: it may be cancelled or belong elsewhere meanwhile.
        writing.raise_revisions([event.pk for event in again.values()])
        return set(events)

    def _shared(self) -> set[Group]:
        text = {Group.TEXT} if self.account.takes_text else set()
        place = {Group.PLACE} if self.account.takes_place else set()
        return {Group.TIME} | text | place

    def _stamp(self, item: RemoteItem) -> Stamp | None:
        return item.stamp if item.stamp and item.stamp.install == self.install and is_home(self.calendar) else None

    def _ours(self, stamps: dict[str, Stamp]) -> dict[str, Event]:
        """Events that we have, by the items that say they are them."""
        uids = {key: uid for key, stamp in stamps.items() if (uid := _uid(stamp.event))}
        rows = Event.objects.filter(uid__in=set(uids.values())) if uids else Event.objects.none()
        shown = rows.select_related("type", "candidate", "vacancy", "room", "responsible")
        known = {row.uid: row for row in shown.prefetch_related("participants__user")}
        return {key: known[uid] for key, uid in uids.items() if uid in known}

    def _without_link(self, ours: dict[str, Event]) -> dict[str, Event]:
        """A stray copy of what has its item here or in another calendar of the account is taken time, no second one."""
        there = Q(calendar=self.calendar) | (LIVES & Q(calendar__account=self.account))
        links = Link.objects.filter(there, event__in=ours.values()) if ours else Link.objects.none()
        linked = set(links.values_list("event", flat=True))
        once = {event.pk: key for key, event in ours.items() if event.pk not in linked}
        return {key: ours[key] for key in once.values()}

    def _found(
        self, item: RemoteItem, content: Content, stamp: Stamp | None, types: dict[str, EventType], now: datetime
    ) -> operations.RemoteValues | None:
        """What to plan for an item; None where it is none of ours and its calendar gives no type."""
        event_type = types.get(stamp.type) if stamp else None
        # What may only be read there could not be kept in step: it stays taken time.
        given = self.calendar.mode == LoadMode.TYPED and is_home(self.calendar)
        if event_type is None and given and not content.private:
            event_type = self.calendar.event_type
        ahead = end_of(content.when) > now
        if event_type is None or not (ahead and item.occupies and not item.organizer):
            return None
        return operations.RemoteValues(
            type=event_type,
            span=span_of(content.when, self.account.user.time_zone),
            title=operations.returned(content.title) if stamp else content.title,
            place=content.location,
            comment=comment_of_lost(content.description) if stamp else plain_text(content.description),
        )

    def _link(self, pairs: Sequence[tuple[Event, RemoteItem, Content]], reading: Reading, now: datetime) -> None:
        """Both bases are the present contents, so that nothing is sent for having been loaded."""
        bulk.insert(Link, [self._row(event, item, content, reading, now) for event, item, content in pairs])
        told = [(event.pk, Note("loaded", outward=False, after=content)) for event, _, content in pairs]
        bulk.insert(JournalEntry, [note_line(self.account, event_id, note, now) for event_id, note in told])

    def _row(self, event: Event, item: RemoteItem, content: Content, reading: Reading, now: datetime) -> dict[str, Any]:
        return {
            "event_id": event.pk,
            "calendar_id": self.calendar.pk,
            "remote_id": item.remote_id,
            "ical_uid": item.ical_uid,
            "etag": item.etag,
            "type_code": event.type.code,
            "base_local": content_to_json(content_of(event)),
            "base_remote": content_to_json(content),
            "pushed_revision": event.revision,
            "event_revision": event.revision,
            "synced_at": now,
            "seen_in": reading.number,
        }


def _uid(text: str) -> uuid.UUID | None:
    """What stands in the properties of an item may be anything."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
