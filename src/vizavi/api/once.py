"""`Idempotency-Key`: a request that is sent again, because its answer was lost, is answered again and not repeated."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.decorators import decorate_view

from vizavi.api.access import ApiRequest
from vizavi.api.models import KeptAnswer
from vizavi.api.problems import Problem

KEPT = timedelta(hours=24)
LONGEST_KEY = 200
HEADERS = ("Location", "ETag")

View = Callable[..., HttpResponse]


def once(operation: Callable[..., Any]) -> Callable[..., Any]:
    """For operations that create something in our database; they call nobody outside."""
    marked: Callable[..., Any] = decorate_view(_with_key)(operation)
    return marked


def _with_key(view: View) -> View:
    @wraps(view)
    def answered(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)
        try:
            return _first_or_again(request, key, lambda: view(request, *args, **kwargs), now=timezone.now())
        except Problem as refused:
            return refused.response()

    return answered


def _first_or_again(request: ApiRequest, key: str, work: Callable[[], HttpResponse], *, now: datetime) -> HttpResponse:
    """The key and what it stands for are stored in one transaction: either both or none."""
    if not key.isprintable() or not 0 < len(key) <= LONGEST_KEY:
        text = _("An Idempotency-Key has 1 to %(longest)s characters.") % {"longest": LONGEST_KEY}
        raise Problem(400, "bad-key", text)
    fingerprint = _fingerprint(request)
    KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()
    with transaction.atomic():
        kept = _claim(request, key, fingerprint, now)
        if kept is None:
            return _again(KeptAnswer.objects.get(token=request.auth, key=key), fingerprint)
        response = work()
        if response.status_code >= 400:  # nothing was done: the key may be used for a better attempt
            transaction.set_rollback(True)
        else:
            kept.status, kept.body = response.status_code, response.content.decode()
            kept.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
            kept.save()
    return response


def _claim(request: ApiRequest, key: str, fingerprint: str, now: datetime) -> KeptAnswer | None:
    """Of two requests with the same key the second waits here for the first."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(token=request.auth, key=key, fingerprint=fingerprint, created_at=now)
    except IntegrityError:
        return None


def _again(kept: KeptAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        text = _("This Idempotency-Key was used for another request. Nothing was changed; use a new key.")
        raise Problem(422, "key-reused", text)
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8", headers=headers)


def _fingerprint(request: ApiRequest) -> str:
    told = b"\n".join([(request.method or "").encode(), request.get_full_path().encode(), request.body])
    return hashlib.sha256(told).hexdigest()
