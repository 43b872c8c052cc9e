"""Google's refusals: read once, decided by (status, reason), never by the message (facts 13)."""

from dataclasses import dataclass
from typing import Any

from vizavi.providers.http import Reply
from vizavi.sync.errors import AccessDenied, AuthRevoked, CursorExpired, SyncError, Throttled, Unavailable

RATE = frozenset({"userRateLimitExceeded", "rateLimitExceeded"})
PROJECT_RATE = frozenset({"dailyLimitExceeded"})
DENIED = frozenset(
    {"insufficientPermissions", "requiredAccessLevel", "quotaExceeded", "accessNotConfigured", "domainPolicy"}
)
LONGEST, LONGEST_REASON = 300, 60


@dataclass(frozen=True, slots=True)
class Failure:
    """What a refused call says."""

    status: int
    reason: str
    text: str
    after: float | None = None

    @property
    def code(self) -> str:
        return f"{self.status}/{self.reason}" if self.reason else str(self.status)

    @property
    def uncertain(self) -> bool:
        """Nobody knows whether the call had its effect."""
        return self.status >= 500 or self.status == 408

    @property
    def throttled(self) -> bool:
        return self.status == 429 or (self.status == 403 and self.reason in RATE | PROJECT_RATE)

    @property
    def denied(self) -> bool:
        """It concerns the account or its calendar, not this one item."""
        return self.status == 403 and self.reason in DENIED

    def error(self) -> SyncError | None:
        """The error to raise for the account; None where only the call itself is refused."""
        if self.status == 401:
            return AuthRevoked(self.text)
        if self.throttled:
            return Throttled(self.text, after=self.after, project=self.reason in PROJECT_RATE)
        if self.denied:
            return AccessDenied(self.reason, self.text)
        return Unavailable(f"Google answered {self.code}: {self.text}") if self.uncertain else None


def failure(reply: Reply) -> Failure:
    """The failure told by a reply that is not a success; its body need not be JSON."""
    try:
        body: Any = reply.json()
    except Unavailable:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Failure(reply.status, "", f"HTTP {reply.status}", reply.retry_after)
    rows = error.get("errors")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    text = error.get("message") or first.get("message") or f"HTTP {reply.status}"
    reason = str(first.get("reason") or "")[:LONGEST_REASON]
    return Failure(reply.status, reason, str(text)[:LONGEST], reply.retry_after)


def refusal(found: Failure) -> SyncError:
    """The error for a call of which nothing but success was expected."""
    return found.error() or Unavailable(f"Google answered {found.code}: {found.text}")


def listing_error(found: Failure, *, with_cursor: bool) -> SyncError:
    """A list that is refused: an old cursor, or the calendar as a whole."""
    if with_cursor and found.status in (400, 410):
        return CursorExpired(found.text)
    if error := found.error():
        return error
    return AccessDenied(found.reason or str(found.status), found.text)
