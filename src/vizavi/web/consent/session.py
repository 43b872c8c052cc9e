"""The browser session's key: the consent belongs to the session it was started in."""

from django.http import HttpRequest


def key_of(request: HttpRequest) -> str:
    if not request.session.session_key:
        request.session.save()
    return request.session.session_key or ""
