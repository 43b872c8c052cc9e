"""Addresses of the administration pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
