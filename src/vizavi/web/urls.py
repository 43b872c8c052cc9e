"""Addresses of the pages: each area has its own module."""

from django.urls import include, path

urlpatterns = [
    path("", include("vizavi.web.entry.urls")),
    path("", include("vizavi.web.desk.urls")),
    path("", include("vizavi.web.calendar.urls")),
    path("notifications/", include("vizavi.web.notifications.urls")),
    path("events/", include("vizavi.web.events.urls")),
    path("candidates/", include("vizavi.web.candidates.urls")),
    path("vacancies/", include("vizavi.web.vacancies.urls")),
    path("guide/", include("vizavi.web.guide.urls")),
    path("settings/", include("vizavi.web.personal.urls")),
    path("oauth/google/", include("vizavi.web.consent.urls")),
    path("tools/", include("vizavi.web.tools.urls")),
    path("", include("vizavi.web.probes.urls")),
    path("administration/", include("vizavi.web.administration.urls")),
    path("demo/", include("vizavi.web.demo.urls")),
]
