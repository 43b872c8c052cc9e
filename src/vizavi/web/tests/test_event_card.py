"""The card of an event: what the form takes, refuses at its field, and does when somebody else was faster."""

import json
from datetime import datetime, time

import pytest
import time_machine
from django.test import Client

from vizavi.connections.models import JournalEntry, Link
from vizavi.events import operations
from vizavi.events.models import Event, EventType, Room
from vizavi.events.tests.conftest import all_day, span
from vizavi.people.models import User
from vizavi.recruiting.models import Application, RejectionReason, Stage
from vizavi.recruiting.operations import put_on_vacancy
from vizavi.sync.model import LinkState
from vizavi.web.tests.planning import busy, plan, posted

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def friday(now: datetime, directories: None):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def event(anna, orlov, python_vacancy, now) -> Event:
    return plan(span(), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)


@pytest.fixture
def desk(client: Client, anna) -> Client:
    """Anna's browser."""
    client.force_login(anna)
    return client


def stored() -> Event:
    return Event.objects.select_related("type", "candidate").get()


def refused(client: Client, address: str = "/events/new/", **fields) -> dict[str, list[str]]:
    response = client.post(address, posted(**fields), headers=HTMX)
    assert response.status_code == 422
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


def test_planning_in_the_dialog_closes_it_and_tells_the_calendar(desk, anna, orlov, sergey):
    people = {"participants": [sergey.pk], "optional": [sergey.pk]}
    response = desk.post("/events/new/", posted(responsible=anna, candidate=orlov, dialog="1") | people, headers=HTMX)
    assert response.status_code == 204
    assert set(json.loads(response["HX-Trigger"])) == {"close-dialog", "events-changed", "said"}
    event = stored()
    assert (event.starts_at.isoformat(), event.zone) == ("2026-11-23T07:00:00+00:00", "Europe/Moscow")
    assert list(event.participants.values_list("user", "optional")) == [(sergey.pk, True)]


def test_what_was_done_is_said_in_the_language_of_whoever_did_it(desk, anna, orlov):
    response = desk.post("/events/new/", posted(responsible=anna, candidate=orlov, dialog="1"), headers=HTMX)
    assert json.loads(response["HX-Trigger"])["said"]["text"] == "Запланировано."


def test_planning_on_the_page_leads_to_the_card(desk, anna, orlov):
    response = desk.post("/events/new/", posted(responsible=anna, candidate=orlov), headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, f"/events/{stored().pk}/")
    assert desk.get(f"/events/{stored().pk}/").status_code == 200


def test_without_scripts_the_form_works_too(desk, anna, orlov):
    response = desk.post("/events/new/", posted(responsible=anna, candidate=orlov))
    assert (response.status_code, response["Location"]) == (302, f"/events/{stored().pk}/")


