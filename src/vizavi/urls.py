"""All addresses: the REST API, and the pages, each area in its own module under web/."""

from django.urls import include, path

urlpatterns = [path("", include("vizavi.api.urls")), path("", include("vizavi.web.urls"))]
