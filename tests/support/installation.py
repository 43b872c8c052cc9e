"""An installation in a folder of its own, driven through the real `vizavi` command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Installation:
    environment: dict[str, str]

    def run(self, *words: str, entered: str | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run `vizavi WORDS…` to its end; `settings` are further VIZAVI_ variables, without the prefix."""
        return subprocess.run(
            [sys.executable, "-m", "vizavi.cli", *words],
            env=self.environment | {f"VIZAVI_{name}": value for name, value in settings.items()},
            input=entered,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @contextmanager
    def start(self, *words: str, output: Path | None = None) -> "Iterator[subprocess.Popen[bytes]]":
        """A long-running `vizavi WORDS…`; killed at the end if it still runs."""
        sink = output.open("wb") if output else None
        process = subprocess.Popen(
            [sys.executable, "-m", "vizavi.cli", *words],
            env=self.environment,
            stdout=sink,
            stderr=subprocess.STDOUT if sink else None,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(30)
            if sink:
                sink.close()


def installation(home: Path, **settings: str) -> Installation:
    """Nothing of the caller's own settings reaches it; `settings` are VIZAVI_ variables, without the prefix."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("VIZAVI_")}
    own = {"VIZAVI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "vizavi.settings", "PYTHON_DOTENV_DISABLED": "1"}
    return Installation(inherited | own | {f"VIZAVI_{name}": value for name, value in settings.items()})
