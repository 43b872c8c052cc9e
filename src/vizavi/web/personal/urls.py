"""Addresses of «Персональные настройки»."""

from django.urls import path

from vizavi.web.personal import ending, google, settings, tokens

urlpatterns = [
    path("", settings.general, name="user_settings"),
    path("calendar/", settings.external_calendar, name="settings_calendar"),
    path("password/", settings.password, name="settings_password"),
    path("tokens/", tokens.page, name="settings_tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("google/", google.page, name="settings_google"),
    path("google/request/", google.request_access, name="google_request_access"),
    path("google/paste/", google.paste_code, name="google_paste_code"),
    path("google/check/", google.check, name="google_check"),
    path("google/watch/", google.watch, name="google_watch"),
    path("google/refresh/", google.refresh, name="google_refresh"),
    path("google/save/", google.save, name="google_save"),
    path("google/login/<int:pk>/confirm/", google.confirm_login, name="google_confirm_login"),
    path("google/brake/", google.brake, name="google_brake"),
    path("google/found/", google.found, name="google_found"),
    path("google/disconnect/", ending.disconnect, name="google_disconnect"),
    path("google/closing/", ending.closing, name="google_closing"),
]
