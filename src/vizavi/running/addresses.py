"""Ports that must be free, and addresses that must answer."""

import http.client
import socket
import time

from vizavi.running.children import Child
from vizavi.running.errors import StartRefused

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05


def check_free(port: int, *, host: str, variable: str) -> None:
    """Refuse a port that somebody listens on, naming the setting that chooses another."""
    if not 1 <= port <= 65535:
        raise StartRefused(f"{variable}={port} is not a port; choose a number from 1 to 65535.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise StartRefused(
                f"Port {port} on {host} cannot be used ({reason}). "
                f"End what runs there, or choose another port: {variable}=…"
            ) from None


def any_free() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answers(child: Child, port: int, *, path: str = "/") -> None:
    """Return as soon as the child's page answers; give up when it has ended or does not answer for a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if child.process.poll() is not None:
            raise StartRefused(f"The {child.name} process ended while starting; its message stands above.")
        if _answers(port, path):
            return
        time.sleep(LOOK_SECONDS)
    raise StartRefused(f"The {child.name} process does not answer on port {port}.")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
