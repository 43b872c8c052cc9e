"""`vizavi bench` measures on any machine, says what it could not measure, and leaves the installation alone."""

import json

from tests.support.installation import installation


def test_a_measure_has_an_installation_of_its_own(tmp_path):
    fresh = installation(tmp_path / "home")
    done = fresh.run("bench", "poll", "lists_postgres", "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    assert list(rows) == [
        "poll without changes: requests",
        "… CPU, with 500 exported events",
        "lists of a large company, on PostgreSQL",
    ]
    assert rows["poll without changes: requests"] == {
        "name": "poll without changes: requests",
        "figure": "1.0",
        "bar": "≤ 1",
        "ratio": 1.0,
        "met": True,
    }
    unmeasured = rows["lists of a large company, on PostgreSQL"]
    assert (unmeasured["figure"], unmeasured["met"]) == (
        "not measured: VIZAVI_BENCH_DATABASE_URL names no PostgreSQL",
        None,
    )
    met = all(row["met"] is not False for row in rows.values())  # the machine may be busy
    assert done.returncode == (0 if met else 1)
    assert not (tmp_path / "home").exists()


def test_a_measure_that_does_not_exist_is_refused(tmp_path):
    done = installation(tmp_path).run("bench", "nonsense")
    assert done.returncode == 2
    assert "no such measure: nonsense; there are save, import," in done.stderr
