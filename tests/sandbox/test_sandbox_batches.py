"""Batches: parts in any order, each with its own fate."""

from __future__ import annotations

import pytest
from tests.sandbox.batches import batch
from tests.support.sandbox import ANNA, OLGA, Api, Sandbox, timed

PRIMARY = "calendars/primary/events"
TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00")
WHERE_I_WORK = {"eventType": "workingLocation", "visibility": "public", "transparency": "transparent"}


def fates(answers: list[tuple[str, int, dict]]) -> list[int]:
    return [status for _, status, _ in answers]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_answers_come_in_order_each_part_for_itself(sandbox: Sandbox, anna: Api, seed: int | None) -> None:
    sandbox.admin("POST", "knobs", batch_shuffle_seed=seed)
    anna.insert(TALK | {"id": "taken1"})
    answers = batch(
        sandbox,
        anna,
        [
            ("POST", PRIMARY, TALK | {"id": "fresh1"}, ""),
            ("PATCH", f"{PRIMARY}/taken1", {"summary": "x"}, 'If-Match: "1"\r\n'),
            ("POST", PRIMARY, TALK | {"id": "fresh2"}, "Authorization: Bearer wrong\r\n"),
            ("GET", f"{PRIMARY}/absent1", None, ""),
            ("DELETE", f"{PRIMARY}/absent2", None, ""),
        ],
    )
    assert [(name, status) for name, status, _ in answers] == [
        ("<response-item0>", 200),
        ("<response-item1>", 412),
        ("<response-item2>", 401),
        ("<response-item3>", 404),
        ("<response-item4>", 404),
    ]


def test_the_order_of_execution_is_shuffled_by_seed(sandbox: Sandbox, anna: Api) -> None:
    parts = [("POST", PRIMARY, TALK | {"summary": str(number)}, "") for number in range(9)]
    orders = []
    for seed in (3, 3, 4):
        sandbox.reset()
        sandbox.admin("POST", "knobs", batch_shuffle_seed=seed)
        api = sandbox.api(ANNA)
        batch(sandbox, api, parts)
        orders.append([item["summary"] for item in api.items()])
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert sorted(orders[2]) == [str(number) for number in range(9)]


def test_parts_about_one_event_collide_and_the_first_wins(anna: Api, sandbox: Sandbox) -> None:
    team = anna.ok("POST", "calendars", {"summary": "Команда"})["id"]
    anna.insert(TALK | {"id": "taken1"})
    answers = batch(
        sandbox,
        anna,
        [
            ("PATCH", f"{PRIMARY}/taken1", {"summary": "первое"}, ""),
            ("PATCH", f"calendars/{ANNA}/events/taken1", {"summary": "второе"}, ""),
            ("GET", f"{PRIMARY}/taken1", None, ""),
            ("POST", f"{PRIMARY}/taken2/move?destination={team}", None, ""),
            ("POST", f"calendars/{team}/events", TALK | {"id": "taken2"}, ""),
            ("POST", f"calendars/{team}/events", TALK | {"id": "taken1"}, ""),
        ],
    )
    assert fates(answers) == [200, 409, 200, 404, 409, 200]
    assert answers[1][2]["error"]["errors"] == [{"domain": "global", "reason": "conflict", "message": "Conflict"}]
    assert anna.get("taken1")["summary"] == "первое"


def test_imports_and_peoples_own_calendars_do_not_collide(sandbox: Sandbox, anna: Api) -> None:
    bodies = [TALK | {"iCalUID": f"{number}@far.example"} for number in range(2)]
    assert fates(batch(sandbox, anna, [("POST", f"{PRIMARY}/import", body, "") for body in bodies])) == [200, 200]
    olgas = sandbox.mint(OLGA)["access_token"]
    parts = [("POST", PRIMARY, TALK | {"id": "same1"}, head) for head in ("", f"Authorization: Bearer {olgas}\r\n")]
    assert fates(batch(sandbox, anna, parts)) == [200, 200]


def test_working_locations_are_not_written_in_batches(sandbox: Sandbox, anna: Api) -> None:
    answers = batch(sandbox, anna, [("POST", PRIMARY, TALK | WHERE_I_WORK, ""), ("POST", PRIMARY, TALK, "")])
    assert fates(answers) == [400, 200]


def test_an_error_strikes_one_part(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(path="/events$", method="POST", nth=2, status=403, reason="rateLimitExceeded")
    assert fates(batch(sandbox, anna, [("POST", PRIMARY, TALK, "") for _ in range(3)])) == [200, 403, 200]


@pytest.mark.parametrize(("effect", "written"), [("lost_before", 1), ("lost_after", 2)])
def test_a_lost_part_is_missing_from_the_answer(sandbox: Sandbox, anna: Api, effect: str, written: int) -> None:
    sandbox.fault(effect=effect, inside=True, nth=1)
    answers = batch(sandbox, anna, [("POST", PRIMARY, TALK, "") for _ in range(2)])
    assert [(name, status) for name, status, _ in answers] == [("<response-item1>", 200)]
    assert len(anna.items()) == written


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ({"effect": "lost_after", "status": 504}, "504 Gateway Timeout"),
        ({"effect": "malformed"}, "<oops"),
        ({"effect": "truncated"}, "200 OK"),
        ({"effect": "error", "status": 503, "form": "html"}, "503 Service Unavailable"),
    ],
)
def test_a_part_may_be_spoilt_alone(sandbox: Sandbox, anna: Api, rule: dict, first: str) -> None:
    sandbox.fault(**rule, inside=True)
    answers = batch(sandbox, anna, [("POST", PRIMARY, TALK, ""), ("GET", PRIMARY, None, "")], raw=True)
    assert first in answers[0]
    assert ('"summary"' in answers[0], '"calendar#events"' in answers[1]) == (False, True)
    assert len(anna.items()) == (rule["effect"] != "error")


def test_a_rule_for_whole_requests_leaves_parts_alone(sandbox: Sandbox, anna: Api) -> None:
    sandbox.fault(inside=False, path="/events$", times=None)
    assert fates(batch(sandbox, anna, [("POST", PRIMARY, TALK, "")])) == [200]
    assert anna.refused("POST", PRIMARY, TALK) == (500, "backendError")
