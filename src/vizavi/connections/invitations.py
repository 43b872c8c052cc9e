"""Our own meetings met as invitations in colleagues' calendars: answers flow in, another time is a proposal (5.4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from vizavi.connections.content import span_of
from vizavi.connections.journal import write_note
from vizavi.connections.models import Calendar, Proposal
from vizavi.connections.models import Link as LinkRow
from vizavi.events import operations
from vizavi.events.models import Answer, Event
from vizavi.events.rules import OPEN
from vizavi.sync.codec import content_from_json
from vizavi.sync.model import Content, Group, LinkState, RemoteItem
from vizavi.sync.ports import Note


class Invitations:
    """What one calendar tells about meetings that live in other people's calendars."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.account = calendar.account
        self.user = calendar.account.user

    def links(self, items: Sequence[RemoteItem]) -> dict[str, LinkRow]:
        """The links of those items that are our meetings, by the id they have here: one event, no block."""
        invited = [item for item in items if not item.organized_here and not item.deleted]
        if not invited:
            return {}
        same = Q(remote_id__in=[item.remote_id for item in invited])
        uids = [item.ical_uid for item in invited if item.ical_uid]
        rows = list(self._elsewhere(same | Q(ical_uid__in=uids)))
        by_id = {row.remote_id: row for row in rows}
        by_uid = {row.ical_uid: row for row in rows if row.ical_uid}
        found = {item.remote_id: by_id.get(item.remote_id) or by_uid.get(item.ical_uid) for item in invited}
        return {key: row for key, row in found.items() if row is not None}

    def hear(self, link: LinkRow, content: Content, now: datetime) -> None:
        """The guest's answer is taken; a copy that was moved proposes another time to the responsible."""
        for person in content.people:
            if person.email == self.account.email.lower():
                self._answer(link, Answer(person.answer.value), now)
        self._hear_time(link, content, now)

    def declined(self, items: Sequence[RemoteItem], now: datetime) -> None:
        """A guest who deletes the own copy will not come (Google's copies have the id of the organizer's item)."""
        gone = [item.remote_id for item in items if item.deleted]
        if gone:
            living = Q(
                remote_id__in=gone, state=LinkState.LIVE.value, gone_at=None, event__participants__user=self.user
            )
            for link in self._elsewhere(living):
                self._answer(link, Answer.DECLINED, now)

    def _elsewhere(self, wanted: Q) -> Sequence[LinkRow]:
        rows = LinkRow.objects.filter(wanted).exclude(calendar__account=self.account)
        return list(rows.select_related("event", "calendar__account"))

    def _answer(self, link: LinkRow, answer: Answer, now: datetime) -> None:
        operations.apply_remote(link.event_id, answers={self.user.email: answer}, by=self.user, now=now)

    def _hear_time(self, link: LinkRow, content: Content, now: datetime) -> None:
        event, known = link.event, content_from_json(link.base_remote) if link.base_remote else None
        proposal = Proposal.objects.filter(event=event, user=self.user)
        span = span_of(content.when, event.zone)
        unmoved = known is None or known.when == content.when or (span.starts_at, span.ends_at) == _ends(event)
        takes_part = event.participants.filter(user=self.user).exists()
        if unmoved or not takes_part or event.status not in OPEN or event.ends_at <= now:
            proposal.delete()
            return
        if proposal.filter(
            starts_at=span.starts_at, ends_at=span.ends_at, time_edited_at=event.time_edited_at
        ).exists():
            return
        values = {"starts_at": span.starts_at, "ends_at": span.ends_at, "zone": span.zone, "at": now}
        values |= {"starts_on": span.starts_on, "ends_on": span.ends_on, "time_edited_at": event.time_edited_at}
        Proposal.objects.update_or_create(event=event, user=self.user, defaults=values)
        note = Note("proposed", outward=False, before=known, after=content, groups=frozenset({Group.TIME}))
        write_note(self.account, event.pk, note, now)


def _ends(event: Event) -> tuple[datetime, datetime]:
    return event.starts_at, event.ends_at
