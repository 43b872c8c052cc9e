"""The `vizavi` command: a thin entry over the processes of an installation and Django's management commands.

Exit codes: 0 done, 1 done with errors, 2 wrong use or not configured.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from vizavi.running.errors import StartRefused

MANAGED = {
    "migrate": "bring the database up to date",
    "create-user": "add somebody who can sign in",
    "create-token": "make a key to the REST API for somebody",
    "api": "carry out an operation of the REST API, without a server",
    "run-task": "run a background task now and wait for it",
    "doctor": "check configuration, database, queue, workers and the connection to Google",
    "backup": "write everything into one file, while everything goes on running",
    "restore": "make a backup the data of this installation",
    "confirm-restore": "after a restore: see what would go out to calendars, and let it",
    "rotate-keys": "encrypt every stored secret anew with the first of VIZAVI_FIELD_KEYS",
    "demodata": "fill the database with demo data",
}
WITHOUT_TABLES = {"migrate", "doctor", "restore"}  # these work where the database is not up to date, or not there
# Django's own options of every command, which only hide those that matter here
OF_DJANGO = {
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}
TEACHING = """\
first steps:
  vizavi demo                               try everything, nothing to set up
  vizavi migrate                            for real: create the tables,
  vizavi create-user olga@example.org --first-name Ольга --last-name Мельникова --role administrator
  vizavi doctor                             see what is missing and where to set it,
  vizavi serve                              and run it

every day:
  vizavi backup /srv/backups/today.zip      while everything goes on running
  vizavi run-task calendar-pull --json      load all calendars now, from a script
  vizavi api GET /events --user anna@example.org
                                            whatever the REST API does, without a server

`vizavi COMMAND --help` tells more. Settings are environment variables VIZAVI_… or lines of a file .env.
Exit codes: 0 done, 1 done with errors, 2 wrong use or not configured.
"""
DEMO = """\
Start everything on this machine, for nobody else to reach: the application, a worker and a local Google, with the data
of a made-up company. The first start fills both sides; the data stay for the next time. Ctrl-C ends all.
"""
DEMO_EXAMPLES = """\
settings: VIZAVI_HOME (./var), VIZAVI_PORT (8800), VIZAVI_SANDBOX_PORT (8899, of the local Google), VIZAVI_LOG_LEVEL
(WARNING here). A real database and a real Google are not touched, whatever .env says.

examples:
  vizavi demo
  VIZAVI_PORT=9000 VIZAVI_SANDBOX_PORT=9001 VIZAVI_HOME=/tmp/demo vizavi demo --reset
"""
SERVE = """\
Serve the application on VIZAVI_PORT and, beside it, run one worker. If either dies, both end (exit code 1), for a
supervisor to start them anew. Run `vizavi migrate` before, and a reverse proxy with TLS in front.
"""
SERVE_EXAMPLES = """\
settings: VIZAVI_HOME (./var), VIZAVI_PORT (8800), VIZAVI_BASE_URL (the public address), VIZAVI_DATABASE_URL (SQLite in
HOME), VIZAVI_QUEUE_URL. `vizavi doctor` checks them; docs/operations.md has all.

examples:
  VIZAVI_BASE_URL=https://calendar.example.org vizavi serve
  vizavi serve --no-worker --host 0.0.0.0   one of several web machines; workers run elsewhere
"""
WORKER = """\
Send, load and do whatever else waits in the queue, and start schedules when they are due. Any number of workers may
run, on any number of machines; `vizavi serve` has one by itself. SIGTERM gives running work five seconds.
"""
WORKER_EXAMPLES = """\
settings: the same VIZAVI_DATABASE_URL, VIZAVI_QUEUE_URL, VIZAVI_SECRET_KEY, VIZAVI_FIELD_KEYS and VIZAVI_BASE_URL as
the web server has.

example:
  VIZAVI_DATABASE_URL=postgres://… VIZAVI_QUEUE_URL=redis://… vizavi worker
