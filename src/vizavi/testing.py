"""A pytest plugin, loaded before Django: every test process gets a home of its own and none of your settings.

It is named in pyproject.toml (`-p vizavi.testing`), because a conftest.py is read after Django's settings.
"""

import atexit
import os
import shutil
import tempfile

KEPT = ("VIZAVI_TEST_", "VIZAVI_DATABASE_URL", "VIZAVI_LOG_LEVEL")


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
