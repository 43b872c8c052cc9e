"""Addresses of the calendar; it is also the home page."""

from django.urls import path

from vizavi.web.calendar import views

urlpatterns = [
    path("", views.page, name="home"),
    path("calendar/", views.page, name="calendar"),
    path("calendar/events.json", views.feed, name="calendar_feed"),
]