"""


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vizavi.settings")
    try:
        return _told(words)
    except BrokenPipeError:  # whoever read it has gone: `vizavi doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes the rest when it ends
        return 1
    except StartRefused as refused:
        return _refuse(str(refused))
    except Exception as error:
        text = _configuration_trouble(error)
        if text is None:
            raise
        return _refuse(text)


def _told(words: list[str]) -> int:
    """All that is printed leaves before the end, where a reader who has gone could only be told of by Python itself."""
    try:
        return _dispatch(words)
    finally:
        sys.stdout.flush()


def _dispatch(words: list[str]) -> int:
    if words and words[0] == "django":
        return _django(words[1:])
    if words and words[0] in {"sandbox", "bench"}:  # both have settings of their own
        os.execv(sys.executable, [sys.executable, "-m", f"vizavi.{words[0]}", *words[1:]])  # noqa: S606 - our own module
    if words and words[0] in MANAGED:
        return _managed(words[0], words[1:])
    if words and not words[0].startswith("-") and words[0] not in {"demo", "serve", "worker"} and _is_django(words[0]):
        return _django(words)
    chosen = _parser().parse_args(words)
    # each of these imports settings, whose troubles main() turns into sentences
    if chosen.word == "demo":
        from vizavi.running.demo import demo

        return demo(reset=chosen.reset)
    from vizavi.running import serve
    from vizavi.running.demo import keep_apart

    keep_apart()
    if chosen.word == "worker":
        return serve.work()
    return serve.serve(host=chosen.host, with_worker=not chosen.no_worker)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vizavi",
        description="Vizavi, a recruiting calendar in step with everyone's.",
        epilog=TEACHING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"vizavi {version('vizavi')}")
    words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    raw = argparse.RawDescriptionHelpFormatter
    about = "try everything on this machine, with a local Google and demo data"
    demo = words.add_parser("demo", help=about, description=DEMO, epilog=DEMO_EXAMPLES, formatter_class=raw)
    demo.add_argument("--reset", action="store_true", help="delete the demo's data first")
    about = "serve the application, with its worker"
    serve = words.add_parser("serve", help=about, description=SERVE, epilog=SERVE_EXAMPLES, formatter_class=raw)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--no-worker", action="store_true", help="web only; workers run elsewhere")
    about = "work on queued messages and schedules"
    words.add_parser("worker", help=about, description=WORKER, epilog=WORKER_EXAMPLES, formatter_class=raw)
    for word, text in MANAGED.items():
        words.add_parser(word, help=text, add_help=False)
    words.add_parser("sandbox", help="a local Google to try and test against", add_help=False)
    words.add_parser("bench", help="measure this machine's speed, beside your data", add_help=False)
    words.add_parser("django", help="any management command of Django", add_help=False)
    return parser


def _is_django(word: str) -> bool:
    import django
    from django.core.management import get_commands

    django.setup()  # the apps bring commands of their own
    return word in get_commands()


def _django(words: list[str]) -> int:
    from django.core.management import ManagementUtility

    if words and not words[0].startswith("-") and words[0] != "help" and not _is_django(words[0]):
        return _refuse(f"Unknown command: {words[0]}. `vizavi --help` lists what there is.")
    ManagementUtility(["vizavi", *words]).execute()
    return 0


def _managed(word: str, words: list[str]) -> int:
    """One of our management commands, with help of its own words and its refusals as sentences."""
    if not os.environ.get("VIZAVI_LOG_LEVEL"):  # compose.yaml passes it on empty
        os.environ["VIZAVI_LOG_LEVEL"] = "WARNING"  # what it does is told by the command itself
    import django
    from django.core.management import CommandError, get_commands, load_command_class

    from vizavi.running import demo  # reads settings, whose troubles main() turns into sentences

    demo.join()
    django.setup()
    name = word.replace("-", "_")
    command = load_command_class(str(get_commands()[name]), name)
    shown = {"--verbosity"} if word == "migrate" else set()
    command.suppressed_base_arguments = OF_DJANGO - shown
    parser = command.create_parser("vizavi", word)
    parser.called_from_command_line = True  # wrong words are answered with the usage
    options = vars(parser.parse_args(words))
    if word not in WITHOUT_TABLES:
        from vizavi.running.serve import check_migrated  # needs the set-up

        check_migrated()
    try:
        command.execute(*options.pop("args", ()), **options)
    except CommandError as refused:
        return _refuse(str(refused), code=refused.returncode)
    return 0


def _configuration_trouble(error: Exception) -> str | None:
    """A sentence for what an operator can mend; None for what is a defect and deserves its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from vizavi.env import ConfigurationError

    if isinstance(error, ConfigurationError | ImproperlyConfigured):
        return str(error)
    if isinstance(error, OperationalError) or type(error).__module__.startswith(("psycopg", "redis")):
        return f"The database or the queue cannot be reached: {str(error).strip()}"
    return None


def _refuse(text: str, *, code: int = 2) -> int:
    print(f"vizavi: {text}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
