"""Child processes that live and die together: one signal ends all, one death ends the rest."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

LOOK_SECONDS = 0.2
STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    name: str
    process: "subprocess.Popen[bytes]"


class Stopped(Exception):
    """Somebody asked this process to end (Ctrl-C or SIGTERM)."""


def stop_on_signals() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def start(name: str, command: Sequence[str]) -> Child:
    """Start a child in a session of its own: Ctrl-C reaches the parent alone, who ends the children in order."""
    before = _end_with_parent if sys.platform == "linux" else None
    process = subprocess.Popen(list(command), start_new_session=True, preexec_fn=before)  # noqa: PLW1509 - single thread
    return Child(name, process)


def _end_with_parent() -> None:
    """Should the parent be killed outright, the kernel ends the child, and its port is free again."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def watch(children: Sequence[Child]) -> int:
    """Wait until one child ends by itself, which is a failure, or until somebody stops this process."""
    try:
        while True:
            for child in children:
                if child.process.poll() is not None:
                    code = child.process.returncode
                    print(f"vizavi: the {child.name} process ended (code {code}); stopping the rest.", file=sys.stderr)
                    return 1
            time.sleep(LOOK_SECONDS)
    except Stopped:
        return 0


def stop(children: Sequence[Child]) -> None:
    """End all children: politely, then, after some seconds, for certain. Further signals do not interrupt this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        _end_group(child)


def _end_group(child: Child) -> None:
    """A web server stopped while it was starting may leave its own worker behind, and that one holds the port."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
