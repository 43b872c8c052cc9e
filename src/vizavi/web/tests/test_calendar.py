"""The calendar's feed: whose events, in which zone, how many queries; and moving by dragging."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from vizavi.events import operations
from vizavi.events.models import Event, Room
from vizavi.events.tests.conftest import all_day, span
from vizavi.people.models import User
from vizavi.web.calendar.panel import TEAM_SIZE
from vizavi.web.tests.planning import busy, exported, plan

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


def test_hidden_types_and_statuses_are_left_out(client, event, anna, orlov, now, interview):
    operations.cancel(event.pk, event.revision, by=anna, now=now, reason="болезнь")
    plan(span(start="12:00", end="12:30"), by=anna, now=now, candidate=orlov, code="phone_interview")
    starts = {
        query: [item["start"][11:16] for item in shown(client, anna, **dict([query]))]
        for query in [("status", "planned,cancelled"), ("status", "cancelled"), ("status", "none"), ("busy", "0")]
    }
    assert list(starts.values()) == [["10:00", "12:00"], ["10:00"], [], ["12:00"]]
    both = shown(client, anna, status="planned,cancelled", hide=interview.pk)
    assert [item["start"][11:16] for item in both] == ["12:00"]


def test_one_vacancy_and_some_rooms(client, event, anna, belova, sales_vacancy, baikal, now):
    elsewhere = {"candidate": belova, "vacancy": sales_vacancy, "room": baikal}
    plan(span(start="12:00", end="13:00"), by=anna, now=now, **elsewhere)
    assert [item["title"] for item in shown(client, anna, vacancy=sales_vacancy.pk)] == ["Белова Ирина"]
    assert [item["title"] for item in shown(client, anna, room=baikal.pk)] == ["Белова Ирина"]
    assert shown(client, anna, room=baikal.pk, vacancy=event.vacancy_id) == []
    assert len(shown(client, anna, room="", vacancy="?")) == 2


def columns_of(client: Client, user, **query) -> list[tuple[str, list[str]]]:
    return [(item["title"], item["resourceIds"]) for item in shown(client, user, **query)]


def test_colleagues_have_a_column_each_with_their_busy_time(client, event, anna, dmitry, sergey, belova, now):
    plan(span(start="12:00", end="13:00"), by=dmitry, now=now, candidate=belova, participants=((sergey, False),))
    busy(anna, span(), now=now)
    team = {"columns": "team", "people": f"{anna.pk},{sergey.pk}"}
    assert columns_of(client, dmitry, **team) == [
        ("Орлов Денис", [f"person-{anna.pk}"]),
        ("Белова Ирина", [f"person-{dmitry.pk}", f"person-{sergey.pk}"]),
        ("Занято", [f"person-{anna.pk}"]),
    ]
    assert columns_of(client, anna, **team)[2] == ("Стоматолог", [f"person-{anna.pk}"])


def test_rooms_have_a_column_each_whoever_has_them(client, event, anna, dmitry, belova, baikal, now):
    plan(span(start="12:00", end="13:00"), by=dmitry, now=now, candidate=belova, room=baikal)
    busy(anna, span(), now=now)
    rooms = {"columns": "rooms", "people": "all", "room": baikal.pk}
    assert columns_of(client, anna, **rooms) == [("Белова Ирина", [f"room-{baikal.pk}"])]


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


@pytest.mark.parametrize(("view", "queries"), [({}, 10), ({"columns": "team"}, 11), ({"columns": "rooms"}, 8)])
def test_the_number_of_queries_does_not_grow(
    client, anna, sergey, orlov, python_vacancy, baikal, now, django_assert_num_queries, view, queries
):
    client.force_login(anna)
    for rows in (1, 3):
        while Event.objects.count() < rows:
            busy(anna, span(), now=now)
            fields = {"candidate": orlov, "vacancy": python_vacancy, "room": baikal, "participants": ((sergey, False),)}
            exported(plan(span(), by=anna, now=now, **fields))
        with django_assert_num_queries(queries):
            asked = WEEK | {"people": "all"} | view
            found = client.get("/calendar/events.json", asked).json()["events"]
        assert [item["extendedProps"]["chip"]["code"] for item in found if item["id"][0] == "e"] == ["synced"] * rows


@pytest.mark.parametrize("query", [{}, {"start": "x", "end": "y"}, {"start": "2026-01-01", "end": "2027-01-01"}])
def test_a_strange_range_is_refused(client, anna, query):
    client.force_login(anna)
    assert client.get("/calendar/events.json", query).status_code == 400


def test_the_page_opens_at_what_the_address_says(client, anna, sergey, python_vacancy, baikal):
    client.force_login(anna)
    filters = f"people={sergey.pk}&status=held&vacancy={python_vacancy.pk}&room={baikal.pk}&team={anna.pk}"
    response = client.get(f"/calendar/?view=month&date=2026-12-01&{filters}")
    config, kept = response.context["config"], response.context["filters"]
    assert (config["view"], config["date"], config["offset"]) == ("month", "2026-12-01", "+03:00")
    assert (kept.chosen_people, kept.statuses, kept.vacancy, kept.rooms) == (
        {sergey.pk},
        {"held"},
        python_vacancy.pk,
        {baikal.pk},
    )
    assert response.context["team"] == {anna.pk}


def test_columns_are_for_those_who_see_all_events(client, anna, sergey, watcher):
    offered = {}
    for person in (anna, sergey, watcher):
        client.force_login(person)
        offered[person] = set(client.get("/calendar/?view=team").context["config"]["views"]) & {"team", "rooms"}
    assert offered == {anna: {"team", "rooms"}, sergey: set(), watcher: {"team", "rooms"}}


def test_oneself_is_the_first_of_the_usual_team(client, anna, directories):
    for number in range(TEAM_SIZE + 1):
        User.objects.create(email=f"{number}@vetervolna.example", last_name="Абрамова", first_name=str(number))
    client.force_login(anna)
    context = client.get("/calendar/").context
    assert (context["people"][0], len(context["team"]), anna.pk in context["team"]) == (anna, TEAM_SIZE, True)


def test_the_week_begins_as_the_language_has_it(client, anna):
    client.force_login(anna)
    first = {}
    for language in ("ru", "en"):
        anna.language = language
        anna.save()
        first[language] = client.get("/calendar/").context["config"]["firstDay"]
    assert first == {"ru": 1, "en": 0}


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
    assert "Анна Крылова: занято 23 ноября, 14:00–15:00 (Белова Ирина)." in response.json()["ask"]
    assert stored(event)[2] == 1
    answered = data | {"confirmed": "1", "reason": "Просьба кандидата"}
    assert client.post(f"/events/{event.pk}/move/", answered).json() == {"text": "Перенесено.", "revision": 2}
    event.refresh_from_db()
    assert (event.starts_at.isoformat(), event.reason) == ("2026-11-23T11:30:00+00:00", "Просьба кандидата")


def test_busy_time_in_the_external_calendar_is_warned_of_too(client, event, anna, now):
    busy(anna, span(start="14:00", end="15:00"), now=now)
    client.force_login(anna)
    data = {"start": "2026-11-23T14:30:00", "end": "2026-11-23T15:30:00", "revision": event.revision}
    response = client.post(f"/events/{event.pk}/move/", data)
    assert "Анна Крылова: занято 23 ноября, 14:00–15:00 (Стоматолог)." in response.json()["ask"]


def test_the_time_a_candidate_has_confirmed_is_not_moved_by_a_slip(client, event, anna, now):
    operations.confirm(event.pk, 1, by=anna, now=now)
    event.refresh_from_db()
    client.force_login(anna)
    data = {"start": TO_NOON[0], "end": TO_NOON[1], "revision": 2}
    question = client.post(f"/events/{event.pk}/move/", data).json()["ask"]
    assert ("Кандидат подтвердил прежнее время" in question, "Сообщить гостям" in question) == (True, False)


def test_a_drag_asks_whether_guests_are_told(client, anna, sergey, orlov, now):
    event = plan(span(), by=anna, now=now, candidate=orlov, code="hm_interview", participants=((sergey, False),))
    busy(anna, span("2026-12-01"), now=now)
    exported(event)
    client.force_login(anna)
    data = {"start": TO_NOON[0], "end": TO_NOON[1], "revision": 1}
    assert "Сообщить гостям" in client.post(f"/events/{event.pk}/move/", data).json()["ask"]
    client.post(f"/events/{event.pk}/move/", data | {"confirmed": "1", "notify": "1"})
    event.refresh_from_db()
    assert (event.revision, event.notify_revision) == (2, 2)


TO_NOON = ("2026-11-23T12:00:00", "2026-11-23T13:00:00")


def into(before: User, after: User) -> dict[str, str]:
    return {"from_column": f"person-{before.pk}", "column": f"person-{after.pk}"}


def test_a_drop_in_a_colleagues_column_hands_the_event_over(client, event, anna, dmitry):
    client.force_login(anna)
    assert drag(client, event, *TO_NOON, **into(anna, dmitry)) == (200, "Перенесено.")
    assert stored(event) == ("2026-11-23T09:00:00+00:00", "2026-11-23T10:00:00+00:00", 2)
    assert event.responsible == dmitry


def test_a_drop_replaces_the_participant_whose_column_it_leaves(client, anna, sergey, dmitry, orlov, now):
    event = plan(span(), by=anna, now=now, candidate=orlov, participants=((sergey, True),))
    client.force_login(anna)
    assert drag(client, event, *TO_NOON, **into(sergey, anna)) == (422, "Анна Крылова уже участвует.")
    assert drag(client, event, *TO_NOON, **into(sergey, dmitry))[0] == 200
    assert [(p.user, p.optional) for p in event.participants.all()] == [(dmitry, True)]


def test_a_drop_in_another_rooms_column_takes_that_room(client, anna, orlov, baikal, now):
    ladoga = Room.objects.create(name="Ладога")
    event = plan(span(), by=anna, now=now, candidate=orlov, room=baikal)
    plan(span(start="12:30", end="13:30"), by=anna, now=now, candidate=orlov, room=ladoga)
    client.force_login(anna)
    columns = {"from_column": f"room-{baikal.pk}", "column": f"room-{ladoga.pk}"}
    data = {"start": TO_NOON[0], "end": TO_NOON[1], "revision": event.revision} | columns
    question = client.post(f"/events/{event.pk}/move/", data).json()["ask"]
    assert "Переговорная Ладога занята: 23 ноября, 12:30–13:30, Орлов Денис." in question
    assert client.post(f"/events/{event.pk}/move/", data | {"confirmed": "1"}).status_code == 200
    event.refresh_from_db()
    assert event.room == ladoga


def test_a_refused_drop_in_a_column_changes_nothing(client, anna, dmitry, sergey, orlov, now):
    event = plan(span(), by=anna, now=now, candidate=orlov)  # no vacancy of her own, so she plans for herself only
    before = stored(event)
    client.force_login(anna)
    assert drag(client, event, *TO_NOON, **into(anna, dmitry))[0] == 422
    assert drag(client, event, *TO_NOON, revision=7, **into(anna, dmitry))[0] == 409
    assert drag(client, event, *TO_NOON, from_column="room-0", column="room-99")[0] == 400
    assert drag(client, event, *TO_NOON, from_column="x", column="floor-1")[0] == 400
    client.force_login(dmitry)
    assert drag(client, event, *TO_NOON, **into(anna, dmitry))[0] == 403
    assert stored(event) == before
    assert event.responsible == anna
