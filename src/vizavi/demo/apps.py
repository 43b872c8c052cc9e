"""Registration of the demo data with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "vizavi.demo"
