"""What a chip says while something waits: for what, and when it is tried next."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from vizavi.connections import conflicts, health, states
from vizavi.connections.content import content_of
from vizavi.connections.models import Account, AccountState, Installation, JournalEntry, Link
from vizavi.connections.tests.office import connected, copied
from vizavi.events.models import Event
from vizavi.events.tests.conftest import span
from vizavi.sync.model import Group
from vizavi.sync.ports import Note
from vizavi.web.tests.planning import plan

HOUR = timedelta(hours=1)


@pytest.fixture
def event(anna, orlov, now, directories) -> Event:
    event = plan(span(), by=anna, now=now, candidate=orlov)
    copied(event, connected(anna, now).calendars.get(), pushed_revision=0)
    return event


def chip(event: Event, now) -> states.Chip:
    with override("en"):
        found = states.chips([event], now=now)[event.pk]
        return states.Chip(**{name: getattr(found, name) for name in found.__slots__} | {"detail": str(found.detail)})


def test_the_next_try_comes_when_every_pause_is_over(event, now):
    assert (chip(event, now).next_try, chip(event, now).moving) == (None, True)
    Link.objects.update(next_try=now + timedelta(minutes=1))
    Account.objects.update(not_before=now + timedelta(minutes=3), retry_at=now - timedelta(minutes=1))
    assert (chip(event, now).next_try, chip(event, now).moving) == (now + timedelta(minutes=3), False)
    Link.objects.update(pushed_revision=event.revision, next_try=None)
    assert (chip(event, now).code, chip(event, now).next_try) == ("synced", None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closing": True}, "is being disconnected"),
        ({"begun": False}, "not pressed “Save”"),
        ({"paused": True}, "switched off"),
        ({"state": "expired", "state_code": "expired"}, "sign in to Google again"),
        ({"state": "limited", "state_code": "requiredAccessLevel"}, "“anna@vetervolna.example” may only be read"),
        (
            {"state": "error", "state_code": "unavailable", "state_text": "time-out"},
            "did not answer",
        ),
    ],
)
def test_what_it_waits_for_is_said(event, now, fields, words):
    Account.objects.update(**fields)
    found = chip(event, now)
    assert (found.code, words in found.detail, found.held) == ("pending", True, True)


def test_after_a_restore_it_waits_for_the_administrator(event, now):
    Installation.objects.update_or_create(pk=1, defaults={"outbound_held": True})
    found = chip(event, now)
    words = "Restored from a backup: nothing is sent before an administrator confirms it. The change is kept."
    assert (found.code, found.detail, found.held, found.moving) == ("pending", words, True, False)
    Link.objects.update(pushed_revision=event.revision)
    assert (chip(event, now).code, chip(event, now).detail) == ("synced", "")


def test_a_copy_that_is_being_removed_says_so(event, now):
    Link.objects.update(state="removing", pushed_revision=event.revision)
    found = chip(event, now)
    assert (found.code, found.detail, found.moving) == (
        "pending",
        "Its copy is being removed from the external calendar.",
        True,
    )


@pytest.mark.parametrize("number", [1, 3])
def test_chips_of_accounts_in_trouble_cost_the_same_for_one_and_for_many(
    anna, dmitry, sergey, orlov, now, directories, number, django_assert_num_queries
):
    people = [anna, dmitry, sergey][:number]
    for user in people:
        connected(user, now, state="limited", state_code="requiredAccessLevel")
    events = [plan(span(), by=anna, now=now, candidate=orlov, responsible=anna) for _ in people]
    for event, user in zip(events, people, strict=True):
        event.responsible = user
    with django_assert_num_queries(3):
        states.chips(events, now=now)


def test_the_reason_of_a_mistake_of_ours_needs_no_words_of_google(event, now):
    account = Account.objects.select_related("user").get()
    health.mark_error(account, "unexpected", now=now)
    account.refresh_from_db()
    assert (account.state, account.state_code, account.state_text) == (AccountState.ERROR, "unexpected", "")
    with override("ru"):
        assert "Непредвиденная ошибка на нашей стороне" in health.why(account)
        line = JournalEntry.objects.get()
        assert (line.action, line.ok, "Непредвиденная ошибка" in line.words) == ("account_error", False, True)


def test_a_conflict_names_both_values_in_the_readers_zone(event, now):
    """Monday at ten in Moscow here, an hour later and under another name there."""
    ours = content_of(event)
    later = replace(ours, when=replace(ours.when, start=ours.when.start + HOUR, end=ours.when.end + HOUR), title="Talk")
    note = Note("conflict", outward=False, ours=ours, after=later, kept={Group.TIME: "theirs", Group.TEXT: "ours"})
    Link.objects.update(pushed_revision=event.revision, conflict=conflicts.remembered(note))
    with timezone.override("Asia/Vladivostok"):
        found = chip(event, now)
        with override("ru"):
            russian = states.chips([event], now=now)[event.pk].detail
    day = f"{event.starts_at.astimezone(ZoneInfo('Asia/Vladivostok')):%B %-d}"
    start = event.starts_at.astimezone(ZoneInfo("Asia/Vladivostok"))
    times = [f"{start + HOUR * hours:%H:%M}–{start + HOUR * (hours + 1):%H:%M}" for hours in (0, 1)]
    assert found.detail == (
        f"Kept: {day}, {times[1]} (Google). Put aside: {day}, {times[0]} (here). "
        f"Kept: “{ours.title}” (here). Put aside: “Talk” (Google)."
    )
    assert f"{times[1]} (Google). Отложено: " in russian
    assert f"Оставлено: «{ours.title}» (здесь). Отложено: «Talk» (Google)." in russian


def test_an_earlier_conflict_without_values_is_asked_about_all_the_same(event, now):
    Link.objects.update(pushed_revision=event.revision, conflict={"kept": {}, "ours": None, "theirs": None})
    assert chip(event, now).detail.startswith("Both sides changed it")
