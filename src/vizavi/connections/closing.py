"""The end of an account's connection: at once, or after its future copies have been taken away (DESIGN 5.3)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from vizavi.connections.journal import write_line
from vizavi.connections.locks import lock
from vizavi.connections.models import Account, AccountState, BusyBlock, Calendar, Link, SeriesItem
from vizavi.events.rules import OPEN
from vizavi.sync.model import LinkState

REMOVING, LIVE = LinkState.REMOVING.value, LinkState.LIVE.value


def ahead(links: QuerySet[Link], now: datetime) -> QuerySet[Link]:
    """Copies of what lies ahead: past ones always stay."""
    return links.filter(state=LIVE, event__status__in=OPEN, event__ends_at__gt=now)


def take_away(links: QuerySet[Link], now: datetime) -> int:
    """A person wants these copies away: what lies ahead is removed by the next runs; answers how many."""
    keys = lock(ahead(links, now))
    return Link.objects.filter(pk__in=keys).update(state=REMOVING, next_try=None, gone_at=None)


def leave(links: QuerySet[Link]) -> int:
    """What was to be taken away stays after all; it is read before anything is written to it."""
    return links.filter(state=REMOVING).update(state=LIVE, etag="")


def remaining(account: Account) -> QuerySet[Link]:
    """Copies that are still to be taken away."""
    return Link.objects.filter(calendar__account=account, state=REMOVING)


@transaction.atomic
def finish(account: Account, *, now: datetime) -> None:
    """Forget the tokens and what was read of others' events; copies that are left there rest with their links."""
    left = leave(Link.objects.filter(calendar__account=account))
    forget_readings(account.calendars.all())
    account.refresh_token = account.access_token = account.scopes = ""
    account.access_expires_at = None
    account.active = account.closing = account.begun = False
    account.state, account.state_code, account.state_text = AccountState.OFF, "", ""
    fields = ["refresh_token", "access_token", "scopes", "access_expires_at", "active", "closing", "begun"]
    account.save(update_fields=[*fields, "state", "state_code", "state_text"])
    if left:
        write_line(account, "copies_left", now, ok=False, text=str(left))


def forget_readings(calendars: QuerySet[Calendar]) -> None:
    """Busy time and series read from these calendars; they are read anew should they be used again."""
    BusyBlock.objects.filter(calendar__in=calendars).delete()
    SeriesItem.objects.filter(calendar__in=calendars).delete()
    calendars.update(cursor="")
