"""Addresses of the vacancies pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
