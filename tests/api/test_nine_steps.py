"""The nine steps through the API alone, as docs/api.md has them, letter for letter."""

import re
import shutil
import subprocess
from datetime import date, timedelta

import pytest
import requests
from tests.support.sandbox import ROOT

pytestmark = pytest.mark.slow

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def lines_of(title: str) -> str:
    """What a section of the page has for the shell, with a mark before each step."""
    section = (ROOT / "docs" / "api.md").read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    blocks = BLOCK.findall(section)
    assert len(blocks) == 10, "the set-up and nine steps"
    return "\n".join(f"echo '# {number}'\n{block}" for number, block in enumerate(blocks))


def test_the_nine_steps_with_curl_alone(demo):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines_of("The nine steps with curl")],
        cwd=ROOT,
        env=demo.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    day = (date.today() + timedelta(days=8)).isoformat()  # noqa: DTZ011 - as the script has it
    said = [part.split("\n", 1)[1].strip() for part in done.stdout.split("# ")[1:]]
    assert [said[1], said[5], said[6], said[7]] == [
        "google",
        "True",
        f"{day}T18:00:00+03:00",
        f"{day}T11:30:00+03:00",
    ]
    checked, counted, state = said[4].splitlines()
    assert (checked, state) == ("Проверка выполнена успешно", "ok")
    assert int(counted) >= 0
    assert said[8].splitlines()[0].startswith("Каждые 10 минут")
    assert said[8].splitlines()[1] == "ok"
    assert said[9].splitlines() == ["True", "['Знакомство']"]


def test_the_copy_is_left_or_removed_as_it_is_said(demo):
    """Olga's account is connected in the demo: the end is previewed, then carried out."""
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {demo.token('olga.melnikova@vetervolna.example')}"
    mine = next(
        one
        for one in http.get(f"{demo.url}/api/v1/accounts", timeout=20).json()["items"]
        if one["email"].startswith("olga")
    )
    end = f"{demo.url}/api/v1/accounts/{mine['id']}/disconnect"
    assert http.post(end, json={}, timeout=20).json()["errors"][0]["field"] == "existing"
    counted = http.post(f"{end}/preview", json={"existing": "keep"}, timeout=20).json()
    assert (counted["remove"], http.post(end, json={"existing": "keep"}, timeout=20).json()["active"]) == (0, False)
    left = [one["id"] for one in http.get(f"{demo.url}/api/v1/accounts", timeout=20).json()["items"]]
    assert mine["id"] not in left
