"""Settings of the sandbox's own little Django process; nothing here concerns the product."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

HERE = Path(__file__).resolve().parent
_host = os.environ.get("VIZAVI_SANDBOX_HOST", "127.0.0.1")

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(32)
# names of this machine only, so that a foreign page cannot reach the sandbox by rebinding its own name
ALLOWED_HOSTS = ["*"] if _host in {"0.0.0.0", "::"} else ["127.0.0.1", "localhost", "[::1]", _host]  # noqa: S104
ROOT_URLCONF = "vizavi.sandbox.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["vizavi.sandbox.observe.observe"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
    }
]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # refusals and faults are the sandbox's business and stand in its own log; only its mistakes go to the terminal
    "filters": {"mistakes": {"()": "django.utils.log.CallbackFilter", "callback": lambda record: record.exc_info}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "filters": ["mistakes"]}},
    "loggers": {"django": {"handlers": ["terminal"], "level": "ERROR", "propagate": False}},
}
