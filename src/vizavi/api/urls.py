"""The API put together: its parts, its refusals, its description and the page that shows it."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as SchemaError
from ninja.renderers import JSONRenderer

from vizavi.api import accounts, busy, directories, events, journal, recruiting, tasks
from vizavi.api.access import Bearer
from vizavi.api.description import describe, listed
from vizavi.api.problems import answer
from vizavi.events.operations import EditConflict


class Readable(JSONRenderer):
    """Russian letters as they are."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Vizavi",
    version="1",
    description="Events of the recruiting calendar and their synchronisation; see docs/api.md for the way through.",
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url=None,
    auth=Bearer(),
    renderer=Readable(),
)
for part in (events, busy, directories, recruiting, accounts, tasks, journal):
    api.add_router("", part.router)
for kind in (Exception, Http404, HttpError, SchemaError):  # the library has answers of its own to the last three
    api.exception_handler(kind)(answer)
api.exception_handler(EditConflict)(events.conflict)


@cache
def schema() -> dict[str, Any]:
    """Made once: it depends on nothing but the code."""
    return describe(api.get_openapi_schema(path_prefix=reverse("api-v1:api-root")))


@login_not_required
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A page without scripts and without other hosts."""
    return render(request, "api/docs.html", {"parts": listed(schema())})


urlpatterns = [
    path("api/v1/openapi.json", openapi, name="api_schema"),
    path("api/v1/docs", docs, name="api_docs"),
    path("api/v1/", api.urls),
]
