"""One worker at a time on an account: a lease row with a fencing token, checked in every write (DESIGN 5.7)."""

import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from vizavi.common.prepared import Prepared, PreparedUpdate
from vizavi.connections.models import IN_USE, Account

LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker has the account now; this one must not write or call any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on an account, whose row is as it was then; `fence` grows with every claim."""

    account: Account
    owner: str
    fence: int

    def renew(self, now: datetime, *, spent: list[tuple[int, int]] | None = None) -> None:
        """Raises LeaseLost. Inside a transaction this is also its check: a lost lease rolls everything back.

        `spent`: the account's pace (pace.py), written along.
        """
        if spent is None:
            renewed = _RENEW.run(until=now + LEASE, **self._mine)
        else:
            renewed = _SPEND.run(until=now + LEASE, spent=spent, **self._mine)
        if renewed != 1:
            raise LeaseLost(f"account {self.account.pk}")

    def release(self, *, well_at: datetime | None = None) -> None:
        """Let others work on it; `well_at`: when Google last answered as it should. A lost lease changes nothing."""
        if well_at is None:
            _RELEASE.run(**self._mine)
        else:
            _RELEASE_WELL.run(at=well_at, **self._mine)

    @property
    def _mine(self) -> dict[str, Any]:
        return {"account": self.account.pk, "fence": self.fence, "owner": self.owner}


def withdraw(account_id: int) -> None:
    """End a run under way: what it was begun with no longer holds. Called inside the transaction that changes it."""
    Account.objects.filter(pk=account_id).update(lease_until=None, lease_owner="", fence=F("fence") + 1)


def claim(account_id: int, now: datetime) -> Lease | None:
    """The lease by one conditional UPDATE, or None while somebody else works on the account."""
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{threading.get_ident()}"[:64]
    if _CLAIM.run(account=account_id, now=now, owner=owner, until=now + LEASE) != 1:
        return None
    [account] = _ACCOUNT.objects(account=account_id)
    return Lease(account, owner, account.fence)


def _free(account: int, now: datetime, owner: str, until: datetime) -> "tuple[QuerySet[Account], dict[str, Any]]":
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = {"lease_owner": owner, "lease_until": until, "fence": F("fence") + 1}
    return Account.objects.filter(free, IN_USE, pk=account), taken


def _held(account: int, fence: int, owner: str) -> "QuerySet[Account]":
    return Account.objects.filter(pk=account, fence=fence, lease_owner=owner)


_OWN: dict[str, type] = {"account": int, "fence": int, "owner": str}
_NOBODY = {"lease_until": None, "lease_owner": ""}
_ACCOUNT = Prepared(lambda account: Account.objects.filter(pk=account), account=int)
_CLAIM = PreparedUpdate(_free, account=int, now=datetime, owner=str, until=datetime)
_RENEW = PreparedUpdate(lambda until, **own: (_held(**own), {"lease_until": until}), until=datetime, **_OWN)
_SPEND = PreparedUpdate(
    lambda until, spent, **own: (_held(**own), {"lease_until": until, "spent": spent}),
    until=datetime,
    spent=list,
    **_OWN,
)
_RELEASE = PreparedUpdate(lambda **own: (_held(**own), _NOBODY), **_OWN)
_RELEASE_WELL = PreparedUpdate(lambda at, **own: (_held(**own), _NOBODY | {"last_ok_at": at}), at=datetime, **_OWN)
