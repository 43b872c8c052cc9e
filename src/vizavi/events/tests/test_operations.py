"""Planning, editing and moving under a revision: what is kept, refused, counted and told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.common.wording import shown
from vizavi.events import operations
from vizavi.events.models import Answer, Event, EventType, Participant
from vizavi.events.operations import EditConflict
from vizavi.events.rules import FIELD_GROUPS
from vizavi.events.tests.conftest import all_day, span

LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # after the interview of that morning


def refusal(call) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        call()
    return refused.value.field, refused.value.code


def stored(event: Event) -> dict:
    return Event.objects.filter(pk=event.pk).values().get()


def edited_groups(event: Event, at: datetime) -> set[str]:
    event.refresh_from_db()
    return {group for group in FIELD_GROUPS if getattr(event, f"{group}_edited_at") == at}


def test_a_planned_event_is_stored_logged_and_told(values, anna, sergey, now, told):
    event = operations.plan(replace(values, participants=((sergey, True),)), by=anna, now=now)
    assert (event.status, event.revision, event.created_by, event.notify_revision) == ("planned", 1, anna, 0)
    assert list(Participant.objects.values_list("user", "optional", "answer")) == [(sergey.pk, True, "needs_action")]
    entry = audit.history("event", event.pk).get()
    assert (entry.action, entry.actor) == ("event.planned", anna)
    for language, label in (("ru", "Интервью: Орлов Денис"), ("en", "Interview: Орлов Денис")):
        with translation.override(language):
            assert shown(entry.label) == label
    assert entry.changes["starts_at"] == [None, "2026-11-23T07:00:00+00:00"]
    assert entry.changes["participants"] == [None, ["(Сергей Тарасов)"]]
    assert told == [("event", [event.pk])]


def test_mail_to_guests_is_a_wish_that_is_stored(values, anna, now):
    event = operations.plan(values, by=anna, now=now, notify=True)
    assert event.notify_revision == 1
    event = operations.reschedule(event.pk, 1, span(start="12:00", end="13:00"), by=anna, now=now, notify=True)
    assert (event.revision, event.notify_revision) == (2, 2)
    event = operations.confirm(event.pk, 2, by=anna, now=now)
    assert (event.revision, event.notify_revision) == (3, 2)


def test_the_responsible_does_not_take_part_twice(values, anna, sergey, now):
    event = operations.plan(replace(values, participants=((anna, False), (sergey, False))), by=anna, now=now)
    assert [p.user for p in event.participants.all()] == [sergey]


@pytest.mark.parametrize("role", ["sergey", "watcher"])
def test_who_may_not_plan_plans_nothing(values, now, role, request):
    stranger = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        operations.plan(replace(values, responsible=stranger), by=stranger, now=now)
    assert Event.objects.count() == 0


def test_recruiter_plans_for_others_on_own_vacancies_only(values, anna, dmitry, sergey, now):
    assert operations.plan(replace(values, responsible=sergey), by=anna, now=now).responsible == sergey
    refused = refusal(lambda: operations.plan(replace(values, responsible=sergey), by=dmitry, now=now))
    assert refused == ("responsible", "not_own")


def test_nothing_is_planned_with_a_retired_type_or_a_gone_colleague(values, interview, anna, now):
    EventType.objects.filter(pk=interview.pk).update(active=False)
    retired = EventType.objects.get(pk=interview.pk)
    assert refusal(lambda: operations.plan(replace(values, type=retired), by=anna, now=now)) == ("type", "inactive")


def test_what_the_type_needs_is_asked_for_before_anything_is_saved(values, anna, now):
    video = EventType.objects.get(code="video_interview")
    assert refusal(lambda: operations.plan(replace(values, candidate=None), by=anna, now=now)) == (
        "candidate",
        "required",
    )
    assert refusal(lambda: operations.plan(replace(values, type=video), by=anna, now=now)) == ("video_url", "required")
    assert Event.objects.count() == 0


def test_a_move_raises_the_revision_dates_its_group_and_keeps_the_reason(event, anna, now, told):
    at = now + timedelta(minutes=5)
    moved = operations.reschedule(event.pk, 1, span(start="15:00", end="16:00"), by=anna, now=at, reason="Болезнь")
    assert (moved.revision, moved.starts_at, moved.reason) == (2, datetime(2026, 11, 23, 12, tzinfo=UTC), "Болезнь")
    assert edited_groups(moved, at) == {"time"}
    entry = audit.history("event", event.pk).first()
    assert entry.changes == {
        "starts_at": ["2026-11-23T07:00:00+00:00", "2026-11-23T12:00:00+00:00"],
        "ends_at": ["2026-11-23T08:00:00+00:00", "2026-11-23T13:00:00+00:00"],
        "reason": ["", "Болезнь"],
    }
    assert told == [("event", [event.pk])]


def test_a_timed_event_becomes_a_whole_day_and_back(event, anna, now):
    day = operations.reschedule(event.pk, 1, all_day("2026-11-24"), by=anna, now=now)
    assert (day.all_day, day.last_day.isoformat()) == (True, "2026-11-24")
    timed = operations.reschedule(event.pk, 2, span(), by=anna, now=now)
    assert (timed.all_day, timed.last_day) == (False, None)


def test_a_stale_revision_is_a_conflict_that_shows_the_present_event(event, anna, now, told):
    operations.reschedule(event.pk, 1, span(start="15:00", end="16:00"), by=anna, now=now)
    told.clear()
    before = stored(event)
    with pytest.raises(EditConflict) as conflict:
        operations.reschedule(event.pk, 1, span(start="17:00", end="18:00"), by=anna, now=now)
    assert (conflict.value.event.revision, conflict.value.event.starts_at) == (
        2,
        datetime(2026, 11, 23, 12, tzinfo=UTC),
    )
    assert (stored(event), told, AuditEntry.objects.count()) == (before, [], 2)


def test_who_may_not_edit_learns_nothing_of_a_conflict(event, dmitry, now):
    with pytest.raises(PermissionDenied):
        operations.cancel(event.pk, 99, by=dmitry, now=now)


def test_lead_edits_any_event_colleague_none_interviewer_not_even_own(event, pavel, dmitry, sergey, now):
    assert operations.confirm(event.pk, 1, by=pavel, now=now).status == "confirmed"
    Event.objects.filter(pk=event.pk).update(responsible=sergey)
    for one in (dmitry, sergey):
        with pytest.raises(PermissionDenied):
            operations.cancel(event.pk, 2, by=one, now=now)
    assert operations.unconfirm(event.pk, 2, by=event.vacancy.recruiter, now=now).status == "planned"


def test_an_edit_dates_only_the_groups_it_touched(event, values, anna, now):
    at = now + timedelta(minutes=5)
    wanted = replace(values, title="Вторая встреча", internal_comment="Спросить о сроках")
    edited = operations.edit(event.pk, 1, wanted, by=anna, now=at)
    assert (edited.revision, edited.title) == (2, "Вторая встреча")
    assert edited_groups(edited, at) == {"text"}


def test_an_internal_comment_is_no_edit_of_what_leaves_the_house(event, values, anna, now):
    at = now + timedelta(minutes=5)
    edited = operations.edit(event.pk, 1, replace(values, internal_comment="Спросить о сроках"), by=anna, now=at)
    assert edited.revision == 2  # an open form elsewhere must notice
    assert edited_groups(edited, at) == set()


def test_saving_an_unchanged_form_does_nothing(event, values, anna, now, told):
    assert operations.edit(event.pk, 1, values, by=anna, now=now + timedelta(hours=1)).revision == 1
    assert (told, audit.history("event", event.pk).count()) == ([], 1)


def test_who_stays_in_the_meeting_keeps_the_answer(event, values, anna, sergey, dmitry, olga, now):
    first = replace(values, participants=((sergey, False), (dmitry, False)))
    operations.edit(event.pk, 1, first, by=anna, now=now)
    Participant.objects.filter(user=sergey).update(answer=Answer.ACCEPTED)
    at = now + timedelta(minutes=5)
    second = replace(values, participants=((sergey, True), (olga, False)))
    edited = operations.edit(event.pk, 2, second, by=anna, now=at)
    assert sorted(edited.participants.values_list("user__email", "optional", "answer")) == sorted(
        [(sergey.email, True, "accepted"), (olga.email, False, "needs_action")]
    )
    assert edited_groups(edited, at) == {"people"}
    assert audit.history("event", event.pk).first().changes["participants"] == [
        ["Дмитрий Лаптев", "Сергей Тарасов"],
        ["Ольга Мельникова", "(Сергей Тарасов)"],
    ]


def test_a_namesake_is_another_candidate(event, values, anna, now):
    twin = type(values.candidate).objects.create(last_name="Орлов", first_name="Денис", birth_year=1999)
    assert operations.edit(event.pk, 1, replace(values, candidate=twin), by=anna, now=now).revision == 2


def test_a_refused_edit_leaves_everything_as_it_was(event, values, anna, sergey, now):
    before = stored(event)
    wrong = replace(values, participants=((sergey, False),), video_url="javascript:alert(1)")
    assert refusal(lambda: operations.edit(event.pk, 1, wrong, by=anna, now=now)) == ("video_url", "not_web")
    assert (stored(event), Participant.objects.count()) == (before, 0)


def test_a_held_event_is_not_moved_but_its_comments_are_written(event, values, anna, now):
    operations.hold(event.pk, 1, by=anna, now=LATER)
    moved = replace(values, span=span(start="15:00", end="16:00"))
    assert refusal(lambda: operations.edit(event.pk, 2, moved, by=anna, now=LATER)) == ("start", "held")
    assert refusal(lambda: operations.reschedule(event.pk, 2, span("2026-11-25"), by=anna, now=LATER)) == (
        "start",
        "held",
    )
    commented = replace(values, internal_comment="Понравился")
    assert operations.edit(event.pk, 2, commented, by=anna, now=LATER).revision == 3


def test_handing_over_to_a_colleague_follows_the_rule_of_planning(event, values, anna, dmitry, now):
    alone = replace(values, vacancy=None)
    operations.edit(event.pk, 1, alone, by=anna, now=now)
    assert refusal(lambda: operations.edit(event.pk, 2, replace(alone, responsible=dmitry), by=anna, now=now)) == (
        "responsible",
        "not_own",
    )
    assert operations.edit(event.pk, 2, replace(values, responsible=dmitry), by=anna, now=now).responsible == dmitry


def test_an_interview_is_held_with_an_outcome_that_may_be_decided_later(event, anna, now):
    held = operations.hold(event.pk, 1, by=anna, now=LATER)
    assert (held.status, held.outcome) == ("held", "none")
    assert operations.decide(event.pk, 2, "passed", by=anna, now=LATER).outcome == "passed"


def test_tomorrows_interview_is_neither_held_nor_missed(event, anna, now):
    for close in (operations.hold, operations.no_show):
        assert refusal(lambda close=close: close(event.pk, 1, by=anna, now=now)) == ("status", "in_future")


def test_an_outcome_is_for_held_events(event, anna, now):
    assert refusal(lambda: operations.decide(event.pk, 1, "passed", by=anna, now=now)) == ("outcome", "not_held")


def test_a_cancelled_event_is_restored_and_then_moved(event, anna, now):
    operations.cancel(event.pk, 1, by=anna, now=now, reason="Передумали")
    assert refusal(lambda: operations.reschedule(event.pk, 2, span("2026-11-25"), by=anna, now=now)) == (
        "start",
        "cancelled",
    )
    restored = operations.restore(event.pk, 2, by=anna, now=now)
    assert (restored.status, restored.reason) == ("planned", "")
    assert operations.reschedule(event.pk, 3, span("2026-11-25"), by=anna, now=now).revision == 4


@pytest.mark.parametrize("again", ["confirm", "cancel", "hold", "no_show"])
def test_a_closed_event_takes_no_further_status(event, anna, again):
    operations.no_show(event.pk, 1, by=anna, now=LATER)
    call = getattr(operations, again)
    assert refusal(lambda: call(event.pk, 2, by=anna, now=LATER)) == ("status", "not_allowed")


def test_restore_and_unconfirm_refuse_what_is_neither(event, anna, now):
    assert refusal(lambda: operations.restore(event.pk, 1, by=anna, now=now)) == ("status", "not_cancelled")
    assert refusal(lambda: operations.unconfirm(event.pk, 1, by=anna, now=now))[0] == "status"


def test_only_an_administrator_takes_back_what_was_held(event, anna, pavel, olga):
    operations.hold(event.pk, 1, by=anna, now=LATER, outcome="failed")
    for one in (anna, pavel):
        with pytest.raises(PermissionDenied):
            operations.revert(event.pk, 2, by=one, now=LATER)
    reverted = operations.revert(event.pk, 2, by=olga, now=LATER)
    assert (reverted.status, reverted.outcome) == ("planned", "none")
    assert audit.history("event", event.pk).first().action == "event.reverted"
    assert refusal(lambda: operations.revert(event.pk, 3, by=olga, now=LATER)) == ("status", "not_final")


def test_a_failure_after_the_edit_takes_everything_back(event, anna, now):
    before = stored(event)
    with transaction.atomic():
        operations.reschedule(event.pk, 1, span("2026-11-25"), by=anna, now=now)
        transaction.set_rollback(True)
    assert (stored(event), AuditEntry.objects.count()) == (before, 1)


def test_an_event_edited_to_what_it_is_stays_as_it_is(plan, anna, sergey, baikal, now):
    event = plan(room=baikal, title="Второй этап", internal_comment="сильный", participants=((sergey, True),))
    before = stored(event)
    operations.edit(event.pk, event.revision, operations.values_of(event), by=anna, now=LATER)
    assert stored(event) == before
