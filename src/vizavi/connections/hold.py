"""What keeps a calendar from being written to after a restore from a backup, while it is read as always (DESIGN 5.2).

Everything waits until an administrator has confirmed that the old installation is off (`restored.confirm`). Even then a
calendar is read once before it is written to: what it holds of ours is met again instead of being created anew.
"""

from datetime import datetime

from vizavi.common.prepared import Prepared
from vizavi.connections.content import is_read
from vizavi.connections.models import Calendar, Installation

_RESTORED = Prepared(lambda: Installation.objects.filter(restored_at__isnull=False).values_list("pk"))


def holds(installation: Installation, calendar: Calendar) -> bool:
    """The one place that decides it."""
    if installation.outbound_held:
        return True
    since = installation.restored_at
    return since is not None and not calendar.account.closing and not_read_since(calendar, since)


def unread(account_id: int) -> bool:
    """Whether the account has to be read before it is written to."""
    restored = Installation.get().restored_at if _RESTORED.rows() else None
    calendars = Calendar.objects.filter(account=account_id)
    return restored is not None and any(not_read_since(row, restored) for row in calendars)


def held() -> bool:
    return Installation.objects.filter(outbound_held=True).exists()


def not_read_since(calendar: Calendar, since: datetime) -> bool:
    """A calendar that is never read has nothing to tell."""
    return is_read(calendar) and (calendar.last_read_at is None or calendar.last_read_at < since)
