"""Who calls: the bearer token in front of every address under /api/, its limit of calls, and plain refusals."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from vizavi.api.fields import LARGEST_ID
from vizavi.api.problems import Problem, of_status
from vizavi.common.permissions import Right, require
from vizavi.people import tokens
from vizavi.people.models import ApiToken, User

ROOT = "/api/v1/"
PUBLIC = {f"{ROOT}docs", f"{ROOT}openapi.json"}

M = TypeVar("M", bound=Model)
Handler = Callable[[HttpRequest], HttpResponse]


class ApiRequest(HttpRequest):
    """A request with a valid token; the session of a browser counts for nothing here."""

    user: User
    auth: ApiToken


class Bearer(HttpBearer):
    """For the description of the API; `by_token` has let the request in already."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return getattr(request, "auth", None)


def by_token(get_response: Handler) -> Handler:
    """Middleware: nothing under /api/ is reached without a token but its description."""
    return partial(_let_in, get_response)


def _let_in(get_response: Handler, request: HttpRequest) -> HttpResponse:
    if not request.path_info.startswith(ROOT) or request.path_info in PUBLIC:
        return get_response(request)
    request.user = AnonymousUser()
    try:
        with translation.override(settings.LANGUAGE_CODE):
            token = _token(request)
    except Problem as refused:
        return refused.response()
    request.user, request.auth = token.user, token  # type: ignore[attr-defined]
    response = get_response(request)
    if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
        response = of_status(response).response()
    response["Cache-Control"] = "no-store"
    return response


def _token(request: HttpRequest) -> ApiToken:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    now = timezone.now()
    token = tokens.holder_of(secret.strip(), now=now) if kind.lower() == "bearer" else None
    if token is None:
        text = _("Send a valid token: “Authorization: Bearer …”. It may have expired or been revoked.")
        raise Problem(401, "no-token", text, headers={"WWW-Authenticate": 'Bearer realm="vizavi"'})
    if wait := tokens.count_call(token, limit=settings.API_RATE, now=now):
        text = _("Too many calls with this token. Wait %(seconds)s seconds.") % {"seconds": wait}
        raise Problem(429, "too-many-calls", text, headers={"Retry-After": str(wait)})
    return token


def needs(request: ApiRequest, right: Right, *, own: bool = False) -> User:
    """Who calls, if it has the right; with `own`, the right over what is one's own is enough."""
    require(request.user, right, own=own)
    return request.user


def found(rows: "QuerySet[M]", key: int) -> M:
    """The row, of those that the caller may see."""
    row = rows.filter(pk=key).first() if key <= LARGEST_ID else None
    if row is None:
        raise Http404
    return row
