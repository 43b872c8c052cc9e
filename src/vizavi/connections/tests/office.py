"""Connected people, their calendars and the copies of their interviews, written in a few words."""

from datetime import datetime, timedelta
from typing import Any

from vizavi.connections.models import Account, BusyBlock, Calendar, Link, LoadMode
from vizavi.events.models import Event
from vizavi.people.models import User


def connected(user: User, now: datetime, **fields: Any) -> Account:
    """An account in use, with a primary calendar that is written to and read."""
    usual = {"remote_id": user.email, "email": user.email, "active": True, "begun": True, "connected_at": now}
    account = Account.objects.create(user=user, **usual | fields)
    calendar(account, user.email, primary=True, writes=True, mode=LoadMode.NAMED)
    return account


def calendar(account: Account, name: str, *, mode: LoadMode = LoadMode.SKIP, **fields: Any) -> Calendar:
    reads = mode != LoadMode.SKIP
    return Calendar.objects.create(account=account, remote_id=name, name=name, mode=mode, reads=reads, **fields)


def copied(event: Event, place: Calendar, **fields: Any) -> Link:
    """The event's copy is there and in step."""
    usual = {"pushed_revision": event.revision, "event_revision": event.revision, "etag": "1"}
    usual |= {"base_local": {}, "base_remote": {}}
    return Link.objects.create(event=event, calendar=place, remote_id=f"item{event.pk}", **usual | fields)


def block(place: Calendar, now: datetime, title: str | None, *, days: int = 1) -> BusyBlock:
    start = now + timedelta(days=days)
    end = start + timedelta(hours=1)
    return BusyBlock.objects.create(
        calendar=place, remote_id=f"b{title}{days}", starts_at=start, ends_at=end, title=title
    )
