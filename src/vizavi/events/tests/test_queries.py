"""Who sees which events, what lies in a range, what is taken."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vizavi.events import operations, queries
from vizavi.events.models import Answer, Event, EventType, Participant
from vizavi.events.rules import Clash
from vizavi.events.tests.conftest import all_day, span
from vizavi.people.models import User


def ids(found) -> list[int]:
    return sorted(event.pk for event in found)


def shown(overlaps) -> list[tuple]:
    return [(one.kind, one.name, one.clash, one.event.pk) for one in overlaps]


@pytest.fixture
def own_and_foreign(plan, anna, sergey, dmitry) -> dict[str, Event]:
    return {
        "responsible": plan(responsible=sergey),
        "participant": plan(span=span(start="12:00", end="13:00"), participants=((sergey, True), (dmitry, False))),
        "foreign": plan(span=span(start="14:00", end="15:00")),
    }


def test_interviewer_sees_own_events_everybody_else_all(own_and_foreign, sergey, request):
    everything = ids(own_and_foreign.values())
    for name in ("olga", "pavel", "anna", "dmitry", "watcher"):
        assert ids(queries.visible_to(request.getfixturevalue(name))) == everything
    assert ids(queries.visible_to(sergey)) == ids(own_and_foreign[key] for key in ("responsible", "participant"))


def test_a_leaver_sees_nothing(own_and_foreign, olga):
    User.objects.filter(pk=olga.pk).update(is_active=False)
    olga.refresh_from_db()
    assert ids(queries.visible_to(olga)) == []
    assert list(queries.visible_candidates(olga)) == list(queries.visible_vacancies(olga)) == []


def test_interviewer_sees_candidates_and_vacancies_of_own_events(plan, sergey, anna, orlov, belova, sales_vacancy):
    plan(candidate=orlov, participants=((sergey, False),), vacancy=None)
    plan(candidate=belova, vacancy=sales_vacancy)
    assert list(queries.visible_candidates(sergey)) == [orlov]
    assert [v.number for v in queries.visible_vacancies(sergey)] == ["V-101"]  # he is its hiring manager
    assert set(queries.visible_candidates(anna)) == {orlov, belova}


def test_contacts_are_hidden_from_the_observer_only(request):
    people = [request.getfixturevalue(name) for name in ("olga", "pavel", "anna", "sergey", "watcher")]
    assert [queries.sees_contacts(one) for one in people] == [True, True, True, True, False]


def test_a_range_holds_what_touches_it(plan):
    day = plan(span=all_day("2026-11-23"))
    early = plan(span=span(start="09:00", end="10:00"))
    inside = plan(span=span(start="10:00", end="11:00"))
    late = plan(span=span(start="11:00", end="12:00"))
    moment = plan(span=span(start="10:00", end="10:01"))
    Event.objects.filter(pk=moment.pk).update(ends_at=moment.starts_at)
    start, end = datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert ids(queries.between(Event.objects.all(), start, end)) == ids([day, inside, moment])
    assert {early.pk, late.pk}.isdisjoint(ids(queries.between(Event.objects.all(), start, end)))


def test_a_list_takes_two_queries_however_long(plan, sergey, dmitry):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            for event in queries.with_details(Event.objects.all()):
                _ = (event.type.name_ru, event.candidate, event.vacancy, event.responsible, event.room)
                _ = [participant.user for participant in event.participants.all()]
        return len(captured)

    plan(participants=((sergey, False), (dmitry, False)))
    one = count()
    for _ in range(2):
        plan(participants=((sergey, False), (dmitry, False)))
    assert (one, count()) == (2, 2)


def test_may_edit_follows_responsible_vacancy_and_role(plan, request, sergey):
    event = plan(responsible=sergey)
    names = ("olga", "pavel", "anna", "dmitry", "sergey", "watcher")
    assert [queries.may_edit(request.getfixturevalue(name), event) for name in names] == [
        True,
        True,
        True,  # recruiter of its vacancy
        False,
        False,  # responsible, but interviewers do not plan
        False,
    ]


def test_person_candidate_and_room_are_warned_about(plan, interview, anna, sergey, orlov, belova, baikal):
    taken = plan(room=baikal, participants=((sergey, False),))
    half_past = span(start="10:30", end="11:30")
    found = queries.overlaps(half_past, type=interview, people=[anna, sergey], candidate=orlov, room=baikal)
    assert shown(found) == [
        ("person", "Анна Крылова", Clash.OVERLAP, taken.pk),
        ("person", "Сергей Тарасов", Clash.OVERLAP, taken.pk),
        ("candidate", "Орлов Денис", Clash.OVERLAP, taken.pk),
        ("room", "Байкал", Clash.OVERLAP, taken.pk),
    ]
    assert queries.overlaps(half_past, type=interview, candidate=belova) == []


def test_optional_and_declined_do_not_block(plan, interview, sergey, dmitry):
    event = plan(participants=((sergey, True), (dmitry, False)))
    Participant.objects.filter(user=dmitry).update(answer=Answer.DECLINED)
    assert queries.overlaps(span(), type=interview, people=[sergey, dmitry]) == []
    Participant.objects.filter(event=event).update(answer=Answer.ACCEPTED, optional=False)
    assert [one.name for one in queries.overlaps(span(), type=interview, people=[sergey, dmitry])] == [
        "Сергей Тарасов",
        "Дмитрий Лаптев",
    ]


def test_buffers_of_both_meetings_count(plan, anna, interview):
    travel = EventType.objects.get(code="client_interview")
    client = plan(type=travel, span=span(start="12:00", end="13:00"))
    before, after, far = (
        span(start="10:45", end="11:45"),
        span(start="13:15", end="14:00"),
        span(start="13:30", end="14:00"),
    )
    for near in (before, after):
        assert shown(queries.overlaps(near, type=interview, people=[anna])) == [
            ("person", "Анна Крылова", Clash.BUFFER, client.pk)
        ]
    assert queries.overlaps(far, type=interview, people=[anna]) == []
    assert shown(queries.overlaps(far, type=travel, people=[anna])) == [
        ("person", "Анна Крылова", Clash.BUFFER, client.pk)
    ]


def test_cancelled_all_day_and_the_event_itself_do_not_clash(plan, interview, anna, now):
    cancelled, itself = plan(), plan()
    plan(span=all_day("2026-11-23"))
    operations.cancel(cancelled.pk, 1, by=anna, now=now)
    assert queries.overlaps_of(itself) == []
    assert shown(queries.overlaps(span(), type=interview, people=[anna])) == [
        ("person", "Анна Крылова", Clash.OVERLAP, itself.pk)
    ]
    assert queries.overlaps(all_day("2026-11-23"), type=interview, people=[anna]) == []


def test_warnings_take_a_constant_number_of_queries(plan, interview, anna, sergey, orlov):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.overlaps(span(), type=interview, people=[anna, sergey], candidate=orlov)
        return len(captured)

    plan(participants=((sergey, False),))
    one = count()
    for _ in range(2):
        plan(participants=((sergey, False),))
    assert (one, count()) == (2, 2)


def test_a_long_meeting_that_began_earlier_is_found(plan, interview, anna):
    assessment = EventType.objects.get(code="assessment")
    long = plan(type=assessment, span=span(start="08:00", end="19:00"))
    assert [one.event for one in queries.overlaps(span(start="18:00", end="18:30"), type=interview, people=[anna])] == [
        long
    ]
    assert queries.between(Event.objects.all(), long.ends_at, long.ends_at + timedelta(hours=1)).count() == 0
