"""The signed-in person's language and time zone, for every page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


def personal_preferences(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with translation.override(request.user.language), timezone.override(ZoneInfo(request.user.time_zone)):
            return get_response(request)

    return middleware
