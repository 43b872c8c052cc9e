"""Addresses of «Сервис»."""

from django.urls import path

from vizavi.web.tools import journal, manual_run

urlpatterns = [
    path("run/calendar-pull/", manual_run.page, name="manual_run"),
    path("run/calendar-pull/start/", manual_run.start, name="manual_run_start"),
    path("run/<int:pk>/", manual_run.progress, name="manual_run_progress"),
    path("journal/", journal.index, name="sync_journal"),
]
