"""Addresses of signing in and out, and of the language switch."""

from django.urls import path

from vizavi.web.entry import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("language/", views.language, name="language"),
]
