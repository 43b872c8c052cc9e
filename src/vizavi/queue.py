"""Where queued wake-ups are stored: SQLite beside the data, PostgreSQL, or Redis (DESIGN: section 3)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

IDLE_POLL_SECONDS = 0.05  # an idle worker takes up a wake-up within 0.1 s


def huey_options(url: str, home: Path) -> dict[str, Any]:
    """Huey's configuration for a queue address (`sqlite:…`, `postgres://…`, `redis://…`)."""
    scheme = urlsplit(url).scheme
    consumer = {
        "workers": 4,
        "worker_type": "thread",
        "initial_delay": IDLE_POLL_SECONDS,  # SQLite is polled; PostgreSQL and Redis wake their workers themselves
        "backoff": 1.0,
        "graceful_signal": "TERM",
        "shutdown_timeout": 5,
    }
    # the tasks keep their results in the database themselves
    common: dict[str, Any] = {"name": "vizavi", "immediate": False, "results": False, "consumer": consumer}
    if scheme.startswith("redis"):
        return common | {"huey_class": "huey.RedisHuey", "connection": {"url": url}}
    if scheme.startswith("postgres"):
        return common | {"huey_class": "huey.PostgresHuey", "connection": {"dsn": url}}
    return common | {"huey_class": "huey.SqliteHuey", "connection": {"filename": str(home / "queue.sqlite3")}}
