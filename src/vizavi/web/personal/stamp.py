"""How the settings page notices that the other tab has finished the consent."""

from datetime import datetime

from vizavi.connections.models import Account, ConsentAttempt
from vizavi.people.models import User


def stamp(user: User) -> str:
    """Changes whenever one of the person's accounts is connected, confirmed or forgotten."""
    rows = Account.objects.filter(user=user).order_by("pk").values_list("pk", "active", "connected_at", "state")
    return "|".join(f"{pk}-{active:d}-{at.timestamp():.0f}-{state}" for pk, active, at, state in rows)


def open_attempt(user: User, now: datetime) -> ConsentAttempt | None:
    """The newest attempt, while it waits for its answer; nobody waits for those given up for it."""
    newest = ConsentAttempt.objects.filter(user=user).order_by("-created_at", "-pk").first()
    return newest if newest and newest.used_at is None and newest.expires_at > now else None