def test_the_last_day_is_entered_and_shown_inclusively(desk, anna, orlov):
    days = {"start_date": "2026-11-24", "end_date": "2026-11-25", "all_day": "on", "start_time": "", "end_time": ""}
    desk.post("/events/new/", posted(responsible=anna, candidate=orlov) | days)
    event = stored()
    assert (event.starts_on.isoformat(), event.ends_on.isoformat()) == ("2026-11-24", "2026-11-26")
    response = desk.get(f"/events/{event.pk}/")
    assert response.context["form"]["end_date"].value().isoformat() == "2026-11-25"
    assert response.context["when"] == "24 ноября – 25 ноября, весь день"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"end_time": "09:00"}, "end_time"),
        ({"end_time": "10:00"}, "end_time"),
        ({"end_time": ""}, "end_time"),
        ({"start_time": "25:00"}, "start_time"),
        ({"start_date": "31.02.2026"}, "start_date"),
        ({"start_date": "0026-11-23"}, "start_time"),
        ({"all_day": "on", "end_date": "2026-11-20"}, "end_date"),
        ({"zone": "Mars/Phobos"}, "zone"),
        ({"zone": "Europe/Berlin", "start_date": "2027-03-28", "start_time": "02:30", "end_date": "2027-03-28",
          "end_time": "03:30"}, "start_time"),
        ({"candidate": ""}, "candidate"),
        ({"candidate": "999"}, "candidate"),
        ({"responsible": ""}, "responsible"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"format": "telepathy"}, "format"),
        ({"type": ""}, "type"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_field(desk, anna, orlov, fields, where):
    errors = refused(desk, **({"responsible": anna, "candidate": orlov} | fields))
    assert (list(errors), Event.objects.count()) == ([where], 0)


def test_a_gap_offers_the_next_time(desk, anna, orlov):
    gap = {"zone": "Europe/Berlin", "start_date": "2027-03-28", "start_time": "02:30"}
    (text,) = refused(desk, responsible=anna, candidate=orlov, **gap, end_date="2027-03-28", end_time="03:30")[
        "start_time"
    ]
    assert "03:00" in text


def test_a_type_that_needs_a_link_asks_for_it(desk, anna, orlov):
    kind = EventType.objects.get(code="video_interview")
    assert list(refused(desk, responsible=anna, candidate=orlov, type=kind)) == ["video_url"]


def test_nobody_plans_for_others_on_foreign_vacancies(desk, dmitry, orlov, sales_vacancy):
    assert list(refused(desk, responsible=dmitry, candidate=orlov, vacancy=sales_vacancy)) == ["responsible"]


def test_saving_keeps_what_was_not_touched(desk, event, anna, orlov):
    again = {"responsible": anna, "candidate": orlov, "vacancy": event.vacancy, "revision": 1, "event": event.pk}
    desk.post(f"/events/{event.pk}/", posted(**again))
    assert stored().revision == 1
    desk.post(f"/events/{event.pk}/", posted(**again, internal_comment="Спросить про отпуск"))
    assert (stored().revision, stored().internal_comment) == (2, "Спросить про отпуск")


def test_the_second_of_two_equal_times_survives_an_edit_of_the_text(desk, anna, orlov, now):
    """An item loaded from outside may start in the hour that comes twice."""
    event = plan(span("2027-10-31", "00:30", "01:30", "UTC"), by=anna, now=now, candidate=orlov)
    at = datetime.fromisoformat("2027-10-31T01:30:00+00:00")  # 02:30 in Berlin for the second time
    Event.objects.update(zone="Europe/Berlin", starts_at=at, ends_at=at.replace(hour=2))
    form = desk.get(f"/events/{event.pk}/").context["form"]
    times = {name: form[name].value() for name in ("start_date", "start_time", "end_date", "end_time")}
    data = posted(responsible=anna, candidate=orlov, zone="Europe/Berlin", revision=1, title="Итог", **times)
    assert desk.post(f"/events/{event.pk}/", data).status_code == 302
    assert (stored().title, stored().starts_at) == ("Итог", at)


def test_whoever_is_slower_compares_both_versions(desk, event, anna, orlov, now):
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    mine = posted(responsible=anna, candidate=orlov, vacancy=event.vacancy, revision=1, internal_comment="Моя заметка")
    response = desk.post(f"/events/{event.pk}/", mine, headers=HTMX)
    assert response.status_code == 422
    rows = {(row.mine, row.present) for row in response.context["conflict"]}
    assert ("Моя заметка", "–") in rows
    assert ("23 ноября 2026 г.", "24 ноября 2026 г.") in rows
    assert stored().revision == 2
    again = mine | {"revision": response.context["form"]["revision"].value()}
    assert desk.post(f"/events/{event.pk}/", again).status_code == 302
    assert (stored().starts_at.day, stored().internal_comment) == (23, "Моя заметка")


def test_a_held_event_is_not_moved(desk, event, anna, orlov, now):
    with time_machine.travel("2026-11-23T12:00:00Z"):
        operations.hold(event.pk, 1, by=anna, now=now.replace(day=23))
        data = posted(responsible=anna, candidate=orlov, vacancy=event.vacancy, revision=2, start_time="09:00")
        response = desk.post(f"/events/{event.pk}/", data, headers=HTMX)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["start_time"])
    assert stored().starts_at == event.starts_at


def test_who_may_not_edit_reads(client, event, anna, orlov, dmitry, watcher, sergey):
    for person, seen in ((dmitry, 200), (watcher, 200), (sergey, 404)):
        client.force_login(person)
        response = client.get(f"/events/{event.pk}/")
        assert response.status_code == seen
        assert seen == 404 or response.context["form"] is None
        data = posted(responsible=anna, candidate=orlov, revision=1, internal_comment="x")
        assert client.post(f"/events/{event.pk}/", data).status_code in {403, 404, 422}
        assert client.post(f"/events/{event.pk}/status/", {"action": "cancel", "revision": 1}).status_code in {403, 404}
    assert stored().revision == 1
    for person in (sergey, watcher):
        client.force_login(person)
        assert client.get("/events/new/").status_code == 403


