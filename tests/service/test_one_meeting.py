"""One meeting between our database and Google over real HTTP: there and back, with what may go wrong in between."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.service.conftest import starts
from tests.support.sandbox import timed

from vizavi.common.errors import RuleError
from vizavi.connections import due, health, questions, states
from vizavi.connections.lease import LeaseLost, claim
from vizavi.connections.models import Account, BusyBlock, Calendar, JournalEntry, Link, LoadMode
from vizavi.connections.work import work_account
from vizavi.events import operations, writing
from vizavi.events.models import Event, EventStatus, EventType
from vizavi.events.rules import days
from vizavi.people.models import Role
from vizavi.recruiting import operations as recruiting


def chip(event):
    fresh = Event.objects.select_related("type").get(pk=event.pk)
    return states.chips([fresh], now=timezone.now())[fresh.pk].code


def test_planned_interview_is_there_and_moves_with_us(office):
    event = office.plan()
    assert chip(event) == "pending"
    result = office.push()
    assert (result.status, result.counts) == ("ok", {"sent": 1})
    item = office.there(event)
    assert item["summary"] == "Интервью: Орлов Денис"
    assert starts(item) == event.starts_at
    assert chip(event) == "synced"
    office.move(event, 3)
    office.push()
    assert starts(office.there(event)) == office.hour(3).starts_at


def test_saving_takes_one_request(office):
    office.plan()
    before = len(office.sandbox.log())
    office.push()
    calls = [line for line in office.sandbox.log()[before:] if "/calendar/v3" in line["path"]]
    assert len(calls) == 1


def test_moved_there_moves_here_after_the_run(office):
    event = office.plan()
    office.push()
    office.move_there(event, 5)
    event.refresh_from_db()
    assert event.starts_at == office.hour(0).starts_at
    result = office.pull()
    event.refresh_from_db()
    assert event.starts_at == office.hour(5).starts_at
    assert result.counts["moved"] == 1
    assert not due.owes(office.account.pk, timezone.now()), "no echo"
    assert JournalEntry.objects.filter(event=event, action="taken").get().changes.keys() == {"start", "end"}


def test_all_day_there_and_timed_again(office):
    event = office.plan()
    office.push()
    day = (timezone.now() + timedelta(days=3)).date()
    office.google.patch(
        office.there(event)["id"],
        {
            "start": {"date": day.isoformat(), "dateTime": None, "timeZone": None},
            "end": {"date": (day + timedelta(days=1)).isoformat(), "dateTime": None, "timeZone": None},
        },
    )
    office.pull()
    event.refresh_from_db()
    assert (event.starts_on, event.last_day) == (day, day)
    office.move(event, 2)
    office.push()
    item = office.there(event)
    assert starts(item) == office.hour(2).starts_at
    assert "date" not in item["start"]


def test_cancelled_here_is_removed_there(office):
    event = office.plan()
    office.push()
    event.refresh_from_db()
    operations.cancel(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    assert office.living() == []
    assert chip(event) == "not_exported"
    event.refresh_from_db()
    operations.restore(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    assert len(office.living()) == 1
    assert chip(event) == "synced"


def test_held_event_is_not_changed_by_the_run(office):
    event = office.plan()
    office.push()
    Event.objects.filter(pk=event.pk).update(status=EventStatus.HELD)
    office.move_there(event, 5)
    office.pull()
    event.refresh_from_db()
    assert event.starts_at == office.hour(0).starts_at
    assert JournalEntry.objects.filter(event=event, action="final_kept").count() == 1


@pytest.mark.parametrize(
    ("choice", "alive", "code"), [("cancel", 0, "not_exported"), ("export", 1, "synced"), ("keep", 0, "not_exported")]
)
def test_deleted_there_is_a_question_with_three_answers(office, choice, alive, code):
    event = office.plan()
    office.push()
    office.google.delete(office.there(event)["id"])
    result = office.pull()
    assert result.counts["questions"] == 1
    assert chip(event) == "detached"
    questions.answer_detached(event.links.get().pk, choice, by=office.anna, now=timezone.now())
    office.push()
    office.pull()
    assert len(office.living()) == alive
    assert chip(event) == code


def test_who_may_only_answer_does_not_cancel_what_was_held(office):
    event = office.plan()
    office.push()
    office.google.delete(office.there(event)["id"])
    office.pull()
    operations.hold(event.pk, event.revision, by=office.anna, now=event.ends_at)
    office.anna.role = Role.INTERVIEWER
    office.anna.save()
    with pytest.raises(RuleError):
        questions.answer_detached(event.links.get().pk, "cancel", by=office.anna, now=timezone.now())
    assert (chip(event), Event.objects.get().status) == ("detached", EventStatus.HELD)


def moved_on_both_sides(office) -> Event:
    """There to the fifth hour, then here to the seventh, which wins."""
    event = office.plan()
    office.push()
    office.move_there(event, 5)
    office.move(event, 7)
    office.push()
    return event


def test_both_sides_moved_it_and_the_loser_can_be_put_back(office):
    event = moved_on_both_sides(office)
    event.refresh_from_db()
    assert event.starts_at == office.hour(7).starts_at == starts(office.there(event))
    assert chip(event) == "conflict"
    questions.undo_conflict(event.links.get().pk, by=office.anna, now=timezone.now())
    office.push()
    event.refresh_from_db()
    assert event.starts_at == office.hour(5).starts_at == starts(office.there(event))
    assert chip(event) == "synced"


def test_nothing_is_put_back_into_an_interview_that_is_over(office):
    event = moved_on_both_sides(office)
    event.refresh_from_db()
    operations.hold(event.pk, event.revision, by=office.anna, now=event.ends_at)
    link = event.links.get()
    with pytest.raises(RuleError):
        questions.undo_conflict(link.pk, by=office.anna, now=timezone.now())
    assert event.links.get().conflict == link.conflict
    questions.acknowledge(link.pk, by=office.anna, now=timezone.now())
    assert event.links.get().conflict is None


def test_second_conflict_before_the_first_is_acknowledged_asks_about_both(office):
    Account.objects.update(takes_place=True)
    event = office.plan()
    office.push()
    office.google.patch(office.there(event)["id"], {"location": "Кафе"})
    writing.raise_revisions([event.pk], address="Офис", place_edited_at=timezone.now())
    office.push()
    event.refresh_from_db()
    office.move_there(event, 5)
    office.move(event, 7)
    office.push()
    conflict = event.links.get().conflict
    assert conflict["kept"] == {"place": "ours", "time": "ours"}
    questions.undo_conflict(event.links.get().pk, by=office.anna, now=timezone.now())
    office.push()
    event.refresh_from_db()
    there = office.there(event)
    assert (event.starts_at, event.address) == (office.hour(5).starts_at, "Кафе") == (starts(there), there["location"])


def test_indirect_edit_reaches_the_calendar(office):
    event = office.plan()
    office.push()
    office.orlov.first_name = "Дмитрий"
    recruiting.save_candidate(office.orlov, by=office.lead(), now=timezone.now())
    office.push()
    assert office.there(event)["summary"] == "Интервью: Орлов Дмитрий"


def test_type_that_is_not_exported_stays_here(office):
    event = office.plan(type=EventType.objects.get(code="client_interview"))
    office.push()
    assert office.living() == []
    assert chip(event) == "not_exported"


def test_switching_the_flag_on_sends_future_events(office):
    event_type = EventType.objects.get(code="client_interview")
    event = office.plan(type=event_type)
    event_type.export_enabled = True
    operations.save_type(event_type, by=office.lead(), now=timezone.now())
    office.push()
    assert len(office.living()) == 1
    assert chip(event) == "synced"


@pytest.mark.parametrize(("choice", "alive", "code"), [("restore", 12, "synced"), ("apply", 0, "detached")])
def test_emptied_calendar_is_a_question_before_anything_happens_here(office, choice, alive, code):
    events = [office.plan(number / 4, candidate=office.orlov) for number in range(12)]
    office.push()
    office.pull()
    for event in events:
        office.google.delete(office.there(event)["id"])
    assert office.pull().counts["braked"] == 12
    assert {chip(event) for event in events} == {"synced"}
    office.account.refresh_from_db()
    questions.answer_brake(office.account, choice, now=timezone.now())
    office.push()
    assert (len(office.living()), {chip(event) for event in events}) == (alive, {code})
    office.account.refresh_from_db()
    assert office.account.braked == 0


def test_another_responsible_means_another_calendar(office, sergey):
    other = office.connect(sergey)
    event = office.plan()
    office.push()
    writing.raise_revisions([event.pk], responsible=sergey)
    office.push()
    work_account(other.pk, pull=False, now=timezone.now)
    assert office.living() == []
    assert len(office.sandbox.api(sergey.email, ["calendar"]).items()) == 1


def test_private_and_named_blocks_of_the_calendar(office):
    day = office.tomorrow.isoformat()
    end = (office.tomorrow + timedelta(hours=1)).isoformat()
    office.google.insert(timed(day, end, summary="Английский"))
    office.google.insert(timed(day, end, summary="Стоматолог", visibility="private"))
    office.google.insert(timed(day, end, summary="Прозрачное", transparency="transparent"))
    office.pull()
    assert sorted((b.title or "—") for b in BusyBlock.objects.all()) == ["Английский", "—"]
    mine = states.blocks_between(office.anna, office.tomorrow, office.tomorrow + timedelta(hours=1), [office.anna.pk])
    assert sorted(b.title or "" for b in mine) == ["", "Английский"]


def test_others_see_only_that_time_is_taken(office, sergey):
    day, end = office.tomorrow.isoformat(), (office.tomorrow + timedelta(hours=1)).isoformat()
    office.google.insert(timed(day, end, summary="Английский"))
    office.pull()
    seen = states.blocks_between(sergey, office.tomorrow, office.tomorrow + timedelta(hours=1), [office.anna.pk])
    assert [block.title for block in seen] == [None]


def test_calendar_given_to_recruiting_loads_planned_events_that_move_both_ways(office):
    interview = EventType.objects.get(code="interview")
    Calendar.objects.update(mode=LoadMode.TYPED, event_type=interview)
    day, end = office.tomorrow.isoformat(), (office.tomorrow + timedelta(hours=1)).isoformat()
    item = office.google.insert(timed(day, end, summary="Поговорить с Андреевым", location="Байкал"))
    result = office.pull()
    assert result.counts["loaded"] == 1
    event = Event.objects.get(loaded=True)
    assert (event.title, event.starts_at, event.responsible) == ("Поговорить с Андреевым", office.tomorrow, office.anna)
    assert chip(event) == "synced"
    office.move(event, 4)
    office.push()
    assert starts(office.google.get(item["id"])) == office.hour(4).starts_at
    assert office.google.get(item["id"])["summary"] == "Поговорить с Андреевым"
    assert BusyBlock.objects.count() == 0


def test_weekly_series_becomes_blocks_and_follows_its_exceptions(office):
    day, end = office.tomorrow.isoformat(), (office.tomorrow + timedelta(hours=1)).isoformat()
    master = office.google.insert(timed(day, end, summary="Планёрка", recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"]))
    office.pull()
    assert BusyBlock.objects.count() == 4
    second = (office.tomorrow + timedelta(days=7)).strftime("%Y%m%dT%H%M%SZ")
    office.google.delete(f"{master['id']}_{second}")
    office.pull()
    assert BusyBlock.objects.count() == 3
    office.google.delete(master["id"])
    office.pull()
    assert BusyBlock.objects.count() == 0


def test_invitation_of_an_exported_meeting_is_one_event_here(office, sergey):
    other = office.connect(sergey)
    EventType.objects.filter(pk=office.type.pk).update(invite_participants=True)
    office.type.refresh_from_db()
    event = office.plan(participants=((sergey, False),))
    office.push()
    work_account(other.pk, pull=True, now=timezone.now)
    assert BusyBlock.objects.count() == 0
    assert Event.objects.count() == 1
    api = office.sandbox.api(sergey.email, ["calendar"])
    item = office.there(event)
    api.patch(item["id"], {"attendees": [{"email": sergey.email, "responseStatus": "accepted"}]})
    office.pull()
    assert event.participants.get().answer == "accepted"


@pytest.mark.parametrize("effect", ["lost_before", "lost_after"])
def test_lost_reply_is_neither_lost_nor_doubled(office, effect):
    event = office.plan()
    office.sandbox.fault(method="POST", path="/events", times=1, effect=effect)
    assert office.push().status == "failed"
    assert office.push().status == "ok"
    assert [item["id"] for item in office.living()] == [event.links.get().remote_id]
    assert chip(event) == "synced"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "reason": "backendError"},
        {"status": 503, "reason": "backendError"},
        {"status": 403, "reason": "rateLimitExceeded"},
        {"status": 429, "reason": "rateLimitExceeded"},
        {"effect": "malformed"},
        {"effect": "truncated"},
        {"status": 410, "reason": "fullSyncRequired"},
    ],
)
def test_faulty_reading_is_tried_again_and_loses_nothing(office, fault):
    event = office.plan()
    office.push()
    office.pull()
    office.move_there(event, 5)
    office.sandbox.fault(method="GET", path="/events", times=1, **({"effect": "error"} | fault))
    office.pull()
    office.pull()
    event.refresh_from_db()
    assert event.starts_at == office.hour(5).starts_at
    assert len(office.living()) == 1


def test_expired_access_token_is_renewed_under_way(office):
    office.sandbox.admin("POST", "expire-access", email=office.anna.email)
    office.plan()
    assert office.push().status == "ok"
    assert len(office.sandbox.api(office.anna.email, ["calendar"]).items()) == 1


def test_revoked_account_keeps_the_work_and_flushes_it_after_reconnecting(office):
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    event = office.plan()
    assert office.push().status == "failed"
    office.account.refresh_from_db()
    assert office.account.state == "expired"
    assert chip(event) == "pending"
    assert not due.owes(office.account.pk, timezone.now()), "nobody hammers a revoked account"
    token = office.sandbox.mint(office.anna.email, office.account.scopes.split())
    Account.objects.update(refresh_token=token["refresh_token"], access_token=token["access_token"], state="ok")
    assert office.push().status == "ok"
    assert len(office.sandbox.api(office.anna.email, ["calendar"]).items()) == 1


def test_run_without_a_question_says_nothing_about_the_account(office):
    Account.objects.update(state="expired", state_code="expired")
    assert office.push().counts == {}
    office.account.refresh_from_db()
    assert office.account.state == "expired"


def test_refused_event_is_quarantined_and_the_others_go_on(office):
    bad = office.plan()
    due_first = office.plan(2)
    office.sandbox.fault(method="POST", path="/events", times=1, effect="error", status=400, reason="invalid")
    result = office.push()
    assert result.status == "partial"
    codes = sorted([chip(bad), chip(due_first)])
    assert codes == ["error", "synced"]
    refused = Link.objects.exclude(error_code="").get()
    questions.retry(refused.pk, by=office.anna, now=timezone.now())
    assert office.push().status == "ok"
    assert len(office.living()) == 2


def test_one_worker_at_a_time(office):
    lease = claim(office.account.pk, timezone.now())
    assert claim(office.account.pk, timezone.now()) is None
    assert office.push().status == "busy"
    Account.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(office.account.pk, timezone.now())
    assert second.fence == lease.fence + 1
    with pytest.raises(LeaseLost):
        lease.renew(timezone.now())


def test_sweep_finds_what_lost_messages_left(office):
    office.plan()
    assert list(due.accounts_with_work(timezone.now())) == [office.account]
    office.push()
    assert list(due.accounts_with_work(timezone.now())) == []


def test_pull_without_changes_is_one_request(office):
    office.plan()
    office.pull()
    office.pull()
    before = len(office.sandbox.log())
    with CaptureQueriesContext(connection) as captured:
        work_account(office.account.pk, pull=True, now=timezone.now)
    lines = [line for line in office.sandbox.log()[before:] if "/calendar/v3" in line["path"]]
    assert len(lines) == 1
    statements = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "UPDATE", "INSERT"))]
    assert len(statements) == 10, "\n".join(statements)


def test_all_day_event_of_ours_has_an_exclusive_end_there(office):
    first = office.tomorrow.date() + timedelta(days=2)
    event = office.plan(type=EventType.objects.get(code="first_day"), span=days(first, first, office.zone))
    office.push()
    item = office.there(event)
    assert (item["start"]["date"], item["end"]["date"]) == (first.isoformat(), (first + timedelta(1)).isoformat())


def test_move_onto_another_meeting_is_taken_and_told(office):
    event, other = office.plan(), office.plan(5)
    office.push()
    office.move_there(event, 5)
    office.pull()
    event.refresh_from_db()
    assert event.starts_at == other.starts_at
    warning = JournalEntry.objects.get(event=event, action="overlaps")
    assert "Орлов Денис" in warning.text


def test_calendar_that_only_is_read_may_vanish_and_stops_nobody(office):
    Calendar.objects.create(
        account=office.account, remote_id="gone@group.calendar.google.com", name="Отдел", reads=True
    )
    office.plan()
    result = office.pull()
    assert (result.status, result.counts["sent"]) == ("partial", 1)
    assert office.pull().status == "ok"


def test_calendar_that_may_only_be_read_limits_the_account_and_is_not_hammered(office):
    office.sandbox.admin("POST", "role", email=office.anna.email, calendar=office.anna.email, role="reader")
    event = office.plan()
    assert office.push().status == "failed"
    office.account.refresh_from_db()
    assert (office.account.state, office.account.state_code) == ("limited", "requiredAccessLevel")
    assert chip(event) == "pending"
    assert not due.owes(office.account.pk, timezone.now())
    office.sandbox.admin("POST", "role", email=office.anna.email, calendar=office.anna.email, role="owner")
    assert office.push().status == "ok"
    assert len(office.living()) == 1
    office.account.refresh_from_db()
    assert office.account.state == "ok"


def test_scope_that_was_not_granted_is_named(office):
    granted = [scope for scope in office.account.scopes.split() if not scope.endswith("calendar.events")]
    token = office.sandbox.mint(office.anna.email, granted)
    Account.objects.update(access_token=token["access_token"], scopes=" ".join(granted))
    office.plan()
    assert office.push().status == "failed"
    office.account.refresh_from_db()
    assert (office.account.state, office.account.state_code) == ("limited", "missing_scope")
    assert "события ваших календарей" in health.why(office.account)
