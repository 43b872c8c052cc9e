"""Sign-ins, sign-outs and failed attempts go to the audit log; Django tells of them by signals only."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from vizavi.common import audit


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="audit.sign_in_failed")


def _signed_in(*, request: HttpRequest | None, user: AbstractBaseUser, **_: Any) -> None:
    _record("user.signed_in", user, request)


def _signed_out(*, request: HttpRequest | None, user: AbstractBaseUser | None, **_: Any) -> None:
    if user is not None:
        _record("user.signed_out", user, request)


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    login = str(credentials.get("username") or credentials.get("email") or "")
    audit.record(
        "user.sign_in_failed",
        "user",
        None,
        # people type their password into the wrong field: only what looks like an address is kept
        label=login[:300] if "@" in login else "",
        now=timezone.now(),
        address=_address(request),
    )


def _record(action: str, user: AbstractBaseUser, request: HttpRequest | None) -> None:
    audit.record(
        action, "user", user.pk, label=user.get_username(), by=user, now=timezone.now(), address=_address(request)
    )


def _address(request: HttpRequest | None) -> str | None:
    return (request.META.get("REMOTE_ADDR") or None) if request is not None else None
