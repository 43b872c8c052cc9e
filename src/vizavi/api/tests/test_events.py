"""Events through the API: planned, found, changed with the revision seen, moved along their statuses."""

from datetime import timedelta

import pytest

from vizavi.common.models import AuditEntry
from vizavi.connections.restored import REVISIONS_LOST
from vizavi.events.models import Event, Participant
from vizavi.events.tests.conftest import all_day, event, plan, span, values  # noqa: F401 - fixtures
from vizavi.recruiting.models import RejectionReason
from vizavi.recruiting.operations import put_on_vacancy

TEN = "2026-11-23T10:00:00+03:00"


@pytest.fixture
def body(orlov, python_vacancy) -> dict:
    return {"type": "interview", "start": TEN, "candidate": orlov.pk, "vacancy": python_vacancy.pk}


def test_a_planned_event_comes_back_as_it_was_said(her, body, anna, baikal, sergey, orlov, python_vacancy):
    body |= {"room": baikal.pk, "participants": [{"user": sergey.pk, "optional": True}], "internal_comment": "тихо"}
    response = her("post", "/events", body)
    made = response.json()
    assert (response.status_code, response["Location"], response["ETag"]) == (
        201,
        f"/api/v1/events/{made['id']}",
        '"1"',
    )
    assert {name: made[name] for name in ("start", "end", "zone", "status", "first_day", "all_day", "revision")} == {
        "start": TEN,
        "end": "2026-11-23T11:00:00+03:00",
        "zone": "Europe/Moscow",
        "status": "planned",
        "first_day": None,
        "all_day": False,
        "revision": 1,
    }
    assert made["responsible"] == {"id": anna.pk, "name": "Анна Крылова"}
    assert made["candidate"] == {"id": orlov.pk, "name": "Орлов Денис"}
    assert made["participants"] == [
        {"user": {"id": sergey.pk, "name": "Сергей Тарасов"}, "optional": True, "answer": "needs_action"}
    ]
    assert (made["internal_comment"], made["sync"]["state"]) == ("тихо", "not_exported")
    assert her.ok("get", f"/events/{made['id']}") == made


def test_instants_are_shown_by_the_clock_of_the_events_zone(her, body):
    made = her.ok("post", "/events", body | {"start": "2026-11-23T02:00:00Z", "zone": "Asia/Vladivostok"})
    assert (made["start"], made["zone"]) == ("2026-11-23T12:00:00+10:00", "Asia/Vladivostok")


def test_the_second_of_two_equal_wall_clock_hours_is_kept(her, body):
    made = her.ok("post", "/events", body | {"start": "2026-10-25T02:30:00+01:00", "zone": "Europe/Berlin"})
    assert made["start"] == "2026-10-25T02:30:00+01:00"


def test_whole_days_are_dates_the_last_one_included(her, body):
    del body["start"]
    made = her.ok("post", "/events", body | {"first_day": "2026-11-23", "last_day": "2026-11-24"})
    assert (made["all_day"], made["start"], made["first_day"], made["last_day"]) == (
        True,
        None,
        "2026-11-23",
        "2026-11-24",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "nonsense"}, "type"),
        ({"start": None}, "start"),
        ({"first_day": "2026-11-23"}, "start"),
        ({"last_day": "2026-11-23"}, "last_day"),
        ({"end": "2026-11-23T09:00:00+03:00"}, "end"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"candidate": 999}, "candidate"),
        ({"candidate": None}, "candidate"),
        ({"vacancy": 999}, "vacancy"),
        ({"room": 999}, "room"),
        ({"responsible": 999}, "responsible"),
        ({"participants": [{"user": 999}]}, "participants.0.user"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"start": "1999-01-01T10:00:00+03:00"}, "start"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(her, body, changes, field):
    status, _code, fields = her.refused("post", "/events", body | changes)
    assert (status, fields) == (422, [field])
    assert Event.objects.count() == 0


def test_only_what_is_sent_is_changed(her, event, sergey):  # noqa: F811
    Participant.objects.create(event=event, user=sergey)
    before = her.ok("get", f"/events/{event.pk}")
    after = her.ok("patch", f"/events/{event.pk}", {"start": "2026-11-23T15:00:00+03:00"}, If_Match='"1"')
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"start", "end", "revision"}
    assert after["end"] == "2026-11-23T16:00:00+03:00"


def test_a_timed_event_becomes_one_of_whole_days_and_back(her, event):  # noqa: F811
    days = her.ok("patch", f"/events/{event.pk}", {"first_day": "2026-11-25"}, If_Match='"1"')
    assert (days["all_day"], days["first_day"], days["last_day"]) == (True, "2026-11-25", "2026-11-25")
    moved = her.ok("patch", f"/events/{event.pk}", {"last_day": "2026-11-26"}, If_Match='"2"')
    assert (moved["first_day"], moved["last_day"]) == ("2026-11-25", "2026-11-26")
    timed = her.ok("patch", f"/events/{event.pk}", {"start": TEN}, If_Match='"3"')
    assert (timed["all_day"], timed["start"], timed["end"]) == (False, TEN, "2026-11-23T11:00:00+03:00")


