"""The calendar's feed: whose events, in which zone, how many queries; and moving by dragging."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from vizavi.events import operations
from vizavi.events.models import Event
from vizavi.events.tests.conftest import all_day, span
from vizavi.web.tests.planning import busy, plan

WEEK = {"start": "2026-11-23T00:00:00", "end": "2026-11-30T00:00:00"}


@pytest.fixture(autouse=True)
def friday(now: datetime, directories: None):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def event(anna, orlov, python_vacancy, now) -> Event:
    return plan(span(), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)


def shown(client: Client, user, **query) -> list[dict]:
    client.force_login(user)
    response = client.get("/calendar/events.json", WEEK | query)
    assert response.status_code == 200
    return response.json()["events"]


def times(items: list[dict]) -> list[tuple[str, str, str]]:
    return [(item["title"], item["start"], item["end"]) for item in items]


def test_times_are_those_of_the_person_who_looks(client, event, anna, dmitry):
    dmitry.time_zone = "Asia/Vladivostok"
    dmitry.save()
    assert times(shown(client, anna)) == [("Орлов Денис", "2026-11-23T10:00:00", "2026-11-23T11:00:00")]
    assert times(shown(client, dmitry, people="all")) == [("Орлов Денис", "2026-11-23T17:00:00", "2026-11-23T18:00:00")]
    assert client.get("/calendar/events.json", WEEK).json()["offset"] == "+10:00"


def test_the_last_day_is_inclusive_for_people_and_exclusive_in_the_grid(client, anna, orlov, now):
    plan(all_day("2026-11-24", "2026-11-25"), by=anna, now=now, candidate=orlov)
    (item,) = shown(client, anna)
    assert (item["allDay"], item["start"], item["end"]) == (True, "2026-11-24", "2026-11-26")


def test_an_all_day_event_belongs_to_its_date_in_every_zone(client, anna, dmitry, orlov, now):
    plan(all_day("2026-11-29"), by=anna, now=now, candidate=orlov)
    plan(all_day("2026-11-30"), by=anna, now=now, candidate=orlov)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        dmitry.time_zone = zone
        dmitry.save()
        assert [item["start"] for item in shown(client, dmitry, people="all")] == ["2026-11-29"]


def test_mine_all_and_chosen_people(client, event, anna, dmitry, sergey, orlov, belova, now):
    plan(span(start="12:00", end="13:00"), by=dmitry, now=now, candidate=belova, participants=((sergey, False),))
    titles = {
        people: sorted(item["title"] for item in shown(client, anna, people=people))
        for people in ("mine", "all", f"{sergey.pk}", f"{anna.pk},{dmitry.pk}", "none")
    }
    assert titles == {
        "mine": ["Орлов Денис"],
        "all": ["Белова Ирина", "Орлов Денис"],
        f"{sergey.pk}": ["Белова Ирина"],
        f"{anna.pk},{dmitry.pk}": ["Белова Ирина", "Орлов Денис"],
        "none": [],
    }


def test_hidden_types_and_cancelled_events_are_left_out(client, event, anna, orlov, now, interview):
    operations.cancel(event.pk, event.revision, by=anna, now=now, reason="болезнь")
    plan(span(start="12:00", end="12:30"), by=anna, now=now, candidate=orlov, code="phone_interview")
    assert [item["start"][11:16] for item in shown(client, anna)] == ["12:00"]
    assert [item["start"][11:16] for item in shown(client, anna, cancelled="1")] == ["10:00", "12:00"]
    assert [item["start"][11:16] for item in shown(client, anna, cancelled="1", hide=interview.pk)] == ["12:00"]


def test_an_interviewer_sees_only_own_events(client, event, sergey, anna, belova, now):
    plan(span(start="12:00", end="13:00"), by=anna, now=now, candidate=belova, participants=((sergey, False),))
    assert [item["title"] for item in shown(client, sergey, people="all")] == ["Белова Ирина"]


def test_private_time_has_a_title_for_its_owner_only(client, anna, dmitry, watcher, now):
    busy(anna, span(), now=now)
    expected = {anna: [("Стоматолог", "")], dmitry: [("Занято", "Анна Крылова")], watcher: []}
    for person, blocks in expected.items():
        items = shown(client, person, people="all")
        assert [(item["title"], item["extendedProps"]["subtitle"]) for item in items] == blocks
        assert "Стоматолог" not in str(items) or person == anna
    assert shown(client, anna, people="all", busy="0") == []


def test_only_what_may_be_moved_can_be_dragged(client, event, anna, dmitry, olga, now):
    dragged = {person: shown(client, person, people="all")[0]["startEditable"] for person in (anna, dmitry, olga)}
    assert dragged == {anna: True, dmitry: False, olga: True}
    with time_machine.travel(datetime.fromisoformat("2026-11-23T12:00:00+03:00")):
        operations.hold(event.pk, event.revision, by=anna, now=now.replace(day=23))
        assert shown(client, anna)[0]["startEditable"] is False


def test_the_number_of_queries_does_not_grow(
    client, anna, orlov, python_vacancy, baikal, now, django_assert_num_queries
):
    client.force_login(anna)
    for rows in (1, 3):
        while Event.objects.count() < rows:
            plan(span(), by=anna, now=now, candidate=orlov, vacancy=python_vacancy, room=baikal)
            busy(anna, span(), now=now)
        with django_assert_num_queries(12):
            assert len(client.get("/calendar/events.json", WEEK | {"people": "all"}).json()["events"]) == 2 * rows


@pytest.mark.parametrize("query", [{}, {"start": "x", "end": "y"}, {"start": "2026-01-01", "end": "2027-01-01"}])
def test_a_strange_range_is_refused(client, anna, query):
    client.force_login(anna)
    assert client.get("/calendar/events.json", query).status_code == 400


def test_the_page_opens_at_what_the_address_says(client, anna):
    client.force_login(anna)
    response = client.get("/calendar/?view=month&date=2026-12-01&people=all")
    config = response.context["config"]
    assert (config["view"], config["date"], config["offset"]) == ("month", "2026-12-01", "+03:00")
    assert client.get("/").headers["Location"] == "/calendar/"


def drag(client: Client, event: Event, start: str, end: str, **fields) -> tuple[int, str]:
    data = {"start": start, "end": end, "revision": event.revision} | fields
    response = client.post(f"/events/{event.pk}/move/", data)
    return response.status_code, response.json()["text"]


def stored(event: Event) -> tuple[str, str, int]:
    event.refresh_from_db()
    return event.starts_at.isoformat(), event.ends_at.isoformat(), event.revision


def test_a_drag_is_by_the_clock_of_the_person_and_keeps_the_zone(client, event, olga):
    olga.time_zone = "Asia/Yekaterinburg"
    olga.save()
    client.force_login(olga)
    assert drag(client, event, "2026-11-24T15:00:00", "2026-11-24T16:30:00") == (200, "Перенесено.")
    assert stored(event) == ("2026-11-24T10:00:00+00:00", "2026-11-24T11:30:00+00:00", 2)
    assert event.zone == "Europe/Moscow"


def test_days_are_dragged_as_days(client, anna, orlov, now):
    event = plan(all_day("2026-11-24"), by=anna, now=now, candidate=orlov)
    client.force_login(anna)
    assert drag(client, event, "2026-11-26", "2026-11-28", all_day="1")[0] == 200
    event.refresh_from_db()
    assert (event.starts_on.isoformat(), event.last_day.isoformat()) == ("2026-11-26", "2026-11-27")


def test_a_refused_drag_says_why_and_changes_nothing(client, event, anna, dmitry):
    before = stored(event)
    gap = ("2027-03-28T02:30:00", "2027-03-28T03:30:00")
    client.force_login(dmitry)
    assert drag(client, event, "2026-11-24T10:00:00", "2026-11-24T11:00:00")[0] == 403
    client.force_login(anna)
    assert drag(client, event, "2026-11-24T10:00:00", "2026-11-24T11:00:00", revision=7)[0] == 409
    assert drag(client, event, "2026-11-24T12:00:00", "2026-11-24T11:00:00")[0] == 422
    assert drag(client, event, "soon", "later")[0] == 400
    anna.time_zone = "Europe/Berlin"
    anna.save()
    status, text = drag(client, event, *gap)
    assert (status, "03:00" in text) == (422, True)
    assert stored(event) == before


def test_an_overlap_is_a_warning_and_no_refusal(client, event, anna, belova, now):
    plan(span(start="14:00", end="15:00"), by=anna, now=now, candidate=belova)
    client.force_login(anna)
    data = {"start": "2026-11-23T14:30:00", "end": "2026-11-23T15:30:00", "revision": event.revision}
    response = client.post(f"/events/{event.pk}/move/", data)
    assert response.status_code == 200
    assert response.json()["warnings"] == ["Анна Крылова – занято: 23 ноября, 14:00–15:00, Белова Ирина."]