def test_an_observer_reads_no_internal_comment(client, event, anna, watcher):
    Event.objects.update(internal_comment="Просит больше, чем мы можем")
    client.force_login(watcher)
    assert "Просит больше" not in client.get(f"/events/{event.pk}/").content.decode()
    client.force_login(anna)
    assert "Просит больше" in client.get(f"/events/{event.pk}/").content.decode()


def codes(client: Client, event: Event) -> list[str]:
    return [action.code for action in client.get(f"/events/{event.pk}/").context["actions"]]


def press(client: Client, event: Event, action: str, **fields) -> int:
    event.refresh_from_db()
    data = {"action": action, "revision": event.revision} | fields
    return client.post(f"/events/{event.pk}/status/", data, headers=HTMX).status_code


def test_the_buttons_are_the_moves_that_are_allowed(desk, event, olga):
    assert codes(desk, event) == ["confirm", "cancel"]
    assert press(desk, event, "confirm") == 200
    with time_machine.travel("2026-11-23T12:00:00Z"):
        assert codes(desk, event) == ["unconfirm", "hold", "no_show", "cancel"]
        assert press(desk, event, "hold", outcome="passed") == 200
        event.refresh_from_db()
        assert (event.status, event.outcome) == ("held", "passed")
        assert codes(desk, event) == ["decide"]
        assert press(desk, event, "revert") == 403
        desk.force_login(olga)
        assert codes(desk, event) == ["decide", "revert"]
        assert press(desk, event, "revert") == 200
    assert press(desk, event, "cancel", reason="Кандидат заболел") == 200
    event.refresh_from_db()
    assert (event.status, event.reason) == ("cancelled", "Кандидат заболел")
    assert codes(desk, event) == ["restore"]
    assert press(desk, event, "restore") == 200


def test_a_move_that_is_not_allowed_says_so(desk, event):
    assert press(desk, event, "hold") == 422
    assert press(desk, event, "dance") == 422
    stale = desk.post(f"/events/{event.pk}/status/", {"action": "confirm", "revision": 9}, headers=HTMX)
    assert (stale.status_code, "тем временем изменил" in stale.context["problem"]) == (422, True)
    assert stored().revision == 1


def test_warnings_come_before_saving(desk, event, anna, dmitry, orlov, belova, baikal, now):
    busy(anna, span(start="10:30", end="12:00"), now=now)
    plan(span(start="10:00", end="10:45"), by=dmitry, now=now, candidate=belova, room=baikal)
    orlov.time_zone = "Asia/Novosibirsk"
    orlov.save()
    data = posted(responsible=anna, candidate=orlov, room=baikal, start_time="10:30", end_time="11:30")
    told = desk.post("/events/check/", data).context["checked"]
    assert told.warnings == [
        "Анна Крылова: занято 23 ноября, 10:00–11:00 (Орлов Денис).",
        "Орлов Денис: занято 23 ноября, 10:00–11:00 (Орлов Денис).",
        "Переговорная Байкал занята: 23 ноября, 10:00–10:45, Белова Ирина.",
        "Анна Крылова: занято 23 ноября, 10:30–12:00 (Стоматолог).",
    ]
    assert [(clock.whose, clock.text) for clock in told.clocks] == [("Кандидат", "23 ноября, 14:30–15:30")]
    own = desk.post("/events/check/", data | {"event": event.pk, "room": ""}).context["checked"].warnings
    assert own == ["Анна Крылова: занято 23 ноября, 10:30–12:00 (Стоматолог)."]


def test_the_check_speaks_of_clocks_that_change(desk, anna):
    night = {"zone": "Europe/Berlin", "start_date": "2026-10-25", "end_date": "2026-10-25"}
    twice = desk.post("/events/check/", posted(responsible=anna, start_time="02:30", end_time="04:00", **night))
    assert "UTC+02:00" in twice.context["checked"].twice
    gap = {"zone": "Europe/Berlin", "start_date": "2027-03-28", "end_date": "2027-03-28", "start_time": "02:30"}
    refused = desk.post("/events/check/", posted(responsible=anna, end_time="04:00", **gap)).context["checked"].refused
    assert "03:00" in refused[0]
    assert Event.objects.count() == 0