def test_another_zone_alone_keeps_the_instant(her, event):  # noqa: F811
    moved = her.ok("patch", f"/events/{event.pk}", {"zone": "Asia/Yekaterinburg"}, If_Match='"1"')
    assert (moved["start"], moved["zone"]) == ("2026-11-23T12:00:00+05:00", "Asia/Yekaterinburg")


def test_whoever_does_not_say_what_was_seen_changes_nothing(her, event):  # noqa: F811
    assert her.refused("patch", f"/events/{event.pk}", {"title": "новое"}) == (428, "revision-required", [])
    assert her.refused("post", f"/events/{event.pk}/confirm", {}) == (428, "revision-required", [])
    event.refresh_from_db()
    assert (event.title, event.revision) == ("", 1)


@pytest.mark.parametrize(
    ("sent", "headers", "refused"),
    [
        ({"title": "моё"}, {"If_Match": '"1"'}, (412, "precondition-failed")),
        ({"title": "моё"}, {"If_Match": "nonsense"}, (412, "precondition-failed")),
        ({"title": "моё", "revision": 1}, {}, (409, "edit-conflict")),
    ],
)
def test_a_conflict_shows_both_versions(her, event, sent, headers, refused):  # noqa: F811
    her.ok("patch", f"/events/{event.pk}", {"title": "чужое"}, If_Match='"1"')
    response = her("patch", f"/events/{event.pk}", sent, **headers)
    told = response.json()
    assert (response.status_code, told["code"], response["ETag"]) == (*refused, '"2"')
    assert (told["yours"], told["present"]["title"], told["present"]["revision"]) == (sent, "чужое", 2)
    assert her.ok("get", f"/events/{event.pk}")["title"] == "чужое"


def test_an_event_is_changed_after_a_restore_too(her, event):  # noqa: F811
    Event.objects.update(revision=1 + REVISIONS_LOST)
    tag = her("get", f"/events/{event.pk}")["ETag"]
    assert her.ok("patch", f"/events/{event.pk}", {"title": "x"}, If_Match=tag)["revision"] == 2 + REVISIONS_LOST
    sent = {"revision": 2 + REVISIONS_LOST, "reason": "болезнь"}
    assert her.ok("post", f"/events/{event.pk}/cancel", sent)["status"] == "cancelled"


def test_a_star_takes_whatever_is_there(her, event):  # noqa: F811
    assert her.ok("patch", f"/events/{event.pk}", {"title": "так"}, If_Match="*")["title"] == "так"


def test_an_event_along_its_statuses(calls, her, event, olga, now):  # noqa: F811
    def post(caller, move, revision, **more):
        shown = caller.ok("post", f"/events/{event.pk}/{move}", {"revision": revision, **more})
        return shown["status"], shown["outcome"]

    assert post(her, "confirm", 1) == ("confirmed", "none")
    assert post(her, "unconfirm", 2) == ("planned", "none")
    assert post(her, "cancel", 3, reason="болезнь") == ("cancelled", "none")
    assert her.refused("post", f"/events/{event.pk}/held", {"revision": 4}) == (422, "rule-not-allowed", ["status"])
    assert post(her, "restore", 4) == ("planned", "none")
    assert her.refused("post", f"/events/{event.pk}/no-show", {"revision": 5}) == (422, "rule-in-future", ["status"])
    Event.objects.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    assert post(her, "held", 5, outcome="reserve") == ("held", "reserve")
    assert post(her, "outcome", 6, outcome="passed") == ("held", "passed")
    assert her.refused("post", f"/events/{event.pk}/revert", {"revision": 7})[0] == 403
    assert post(calls(olga), "revert", 7) == ("planned", "none")
    assert post(her, "no-show", 8) == ("no_show", "none")


