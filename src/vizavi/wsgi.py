"""The WSGI entry point that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vizavi.settings")
application = get_wsgi_application()

from vizavi.connections import calls  # noqa: E402 - models exist only after the set-up

calls.keep_stored()
