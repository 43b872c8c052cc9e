"""Tests never touch an installation's own folder."""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def test_the_home_of_a_test_process_is_temporary():
    assert Path(tempfile.gettempdir()).resolve() in settings.HOME.parents
    assert os.environ["VIZAVI_HOME"] == str(settings.HOME)
