"""Addresses of the calendar; it is also the home page."""

from django.urls import path
from django.views.generic import RedirectView

from vizavi.web.calendar import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="calendar", query_string=True), name="home"),
    path("calendar/", views.page, name="calendar"),
    path("calendar/events.json", views.feed, name="calendar_feed"),
]
