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


TEACHING = """\
A local Google for trying and testing: consent, calendars and their API, with accounts that are made up. Its first page
shows what is in the calendars, and changes it as their owners would. `vizavi demo` starts one by itself.
"""
EXAMPLE = """\
example, with an application that speaks to it:
  vizavi sandbox --port 8899
  VIZAVI_GOOGLE_API_ROOT=http://127.0.0.1:8899/calendar/v3 …    and the other VIZAVI_GOOGLE_ addresses likewise:
  docs/operations.md lists them. No setting VIZAVI_… is read by the sandbox itself.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vizavi sandbox",
        description=TEACHING,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8899, help="to listen on (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--home", type=Path, default=Path("./var"), help="folder of its data (default: %(default)s)")
    parser.add_argument("--empty", action="store_true", help="start without events")
    return parser


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
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
