"""Faults by rule: when they strike, and what then happens to the request."""

from __future__ import annotations

import time

import pytest
import requests
from tests.support.sandbox import Api, Sandbox, timed

PRIMARY = "calendars/primary/events"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00")


def statuses(anna: Api, number: int) -> list[int]:
    return [anna.call("GET", "colors").status_code for _ in range(number)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [500, 200, 200, 200]),
        ({"times": 2}, [500, 500, 200, 200]),
        ({"times": None}, [500, 500, 500, 500]),
        ({"nth": 3}, [200, 200, 500, 200]),
        ({"method": "GET", "path": "color"}, [500, 200, 200, 200]),
        ({"method": "POST"}, [200, 200, 200, 200]),
        ({"path": "events$"}, [200, 200, 200, 200]),
    ],
)
def test_a_rule_strikes_when_it_says(sandbox: Sandbox, anna: Api, rule: dict, expected: list[int]) -> None:
    sandbox.fault(**rule)
    assert statuses(anna, 4) == expected


def test_chance_is_repeated_by_its_seed(sandbox: Sandbox, anna: Api) -> None:
    runs = []
    for seed in (1, 1, 2):
        sandbox.admin("DELETE", "faults")
        sandbox.fault(probability=0.5, seed=seed, times=None)
        runs.append(statuses(anna, 20))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert 4 < runs[0].count(500) < 16


def test_a_rule_tells_how_often_it_struck_until_it_is_taken_away(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(path="colors", times=None)
    statuses(anna, 2)
    (rule,) = sandbox.admin("GET", "faults")["rules"]
    assert (rule["seen"], rule["done"]) == (2, 2)
    sandbox.admin("DELETE", "faults")
    assert statuses(anna, 1) == [200]


@pytest.mark.parametrize("wrong", [{"effect": "explode"}, {"form": "xml"}, {"colour": "red"}, {"path": "("}])
def test_a_rule_that_makes_no_sense_is_refused(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    assert sandbox.http.post(f"{sandbox.url}/sandbox/faults", json=wrong).status_code == 400


def test_lost_before_and_after_differ_in_their_effect(sandbox: Sandbox, anna: Api) -> None:
    for effect, number in (("lost_before", 0), ("lost_after", 1)):
        sandbox.fault(effect=effect, method="POST", path="/events$")
        with pytest.raises(requests.ConnectionError):
            anna.insert(TALK)
        assert len(anna.items()) == number
    sandbox.fault(effect="lost_after", method="POST", path="/events$", status=504)
    assert anna.call("POST", PRIMARY, TALK).status_code == 504
    assert len(anna.items()) == 2


def test_answers_may_be_spoilt_or_cut(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(effect="malformed", path="colors")
    with pytest.raises(requests.JSONDecodeError):
        anna.call("GET", "colors").json()
    sandbox.fault(effect="truncated", path="colors")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        anna.call("GET", "colors")


def test_errors_have_googles_form_and_the_pause_that_is_asked_for(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(path="colors", reason="rateLimitExceeded", status=429, retry_after=7, times=2)
    answer = anna.call("GET", "colors")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["error"]["errors"][0]["domain"] == "usageLimits"
    assert anna.refused("GET", "colors") == (429, "rateLimitExceeded")


@pytest.mark.parametrize(("form", "begin"), [("html", "<html>"), ("empty", "")])
def test_errors_may_come_without_json(sandbox: Sandbox, anna: Api, form: str, begin: str) -> None:
    sandbox.fault(path="colors", status=503, form=form)
    answer = anna.call("GET", "colors")
    assert (answer.status_code, answer.text[:6]) == (503, begin)


def test_an_answer_may_be_late(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(effect="delay", path="colors", delay_ms=150)
    started = time.perf_counter()
    anna.ok("GET", "colors")
    assert time.perf_counter() - started > 0.14
