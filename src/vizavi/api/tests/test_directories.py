"""Event types and their export, one's own settings, tasks and accounts through the API."""

import json

import pytest

from vizavi.connections.models import Account, Link
from vizavi.connections.tests.office import block, calendar, connected, copied
from vizavi.events.models import EventType
from vizavi.events.tests.conftest import event, plan, values  # noqa: F401 - fixtures
from vizavi.jobs.models import TaskDefinition
from vizavi.people.models import User


@pytest.fixture
def admin(calls, olga):
    return calls(olga)


@pytest.fixture
def account(anna, now) -> Account:
    return connected(anna, now)


def test_the_export_of_a_type_is_switched_on(admin):
    path = "/event-types/client_interview"
    assert admin.ok("get", path)["export_enabled"] is False
    assert admin.ok("patch", path, {"export_enabled": True})["export_enabled"] is True
    assert EventType.objects.get(code="client_interview").export_enabled is True


def test_switched_off_the_answer_for_copies_is_required_where_there_are_some(admin, event, account):  # noqa: F811
    link = copied(event, account.calendars.get())
    path = "/event-types/interview"
    assert admin.refused("patch", path, {"export_enabled": False}) == (422, "rule-required", ["existing"])
    assert EventType.objects.get(code="interview").export_enabled is True
    counted = admin.ok("post", f"{path}/preview", {"export_enabled": False, "existing": "remove"})
    assert (counted["remove"], counted["stay"]) == (1, 0)
    assert admin.ok("patch", path, {"export_enabled": False, "existing": "remove"})["export_enabled"] is False
    link.refresh_from_db()
    assert link.state == "removing"


def test_busy_time_is_never_exported(admin):
    refused = admin.refused("patch", "/event-types/external_busy", {"export_enabled": True})
    assert refused == (422, "rule-never", ["export_enabled"])


def test_the_external_calendar_is_chosen_paused_and_resumed(her, account, anna):
    assert her.ok("patch", "/me", {"external_calendar": "none"})["external_calendar"] == "none"
    account.refresh_from_db()
    assert account.paused is True
    assert her.ok("patch", "/me", {"external_calendar": "google"})["external_calendar"] == "google"
    account.refresh_from_db()
    assert account.paused is False


