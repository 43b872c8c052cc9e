"""An account's token bucket: a burst goes at once, a long export flows at the pace Google allows (DESIGN 5.6)."""

from dataclasses import dataclass
from datetime import datetime

from vizavi.connections.models import Account

CAPACITY = 500.0  # units
PER_SECOND = 10.0  # Google's 600 a minute and user


@dataclass
class Pace:
    """What the bucket held at a moment; kept in the account's row by its lease's renewals."""

    units: float
    at: datetime
    wait: float = 0.0  # seconds until all that did not fit can be afforded

    @classmethod
    def of(cls, account: Account, now: datetime) -> "Pace":
        return cls(account.units, account.units_at or now)

    def affords(self, cost: int, now: datetime) -> bool:
        """Whether a call of `cost` units may go now; where not, `wait` says when."""
        self._refill(now)
        wait = max(0.0, min(cost, CAPACITY) - self.units) / PER_SECOND
        self.wait = max(self.wait, wait)
        return wait == 0.0

    def take(self, cost: int, now: datetime) -> float:
        """Take the units of a call that goes now; answers the seconds to rest before it, where there were too few."""
        self._refill(now)
        self.units -= cost
        return max(0.0, -self.units) / PER_SECOND

    def _refill(self, now: datetime) -> None:
        passed = max(0.0, (now - self.at).total_seconds())
        self.units, self.at = min(CAPACITY, self.units + passed * PER_SECOND), now
