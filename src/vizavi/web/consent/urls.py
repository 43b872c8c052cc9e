"""Addresses Google sends people back to."""

from django.urls import path

from vizavi.web.consent import views

urlpatterns = [
    path("callback", views.callback, name="google_callback"),
    path("done", views.done, name="google_done"),
]
