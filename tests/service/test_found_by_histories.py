"""What random histories, kills and many workers have found, one by one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.service.test_one_meeting import chip
from tests.service.test_other_choices import choose, second_calendar
from tests.support.sandbox import where

from vizavi.connections import accounts, questions
from vizavi.connections.models import Account, JournalEntry
from vizavi.providers.google import oauth


def actions(event):
    return list(JournalEntry.objects.filter(event=event).order_by("pk").values_list("action", flat=True))


def sign_in_again(office):
    """What the consent does for an account that was disconnected."""
    token = office.sandbox.mint(office.anna.email, list(oauth.SCOPES))
    kept = {name: token[name] for name in ("refresh_token", "access_token")}
    expires = timezone.now() + timedelta(hours=1)
    Account.objects.update(**kept, scopes=" ".join(oauth.SCOPES), access_expires_at=expires)
    office.account.refresh_from_db()
    accounts.connect(office.account, by=office.anna, now=timezone.now())


def test_lost_answers_are_found_done_and_the_journal_says_so(office):
    event = office.plan()
    office.sandbox.fault(method="POST", path="/events", times=1, effect="lost_after")
    office.push()
    assert actions(event) == []
    office.push()
    assert actions(event) == ["created"]
    office.move(event, 3)
    office.sandbox.fault(method="PATCH", path="/events", times=1, effect="lost_after")
    office.push()
    office.push()
    assert actions(event) == ["created", "changed"]
    told = JournalEntry.objects.get(event=event, action="changed").changes["start"]
    assert told == [office.hour(0).starts_at.isoformat(), office.hour(3).starts_at.isoformat()]


def test_copies_taken_away_at_the_end_go_out_again_after_a_new_beginning(office):
    event = office.plan()
    office.push()
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.push()
    assert office.living() == []
    sign_in_again(office)
    accounts.choose(office.account, office.calendar.pk, {}, by=office.anna, now=timezone.now())
    office.push()
    assert len(office.living()) == 1
    assert chip(event) == "synced"


def test_item_that_a_person_carried_over_before_us_is_the_same_meeting(office):
    event = office.plan()
    office.push()
    first, second = office.calendar, second_calendar(office)
    choose(office, second)
    office.google.ok(
        "POST", f"{where(first.remote_id)}/{event.links.get().remote_id}/move", destination=second.remote_id
    )
    office.pull()
    assert (len(office.living()), len(office.google.items(second.remote_id))) == (0, 1)
    assert event.links.get().calendar == second
    assert chip(event) == "synced"


@pytest.mark.parametrize(("answer", "copies"), [(None, 0), ("keep", 0), ("export", 1)])
def test_another_writing_calendar_does_not_answer_for_people(office, answer, copies):
    event = office.plan()
    office.push()
    office.google.delete(office.there(event)["id"])
    office.pull()
    if answer:
        questions.answer_detached(event.links.get().pk, answer, by=office.anna, now=timezone.now())
    second = second_calendar(office)
    choose(office, second)
    office.push()
    assert len(office.google.items(second.remote_id)) == copies
