"""Keys to the REST API: made once, shown once, stored as a hash; each counts its calls."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.people.models import ApiToken, User

PREFIX = "vz_"  # by which scanners of source code find a token that was left there
LONGEST_DAYS = 3650
_MINUTE = timedelta(minutes=1)
_PASSING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewToken:
    """`secret` is known only now."""

    token: ApiToken
    secret: str


def create_token(user: User, *, name: str, days: int | None, by: User | None, now: datetime) -> NewToken:
    """One's own; `by` is None on the command line. Without `days` it is valid until it is revoked."""
    if by is not None:
        _require_own(user, by)
    name = name.strip()
    if not name or len(name) > 80:
        raise RuleError("name", "length", _("Enter a name of up to 80 characters: what the token is for."))
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        text = _("A token is valid for 1 to %(longest)s days. Enter a number in between.")
        raise RuleError("days", "range", text % {"longest": LONGEST_DAYS})
    if not user.is_active:
        raise RuleError("user", "inactive", _("This user is switched off and can use no token."))
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days) if days is not None else None
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user, name=name, digest=_digest(secret), created_at=now, expires_at=expires_at
        )
        audit.record("api_token.created", "api_token", token.pk, label=f"{user.short_name}: {name}", by=by, now=now)
    return NewToken(token, secret)


@contextmanager
def passing(user: User, *, now: datetime) -> Iterator[str]:
    """The secret of a token for one call from the command line: nobody else knows it, and afterwards it is gone."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name="vizavi api", digest=_digest(secret), created_at=now, expires_at=now + _PASSING
    )
    try:
        yield secret
    finally:
        token.delete()


def revoke_token(token: ApiToken, *, by: User, now: datetime) -> None:
    """From now on it opens nothing."""
    _require_own(token.user, by)
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            label = f"{token.user.short_name}: {token.name}"
            audit.record("api_token.revoked", "api_token", token.pk, label=label, by=by, now=now)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Those that were not revoked, the newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None).order_by("-created_at", "-pk")


def holder_of(secret: str, *, now: datetime) -> ApiToken | None:
    """The token behind a secret, if it still opens something."""
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = ApiToken.objects.filter(valid, digest=_digest(secret), revoked_at=None, user__is_active=True)
    return rows.select_related("user").first()


def count_call(token: ApiToken, *, limit: int, now: datetime) -> int:
    """One more call; answers how many seconds to wait where the minute's calls are used up, else 0."""
    fresh = Q(minute_began_at=None) | Q(minute_began_at__lte=now - _MINUTE)
    row = ApiToken.objects.filter(Q(calls__lt=limit) | fresh, pk=token.pk)
    counted = row.update(
        calls=Case(When(fresh, then=Value(1)), default=F("calls") + 1),
        minute_began_at=Case(When(fresh, then=Value(now)), default=F("minute_began_at")),
        last_used_at=now,
    )
    if counted:
        return 0
    began = ApiToken.objects.values_list("minute_began_at", flat=True).get(pk=token.pk) or now
    return max(1, int((began + _MINUTE - now).total_seconds()) + 1)


def _require_own(user: User, by: User) -> None:
    """Nobody makes keys to what others may do; taking them away is done by switching the user off."""
    if by.pk != user.pk:
        raise PermissionDenied(_("Tokens are made and revoked by their own user."))
    require(by, Right.OWN_SETTINGS, own=True)


def _digest(secret: str) -> str:
    """A plain hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
