"""Addresses of the personal pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
