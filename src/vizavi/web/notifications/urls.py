"""Addresses of the notifications."""

from django.urls import path

from vizavi.web.notifications import views

urlpatterns = [
    path("", views.index, name="notifications"),
    path("bell/", views.bell, name="notifications_bell"),
    path("read/", views.read, name="notifications_read"),
    path("<int:pk>/", views.opened, name="notification"),
]
