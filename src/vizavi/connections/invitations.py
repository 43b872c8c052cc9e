"""Our own meetings met as invitations in colleagues' calendars: answers flow in, another time is a proposal (5.4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from vizavi.connections.content import span_of
from vizavi.connections.journal import write_note
from vizavi.connections.models import Account, Calendar, GoneCopy, Proposal
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
        """The links of those items that are our meetings, by the id they have here: one event, no block.

        Ours means that the organizer is a calendar of the account we write the meeting to (DESIGN 5.2).
        """
        invited = [item for item in items if item.organizer and not item.deleted]
        if not invited:
            return {}
        found: dict[str, LinkRow] = {}
        rows = self._elsewhere(about(invited)).prefetch_related("calendar__account__calendars")
        by_name = {name: row for row in rows for name in (row.ical_uid, row.remote_id) if name}
        for item in invited:
            row = by_name.get(item.remote_id) or by_name.get(item.ical_uid)
            if row is not None and item.organizer in _addresses(row.calendar.account):
                found[item.remote_id] = row
        return found

    def hear(self, link: LinkRow, content: Content, now: datetime) -> None:
        """The guest's answer is taken; a copy that was moved proposes another time to the responsible."""
        GoneCopy.objects.filter(link=link, user=self.user).delete()
        for person in content.people:
            if person.email == self.account.email.lower():
                self._answer(link, Answer(person.answer.value), now)
        self._hear_time(link, content, now)

    def lost(self, items: Sequence[RemoteItem], now: datetime) -> None:
        """Copies that are gone (Google's copies have the id of the organizer's item): what it means is heard later."""
        gone = [item.remote_id for item in items if item.deleted]
        if gone:
            living = Q(remote_id__in=gone, state=LinkState.LIVE.value, event__participants__user=self.user)
            rows = [GoneCopy(link=link, user=self.user, at=now) for link in self._elsewhere(living)]
            GoneCopy.objects.bulk_create(rows, ignore_conflicts=True)

    def _elsewhere(self, wanted: Q) -> QuerySet[LinkRow]:
        rows = LinkRow.objects.filter(wanted).exclude(calendar__account=self.account)
        return rows.select_related("event", "calendar__account")

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


def about(items: Sequence[RemoteItem]) -> Q:
    """Of links: those that these items may be guests' copies of."""
    uids = [item.ical_uid for item in items if item.ical_uid]
    return Q(remote_id__in=[item.remote_id for item in items]) | Q(ical_uid__in=uids)


def settle_gone(calendar: Calendar, since: datetime, now: datetime) -> None:
    """After the organizer's calendar was read, from `since` on: a copy that was gone before and whose meeting is still
    there was deleted by the guest, who will not come (DESIGN 5.4). Where the meeting is gone, nobody declined it."""
    copies = GoneCopy.objects.filter(link__calendar=calendar, at__lt=since, link__gone_at=None)
    for copy in copies.order_by("link__event").select_related("link", "user"):
        if copy.link.state == LinkState.LIVE.value:
            answers = {copy.user.email: Answer.DECLINED}
            operations.apply_remote(copy.link.event_id, answers=answers, by=copy.user, now=now)
        copy.delete()


def _addresses(account: Account) -> set[str]:
    """Who organizes what the account's calendars hold: a primary calendar's id is the address itself."""
    return {account.email.lower()} | {calendar.remote_id.lower() for calendar in account.calendars.all()}


def _ends(event: Event) -> tuple[datetime, datetime]:
    return event.starts_at, event.ends_at
