"""Per request: an id, the person's language and time zone, and a plain answer to htmx when the session has ended."""

import logging
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRefresh

from vizavi.common import tracing

logger = logging.getLogger("vizavi.web")

Handler = Callable[[HttpRequest], HttpResponse]


def traced(get_response: Handler) -> Handler:
    """An id for all that a request sets off, told in the answer too, and a line for each that may change something."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        with tracing.during(request.headers.get("X-Request-ID", "")) as request_id:
            response = get_response(request)
            response["X-Request-ID"] = request_id
            level = logging.DEBUG if request.method in {"GET", "HEAD"} else logging.INFO
            logger.log(level, "request", extra=_about(request, response, began))
        return response

    return middleware


def _about(request: HttpRequest, response: HttpResponse, began: float) -> dict[str, object]:
    """Neither the address nor what was entered: there are names and codes in them."""
    return {
        "method": request.method,
        "view": request.resolver_match.view_name if request.resolver_match else "",
        "status": response.status_code,
        "milliseconds": round((time.monotonic() - began) * 1000),
        "user": getattr(getattr(request, "user", None), "pk", None),
    }


def personal_preferences(get_response: Handler) -> Handler:
    """The signed-in person's own language and zone; before that the language chosen on the login page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with translation.override(request.user.language), timezone.override(ZoneInfo(request.user.time_zone)):
                return get_response(request)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            return get_response(request)

    return middleware


def ended_session(get_response: Handler) -> Handler:
    """A partial request that would be sent to the login page reloads the whole page instead."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        login = resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request") and response.headers.get("Location", "").startswith(login):
            return HttpResponseClientRefresh()
        return response

    return middleware
