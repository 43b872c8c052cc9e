"""Registration of the foundation with Django."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "vizavi.common"

    def ready(self) -> None:
        from vizavi.common import sign_ins  # models exist only once the apps are loaded

        sign_ins.listen()
