from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "vizavi.connections"

    def ready(self) -> None:
        from vizavi.common import changes
        from vizavi.connections import tasks  # models exist only once the apps are loaded

        changes.on_change(tasks.events_changed)
