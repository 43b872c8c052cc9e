"""What lies in deploy/ is accepted by the programs it is made for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.support.installation import installation
from tests.support.sandbox import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE_SETTINGS = {
    "POSTGRES_PASSWORD": "x",
    "VIZAVI_SECRET_KEY": "x",
    "VIZAVI_FIELD_KEYS": "x",
    "VIZAVI_BASE_URL": "https://vizavi.example",
}


@pytest.mark.parametrize("name", sorted(path.name for path in (DEPLOY / "systemd").iterdir()))
def test_systemd_accepts_the_unit(name, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for path in (DEPLOY / "systemd").iterdir():  # the program itself is not installed here
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/vizavi/bin/vizavi", sys.executable))
    unit = tmp_path / name.replace("@.", "@1.")
    if not unit.exists():
        unit.symlink_to(tmp_path / name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "vizavi" in line]
    assert (done.returncode, told) == (0, []), done.stderr


def test_containers_start_what_there_is_with_settings_that_are_described():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = {name: service for name, service in services.items() if "build" in service}
    assert {name: service["command"][0] for name, service in ours.items()} == {
        "migrate": "migrate",
        "web": "serve",
        "worker": "worker",
    }
    described = (ROOT / "docs/operations.md").read_text()
    for service in ours.values():
        for name in service["environment"]:
            assert f"`{name.removeprefix('VIZAVI_')}`" in described
        for needed in service["depends_on"]:
            assert needed in services


# these are not for deploy/.env: the image and compose.yaml themselves say them, or only the demo has them
SAID_BY_CONTAINERS = {"HOME", "PORT", "DATABASE_URL", "QUEUE_URL", "SANDBOX_PORT"}


def test_every_setting_that_is_described_is_passed_on_to_each_container():
    table = (ROOT / "docs/operations.md").read_text().partition("## Configuration")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    described = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert described >= SAID_BY_CONTAINERS
    for service in yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"].values():
        if "build" not in service:
            continue
        given = {
            name.removeprefix("VIZAVI_")
            for name, value in service["environment"].items()
            if value.startswith(f"${{{name}:")  # from deploy/.env under its own name
        }
        assert given == described - SAID_BY_CONTAINERS


def test_a_setting_passed_on_empty_is_its_default(tmp_path):
    settings = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["web"]["environment"]
    empty = {name.removeprefix("VIZAVI_"): "" for name, value in settings.items() if value.endswith(":-}")}
    plain = installation(tmp_path)
    words = ["django", "diffsettings"]
    without, given = plain.run(*words), plain.run(*words, **empty)
    assert (without.returncode, given.returncode, given.stderr) == (0, 0, "")
    assert _without_addresses(given.stdout) == _without_addresses(without.stdout)


def _without_addresses(shown: str) -> str:
    return re.sub(r" at 0x\w+", "", shown)


def told_by(linter: str, *words: str) -> str:
    """What one of the linters among the development packages objects to; they need no Docker."""
    program = Path(sys.executable).with_name(linter)
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_hadolint_accepts_the_dockerfile():
    assert told_by("hadolint", str(DEPLOY / "Dockerfile")) == ""


def test_the_compose_file_is_one_by_its_specification(tmp_path):
    check = ["--builtin-schema", "vendor.compose-spec"]
    assert told_by("check-jsonschema", *check, str(DEPLOY / "compose.yaml")) == ""
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DEPLOY / "compose.yaml").read_text().replace("cap_drop: [", "cap_dorp: ["))
    assert "'cap_dorp' was unexpected" in told_by("check-jsonschema", *check, str(wrong))


def compose() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "version"], capture_output=True, check=False)
            if done.returncode == 0:
                return command
    return None


def test_compose_accepts_the_file():
    command = compose()
    if command is None:
        pytest.skip("neither `docker compose` nor `docker-compose` is installed")
    words = [*command, "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(words, env=COMPOSE_SETTINGS, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_docker_accepts_the_file():
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no Docker engine answers")
    words = ["docker", "build", "--check", "-f", str(DEPLOY / "Dockerfile"), str(ROOT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
