"""Registration of events with Django, and with those who change what events show."""

from collections.abc import Collection

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "vizavi.events"

    def ready(self) -> None:
        from vizavi.common import changes

        changes.on_change(_touch)


def _touch(kind: str, ids: Collection[int]) -> None:
    from django.utils import timezone

    from vizavi.events import directories  # models exist only once the apps are loaded

    directories.touch(kind, ids, now=timezone.now())
