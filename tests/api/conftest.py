"""A running demo: the application and the local Google over real HTTP."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support import traffic
from tests.support.installation import Installation, installation

from vizavi.running.addresses import any_free


@dataclass(frozen=True)
class Demo:
    url: str
    google: str
    installation: Installation

    def token(self, email: str) -> str:
        made = self.installation.run("create-token", email)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        return self.installation.environment | {"VIZAVI": self.url, "GOOGLE": self.google}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    port, sandbox_port = any_free(), any_free()
    here = installation(home, PORT=str(port), SANDBOX_PORT=str(sandbox_port), API_RATE="100000")
    said = home / "demo.log"
    with here.start("demo", output=said) as process:
        _wait_until_ready(process, said)
        google = f"http://127.0.0.1:{sandbox_port}"
        traffic.watch(google)
        yield Demo(f"http://127.0.0.1:{port}", google, here)
        traffic.unwatch(google)
    assert "Traceback" not in said.read_text()


def _wait_until_ready(process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + float(os.environ.get("VIZAVI_TEST_PATIENCE", "240"))
    while "Ctrl-C" not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.2)
