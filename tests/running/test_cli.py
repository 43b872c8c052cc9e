"""What the command line answers to wrong use and missing configuration: a sentence and exit code 2, no traceback."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest
from tests.support.google_settings import google_variables
from tests.support.installation import Installation, installation
from tests.support.sandbox import CLIENT_SECRET, running

from vizavi import cli
from vizavi.running.addresses import any_free


@pytest.fixture
def fresh(tmp_path) -> Installation:
    return installation(tmp_path)


def answer(done):
    """Exit code, and the error text in one line."""
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join(done.stderr.split())


@pytest.mark.parametrize("words", [[], ["nonsense"], ["serve", "--nonsense"], ["demo", "more"]])
def test_wrong_words_are_refused(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage: vizavi" in capsys.readouterr().err


def test_an_unknown_management_command_is_refused(capsys):
    assert cli.main(["django", "nonsense"]) == 2
    assert capsys.readouterr().err == "vizavi: Unknown command: nonsense. `vizavi --help` lists what there is.\n"


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    commands = capsys.readouterr().out.partition("options:")[0]
    listed = re.findall(r"^    ([a-z-]+)(?: |$)", commands, re.MULTILINE)
    assert listed == [
        "demo",
        "serve",
        "worker",
        "migrate",
        "create-user",
        "create-token",
        "api",
        "run-task",
        "doctor",
        "backup",
        "restore",
        "confirm-restore",
        "rotate-keys",
        "demodata",
        "sandbox",
        "bench",
        "django",
    ]


def test_a_port_that_is_no_number_is_refused(fresh):
    assert answer(fresh.run("serve", PORT="abc")) == (2, "vizavi: VIZAVI_PORT must be a whole number, not 'abc'")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999"),
        ("BASE_URL", "calendar.firm.example"),
        ("TIME_ZONE", "Mars"),
        ("LANGUAGE", "xx"),
        ("QUEUE_URL", "rabbit://host"),
        ("FIELD_KEYS", "abc"),
        ("API_RATE", "-1"),
        ("GOOGLE_API_ROOT", "www.googleapis.com/calendar/v3"),
        ("GOOGLE_TOKEN_URI", "https://oauth2.googleapis.com/token/"),
        ("GOOGLE_REDIRECT_URI", "urn:ietf:wg:oauth:2.0:oob"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(fresh, name, value):
    code, text = answer(fresh.run("serve", **{name: value}))
    assert code == 2
    assert text.startswith(f"vizavi: VIZAVI_{name} must ")


@pytest.mark.parametrize("word", ["serve", "worker"])
def test_the_demos_data_are_not_taken_to_the_real_google(fresh, tmp_path, word):
    (tmp_path / "demo").write_text("ready\n")
    code, text = answer(fresh.run(word, HOME=str(tmp_path)))
    assert code == 2
    assert "holds the demo's data; `vizavi demo` runs them." in text


def test_a_file_in_the_working_directory_is_read_and_the_environment_wins(fresh, tmp_path):
    (tmp_path / ".env").write_text("VIZAVI_PORT=abc\n")
    environment = {name: value for name, value in fresh.environment.items() if name != "PYTHON_DOTENV_DISABLED"}
    command = [sys.executable, "-m", "vizavi.cli", "doctor"]

    def told(**more: str) -> str:
        settings = environment | more
        return subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False).stderr

    assert told() == "vizavi: VIZAVI_PORT must be a whole number, not 'abc'\n"
    assert told(VIZAVI_PORT="9999") == ""


def test_a_database_that_does_not_answer_is_named(fresh):
    code, text = answer(fresh.run("doctor", DATABASE_URL=f"postgres://nobody@127.0.0.1:{any_free()}/none"))
    assert code == 2
    assert text.startswith("vizavi: The database or the queue cannot be reached: connection failed")


@pytest.mark.parametrize("word", ["serve", "worker", "backup", "rotate-keys", "confirm-restore"])
def test_an_empty_database_is_not_served(fresh, word):
    refusal = "vizavi: The database is not up to date. Run `vizavi migrate` first."
    assert answer(fresh.run(word, PORT=str(any_free()))) == (2, refusal)


@pytest.mark.parametrize("taken", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_refused_by_name(fresh, taken):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ports = {"PORT": str(any_free()), "SANDBOX_PORT": str(any_free())} | {taken: str(port)}
        code, text = answer(fresh.run("demo", **ports))
    assert code == 2
    assert text.startswith(f"vizavi: Port {port} on 127.0.0.1 cannot be used")
    assert text.endswith(f"choose another port: VIZAVI_{taken}=…")


def test_serving_on_a_taken_port_is_refused_by_name(fresh):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, text = answer(fresh.run("serve", PORT=str(port)))
    assert code == 2
    assert text.startswith(f"vizavi: Port {port} on 127.0.0.1 cannot be used")
    assert text.endswith("choose another port: VIZAVI_PORT=…")


def test_a_sandbox_on_a_taken_port_is_refused(fresh, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, text = answer(fresh.run("sandbox", "--port", str(port), "--home", str(tmp_path)))
    assert code == 2
    assert text.startswith(f"vizavi sandbox: port {port} on 127.0.0.1 cannot be used")


def test_two_equal_ports_are_refused(fresh):
    code, text = answer(fresh.run("demo", PORT="8931", SANDBOX_PORT="8931"))
    assert (code, text) == (
        2,
        "vizavi: VIZAVI_PORT and VIZAVI_SANDBOX_PORT are both 8931; choose two different ports.",
    )


def test_a_command_on_the_demos_data_speaks_to_the_demos_google(fresh, tmp_path):
    fresh.run("migrate", "--verbosity", "0")
    (tmp_path / "demo").write_text("ready\n")
    port = any_free()
    told = fresh.run("doctor", SANDBOX_PORT=str(port)).stdout
    assert f"vizavi-demo.apps.sandbox, consent at http://127.0.0.1:{port}/o/oauth2/v2/auth" in told
    own = {"GOOGLE_CLIENT_ID": "mine.apps.googleusercontent.com", "GOOGLE_CLIENT_SECRET": "s"}
    assert "vizavi-demo" not in fresh.run("doctor", GOOGLE_API_ROOT=f"http://127.0.0.1:{port}", **own).stdout


def test_resetting_the_demo_never_deletes_other_data(fresh, tmp_path):
    database = tmp_path / "vizavi.sqlite3"
    database.write_bytes(b"somebody's own")
    code, text = answer(fresh.run("demo", "--reset", PORT=str(any_free()), SANDBOX_PORT=str(any_free())))
    assert (code, text) == (
        2,
        f"vizavi: {tmp_path} holds data that are not the demo's; nothing was deleted. Set VIZAVI_HOME.",
    )
    assert database.read_bytes() == b"somebody's own"


def test_a_new_installation_step_by_step(fresh):
    before = fresh.run("doctor")
    assert before.returncode == 2
    assert re.search(r"^missing +Migrations: \d+ not applied; run `vizavi migrate`\.$", before.stdout, re.MULTILINE)

    assert fresh.run("migrate", "--verbosity", "0").returncode == 0
    assert re.search(r"^missing +Google client: ", fresh.run("doctor").stdout, re.MULTILINE)
    person = ["create-user", "olga@vetervolna.example", "--first-name", "Ольга", "--last-name", "Мельникова"]
    created = fresh.run(*person, "--role", "administrator", entered="a long password 42\n")
    assert (created.returncode, created.stderr) == (0, "")

    with running() as google:
        after = fresh.run("doctor", "--json", **google_variables(google.url))
    assert after.returncode == 0, after.stdout
    findings = {finding["subject"]: finding["verdict"] for finding in json.loads(after.stdout)}
    assert findings == {
        "Home": "ok",
        "Disk": "ok",
        "Time zones": "ok",
        "Database": "ok",
        "Migrations": "ok",
        "Queue": "ok",
        "Workers": "note",
        "After a restore": "ok",
        "Field keys": "ok",
        "Google client": "ok",
        "Redirect address": "ok",
        "Google": "ok",
        "Clock": "ok",
        "Mail": "note",
    }
    assert CLIENT_SECRET not in after.stdout


def test_a_google_that_does_not_answer_is_an_error_not_a_lack(fresh):
    fresh.run("migrate", "--verbosity", "0")
    nowhere = google_variables(f"http://127.0.0.1:{any_free()}")
    done = fresh.run("doctor", **nowhere)
    assert done.returncode == 1
    assert re.search(
        r"^failing +Google: No answer from 127\.0\.0\.1: ConnectionError\. Check", done.stdout, re.MULTILINE
    )


def test_a_new_home_is_closed_to_others_and_an_old_one_is_left_as_it_is(fresh, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(mode=0o755)
    for home in (old, new):
        assert fresh.run("migrate", "--verbosity", "0", HOME=str(home)).returncode == 0
    assert (old.stat().st_mode & 0o777, new.stat().st_mode & 0o777) == (0o755, 0o700)


def test_a_reader_who_goes_away_ends_a_command_quietly(fresh):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "vizavi.cli", "doctor"],
            env=fresh.environment,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_home_that_cannot_be_used_is_named(fresh, tmp_path):
    occupied = tmp_path / "file"
    occupied.write_text("")
    code, text = answer(fresh.run("doctor", HOME=str(occupied)))
    assert (code, text) == (2, f"vizavi: VIZAVI_HOME={occupied} cannot be used: file exists. Choose another folder.")


@pytest.mark.parametrize("address", ["nonsense", "mysql://root@127.0.0.1/vizavi", "postgres://"])
def test_a_database_address_that_cannot_be_one_is_refused(fresh, address):
    code, text = answer(fresh.run("doctor", DATABASE_URL=address))
    assert code == 2
    assert "VIZAVI_DATABASE_URL" in text
    assert text.endswith("sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME")


@pytest.mark.parametrize(("name", "value"), [("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml")])
def test_a_wrong_word_is_refused(fresh, name, value):
    code, text = answer(fresh.run("doctor", **{name: value}))
    assert code == 2
    assert text.startswith(f"vizavi: VIZAVI_{name} must ")


@pytest.mark.parametrize("word", ["backup", "restore", "confirm-restore", "rotate-keys", "run-task", "doctor", "bench"])
def test_each_command_explains_itself_without_django(fresh, word):
    done = fresh.run(word, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: vizavi {word} ")
    assert "--settings" not in done.stdout


@pytest.mark.parametrize("word", ["demo", "serve", "worker", "sandbox", "create-user", "restore"])
def test_help_says_what_a_command_does_what_it_needs_and_shows_an_example(fresh, word):
    told = fresh.run(word, "--help").stdout
    assert told.startswith(f"usage: vizavi {word} ")
    assert "VIZAVI_" in told
    assert re.search(rf"^ .*vizavi {word}\b", told.partition("example")[2], re.MULTILINE)


def test_help_names_the_roles(fresh):
    told = fresh.run("create-user", "--help").stdout
    for role in ("administrator", "lead", "recruiter", "interviewer", "observer"):
        assert f"\n  {role}" in told
