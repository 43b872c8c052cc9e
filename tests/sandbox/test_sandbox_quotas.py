"""Quotas: units in a sliding minute, per user, calendar and project, refused in Google's two forms."""

from __future__ import annotations

import pytest
from tests.sandbox.batches import batch
from tests.support.sandbox import ANNA, Api, Sandbox, timed

TALK = timed("2026-03-02T10:00:00", "2026-03-02T11:00:00")
PRIMARY = "calendars/primary/events"
SLOW_USER = (403, "userRateLimitExceeded")


def test_without_limits_nothing_is_refused(anna: Api) -> None:
    assert [anna.call("GET", "colors").status_code for _ in range(30)] == [200] * 30


def test_a_patch_costs_three_units_and_a_minute_later_all_are_back(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "quota", user=5)
    event_id = anna.insert(TALK)["id"]
    anna.patch(event_id, {"summary": "1"})
    assert anna.refused("PATCH", f"{PRIMARY}/{event_id}", {"summary": "2"}) == SLOW_USER
    assert anna.get(event_id)["summary"] == "1"
    assert anna.refused("GET", f"{PRIMARY}/{event_id}") == SLOW_USER
    assert sandbox.admin("GET", "quota")["used"] == {f"user:{ANNA}": 5}
    sandbox.admin("POST", "clock", ahead_s=61)
    anna.patch(event_id, {"summary": "2"})


def test_the_minute_slides(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "quota", user=2)
    anna.ok("GET", "colors")
    sandbox.admin("POST", "clock", ahead_s=40)
    anna.ok("GET", "colors")
    sandbox.admin("POST", "clock", ahead_s=30)
    anna.ok("GET", "colors")
    assert anna.refused("GET", "colors") == SLOW_USER


def test_one_users_haste_leaves_the_others_alone_until_the_project_is_spent(
    sandbox: Sandbox, anna: Api, olga: Api
) -> None:
    sandbox.admin("POST", "quota", user=2, project=3)
    answers = [api.call("GET", "colors") for api in (anna, anna, anna, olga, olga)]
    assert [answer.status_code for answer in answers] == [200, 200, 403, 200, 403]
    reasons = [answers[number].json()["error"]["errors"][0]["reason"] for number in (2, 4)]
    assert reasons == ["userRateLimitExceeded", "rateLimitExceeded"]
    assert "Retry-After" not in answers[2].headers


def test_the_other_form_is_429_with_a_pause(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "quota", user=0, status=429, retry_after=9)
    answer = anna.call("GET", "colors")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "9")
    error = answer.json()["error"]["errors"][0]
    assert error == {"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Rate Limit Exceeded"}


def test_each_part_of_a_batch_counts_and_is_refused_singly(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "quota", user=2)
    answers = batch(sandbox, anna, [("POST", PRIMARY, TALK, "") for _ in range(4)])
    assert [status for _, status, _ in answers] == [200, 200, 403, 403]
    assert answers[3][2]["error"]["errors"][0]["reason"] == "userRateLimitExceeded"


def test_writes_to_one_calendar_may_be_throttled_alone(sandbox: Sandbox, anna: Api) -> None:
    other = anna.ok("POST", "calendars", {"summary": "Другой"})["id"]
    sandbox.admin("POST", "quota", calendar=1)
    anna.insert(TALK)
    assert anna.refused("POST", f"calendars/{ANNA}/events", TALK) == (403, "rateLimitExceeded")
    anna.insert(TALK, other)
    assert len(anna.items()) == 1


def test_a_named_payer_pays(sandbox: Sandbox, anna: Api) -> None:
    sandbox.admin("POST", "quota", user=1)
    assert anna.call("GET", "colors", quotaUser="a").status_code == 200
    assert anna.call("GET", "colors", quotaUser="b").status_code == 200
    assert anna.refused("GET", "colors", quotaUser="b") == SLOW_USER


def test_used_up_calendar_limits_leave_a_person_reading_only(sandbox: Sandbox, anna: Api, olga: Api) -> None:
    sandbox.admin("POST", "quota", exceeded=[ANNA])
    assert anna.refused("POST", PRIMARY, TALK) == (403, "quotaExceeded")
    assert anna.items() == []
    olga.insert(TALK)
    sandbox.admin("POST", "quota", exceeded=[])
    anna.insert(TALK)


@pytest.mark.parametrize("wrong", [{"status": 500}, {"users": 3}])
def test_a_limit_that_does_not_exist_is_refused(sandbox: Sandbox, wrong: dict[str, int]) -> None:
    assert sandbox.http.post(f"{sandbox.url}/sandbox/quota", json=wrong).status_code == 400
