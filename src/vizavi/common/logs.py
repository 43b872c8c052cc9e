"""The log: a line of JSON (or, in the demo, of text) per happening, without secrets and without personal data.

Modules log through Python's own `logging`; structlog only writes the lines. What may be in a line beside its text is
listed here. The text of an error is told only where it speaks of machines: others may quote what people entered.
"""

import re
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

TOLD = ("method", "view", "status", "milliseconds", "account", "task", "user", "host", "purpose")
ABOUT_MACHINES = (OSError, MemoryError)
ABOUT_MACHINES_BY_NAME = {"OperationalError", "ConfigurationError", "ImproperlyConfigured", "Unavailable", "LeaseLost"}
FRAMES = 12
HIDDEN = (
    (re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?:\+7|\b8)[ (-]*\d{3}[ )-]*\d{3}[ -]?\d{2}[ -]?\d{2}\b"), "[phone]"),
    (re.compile(r"(?i)\bbearer\s+[^\s,;'\"]+"), "[token]"),
    (re.compile(r"\b(?:ya29\.|1//|4/|gAAAAA|GOCSPX-|eyJ)[\w./+=-]{6,}"), "[token]"),
    (
        re.compile(
            r"(?i)\b((?:access_|refresh_|id_)?token|client_secret|secret|password|code_verifier)"
            r"(['\"]?\s*[=:]\s*['\"]?)[^\s&,;'\"]+"
        ),
        r"\1\2[hidden]",
    ),
    (re.compile(r"\b(code|state)(=)[^\s&]+"), r"\1\2[hidden]"),
    (re.compile(r"(://[^/\s:@]+):[^/\s@]+@"), r"\1:[hidden]@"),
)

Line = MutableMapping[str, Any]


def scrubbed(text: str) -> str:
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


def _scrub(_logger: Any, _name: str, line: Line) -> Line:
    return {key: scrubbed(value) if isinstance(value, str) else value for key, value in line.items()}


def _explain(_logger: Any, _name: str, line: Line) -> Line:
    """An exception as the kinds of errors and where they happened."""
    about = line.pop("exc_info", None)
    error = about[1] if isinstance(about, tuple) else about
    if isinstance(error, BaseException):
        line["error"] = _told(error)
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        line["trace"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames
        ]
    return line


def _told(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, ABOUT_MACHINES) or name in ABOUT_MACHINES_BY_NAME:
        return f"{name}: {str(error).partition(chr(10))[0][:300]}"
    return name


def configuration(*, level: str, console: bool) -> dict[str, Any]:
    """Django's LOGGING."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False)
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=TOLD),
            structlog.processors.TimeStamper(fmt="iso", utc=not console),
        ],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _explain, _scrub, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "huey": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "django.server": {"handlers": ["console"], "propagate": False},
        },
    }
