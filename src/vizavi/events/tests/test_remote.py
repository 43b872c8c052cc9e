"""What comes from outside: applied to open events, counted, logged, and never to what is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vizavi.common import audit
from vizavi.events import operations
from vizavi.events.models import Answer, Event
from vizavi.events.operations import EditConflict
from vizavi.events.rules import FIELD_GROUPS, Span
from vizavi.events.tests.conftest import all_day, span

LATER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def stored(event: Event) -> dict:
    return Event.objects.filter(pk=event.pk).values().get()


def test_a_move_outside_moves_here_and_an_open_form_meets_a_conflict(event, anna, now, told):
    at = now + timedelta(minutes=5)
    moved = operations.apply_remote(event.pk, span=span("2026-11-24"), by=anna, now=at, detail="Google")
    assert (moved.revision, moved.starts_at) == (2, datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert {group for group in FIELD_GROUPS if getattr(moved, f"{group}_edited_at") == at} == {"time"}
    entry = audit.history("event", event.pk).first()
    assert (entry.action, entry.actor, entry.changes["detail"]) == ("event.changed_outside", anna, [None, "Google"])
    assert told == [("event", [event.pk])]
    with pytest.raises(EditConflict):
        operations.reschedule(event.pk, 1, span("2026-11-25"), by=anna, now=at)


def test_text_place_and_answers_come_in_where_given(plan, anna, sergey, now):
    event = plan(participants=((sergey, False),))
    applied = operations.apply_remote(
        event.pk,
        title="Встреча с Денисом",
        comment="Захватите ноутбук",
        place="Кафе «Сова»",
        answers={"SERGEY@vetervolna.example": Answer.ACCEPTED, "stranger@mail.example": Answer.DECLINED},
        by=anna,
        now=now,
    )
    assert (applied.title, applied.candidate_comment, applied.address) == (
        "Встреча с Денисом",
        "Захватите ноутбук",
        "Кафе «Сова»",
    )
    assert [p.answer for p in applied.participants.all()] == ["accepted"]
    assert audit.history("event", event.pk).first().changes["answers"] == [[], ["Сергей Тарасов: accepted"]]


def test_the_rooms_own_name_is_no_change_of_place(plan, anna, baikal, now):
    event = plan(room=baikal, address="")
    assert operations.apply_remote(event.pk, place="Байкал", by=anna, now=now).revision == 1
    assert operations.apply_remote(event.pk, place="Ладога", by=anna, now=now).room is None


def test_a_link_as_place_is_the_video_link(event, anna, now):
    applied = operations.apply_remote(event.pk, place="https://meet.example/abc", by=anna, now=now)
    assert (applied.video_url, applied.address) == ("https://meet.example/abc", "ул. Правды, 8")


def test_nothing_new_from_outside_is_no_edit(event, anna, now, told):
    before = stored(event)
    operations.apply_remote(event.pk, span=span(), by=anna, now=now + timedelta(hours=1))
    assert (stored(event), told) == (before, [])


@pytest.mark.parametrize("close", ["hold", "no_show", "cancel"])
def test_what_is_over_stays_as_it_is(event, anna, close, told):
    getattr(operations, close)(event.pk, 1, by=anna, now=LATER)
    before = stored(event)
    told.clear()
    applied = operations.apply_remote(
        event.pk, span=span("2026-11-25"), title="Другое", place="Там", comment="x", by=anna, now=LATER
    )
    operations.cancel_from_remote(event.pk, by=anna, now=LATER)
    assert (applied.pk, stored(event), told) == (event.pk, before, [])


def test_a_deletion_outside_cancels_where_the_account_says_so(event, anna, now):
    cancelled = operations.cancel_from_remote(event.pk, by=anna, now=now)
    assert (cancelled.status, cancelled.revision) == ("cancelled", 2)
    assert audit.history("event", event.pk).first().action == "event.cancelled_outside"


def test_a_zone_nobody_knows_falls_back_to_one_we_can_show(event, anna, now):
    there = span("2026-11-24")
    odd = Span(there.starts_at, there.ends_at, "GMT+03:00")
    applied = operations.apply_remote(event.pk, span=odd, by=anna, now=now)
    assert (applied.starts_at, applied.zone) == (there.starts_at, "Europe/Moscow")


def load(kind, when, responsible, now):
    values = operations.RemoteValues(type=kind, span=when, title="Встреча", place="", comment="")
    (event,) = operations.load_remote([values], responsible=responsible, now=now)
    return event


def test_a_loaded_event_awaits_its_candidate_and_may_be_moved_meanwhile(interview, anna, orlov, now, told):
    loaded = load(interview, all_day("2026-11-24"), anna, now)
    assert (loaded.loaded, loaded.candidate, loaded.status, loaded.revision) == (True, None, "planned", 1)
    assert told == [("event", [loaded.pk])]
    values = operations.EventValues(type=interview, span=span(), responsible=anna, title="Встреча")
    assert operations.edit(loaded.pk, 1, values, by=anna, now=now).revision == 2


def test_a_loaded_zero_length_event_is_accepted(interview, anna, now):
    moment = span(start="10:00", end="10:00")
    loaded = load(interview, moment, anna, now)
    assert loaded.starts_at == loaded.ends_at


@pytest.mark.parametrize(
    ("outside", "title"),
    [
        ("Интервью: Орлов Денис – Аналитик", ""),  # made from the type and the candidate, and so it is again
        ("Знакомство с командой", "Знакомство с командой"),
    ],
)
def test_what_returned_without_its_candidate_says_so_until_there_is_one(interview, anna, orlov, now, outside, title):
    assert orlov.full_name == "Орлов Денис"
    title_of_returned = operations.returned(outside)
    assert title_of_returned == f"восстановлено, укажите кандидата: {outside}"
    found = operations.RemoteValues(type=interview, span=span(), title=title_of_returned, place="", comment="")
    (event,) = operations.load_remote([found], responsible=anna, now=now)
    values = replace(operations.values_of(event), internal_comment="спросить у Сергея")
    kept = operations.edit(event.pk, event.revision, values, by=anna, now=now)
    assert kept.title == title_of_returned
    chosen = operations.edit(event.pk, kept.revision, replace(values, candidate=orlov), by=anna, now=now)
    assert chosen.title == title
