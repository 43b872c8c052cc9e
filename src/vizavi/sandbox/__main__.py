"""`python -m vizavi.sandbox`: open the state, seed it once, serve until interrupted."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import django
from django.core.wsgi import get_wsgi_application

from vizavi.sandbox import seed
from vizavi.sandbox.server import Server
from vizavi.sandbox.state import open_store


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="vizavi sandbox", description="A local Google for trying and testing.")
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--home", type=Path, default=Path("./var"))
    parser.add_argument("--empty", action="store_true", help="start without events")
    chosen = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "vizavi.sandbox.settings"
    os.environ["VIZAVI_SANDBOX_HOST"] = chosen.host
    django.setup()
    store = open_store(chosen.home)
    with store.transaction():
        if store.row("SELECT 1 FROM account") is None:
            seed.sow(store, empty=chosen.empty)
    signal.signal(signal.SIGTERM, _stop)
    try:
        listening = Server(chosen.host, chosen.port, get_wsgi_application())
    except OSError as error:
        sys.stderr.write(
            f"vizavi sandbox: port {chosen.port} on {chosen.host} cannot be used ({error.strerror or error}). "
            "End what runs there, or choose another one: --port …\n"
        )
        return 2
    with listening as server:
        sys.stdout.write(f"Sandbox: http://{chosen.host}:{server.server_address[1]}/\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
