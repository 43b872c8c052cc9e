"""One worker at a time on an account: a lease row with a fencing token, checked in every write (DESIGN 5.7)."""

import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

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

    def renew(self, now: datetime, **kept: Any) -> None:
        """Raises LeaseLost. Inside a transaction this is also its check: a lost lease rolls everything back.

        `kept` are further columns of the account, written along.
        """
        if self._mine().update(lease_until=now + LEASE, **kept) != 1:
            raise LeaseLost(f"account {self.account.pk}")

    def release(self, **kept: Any) -> None:
        """Let others work on it; `kept` as in `renew`. A lost lease changes nothing."""
        self._mine().update(lease_until=None, lease_owner="", **kept)

    def _mine(self) -> QuerySet[Account]:
        return Account.objects.filter(pk=self.account.pk, fence=self.fence, lease_owner=self.owner)


def withdraw(account_id: int) -> None:
    """End a run under way: what it was begun with no longer holds. Called inside the transaction that changes it."""
    Account.objects.filter(pk=account_id).update(lease_until=None, lease_owner="", fence=F("fence") + 1)


def claim(account_id: int, now: datetime) -> Lease | None:
    """The lease by one conditional UPDATE, or None while somebody else works on the account."""
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{threading.get_ident()}"[:64]
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = Account.objects.filter(free, IN_USE, pk=account_id).update(
        lease_owner=owner, lease_until=now + LEASE, fence=F("fence") + 1
    )
    if taken != 1:
        return None
    account = Account.objects.select_related("user").get(pk=account_id)
    return Lease(account, owner, account.fence)
