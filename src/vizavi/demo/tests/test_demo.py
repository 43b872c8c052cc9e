"""The demo company is as agreed, the same every time, and never ages."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from vizavi.common.models import AuditEntry
from vizavi.demo import events, people, recruiting, writing
from vizavi.events import queries
from vizavi.events.models import Event, Room
from vizavi.people.models import Department, User
from vizavi.recruiting.models import Application, Candidate, Vacancy

MONDAY = date(2026, 11, 23)
WEDNESDAY_NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def generated(now: datetime = WEDNESDAY_NOON) -> tuple[events.DemoEvent, ...]:
    return events.generate(recruiting.generate(MONDAY), MONDAY, now)


def week(event: events.DemoEvent) -> int:
    return (event.day - MONDAY).days // 7


def test_the_same_company_comes_out_every_time():
    assert generated() == generated()


def test_forty_candidates_forty_applications_five_on_two_vacancies():
    staff = recruiting.generate(MONDAY)
    assert (len(set(staff.candidates)), len(staff.applications)) == (40, 40)
    assert Counter(application.stage for application in staff.applications) == {
        "new": 6,
        "screening": 6,
        "review": 4,
        "phone": 4,
        "interview": 6,
        "hm_interview": 4,
        "testing": 2,
        "offer": 2,
        "hired": 2,
        "reserve": 1,
        "rejected": 2,
        "withdrew": 1,
    }
    assert Counter(application.vacancy.number for application in staff.applications) == {
        "V-101": 8,
        "V-102": 6,
        "V-103": 5,
        "V-104": 8,
        "V-105": 6,
        "V-106": 4,
        "V-107": 1,
        "V-108": 2,
    }
    assert Counter(Counter(a.candidate for a in staff.applications).values()) == {1: 30, 2: 5}


def test_the_edge_cases_are_among_the_candidates():
    candidates = recruiting.generate(MONDAY).candidates
    assert [c.last_name for c in candidates if not c.patronymic] == ["Хабибуллина"]
    assert [c.last_name for c in candidates if not c.email] == ["Павлова"]
    twins = [c for c in candidates if (c.last_name, c.first_name) == ("Орлов", "Денис")]
    assert len({c.birth_year for c in twins}) == len({c.email for c in twins}) == 2
    assert {c.time_zone for c in candidates} == {
        "Europe/Moscow",
        "Asia/Yekaterinburg",
        "Europe/Kaliningrad",
        "Europe/Samara",
        "Asia/Novosibirsk",
        "Asia/Vladivostok",
    }
    assert Counter(c.source for c in candidates) == {
        "hh.ru": 22,
        "рекомендация": 6,
        "SuperJob": 4,
        "Telegram": 4,
        "сайт": 4,
    }
    fyodor = next(c for c in candidates if c.first_name == "Фёдор")
    assert fyodor.email == "fedor.petrov-vodkin@mail.example"


def test_sixty_four_events_of_the_agreed_types():
    assert Counter(event.type for event in generated()) == {
        "phone_interview": 16,
        "video_interview": 10,
        "interview": 12,
        "hm_interview": 8,
        "tech_interview": 6,
        "panel_interview": 2,
        "client_interview": 1,
        "offer_meeting": 2,
        "first_day": 2,
        "testing": 2,
        "resume_review": 2,
        "debrief": 1,
    }


@pytest.mark.parametrize("day", range(7))
def test_statuses_follow_the_clock(day):
    now = WEDNESDAY_NOON - timedelta(days=2) + timedelta(days=day)
    found = Counter((week(event), event.status.value.replace("confirmed", "planned")) for event in generated(now))
    assert {key: count for key, count in found.items() if key[0] != 0} == {
        (-2, "held"): 13,
        (-2, "no_show"): 1,
        (-2, "cancelled"): 2,
        (-1, "planned"): 1,
        (-1, "held"): 14,
        (-1, "no_show"): 2,
        (-1, "cancelled"): 1,
        (1, "planned"): 11,
        (1, "cancelled"): 1,
    }
    this_week = [event for event in generated(now) if week(event) == 0]
    assert (len(this_week), found[0, "cancelled"]) == (18, 1)
    open_ones = [e for e in this_week if e.status in {"planned", "confirmed"}]
    assert all((event.ends_at() > now) == (event in open_ones) for event in this_week if event.status != "cancelled")


def test_every_working_day_is_alive():
    by_day = Counter(event.day.weekday() for event in generated() if week(event) == 0)
    assert by_day == {0: 4, 1: 4, 2: 4, 3: 3, 4: 3}


@pytest.mark.django_db
def test_the_company_is_written_once_and_a_second_run_changes_nothing(time_machine):
    time_machine.move_to(WEDNESDAY_NOON)
    call_command("demodata", verbosity=0)
    models = (User, Department, Room, Vacancy, Candidate, Application, Event, AuditEntry)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    assert [len(rows) for rows in before[:-1]] == [6, 11, 4, 8, 40, 40, 64]
    call_command("demodata", verbosity=0)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before
    assert User.objects.get(email="anna.krylova@vetervolna.example").check_password("vizavi-demo")


@pytest.mark.django_db
def test_the_required_situations_are_there():
    assert writing.write(WEDNESDAY_NOON)
    rows = list(queries.with_details(Event.objects.order_by("starts_at")))
    by_code = {code: [event for event in rows if event.type.code == code] for code in {e.type.code for e in rows}}
    far = [event for event in rows if event.candidate.time_zone == "Asia/Vladivostok"]
    assert [(e.starts_at.hour, e.zone) for e in far] == [(7, "Europe/Moscow")]  # 10:00 in Moscow, 17:00 there
    assert all(event.all_day for event in by_code["first_day"])
    panel = by_code["panel_interview"][-1]
    assert sorted(p.answer for p in panel.participants.all()) == ["accepted", "accepted", "declined"]
    warnings = {(one.kind, one.name, one.clash.value) for event in rows for one in queries.overlaps_of(event)}
    assert warnings == {("room", "Байкал", "overlap"), ("person", "Дмитрий Лаптев", "buffer")}
    moved = AuditEntry.objects.filter(action="event.rescheduled").values_list("object_id", flat=True)
    assert Counter(Counter(moved).values()) == {2: 1}
    assert {event.responsible.email for event in by_code["tech_interview"]} == {people.SERGEY.email}
    assert not AuditEntry.objects.filter(at__gt=WEDNESDAY_NOON).exists()
