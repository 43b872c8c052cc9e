"""What random histories on the memory twins have found and our database has to do alike."""

from datetime import timedelta

from django.utils import timezone
from tests.service.test_one_meeting import chip
from tests.service.test_other_choices import choose, second_calendar, typed_calendar
from tests.support.sandbox import where

from vizavi.connections import questions
from vizavi.connections.models import JournalEntry, Link
from vizavi.sync.model import LinkState


def carry(office, link, destination):
    """A person moves the item in Google."""
    path = f"{where(link.calendar.remote_id)}/{link.remote_id}/move"
    office.google.ok("POST", path, destination=destination.remote_id)


def test_item_moved_by_hand_takes_the_place_of_a_link_that_was_given_up_there(office):
    event = office.plan()
    office.push()
    first, second = office.calendar, typed_calendar(office)
    office.pull()
    idle = Link.objects.create(event=event, calendar=second, remote_id="given0up", state=LinkState.GONE.value)
    link = event.links.get(calendar=first)
    carry(office, link, second)
    office.pull()
    idle.refresh_from_db()
    link_there = event.links.get(calendar=second)
    assert (link_there.pk, link_there.remote_id, link_there.state) == (idle.pk, link.remote_id, LinkState.LIVE.value)
    assert event.links.get(calendar=first).state == LinkState.GONE.value
    assert chip(event) == "synced"
    assert not JournalEntry.objects.filter(event=event, action="detached").exists()


def test_question_is_withdrawn_where_the_item_is_found_in_a_calendar_that_became_a_home(office):
    event = office.plan()
    office.push()
    second = second_calendar(office, reads=True, mode="busy")
    office.pull()
    carry(office, event.links.get(), second)
    office.pull()
    assert (chip(event), second.blocks.count()) == ("detached", 1)
    choose(office, second)
    office.pull()
    assert (chip(event), event.links.get().calendar, second.blocks.count()) == ("synced", second, 0)


def test_many_deletions_met_while_pushing_wait_for_the_owner(office):
    events = [office.plan(hours) for hours in range(12)]
    office.push()
    for event in events:
        office.google.delete(office.there(event)["id"])
        office.move(event, 30)
    assert office.pull().counts["braked"] == 12
    questions.answer_brake(office.account, "apply", now=timezone.now())
    told = JournalEntry.objects.filter(action="detached", at__gt=timezone.now() - timedelta(hours=1))
    assert set(told.values_list("event", flat=True)) == {event.pk for event in events}
