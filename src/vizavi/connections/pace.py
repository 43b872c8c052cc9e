"""What an account may still ask of Google: a burst goes at once, a long export flows without a refusal (DESIGN 5.6).

Google counts the units of the last sixty seconds. So does this: a bucket that fills by ten a second would allow 1,100
units within the first minute and be refused for it (docs/decisions/0003).
"""

from dataclasses import dataclass, field
from datetime import datetime

from vizavi.connections.models import Account

WINDOW = 60  # seconds
QUOTA = 600  # units within any window, by account
WRITES = 540  # of these for writes in batches; the rest is for reading and for looks
REST = 0.1  # seconds before a call beyond the quota: ten units a second


@dataclass
class Pace:
    """The units of the last minute as (second, units), oldest first; kept in the account's row by its lease."""

    spent: list[tuple[int, int]] = field(default_factory=list)
    wait: float = 0.0  # seconds until all that did not fit can be afforded

    @classmethod
    def of(cls, account: Account) -> "Pace":
        return cls([(at, units) for at, units in account.spent])

    def affords(self, cost: int, now: datetime) -> bool:
        """Whether a batch of `cost` units may go now; where not, `wait` says when."""
        self._forget(now)
        lacking = self._total() + min(cost, WRITES) - WRITES
        for at, units in self.spent:
            if lacking <= 0:
                break
            lacking -= units
            self.wait = max(self.wait, at + WINDOW - now.timestamp())
        return self._total() + min(cost, WRITES) <= WRITES

    def take(self, cost: int, now: datetime) -> float:
        """Count a call that goes now; answers the seconds to rest before it, where the quota is used up."""
        self._forget(now)
        rest = REST if self._total() + cost > QUOTA else 0.0
        second = int(now.timestamp()) + 1  # rounded up: never too early
        if self.spent and self.spent[-1][0] == second:
            self.spent[-1] = (second, self.spent[-1][1] + cost)
        else:
            self.spent.append((second, cost))
        return rest

    def _total(self) -> int:
        return sum(units for _, units in self.spent)

    def _forget(self, now: datetime) -> None:
        self.spent = [(at, units) for at, units in self.spent if at + WINDOW > now.timestamp()]
