"""A pytest plugin, loaded before Django: every test process gets a home of its own and none of your settings.

It is named in pyproject.toml (`-p vizavi.testing`), because a conftest.py is read after Django's settings.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator

import pytest

KEPT = ("VIZAVI_TEST_", "VIZAVI_DATABASE_URL", "VIZAVI_LOG_LEVEL")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """A test with real transactions empties all tables; what the migrations had put there is put back for the next.

    After the last one the test database is no more.
    """
    result = yield
    marker = item.get_closest_marker("django_db")
    if nextitem is not None and marker is not None and marker.kwargs.get("transaction"):
        _restore_directories(item)
    return result


def _restore_directories(item: pytest.Item) -> None:
    from pytest_django.plugin import blocking_manager_key  # Django is configured only after this module is loaded

    from vizavi.events import default_letters
    from vizavi.events import defaults as event_defaults
    from vizavi.events.models import EventType, MessageTemplate
    from vizavi.jobs.models import TaskDefinition
    from vizavi.recruiting import defaults as funnel_defaults
    from vizavi.recruiting.models import RejectionReason, Stage

    with item.config.stash[blocking_manager_key].unblock():
        event_defaults.create_missing(EventType)
        funnel_defaults.create_missing(Stage, RejectionReason)
        event_defaults.complete(EventType, Stage)
        default_letters.create_missing(MessageTemplate, EventType)
        TaskDefinition.objects.get_or_create(code="calendar_pull")


def _private_environment() -> None:
    for name in list(os.environ):
        if name.startswith("VIZAVI_") and not name.startswith(KEPT):
            del os.environ[name]
    home = tempfile.mkdtemp(prefix="vizavi-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["VIZAVI_HOME"] = home
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    # by default the queue follows the database, which may be a shared server; the queue suite names its own
    os.environ["VIZAVI_QUEUE_URL"] = f"sqlite:///{home}/queue.sqlite3"


_private_environment()
