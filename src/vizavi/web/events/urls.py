"""Addresses of the events pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
