"""Addresses: Google's own paths, the sandbox's pages, the admin API."""

from __future__ import annotations

from django.urls import path, re_path

from vizavi.sandbox import admin, consent, oauth, pages, views

urlpatterns = [
    path("", pages.home),
    path("log/", pages.log),
    path("outbox/", pages.outbox_page),
    path("u/<str:email>/", pages.week),
    re_path(r"^u/(?P<email>[^/]+)(?P<target>/calendar/v3/.+)$", pages.calendar_api),
    path("favicon.ico", pages.static, {"name": "person.svg"}),
    path("static/<str:name>", pages.static),
    path("o/oauth2/v2/auth", consent.authorize),
    path("token", oauth.token),
    path("revoke", oauth.revoke),
    path("oauth2/v2/userinfo", oauth.userinfo),
    path("v1/userinfo", oauth.userinfo),
    path("oauth2/v2/tokeninfo", oauth.tokeninfo),
    path(".well-known/openid-configuration", oauth.configuration),
    path("batch/calendar/v3", views.batch),
    re_path(r"^calendar/v3/.+$", views.calendar),
    path("sandbox/<path:action>", admin.act),
]
