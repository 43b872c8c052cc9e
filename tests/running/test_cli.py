"""What the command line answers to wrong use and missing configuration: a sentence and exit code 2, no traceback."""

import re
import socket

import pytest
from tests.support.installation import Installation, free_port, installation

from vizavi import cli


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
    listed = re.findall(r"^    ([a-z-]+)(?: |$)", capsys.readouterr().out, re.MULTILINE)
    assert listed == [
        "demo",
        "serve",
        "worker",
        "migrate",
        "create-user",
        "create-token",
        "run-task",
        "doctor",
        "demodata",
        "sandbox",
        "django",
    ]


def test_a_port_that_is_no_number_is_refused(fresh):
    assert answer(fresh.run("serve", PORT="abc")) == (2, "vizavi: VIZAVI_PORT must be a whole number, not 'abc'")


def test_a_database_that_does_not_answer_is_named(fresh):
    code, text = answer(fresh.run("doctor", DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/none"))
    assert code == 2
    assert text.startswith("vizavi: The database or the queue cannot be reached: connection failed")


@pytest.mark.parametrize("word", ["serve", "worker"])
def test_an_empty_database_is_not_served(fresh, word):
    refusal = "vizavi: The database is not up to date. Run `vizavi migrate` first."
    assert answer(fresh.run(word, PORT=str(free_port()))) == (2, refusal)


@pytest.mark.parametrize("taken", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_refused_by_name(fresh, taken):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())} | {taken: str(port)}
        code, text = answer(fresh.run("demo", **ports))
    assert code == 2
    assert text.startswith(f"vizavi: Port {port} on 127.0.0.1 cannot be used")
    assert text.endswith(f"choose another port: VIZAVI_{taken}=…")


def test_two_equal_ports_are_refused(fresh):
    code, text = answer(fresh.run("demo", PORT="8931", SANDBOX_PORT="8931"))
    assert (code, text) == (
        2,
        "vizavi: VIZAVI_PORT and VIZAVI_SANDBOX_PORT are both 8931; choose two different ports.",
    )


def test_resetting_the_demo_never_deletes_other_data(fresh, tmp_path):
    database = tmp_path / "vizavi.sqlite3"
    database.write_bytes(b"somebody's own")
    code, text = answer(fresh.run("demo", "--reset", PORT=str(free_port()), SANDBOX_PORT=str(free_port())))
    assert (code, text) == (
        2,
        f"vizavi: {tmp_path} holds data that are not the demo's; nothing was deleted. Set VIZAVI_HOME.",
    )
    assert database.read_bytes() == b"somebody's own"


def test_a_new_installation_step_by_step(fresh):
    before = fresh.run("doctor")
    assert before.returncode == 2
    assert re.search(r"^missing +Migrations: \d+ not applied; run `vizavi migrate`\.$", before.stdout, re.MULTILINE)
    assert re.search(r"^missing +Google client: ", before.stdout, re.MULTILINE)

    assert fresh.run("migrate", "--verbosity", "0").returncode == 0
    person = ["create-user", "olga@vetervolna.example", "--first-name", "Ольга", "--last-name", "Мельникова"]
    created = fresh.run(*person, "--role", "administrator", entered="a long password 42\n")
    assert (created.returncode, created.stderr) == (0, "")

    after = fresh.run("doctor", GOOGLE_CLIENT_ID="client", GOOGLE_CLIENT_SECRET="secret")
    assert after.returncode == 0
    assert "missing" not in after.stdout
    assert "secret" not in after.stdout
