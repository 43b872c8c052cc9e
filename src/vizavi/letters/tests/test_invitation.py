"""The .ics, read back by the library that calendars of others are read with."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from vizavi.events import operations, rules
from vizavi.events.models import Event, EventType
from vizavi.letters.invitation import calendar_of
from vizavi.letters.tests.conftest import edited, timed, whole_days
from vizavi.recruiting.models import Candidate


def read(event: Event, candidate: Candidate, now: datetime) -> tuple[icalendar.Calendar, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(calendar_of(event, candidate, language="ru", now=now))
    return calendar, calendar.events[0]


def test_it_asks_the_candidate_at_the_time_and_in_the_zone_of_the_event(event, far, now):
    calendar, entry = read(event, far, now)
    assert calendar["method"] == "REQUEST"
    assert (entry["uid"], entry["sequence"]) == (str(event.uid), 1)
    assert entry.start.astimezone(UTC) == event.starts_at
    assert entry.end - entry.start == timedelta(hours=1)
    assert entry["dtstart"].params["tzid"] == "Europe/Moscow"
    assert [zone["tzid"] for zone in calendar.timezones] == ["Europe/Moscow"]
    assert (entry["summary"], entry["location"]) == ("Интервью: Python-разработчик", "Байкал, Москва")
    assert (entry["organizer"], entry["attendee"]) == (f"mailto:{event.responsible.email}", f"mailto:{far.email}")


@pytest.mark.parametrize("day", ["2026-07-01", "2026-12-01"])
def test_summer_and_winter_time_are_those_of_the_zone(event, far, anna, now, day):
    there = rules.timed(datetime.fromisoformat(f"{day} 10:00"), datetime.fromisoformat(f"{day} 11:00"), "Europe/Berlin")
    moved = edited(event, by=anna, now=now, span=there)
    text = calendar_of(moved, far, language="ru", now=now)
    entry = icalendar.Calendar.from_ical(text).events[0]
    assert entry.start.astimezone(UTC) == moved.starts_at
    assert len(text) < 2000


def test_nothing_internal_leaves_the_house(event, far, anna, sergey, now):
    told = edited(event, by=anna, now=now, participants=((sergey, False),), video_url="https://meet.example/1")
    text = calendar_of(told, far, language="ru", now=now).replace("\r\n ", "")
    assert "Возьмите паспорт.\\n\\nhttps://meet.example/1" in text
    assert "URL:https://meet.example/1" in text
    assert "Просит" not in text
    assert sergey.email not in text


def test_a_later_revision_replaces_and_a_cancelled_event_cancels(event, far, anna, now):
    moved = operations.reschedule(event.pk, 1, timed("2026-11-24 10:00", "2026-11-24 11:00"), by=anna, now=now)
    _calendar, entry = read(moved, far, now)
    assert (entry["uid"], entry["sequence"], entry["status"]) == (str(event.uid), 2, "CONFIRMED")
    cancelled = operations.cancel(event.pk, 2, by=anna, now=now)
    calendar, entry = read(cancelled, far, now)
    assert (calendar["method"], entry["uid"], entry["sequence"]) == ("CANCEL", str(event.uid), 3)
    assert entry["status"] == "CANCELLED"


def test_whole_days_are_dates_with_the_day_after_as_their_end(event, far, anna, now):
    _calendar, entry = read(edited(event, by=anna, now=now, span=whole_days("2026-11-23", "2026-11-24")), far, now)
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (date(2026, 11, 23), date(2026, 11, 25))


def test_a_moment_has_no_end_of_its_own(event, far, anna, now):
    moment = EventType.objects.get(code="invitation")
    sent = edited(event, by=anna, now=now, type=moment, span=timed("2026-11-23 10:00", "2026-11-23 10:00"))
    _calendar, entry = read(sent, far, now)
    assert "dtend" not in entry


def test_without_an_address_it_is_only_made_known(event, far, now):
    far.email = ""
    calendar, entry = read(event, far, now)
    assert (calendar["method"], "attendee" in entry) == ("PUBLISH", False)