def test_settings_that_make_no_sense_are_refused(her, anna):
    for body in ({"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"external_calendar": "paper"}):
        assert her.refused("patch", "/me", body)[2] == list(body)
    anna.refresh_from_db()
    assert (anna.time_zone, anna.language) == ("Europe/Moscow", "ru")


def test_an_observer_has_no_calendar_to_choose(calls, watcher):
    assert calls(watcher).refused("patch", "/me", {"external_calendar": "google"}) == (403, "forbidden", [])


def test_the_schedule_is_set(admin):
    task, _made = TaskDefinition.objects.get_or_create(code="calendar_pull")
    path = "/tasks/calendar_pull/schedule"
    set_ = admin.ok("put", path, {"period": "daily", "hour": 7, "minute": 30})["schedule"]
    assert (set_["in_words"], set_["next_run_at"]) == ("Ежедневно в 07:30", "2026-11-21T07:30:00+03:00")
    assert admin.refused("put", path, {"period": "daily", "hour": 24}) == (422, "rule-schedule", ["hour"])
    assert admin.refused("put", path, {"period": "every"}) == (422, "rule-schedule", ["minute"])
    task.refresh_from_db()
    assert (task.period, task.hour, task.minute) == ("daily", 7, 30)


def test_a_run_is_started_once_per_key_and_followed(her, account):
    TaskDefinition.objects.get_or_create(code="calendar_pull")
    response = her("post", "/tasks/calendar_pull/runs", Idempotency_Key="1")
    run = response.json()
    assert (response.status_code, response["Location"], run["status"]) == (201, f"/api/v1/runs/{run['id']}", "queued")
    assert her.ok("post", "/tasks/calendar_pull/runs", Idempotency_Key="1")["id"] == run["id"]
    assert her.ok("post", "/tasks/calendar_pull/runs")["status"] == "skipped"
    assert [item["account"] for item in her.ok("get", f"/runs/{run['id']}")["items"]] == [f"Анна Крылова · {account}"]
    assert len(her.ok("get", "/tasks/calendar_pull/runs")["items"]) == 2
    assert her.ok("get", "/tasks/calendar_pull/runs?status=queued")["items"][0]["id"] == run["id"]


def test_a_run_without_an_account_says_why(her):
    TaskDefinition.objects.get_or_create(code="calendar_pull")
    assert her.refused("post", "/tasks/calendar_pull/runs") == (422, "nothing-to-load", [])


def test_calendars_are_chosen_and_the_choice_is_previewed(her, account, interview):
    other = calendar(account, "Подбор")
    primary = account.calendars.get(primary=True)
    path = f"/accounts/{account.pk}/calendars"
    choice = {"writing": other.pk, "calendars": [{"id": other.pk, "mode": "typed", "event_type": "interview"}]}
    assert her.ok("post", f"{path}/preview", choice)["move"] == 0
    chosen = her.ok("put", path, choice | {"conflict_policy": "calendar", "takes_text": True})
    assert (chosen["conflict_policy"], chosen["takes_text"], chosen["takes_place"]) == ("calendar", True, False)
    assert [(one["id"], one["writes"], one["mode"], one["event_type"]) for one in chosen["calendars"]] == [
        (primary.pk, False, "named", None),
        (other.pk, True, "typed", "interview"),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "writing"),
        ({"writing": 1, "new_calendar": "Новый"}, "writing"),
        ({"writing": 999_999}, "writing"),
        ({"writing": 1, "calendars": [{"id": 999_999, "mode": "busy"}]}, "calendars.0.id"),
        (
            {"writing": 1, "calendars": [{"id": "PRIMARY", "mode": "typed", "event_type": "x"}]},
            "calendars.0.event_type",
        ),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(her, account, body, field):
    primary = account.calendars.get(primary=True)
    body = json.loads(json.dumps(body).replace('"PRIMARY"', str(primary.pk)))
    status, _code, fields = her.refused("put", f"/accounts/{account.pk}/calendars", body)
    assert (status, fields) == (422, [field])


def test_an_account_is_disconnected_with_an_answer_for_its_copies(her, account, event):  # noqa: F811
    copied(event, account.calendars.get())
    path = f"/accounts/{account.pk}/disconnect"
    assert her.refused("post", path, {}) == (422, "invalid", ["existing"])
    assert her.refused("post", path, {"existing": "remove", "revoke": True}) == (422, "invalid", ["revoke"])
    assert her.ok("post", f"{path}/preview", {"existing": "remove"})["remove"] == 1
    closing = her.ok("post", path, {"existing": "remove"})
    assert (closing["closing"], closing["queue"]["removing"]) == (True, 1)
    ended = her.ok("post", path, {"existing": "keep"})
    assert (ended["active"], ended["closing"]) == (False, False)
    assert Link.objects.get().state == "live"


def test_taken_time_has_titles_for_its_owner_alone(her, calls, dmitry, watcher, anna, account, now):
    block(account.calendars.get(), now, "Стоматолог")
    span = "since=2026-11-20T00:00:00Z&until=2026-11-27T00:00:00Z"
    (own,) = her.ok("get", f"/busy?{span}")["items"]
    assert own == {
        "user": anna.pk,
        "start": "2026-11-21T12:00:00+03:00",
        "end": "2026-11-21T13:00:00+03:00",
        "first_day": None,
        "last_day": None,
        "title": "Стоматолог",
    }
    assert calls(dmitry).ok("get", f"/busy?{span}&user={anna.pk}")["items"] == [own | {"title": None}]
    assert calls(watcher).ok("get", f"/busy?{span}&user={anna.pk}")["items"] == []
    assert her.refused("get", "/busy?since=2026-01-01T00:00:00Z&until=2026-12-01T00:00:00Z")[2] == ["until"]
    assert her.refused("get", f"/busy?{span}&whose=1") == (422, "unknown-field", ["whose"])


@pytest.mark.parametrize("number", [1, 3])
def test_accounts_take_as_many_queries_for_one_as_for_three(calls, olga, now, django_assert_num_queries, number):
    for place in range(number):
        user = User.objects.create_user(f"u{place}@vetervolna.example", last_name="Новая", first_name="Нина")
        calendar(connected(user, now), "второй")
    admin = calls(olga)
    with django_assert_num_queries(6):
        assert len(admin.ok("get", "/accounts")["items"]) == number


def test_settings_are_saved_together_or_not_at_all(calls, watcher):
    body = {"language": "en", "external_calendar": "google"}
    assert calls(watcher).refused("patch", "/me", body) == (403, "forbidden", [])
    watcher.refresh_from_db()
    assert watcher.language == "ru"


def test_another_login_waits_for_its_confirmation(her, anna, now):
    waiting = connected(anna, now, active=False, state_code="confirm_login", state="off")
    (shown,) = her.ok("get", "/accounts")["items"]
    assert (shown["id"], shown["awaiting_confirmation"]) == (waiting.pk, True)
    assert her.refused("post", f"/accounts/{waiting.pk}/check") == (422, "rule-not-connected", [""])


def test_a_brake_is_answered_by_its_owner(her, calls, dmitry, account):
    Account.objects.update(braked=12)
    (asked,) = her.ok("get", "/questions")["items"]
    assert (asked["kind"], asked["id"], asked["choices"]) == ("brake", account.pk, ["apply", "restore"])
    answer = f"/questions/brake/{account.pk}/answer"
    assert calls(dmitry).refused("post", answer, {"choice": "apply"}) == (422, "rule-answered", ["choice"])
    assert her("post", answer, {"choice": "restore"}).status_code == 204
    assert her.ok("get", "/questions")["items"] == []


def test_a_conflict_is_accepted_and_a_refusal_tried_again(her, account, event):  # noqa: F811
    link = copied(event, account.calendars.get(), conflict={"kept": {}, "ours": None, "theirs": None})
    assert [(one["kind"], one["choices"]) for one in her.ok("get", "/questions")["items"]] == [
        ("conflict", ["accept", "undo"])
    ]
    assert her("post", f"/questions/conflict/{link.pk}/answer", {"choice": "accept"}).status_code == 204
    Link.objects.update(error_code="forbidden", error_text="no")
    assert [one["kind"] for one in her.ok("get", "/questions")["items"]] == ["refused"]
    assert her("post", f"/questions/refused/{link.pk}/answer", {"choice": "retry"}).status_code == 204
    lines = [line["action"] for line in her.ok("get", f"/journal?event={event.pk}")["items"]]
    assert lines == ["retried", "conflict_accepted"]
