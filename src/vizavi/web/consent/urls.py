"""Addresses of the consent pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