def test_a_new_form_takes_what_was_dragged(desk, anna, orlov):
    query = {"start": "2026-11-25T14:00:00", "end": "2026-11-25T15:15:00", "candidate": orlov.pk}
    form = desk.get("/events/new/", query).context["form"]
    assert [str(form[name].value()) for name in ("start_date", "start_time", "end_time", "candidate")] == [
        "2026-11-25", "14:00:00", "15:15:00", str(orlov.pk),
    ]  # fmt: skip
    day = desk.get("/events/new/", {"start": "2026-11-25", "end": "2026-11-26", "all_day": "1"}).context["form"]
    assert [str(day[name].value()) for name in ("all_day", "start_date", "end_date")] == [
        "True", "2026-11-25", "2026-11-26",
    ]  # fmt: skip
    assert desk.get("/events/new/", {"start": "soon", "candidate": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("clock", "day", "suggested"),
    [
        ("2026-11-20 02:40", "", "2026-11-20 10:00"),  # a Friday before work
        ("2026-11-20 08:10", "", "2026-11-20 09:00"),
        ("2026-11-20 14:40", "", "2026-11-20 15:00"),
        ("2026-11-20 14:40", "2026-11-20", "2026-11-20 15:00"),
        ("2026-11-20 16:30", "", "2026-11-23 10:00"),  # Anna's day ends at 17:00
        ("2026-11-20 23:30", "", "2026-11-23 10:00"),
        ("2026-11-21 11:00", "", "2026-11-23 10:00"),  # a Saturday
        ("2026-11-20 14:40", "2026-11-22", "2026-11-22 10:00"),  # a Sunday that was clicked
        ("2026-11-21 11:10", "2026-11-21", "2026-11-21 12:00"),  # a Saturday that was clicked on that day
    ],
)
def test_a_new_event_begins_in_the_working_hours_of_whoever_plans_it(desk, anna, clock, day, suggested):
    User.objects.filter(pk=anna.pk).update(work_to=time(17))
    with time_machine.travel(datetime.fromisoformat(f"{clock}+03:00"), tick=False):
        form = desk.get("/events/new/", {"day": day}).context["form"]
    assert f"{form['start_date'].value()} {form['start_time'].value():%H:%M}" == suggested


def link_of(event: Event, now: datetime, **fields) -> Link:
    calendar = busy(event.responsible, span(), now=now).calendar
    known = {"remote_id": "abc", "pushed_revision": 1, "type_code": event.type.code}
    return Link.objects.create(event=event, calendar=calendar, **(known | fields))


def test_the_chip_polls_only_while_something_is_under_way(desk, event, now):
    link = link_of(event, now, pushed_revision=0)
    waiting = desk.get(f"/events/{event.pk}/sync/").content.decode()
    assert ('data-sync-state="pending"' in waiting, "every 1s" in waiting) == (True, True)
    Link.objects.filter(pk=link.pk).update(pushed_revision=1)
    settled = desk.get(f"/events/{event.pk}/sync/").content.decode()
    assert ('data-sync-state="synced"' in settled, "every 1s" in settled) == (True, False)


def test_a_deletion_there_is_answered_on_the_card(desk, event, now, dmitry):
    link = link_of(event, now, state=LinkState.DETACHED.value)
    page = desk.get(f"/events/{event.pk}/").content.decode()
    assert all(text in page for text in ("Отменить интервью", "Выгрузить снова", "Оставить только здесь"))
    answer = {"link": link.pk, "choice": "cancel"}
    assert desk.post(f"/events/{event.pk}/answer/", answer | {"link": 999}, headers=HTMX).status_code == 422
    desk.force_login(dmitry)
    assert desk.post(f"/events/{event.pk}/answer/", answer, headers=HTMX).status_code == 403
    assert stored().status == "planned"


def test_the_answer_cancels(desk, event, now):
    link = link_of(event, now, state=LinkState.DETACHED.value)
    answer = {"link": link.pk, "choice": "cancel"}
    assert desk.post(f"/events/{event.pk}/answer/", answer, headers=HTMX).status_code == 200
    assert stored().status == "cancelled"


def test_journal_and_history_are_read_in_words(desk, event, anna, now, watcher):
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    JournalEntry.objects.create(
        at=now, event=event, direction="out", action="changed",
        changes={"start": ["2026-11-23T07:00:00+00:00", "2026-11-24T07:00:00+00:00"]},
    )  # fmt: skip
    journal = desk.get(f"/events/{event.pk}/journal/").content.decode()
    assert "24.11.2026 10:00" in journal
    history = desk.get(f"/events/{event.pk}/history/").content.decode()
    assert ("Анна Крылова" in history, "Перенос" in history) == (True, True)
    desk.force_login(watcher)
    assert desk.get(f"/events/{event.pk}/journal/").status_code == 403
    assert desk.get(f"/events/{event.pk}/history/").status_code == 403


def test_days_on_the_card_of_a_whole_day_event(desk, anna, orlov, now):
    event = plan(all_day("2026-11-24"), by=anna, now=now, candidate=orlov)
    assert desk.get(f"/events/{event.pk}/").context["when"] == "24 ноября, весь день"


def test_a_card_costs_the_same_for_one_participant_and_for_three(
    desk, event, anna, sergey, dmitry, olga, django_assert_num_queries
):
    for people in ([sergey], [sergey, dmitry, olga]):
        event.participants.all().delete()
        for person in people:
            event.participants.create(user=person)
        with django_assert_num_queries(17):
            desk.get(f"/events/{event.pk}/")


def test_a_new_warning_is_said_once_more_when_saving(desk, event, anna, belova):
    """The form was filled in before somebody else took the time."""
    data = posted(responsible=anna, candidate=belova, start_time="10:30", end_time="11:30")
    first = desk.post("/events/new/", data, headers=HTMX)
    warning = "Анна Крылова: занято 23 ноября, 10:00–11:00 (Орлов Денис)."
    assert (first.status_code, first.context["fresh"], Event.objects.count()) == (422, [warning], 1)
    assert desk.post("/events/new/", data | {"warned": [warning]}, headers=HTMX).status_code == 204
    assert Event.objects.count() == 2


def test_an_edit_that_cannot_collide_is_saved_without_a_question(desk, event, anna, orlov, belova, now):
    plan(span(), by=anna, now=now, candidate=belova)
    same = posted(responsible=anna, candidate=orlov, vacancy=event.vacancy, revision=1)
    assert desk.post(f"/events/{event.pk}/", same | {"internal_comment": "x"}).status_code == 302
    moved = same | {"revision": 2, "start_time": "09:30"}
    response = desk.post(f"/events/{event.pk}/", moved)
    assert (response.status_code, len(response.context["fresh"])) == (422, 1)


def test_a_room_that_is_too_small_and_whole_days_away_are_warned_of(desk, anna, sergey, orlov, now):
    aral = Room.objects.create(name="Арал", capacity=1)
    busy(sergey, all_day("2026-11-23", "2026-11-24"), now=now)
    data = posted(responsible=anna, candidate=orlov, room=aral) | {"participants": [sergey.pk]}
    assert desk.post("/events/check/", data).context["checked"].warnings == [
        "Сергей Тарасов: занято весь день, 23 ноября – 24 ноября (внешний календарь).",
        "В переговорной Арал мест: 1, а придут 3 человека.",
    ]


def test_a_panel_with_too_few_is_warned_of_and_may_be_saved_nevertheless(desk, anna, sergey, orlov, now):
    panel = EventType.objects.get(code="panel_interview")
    alone = posted(responsible=anna, candidate=orlov, type=panel)
    few = "Панельное интервью: будет 1 интервьюер, нужно не меньше 2."
    assert desk.post("/events/check/", alone).context["checked"].warnings == [few]
    two = alone | {"participants": [sergey.pk]}
    assert desk.post("/events/check/", two).context["checked"].warnings == []
    assert desk.post("/events/new/", alone).context["fresh"] == [few]
    assert desk.post("/events/new/", alone | {"warned": few}).status_code == 302
    event = plan(span(), by=anna, now=now, code="panel_interview", candidate=orlov, participants=((sergey, False),))
    event.participants.update(answer="declined")
    assert few in desk.post("/events/check/", two | {"event": event.pk}).context["checked"].warnings


def test_the_way_counts_against_appointments_in_the_external_calendar_too(desk, anna, orlov, now):
    busy(anna, span(start="11:10", end="12:00"), now=now)
    client_site = EventType.objects.get(code="client_interview")
    near = posted(responsible=anna, candidate=orlov, type=client_site)
    (text,) = desk.post("/events/check/", near).context["checked"].warnings
    assert text == "Анна Крылова: слишком мало времени на дорогу, «Стоматолог» – 23 ноября, 11:10–12:00."
    assert desk.post("/events/check/", posted(responsible=anna, candidate=orlov)).context["checked"].warnings == []


def test_who_has_declined_is_not_warned_about(desk, anna, sergey, orlov, belova, now):
    event = plan(span(), by=anna, now=now, candidate=orlov, participants=((sergey, False),))
    plan(span(start="12:00", end="13:00"), by=anna, now=now, candidate=belova)
    event.participants.update(answer="declined")
    busy(sergey, span(start="12:00", end="13:00"), now=now)
    data = posted(responsible=anna, candidate=orlov, event=event.pk, start_time="12:00", end_time="13:00")
    texts = desk.post("/events/check/", data | {"participants": [sergey.pk]}).context["checked"].warnings
    assert texts == ["Анна Крылова: занято 23 ноября, 12:00–13:00 (Белова Ирина)."]


def test_every_move_is_told_on_the_card_with_who_and_why(desk, event, anna, now):
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now, reason="Кандидат болен")
    operations.reschedule(event.pk, 2, all_day("2026-11-25"), by=anna, now=now, reason="Кандидат болен")
    operations.apply_remote(event.pk, span=span("2026-11-26", "12:00", "13:00"), by=anna, now=now)
    moved = desk.get(f"/events/{event.pk}/").context["moved"]
    assert [(move.before, move.after, move.who, move.reason) for move in moved] == [
        ("25 ноября, весь день", "26 ноября, 12:00–13:00", "Анна Крылова, во внешнем календаре", ""),
        ("24 ноября, 10:00–11:00", "25 ноября, весь день", "Анна Крылова", "Кандидат болен"),
        ("23 ноября, 10:00–11:00", "24 ноября, 10:00–11:00", "Анна Крылова", "Кандидат болен"),
    ]
    assert stored().reason == ""


