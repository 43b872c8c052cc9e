"""Directories, and how what events show reaches the events that show it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.events import defaults, directories, operations
from vizavi.events.models import Event, EventType, Room
from vizavi.events.tests.conftest import span
from vizavi.people import operations as people_operations
from vizavi.recruiting import operations as recruiting_operations
from vizavi.recruiting.models import Stage

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _friday(time_machine):
    """Indirect edits take the clock at the edge where they are announced."""
    time_machine.move_to(NOON, tick=False)


def revisions(*events: Event) -> list[int]:
    found = dict(Event.objects.values_list("pk", "revision"))
    return [found[event.pk] for event in events]


def refusal(call) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        call()
    return refused.value.field, refused.value.code


def test_every_installation_starts_with_the_agreed_types(directories):
    assert [(t.code, t.export_enabled) for t in EventType.objects.order_by("order")] == [
        ("phone_interview", True),
        ("video_interview", True),
        ("interview", True),
        ("hm_interview", True),
        ("tech_interview", True),
        ("panel_interview", True),
        ("client_interview", False),
        ("assessment", True),
        ("offer_meeting", True),
        ("first_day", True),
        ("debrief", True),
        ("testing", False),
        ("resume_review", False),
        ("security_check", False),
        ("invitation", False),
        ("external_busy", False),
    ]
    assert len({t.color for t in EventType.objects.all()}) == 16


def test_starting_again_keeps_what_the_administrator_changed(directories):
    EventType.objects.filter(code="interview").update(name_ru="Собеседование")
    defaults.create_missing(EventType)
    assert EventType.objects.get(code="interview").name_ru == "Собеседование"
    assert EventType.objects.count() == 16


def test_the_types_of_the_product_lead_along_the_funnel(directories):
    told = {
        kind.code: (kind.system, kind.outcomes, str(kind.stage_on_planned or ""), str(kind.stage_on_held or ""))
        for kind in EventType.objects.filter(code__in=["interview", "first_day", "invitation"])
    }
    assert told == {
        "interview": (True, ["passed", "failed", "reserve"], "Интервью", "Интервью с руководителем"),
        "first_day": (True, ["passed", "failed"], "", "Принят"),
        "invitation": (True, [], "", ""),
    }
    EventType.objects.filter(code="interview").update(outcomes=["passed"])
    defaults.complete(EventType, Stage)
    assert EventType.objects.get(code="interview").outcomes == ["passed"]


def test_a_code_that_others_know_is_kept(interview, pavel):
    interview.code = "chat"
    assert refusal(lambda: directories.save_type(interview, by=pavel, now=NOON)) == ("code", "system")


def test_switching_export_on_reaches_all_open_events_of_the_type_by_one_update(plan, interview, pavel, told):
    EventType.objects.filter(pk=interview.pk).update(export_enabled=False)
    interview.refresh_from_db()
    events = [plan(span=span(start=f"{hour}:00", end=f"{hour + 1}:00")) for hour in (10, 12, 14)]
    told.clear()
    interview.export_enabled = True
    with CaptureQueriesContext(connection) as queries:
        operations.save_type(interview, by=pavel, now=NOON)
    updates = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "events_event" ')]
    assert (len(updates), revisions(*events)) == (1, [2, 2, 2])
    assert told == [("event", [event.pk for event in events]), ("event_type", [interview.pk])]
    assert AuditEntry.objects.get(kind="event_type").changes == {"export_enabled": [False, True]}


def test_a_colour_is_nobodys_business_outside(event, interview, pavel, told):
    interview.color = "#000000"
    told.clear()
    operations.save_type(interview, by=pavel, now=NOON)
    assert (revisions(event), told) == ([1], [])


def test_only_who_keeps_directories_changes_them(interview, baikal, anna):
    for save, row in ((operations.save_type, interview), (operations.save_room, baikal)):
        with pytest.raises(PermissionDenied):
            save(row, by=anna, now=NOON)


def test_busy_time_is_never_exported(directories, pavel):
    busy = EventType.objects.get(code="external_busy")
    busy.export_enabled = True
    assert refusal(lambda: operations.save_type(busy, by=pavel, now=NOON)) == ("export_enabled", "never")


def test_a_wrong_template_or_buffer_is_refused(interview, pavel):
    interview.title_template = "{phone}"
    assert refusal(lambda: operations.save_type(interview, by=pavel, now=NOON))[0] == "title_template"
    interview.title_template, interview.buffer_after = "{type}", 600
    assert refusal(lambda: operations.save_type(interview, by=pavel, now=NOON))[0] == "buffer_after"


def test_a_renamed_candidate_reaches_open_events_ahead_only(plan, anna, orlov, belova):
    ahead, over, cancelled, of_another = plan(), plan(), plan(), plan(candidate=belova)
    yesterday = NOON - timedelta(days=1)
    Event.objects.filter(pk=over.pk).update(starts_at=yesterday, ends_at=yesterday)
    operations.cancel(cancelled.pk, 1, by=anna, now=NOON)
    orlov.last_name = "Орловский"
    at = NOON + timedelta(minutes=5)
    directories.touch("candidate", [orlov.pk], now=at)
    assert revisions(ahead, over, cancelled, of_another) == [2, 1, 2, 1]
    ahead.refresh_from_db()
    assert (ahead.text_edited_at, ahead.place_edited_at) == (at, NOON)


def test_each_thing_an_event_shows_reaches_it_through_its_own_operation(plan, anna, olga, pavel, orlov, baikal, sergey):
    event = plan(room=baikal, participants=((sergey, False),))
    orlov.last_name = "Орловский"
    recruiting_operations.save_candidate(orlov, by=anna, now=NOON)
    event.vacancy.title = "Python-инженер"
    recruiting_operations.save_vacancy(event.vacancy, by=anna, now=NOON)
    baikal.name = "Онега"
    operations.save_room(baikal, by=pavel, now=NOON)
    sergey.last_name = "Тарасенко"
    people_operations.save_user(sergey, by=olga, now=NOON)
    assert revisions(event) == [5]


def test_a_new_room_is_logged(pavel, db):
    room = operations.save_room(Room(name="Онега", capacity=6), by=pavel, now=NOON)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.label, entry.object_id) == ("room.created", "Онега", str(room.pk))
