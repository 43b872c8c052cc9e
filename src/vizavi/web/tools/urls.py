"""Addresses of the tools pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