def test_the_candidates_clock_stands_on_the_card(desk, event, orlov):
    orlov.time_zone = "Asia/Vladivostok"
    orlov.save()
    clocks = desk.get(f"/events/{event.pk}/").context["clocks"]
    assert [(clock.whose, clock.text, clock.zone) for clock in clocks] == [
        ("Кандидат", "23 ноября, 17:00–18:00", "Asia/Vladivostok (UTC+10:00)")
    ]


def test_a_copy_is_a_new_form_filled_in(desk, anna, orlov, python_vacancy, sergey, now):
    event = plan(span(), by=anna, now=now, candidate=orlov, vacancy=python_vacancy, participants=((sergey, True),))
    form = desk.get("/events/new/", {"copy": event.pk}).context["form"]
    copied = {name: form[name].value() for name in ("type", "candidate", "vacancy", "participants", "revision")}
    assert copied == {
        "type": event.type_id, "candidate": orlov.pk, "vacancy": python_vacancy.pk,
        "participants": [sergey.pk], "revision": None,
    }  # fmt: skip
    assert (str(form["start_date"].value()), str(form["start_time"].value())) == ("2026-11-23", "10:00:00")
    with time_machine.travel("2026-11-27T12:00:00Z"):  # a Friday: what is past goes to the next working day
        desk.force_login(anna)
        later = desk.get("/events/new/", {"copy": event.pk}).context["form"]
    assert (str(later["start_date"].value()), str(later["end_time"].value())) == ("2026-11-30", "11:00:00")


