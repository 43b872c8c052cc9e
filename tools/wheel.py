"""Build the wheel and try it as a user would: an empty environment, no Node.js; `vizavi demo`, `serve` and `bench`.

`python tools/wheel.py --keep dist` also leaves the wheel there.
"""

import argparse
import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 180
DEMO_LOGIN, DEMO_PASSWORD = "olga.melnikova@vetervolna.example", "vizavi-demo"
CASES = 16
EXPECTED = (
    "vizavi/CHANGELOG.md",
    "vizavi/web/static/vendor/tabler/tabler.min.css",
    "vizavi/web/locale/ru/LC_MESSAGES/django.mo",
    "vizavi/web/templates/web/base.html",
    "vizavi/sandbox/static/sandbox/week.js",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the wheel there")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="vizavi-wheel-") as name:
        folder = Path(name)
        wheel = built(folder / "dist")
        look_into(wheel)
        vizavi = installed(wheel, folder / "venv")
        try_demo(vizavi, folder / "demo")
        try_serve(vizavi, folder / "real")
        try_bench(vizavi, folder / "bench")
        if keep:
            keep.mkdir(exist_ok=True)
            shutil.copy(wheel, keep)
    print(f"{wheel.name}: works in an empty environment")
    return 0


def built(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def look_into(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    lacking = [name for name in EXPECTED if name not in names]
    if lacking:
        raise SystemExit(f"{wheel.name} lacks {', '.join(lacking)}; run `make wheel`, which prepares them")
    surplus = sorted(name for name in names if "/tests/" in name or name.endswith(".po"))
    if surplus:
        raise SystemExit(f"{wheel.name} holds what nobody needs there: {surplus[0]}")


def installed(wheel: Path, folder: Path) -> Path:
    """The `vizavi` command of an environment in which there is nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", str(wheel)], check=True)
    return folder / "bin/vizavi"


def try_demo(vizavi: Path, home: Path) -> None:
    port, sandbox = free_port(), free_port()
    with Running([str(vizavi), "demo"], environment(home, PORT=port, SANDBOX_PORT=sandbox), home) as demo:
        demo.wait_for("Ctrl-C ends all")
        page = get(port, "/login/")
        if "Войти" not in page:
            raise SystemExit("the sign-in page is not in Russian: compiled messages are missing")
        addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        for address in addresses:
            get(port, address)
        get(sandbox, "/")
        found = what_to_look_at(port).count('id="case-')
        if found != CASES:
            raise SystemExit(f"the demo shows {found} cases, not {CASES}")
    print(f"vizavi demo: sign-in page, {len(addresses)} static files, {CASES} cases and the local Google answer")


def what_to_look_at(port: int) -> str:
    """The demo's page, as its administrator sees it after signing in."""
    browser = build_opener(HTTPCookieProcessor())
    address = f"http://127.0.0.1:{port}/login/"
    page = browser.open(address, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    entered = {"username": DEMO_LOGIN, "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
    browser.open(address, urlencode(entered).encode(), timeout=20).close()
    return browser.open(f"http://127.0.0.1:{port}/demo/", timeout=20).read().decode()


def try_serve(vizavi: Path, home: Path) -> None:
    port = free_port()
    variables = environment(home, PORT=port)
    subprocess.run([str(vizavi), "migrate", "--verbosity", "0"], env=variables, check=True)
    with Running([str(vizavi), "serve"], variables, home) as served:
        served.wait_for("Ctrl-C ends it")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.2)
        for path in ("/healthz", "/readyz", "/login/"):
            get(port, path)
        if "vizavi_workers_alive" not in get(port, "/metrics"):
            raise SystemExit("/metrics does not tell of workers")
    print("vizavi serve: healthy, ready, measured")


def try_bench(vizavi: Path, home: Path) -> None:
    """There are no development packages to compare with, and it says so."""
    done = subprocess.run(
        [str(vizavi), "bench", "import", "--json"], env=environment(home), stdout=subprocess.PIPE, text=True, check=True
    )
    figures = [row["figure"] for row in json.loads(done.stdout)["rows"]]
    if "not measured: gcal-sync is not installed" not in figures:
        raise SystemExit(f"vizavi bench compares with what is not there: {figures}")
    print("vizavi bench: measures where only the wheel is")


class Running:
    """A process whose output is kept, ended at the end."""

    def __init__(self, command: list[str], variables: dict[str, str], home: Path) -> None:
        self.output = home.with_suffix(".log")
        self._sink = self.output.open("wb")
        self.process = subprocess.Popen(command, env=variables, stdout=self._sink, stderr=subprocess.STDOUT)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"it did not come up:\n{self.output.read_text()}")
            time.sleep(0.2)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_about: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(30)
        self._sink.close()


def environment(home: Path, **settings: int) -> dict[str, str]:
    """Nothing of the checkout's, and no Node.js to be found."""
    home.mkdir(exist_ok=True)
    own = {"HOME": str(home), "VIZAVI_HOME": str(home), "PATH": "/nonexistent", "LANG": "C.UTF-8"}
    return own | {f"VIZAVI_{name}": str(value) for name, value in settings.items()}


def get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    finally:
        connection.close()
    if answer.status >= 400:
        raise SystemExit(f"{path} answers {answer.status}")
    return body


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
