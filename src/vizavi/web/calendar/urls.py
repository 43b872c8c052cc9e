"""Addresses of the calendar."""

from django.urls import path

from vizavi.web.calendar import views

urlpatterns = [
    path("calendar/", views.page, name="calendar"),
    path("calendar/events.json", views.feed, name="calendar_feed"),
]