def test_nobody_copies_what_they_do_not_see(client, event, sergey, dmitry):
    client.force_login(dmitry)
    assert client.get("/events/new/", {"copy": event.pk}).context["form"]["responsible"].value() == dmitry.pk
    assert client.get("/events/new/", {"copy": 9999}).status_code == 404
    client.force_login(sergey)
    assert client.get("/events/new/", {"copy": event.pk}).status_code == 403


@pytest.fixture
def applied(event, anna, now) -> Application:
    """The candidate of the event stands on its vacancy."""
    return put_on_vacancy(event.candidate, event.vacancy, by=anna, now=now)


def stage_of(application: Application) -> str:
    application.refresh_from_db()
    return application.stage.code


def test_planning_offers_the_stage_and_takes_a_no(desk, applied, event, anna, orlov):
    data = posted(responsible=anna, candidate=orlov, vacancy=event.vacancy, start_time="15:00", end_time="16:00")
    offered = desk.post("/events/check/", data).context["checked"].stage
    assert (offered.stage.code, offered.present.code, offered.taken) == ("interview", "new", True)
    declined = data | {"stage_offered": offered.stage.pk}
    assert desk.post("/events/check/", declined).context["checked"].stage.taken is False
    desk.post("/events/new/", declined)
    assert (Event.objects.count(), stage_of(applied)) == (2, "new")
    desk.post("/events/new/", declined | {"move_stage": "1", "start_time": "17:00", "end_time": "18:00"})
    assert (Event.objects.count(), stage_of(applied)) == (3, "interview")
    later = data | {"start_time": "18:00", "end_time": "19:00"}
    assert desk.post("/events/check/", later).context["checked"].stage is None  # never back, never again


