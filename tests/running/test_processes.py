"""The processes of an installation: they come up together, say where they are, and leave nothing behind."""

import http.client
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.support.installation import installation

from vizavi.running.addresses import any_free

pytestmark = pytest.mark.slow


def wait_for(text: str, output: Path, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while text not in output.read_text():
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def answers(port: int) -> bool:
    try:
        get(port, "/")
    except OSError:
        return False
    return True


def children_of(pid: int) -> dict[str, int]:
    """Process ids by what the processes are."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    found = {}
    for line in listed.stdout.splitlines():
        number, command = line.split(maxsplit=1)
        found["web" if "granian" in command else command.split()[-1]] = int(number)
    return found


def test_the_demo_starts_keeps_its_data_and_ends_with_everything(tmp_path):
    port, sandbox_port = any_free(), any_free()
    demo = installation(tmp_path, PORT=str(port), SANDBOX_PORT=str(sandbox_port))
    output = tmp_path / "output"
    with demo.start("demo", output=output) as process:
        wait_for("Ctrl-C ends all", output)
        shown = output.read_text()
        assert f"Application    http://127.0.0.1:{port}/\n" in shown
        assert f"Local Google   http://127.0.0.1:{sandbox_port}/\n" in shown
        assert "anna.krylova@vetervolna.example        Анна Крылова" in shown
        assert get(port, "/oauth/google/callback?state=unknown&code=4/not-for-the-log")[0] < 500
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert "not-for-the-log" not in output.read_text()
    assert not answers(port)
    assert not answers(sandbox_port)

    database = (tmp_path / "vizavi.sqlite3").stat().st_ino
    with demo.start("demo", output=output):
        wait_for("Ctrl-C ends all", output)
    assert (tmp_path / "vizavi.sqlite3").stat().st_ino == database

    (tmp_path / "demo").write_text("unfinished\n")  # as a first start leaves it that was cut off half-way
    with demo.start("demo", output=output):
        wait_for("Ctrl-C ends all", output)
    assert (tmp_path / "vizavi.sqlite3").stat().st_ino != database


@pytest.mark.parametrize("killed", ["web", "worker"])
def test_the_death_of_one_process_ends_the_others_and_is_told(tmp_path, killed):
    port = any_free()
    installed = installation(tmp_path, PORT=str(port))
    assert installed.run("migrate", "--verbosity", "0").returncode == 0
    output = tmp_path / "output"
    with installed.start("serve", output=output) as process:
        wait_for("Ctrl-C ends it", output)
        children = children_of(process.pid)
        assert set(children) == {"web", "worker"}
        subprocess.run(["kill", "-KILL", str(children[killed])], check=True)
        assert process.wait(20) == 1
    assert f"vizavi: the {killed} process ended (code -9); stopping the rest." in output.read_text()
    assert not answers(port)


def test_without_a_worker_only_the_web_is_started(tmp_path):
    installed = installation(tmp_path, PORT=str(any_free()))
    assert installed.run("migrate", "--verbosity", "0").returncode == 0
    output = tmp_path / "output"
    with installed.start("serve", "--no-worker", output=output) as process:
        wait_for("Ctrl-C ends it", output)
        assert set(children_of(process.pid)) == {"web"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
