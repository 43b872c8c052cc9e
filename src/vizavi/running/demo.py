"""`vizavi demo`: sandbox, database with demo data, web and worker on this machine, for nobody else to reach."""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.utils import timezone

from vizavi import env
from vizavi.running.addresses import check_free, wait_until_answers
from vizavi.running.children import Child, Stopped, start, stop, stop_on_signals, watch
from vizavi.running.errors import StartRefused
from vizavi.running.serve import LOOPBACK, start_web, start_worker

CLIENT_ID, CLIENT_SECRET = "vizavi-demo.apps.sandbox", "vizavi-demo-secret"
PASSWORD = "vizavi-demo"  # noqa: S105 - printed for everybody who tries the demo
COMPANY = "@vetervolna.example"
MARK = "demo"  # the file in HOME by which the demo knows its own data
UNFINISHED = "unfinished\n"
STATE_FILES = ("vizavi.sqlite3", "queue.sqlite3", "sandbox.sqlite3")


def demo(*, reset: bool) -> int:
    home = env.home()
    port, sandbox_port = _ports()
    if port == sandbox_port:
        raise StartRefused(f"VIZAVI_PORT and VIZAVI_SANDBOX_PORT are both {port}; choose two different ports.")
    check_free(port, host=LOOPBACK, variable="VIZAVI_PORT")
    check_free(sandbox_port, host=LOOPBACK, variable="VIZAVI_SANDBOX_PORT")
    _point_at_sandbox(home, port=port, sandbox=f"http://{LOOPBACK}:{sandbox_port}")
    if reset or _was_cut_off(home):
        _forget(home)
    stop_on_signals()
    children: list[Child] = []
    try:
        return _run(home, port, sandbox_port, children)
    except Stopped:
        return 0
    finally:
        stop(children)


def join() -> None:
    """A command that is given on the demo's data speaks to the demo's Google; other settings are left alone."""
    if _is_at_home():
        port, sandbox_port = _ports()
        _point_at_sandbox(env.home(), port=port, sandbox=f"http://{LOOPBACK}:{sandbox_port}")


def keep_apart() -> None:
    """Served otherwise than by `vizavi demo`, the demo's people would be asked for at the real Google."""
    if _is_at_home():
        raise StartRefused(
            f"{env.home()} holds the demo's data; `vizavi demo` runs them. "
            f"For an installation of its own choose another folder: {env.PREFIX}HOME=…"
        )


def _is_at_home() -> bool:
    own = env.text("DATABASE_URL") or env.text("GOOGLE_CLIENT_ID")
    return (env.home() / MARK).exists() and not own


def _ports() -> tuple[int, int]:
    return env.number("PORT", 8800), env.number("SANDBOX_PORT", 8899)


def _run(home: Path, port: int, sandbox_port: int, children: list[Child]) -> int:
    print("vizavi: starting the demo …", flush=True)
    # while one process starts, the next thing is prepared: a newcomer waits only once
    children.append(_start_sandbox(home, sandbox_port))
    _prepare_database(home)
    children.append(start_web(LOOPBACK))
    wait_until_answers(children[0], sandbox_port)
    _fill_database(home, f"http://{LOOPBACK}:{sandbox_port}")
    children.append(start_worker())
    wait_until_answers(children[1], port)
    print(_welcome(home, port, sandbox_port), flush=True)
    return watch(children)


def _point_at_sandbox(home: Path, *, port: int, sandbox: str) -> None:
    """The demo never touches a real database or a real Google, whatever a .env file says."""
    values = {
        "HOME": str(home),
        "PORT": str(port),
        "BASE_URL": f"http://{LOOPBACK}:{port}",
        "DATABASE_URL": f"sqlite:///{home / 'vizavi.sqlite3'}",
        "QUEUE_URL": f"sqlite:///{home / 'queue.sqlite3'}",
        "EMAIL_URL": "console:",
        "LOG_FORMAT": "console",
        "LOG_LEVEL": env.text("LOG_LEVEL", "WARNING"),
        "GOOGLE_REDIRECT_URI": "",
        "DEMO": "1",
    }
    os.environ.update({env.PREFIX + name: value for name, value in (values | google_at(sandbox)).items()})


def google_at(sandbox: str) -> dict[str, str]:
    """Settings by which everything of Google is asked of a sandbox, named without their prefix."""
    return {
        "GOOGLE_CLIENT_ID": CLIENT_ID,
        "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        "GOOGLE_AUTH_URI": f"{sandbox}/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URI": f"{sandbox}/token",
        "GOOGLE_REVOKE_URI": f"{sandbox}/revoke",
        "GOOGLE_USERINFO_URI": f"{sandbox}/oauth2/v2/userinfo",
        "GOOGLE_API_ROOT": f"{sandbox}/calendar/v3",
        "GOOGLE_BATCH_URI": f"{sandbox}/batch/calendar/v3",
    }


def _start_sandbox(home: Path, port: int) -> Child:
    return start("sandbox", [sys.executable, "-m", "vizavi.sandbox", "--port", str(port), "--home", str(home)])


def _was_cut_off(home: Path) -> bool:
    """The first start was interrupted while it filled both sides: half a company is of no use."""
    mark = home / MARK
    return mark.exists() and mark.read_text() == UNFINISHED


def _forget(home: Path) -> None:
    """Delete the demo's data on both sides together; other data in the same folder are never deleted."""
    if (home / "vizavi.sqlite3").exists() and not (home / MARK).exists():
        raise StartRefused(f"{home} holds data that are not the demo's; nothing was deleted. Set VIZAVI_HOME.")
    for name in STATE_FILES:
        for suffix in ("", "-wal", "-shm"):
            (home / (name + suffix)).unlink(missing_ok=True)
    (home / MARK).unlink(missing_ok=True)


def _prepare_database(home: Path) -> None:
    django.setup()
    from vizavi.people.models import User  # models exist only after the set-up

    call_command("migrate", verbosity=0)
    if User.objects.exclude(email__endswith=COMPANY).exists() and not (home / MARK).exists():
        raise StartRefused(f"{home} holds users who are not the demo's; nothing was changed. Set VIZAVI_HOME.")


def _fill_database(home: Path, sandbox: str) -> None:
    from vizavi.demo import writing  # models exist only after the set-up
    from vizavi.demo.google import LocalGoogle

    if not (home / MARK).exists():
        (home / MARK).write_text(UNFINISHED)
        writing.write(timezone.now(), LocalGoogle(sandbox, CLIENT_ID))
        (home / MARK).write_text("ready\n")


def _welcome(home: Path, port: int, sandbox_port: int) -> str:
    from vizavi.people.models import User  # models exist only after the set-up

    people = [
        f"    {user.email:<38} {user.short_name}, {user.get_role_display().lower()}"
        for user in User.objects.filter(email__endswith=COMPANY).order_by("pk")
    ]
    lines = [
        "",
        "  Vizavi demo",
        f"    Application    http://{LOOPBACK}:{port}/",
        f"    Local Google   http://{LOOPBACK}:{sandbox_port}/",
        "",
        f"  Sign in with the password  {PASSWORD}  as",
        *people,
        "",
        f"  Ctrl-C ends all. The data stay in {home}; `vizavi demo --reset` starts afresh.",
        "",
    ]
    return "\n".join(lines)