def test_a_foreign_vacancys_candidate_is_not_offered_a_stage(client, applied, event, dmitry, orlov):
    client.force_login(dmitry)
    data = posted(responsible=dmitry, candidate=orlov, vacancy=event.vacancy)
    assert client.post("/events/check/", data).context["checked"].stage is None


def test_an_outcome_moves_the_candidate_or_nothing_happens_at_all(desk, applied, event):
    rejected, reason = Stage.objects.get(code="rejected"), RejectionReason.objects.order_by("pk")[0]
    with time_machine.travel("2026-11-23T12:00:00Z"):
        choice = desk.get(f"/events/{event.pk}/").context["stage_choice"]
        assert {code: Stage.objects.get(pk=pk).code for code, pk in choice.by_outcome.items()} == {
            "passed": "hm_interview", "failed": "rejected", "reserve": "reserve",
        }  # fmt: skip
        assert press(desk, event, "hold", outcome="failed", stage=rejected.pk) == 422
        event.refresh_from_db()
        assert (event.status, stage_of(applied)) == ("planned", "new")
        assert press(desk, event, "hold", outcome="failed", stage=rejected.pk, stage_reason=reason.pk) == 200
        event.refresh_from_db()
        assert (event.status, stage_of(applied), applied.reason) == ("held", "rejected", reason)
        assert press(desk, event, "decide", outcome="reserve", stage=9999) == 422


def test_a_no_show_may_end_the_application(desk, applied, event):
    rejected, reason = Stage.objects.get(code="rejected"), RejectionReason.objects.order_by("pk")[5]
    with time_machine.travel("2026-11-23T12:00:00Z"):
        assert press(desk, event, "no_show", stage=rejected.pk, stage_reason=reason.pk) == 200
    event.refresh_from_db()
    assert (event.status, stage_of(applied)) == ("no_show", "rejected")


def test_only_the_outcomes_of_the_type_can_be_chosen(desk, event):
    EventType.objects.filter(pk=event.type_id).update(outcomes=["passed"])
    with time_machine.travel("2026-11-23T12:00:00Z"):
        assert [code for code, _ in desk.get(f"/events/{event.pk}/").context["outcomes"]] == ["none", "passed"]
        assert press(desk, event, "hold", outcome="reserve") == 422
        assert press(desk, event, "hold", outcome="passed") == 200
        EventType.objects.filter(pk=event.type_id).update(outcomes=[])
        assert press(desk, event, "decide", outcome="passed") == 200  # decided already


def test_a_type_that_needs_a_room_asks_for_it(desk, anna, orlov):
    EventType.objects.filter(code="interview").update(needs_room=True)
    assert list(refused(desk, responsible=anna, candidate=orlov)) == ["room"]


def test_what_failed_is_tried_again_from_the_journal(desk, event, now):
    link = link_of(event, now, error_code="invalid", error_text="Bad time", attempts=9)
    journal = desk.get(f"/events/{event.pk}/journal/").content.decode()
    assert ('value="retry"' in journal, 'data-keeps-tab="#event-journal"' in journal) == (True, True)
    assert desk.post(f"/events/{event.pk}/answer/", {"link": link.pk, "choice": "retry"}).status_code == 302
    link.refresh_from_db()
    assert link.error_code == ""
