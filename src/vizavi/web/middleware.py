"""Per request: the person's language and time zone, and a plain answer to htmx when the session has ended."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRefresh

Handler = Callable[[HttpRequest], HttpResponse]


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
