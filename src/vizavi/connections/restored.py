"""After a restore nothing is written to Google until an administrator confirms that the old installation is off."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.connections import hold, previews
from vizavi.connections.models import IN_USE, Account, AccountState, Installation, Link
from vizavi.connections.tasks import wake_on_commit
from vizavi.events.models import Event
from vizavi.people.models import ApiToken, User

# Revisions go on far above those of the lost time: what stands in Google with a number of then proves nothing now.
REVISIONS_LOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an administrator looks at before confirming."""

    backup_made_at: datetime | None
    restored_at: datetime | None
    outward: previews.Preview
    unread: tuple[str, ...]  # accounts whose calendars were not read since the restore
    signed_out: tuple[str, ...]  # accounts whose owner has to sign in again first
    questions: int  # deletions read since, which wait for an answer


def waiting(*, now: datetime) -> Waiting | None:
    """None where nothing waits to be confirmed."""
    installation = Installation.get()
    if not installation.outbound_held:
        return None
    accounts = list(Account.objects.filter(IN_USE, closing=False).prefetch_related("calendars").order_by("email"))
    expired = [row for row in accounts if row.state == AccountState.EXPIRED]
    late = [row for row in accounts if row not in expired and _is_late(row, installation.restored_at)]
    return Waiting(
        backup_made_at=installation.backup_made_at,
        restored_at=installation.restored_at,
        outward=previews.everything(now=now),
        unread=tuple(row.email for row in late),
        signed_out=tuple(row.email for row in expired),
        questions=Link.objects.filter(previews.ASKED_ABOUT, calendar__account__in=accounts).count(),
    )


@transaction.atomic
def confirm(*, by: User | None, now: datetime) -> None:
    """The old installation is off: what is owed goes out, from each calendar once it has been read."""
    if by is not None:
        require(by, Right.ADMINISTER)
    if not Installation.objects.filter(outbound_held=True).update(outbound_held=False):
        raise RuleError(
            "", "not_held", _("Nothing waits to be confirmed: interviews are being sent. Nothing was changed.")
        )
    audit.record("installation.released", "installation", 1, by=by, now=now)
    wake_on_commit(list(Account.objects.filter(IN_USE).values_list("pk", flat=True)))


def begin(*, made_at: datetime, clone: bool, now: Callable[[], datetime]) -> None:
    """The first thing done with restored data. A clone is another installation and has no permission of anybody's."""
    at = now()
    row = Installation.get()
    row.restored_at, row.backup_made_at, row.outbound_held, row.project_not_before = at, made_at, True, None
    if clone:
        row.uid = uuid.uuid4()
    row.save()
    Event.objects.update(revision=F("revision") + REVISIONS_LOST, notify_revision=0)  # a restore mails nobody
    revisions = {name: F(name) + REVISIONS_LOST for name in ("pushed_revision", "event_revision")}
    Link.objects.update(**revisions, next_try=None)
    rested: dict[str, Any] = {"not_before": None, "retry_at": None, "spent": [], "lease_owner": "", "lease_until": None}
    Account.objects.update(**rested, fence=F("fence") + REVISIONS_LOST)
    if clone:
        signed_out = {"state": AccountState.EXPIRED, "state_code": "expired", "state_text": ""}
        Account.objects.update(refresh_token="", access_token="", access_expires_at=None, **signed_out)
        ApiToken.objects.all().delete()  # programs of the original have no business here
    audit.record("installation.cloned" if clone else "installation.restored", "installation", 1, now=at)


def _is_late(account: Account, since: datetime | None) -> bool:
    return since is not None and any(hold.not_read_since(row, since) for row in account.calendars.all())