def test_the_candidate_moves_along_the_funnel_with_the_event_or_not_at_all(her, event, body, orlov, anna, now):  # noqa: F811
    application = put_on_vacancy(orlov, event.vacancy, by=anna, now=now)
    Event.objects.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))

    def stage():
        application.refresh_from_db()
        return application.stage.code

    her.ok("post", "/events", body | {"stage": "interview"})
    assert stage() == "interview"
    held = f"/events/{event.pk}/held"
    for sent, field in (
        ({"stage": "nowhere"}, "stage"),
        ({"stage": "rejected"}, "rejection_reason"),
        ({"stage": "rejected", "rejection_reason": 10**9}, "rejection_reason"),
        ({"rejection_reason": RejectionReason.objects.first().pk}, "rejection_reason"),
    ):
        assert her.refused("post", held, {"revision": 1, "outcome": "failed"} | sent) == (422, "invalid", [field])
    event.refresh_from_db()
    assert (event.status, stage()) == ("planned", "interview")
    reason = RejectionReason.objects.get(name_en="weak interview")
    lost = {"outcome": "failed", "stage": "rejected", "rejection_reason": reason.pk}
    assert her.ok("post", held, {"revision": 1} | lost)["outcome"] == "failed"
    application.refresh_from_db()
    assert (application.stage.code, application.reason) == ("rejected", reason)


def test_nobody_moves_a_candidate_who_is_not_on_the_vacancy(her, event, now):  # noqa: F811
    Event.objects.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    sent = {"revision": 1, "stage": "reserve"}
    assert her.refused("post", f"/events/{event.pk}/no-show", sent) == (422, "rule-no-application", ["stage"])
    event.refresh_from_db()
    assert event.status == "planned"


def test_events_are_found_by_time_and_filters(her, plan, dmitry, sergey, belova, baikal, anna):  # noqa: F811
    first = plan(span=span("2026-11-23"), room=baikal)
    second = plan(span=span("2026-11-24"), candidate=belova, participants=((sergey, False),))
    third = plan(span=all_day("2026-11-25"))

    def found(query=""):
        return [one["id"] for one in her.ok("get", f"/events?{query}")["items"]]

    assert found() == [first.pk, second.pk, third.pk]
    assert found("since=2026-11-24T00:00:00%2B03:00&until=2026-11-25T00:00:00%2B03:00") == [second.pk]
    assert found("since=2026-11-24T00:00:00%2B03:00") == [second.pk, third.pk]
    assert found("until=2026-11-24T00:00:00%2B03:00") == [first.pk]
    assert found(f"candidate={belova.pk}") == [second.pk]
    assert found(f"participant={sergey.pk}") == [second.pk]
    assert found(f"participant={anna.pk}") == [first.pk, second.pk, third.pk]
    assert found(f"responsible={dmitry.pk}") == []
    assert found(f"room={baikal.pk}") == [first.pk]
    assert found("status=cancelled&status=held") == []
    assert found("type=interview&type=offer_meeting") == [first.pk, second.pk, third.pk]


def test_pages_skip_and_repeat_nothing(her, plan):  # noqa: F811
    keys = [plan(span=span(f"2026-11-{day}")).pk for day in (23, 23, 23, 24, 24)]
    seen, cursor = [], ""
    for _page in range(3):
        part = her.ok("get", f"/events?limit=2{cursor}")
        seen += [one["id"] for one in part["items"]]
        cursor = f"&cursor={part['next']}"
    assert (seen, part["next"]) == (keys, None)


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_takes_as_many_queries_for_one_event_as_for_three(her, plan, django_assert_num_queries, number):  # noqa: F811
    for day in range(number):
        plan(span=span(f"2026-11-{23 + day}"))
    with django_assert_num_queries(6):
        her.ok("get", "/events")


def test_a_request_sent_again_is_answered_again(her, body):
    first = her("post", "/events", body, Idempotency_Key="17")
    again = her("post", "/events", body, Idempotency_Key="17")
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Event.objects.count() == 1


def test_a_key_is_not_used_for_another_request(her, body):
    her.ok("post", "/events", body, Idempotency_Key="17")
    assert her.refused("post", "/events", body | {"title": "другое"}, Idempotency_Key="17") == (422, "key-reused", [])
    assert Event.objects.count() == 1


def test_a_refused_request_leaves_its_key_free(her, body):
    assert her.refused("post", "/events", body | {"candidate": 999}, Idempotency_Key="17")[0] == 422
    her.ok("post", "/events", body, Idempotency_Key="17")
    assert Event.objects.count() == 1


def test_keys_belong_to_a_token_and_to_a_day(her, calls, anna, body, now):
    import time_machine

    her.ok("post", "/events", body, Idempotency_Key="17")
    calls(anna).ok("post", "/events", body, Idempotency_Key="17")
    assert Event.objects.count() == 2
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        her.ok("post", "/events", body, Idempotency_Key="17")
    assert Event.objects.count() == 3


def test_a_key_of_no_length_or_too_much_is_refused(her, body):
    for key in ("", "x" * 201):
        assert her.refused("post", "/events", body, Idempotency_Key=key) == (400, "bad-key", [])


def test_what_is_done_stands_in_the_audit_log_under_the_users_name(her, body, anna):
    made = her.ok("post", "/events", body)
    line = AuditEntry.objects.get(action="event.planned")
    assert (line.actor, line.object_id) == (anna, str(made["id"]))
