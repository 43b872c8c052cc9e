"""Copies move between calendars, are taken away or left, and flow at Google's pace; guests propose and decline."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.service.conftest import starts
from tests.service.test_one_meeting import chip
from tests.service.test_other_choices import choose, insert, second_calendar, typed_calendar
from tests.support.sandbox import timed

from vizavi.common.errors import RuleError
from vizavi.connections import accounts, exports, questions
from vizavi.connections.models import Account, BusyBlock, GoneCopy, JournalEntry, Link, LoadMode, Proposal
from vizavi.connections.work import work_account
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.sync.model import LinkState


def living(office, *calendars):
    return [[item["id"] for item in office.google.items(calendar)] for calendar in calendars]


def invited(office, sergey):
    """An interview that Sergey is invited to, known to his own connected calendar."""
    EventType.objects.filter(pk=office.type.pk).update(invite_participants=True)
    office.type.refresh_from_db()
    event = office.plan(participants=((sergey, False),))
    office.push()
    account = office.connect(sergey)
    theirs = office.sandbox.api(sergey.email, ["calendar"])
    work_account(account.pk, pull=True, now=timezone.now)
    return event, account, theirs


def switch(office, enabled, existing=None):
    row = EventType.objects.get(pk=office.type.pk)
    row.export_enabled = enabled
    exports.save_type(row, existing=existing, by=office.lead_user, now=timezone.now())


@pytest.fixture
def olga(office):
    office.lead_user = office.lead()
    return office.lead_user


# --- another writing calendar ------------------------------------------------------------------------------------


def test_item_goes_to_the_new_writing_calendar_with_its_id_in_one_request(office):
    event = office.plan()
    office.push()
    before, other = office.there(event)["id"], second_calendar(office)
    choose(office, other)
    asked = len(office.sandbox.log())
    office.push()
    assert [line["path"].rpartition("/")[2] for line in office.sandbox.log()[asked:]] == ["move"]
    assert living(office, "primary", other.remote_id) == [[], [before]]
    assert (Link.objects.get(event=event).calendar, chip(event)) == (other, "synced")
    office.pull()
    assert (chip(event), Event.objects.count(), BusyBlock.objects.count()) == ("synced", 1, 0)


@pytest.mark.parametrize(
    ("fault", "result", "lives"), [("lost_before", "partial", [1, 0]), ("lost_after", "ok", [0, 1])]
)
def test_move_whose_answer_was_lost_is_looked_for_and_holds_up_nothing_else(office, fault, result, lives):
    event = office.plan()
    office.push()
    item, other = office.there(event)["id"], second_calendar(office)
    choose(office, other)
    office.sandbox.fault(path="/move", effect=fault, times=1)
    run = work_account(office.account.pk, pull=True, now=timezone.now)
    other.refresh_from_db()
    assert (run.status, other.last_read_at is not None) == (result, True)
    assert [len(items) for items in living(office, "primary", other.remote_id)] == lives
    office.pull()
    office.pull()
    assert living(office, "primary", other.remote_id) == [[], [item]]
    assert (chip(event), Event.objects.count(), BusyBlock.objects.count()) == ("synced", 1, 0)


def test_move_that_landed_unheard_and_a_cancellation_since_leave_nothing_behind(office):
    event = office.plan()
    office.push()
    other = second_calendar(office)
    choose(office, other)
    office.sandbox.fault(path="/move", effect="lost_after", times=1)
    office.push()
    event.refresh_from_db()
    operations.cancel(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    office.pull()
    assert living(office, "primary", other.remote_id) == [[], []]


def test_edit_made_while_the_move_was_unheard_goes_out_afterwards(office):
    event = office.plan()
    office.push()
    other = second_calendar(office)
    choose(office, other)
    office.sandbox.fault(path="/move", effect="lost_after", times=1)
    office.push()
    office.move(event, 5)
    office.push()
    [item] = office.google.items(other.remote_id)
    assert (starts(item), chip(event)) == (office.hour(5).starts_at, "synced")


def test_refused_move_is_created_there_and_removed_here_without_mail(office):
    event = office.plan()
    office.push()
    other = second_calendar(office)
    choose(office, other)
    office.sandbox.fault(path="/move", effect="error", status=400, reason="invalid", times=1)
    office.push()
    assert [len(items) for items in living(office, "primary", other.remote_id)] == [0, 1]
    assert (chip(event), [letter["mailed"] for letter in office.sandbox.outbox()]) == ("synced", [[], [], []])


def test_deleted_in_the_old_calendar_before_the_move_is_asked_about(office):
    event = office.plan()
    office.push()
    office.google.delete(office.there(event)["id"])
    choose(office, second_calendar(office))
    office.pull()
    assert chip(event) == "detached"


def test_person_moves_an_item_between_two_homes_and_its_link_follows(office):
    typed = typed_calendar(office)
    event = office.plan()
    office.pull()
    item = office.there(event)["id"]
    office.google.ok("POST", f"calendars/primary/events/{item}/move", destination=typed.remote_id)
    office.pull()
    assert (Link.objects.get(event=event).calendar, chip(event)) == (typed, "synced")
    office.google.ok("POST", f"calendars/{typed.remote_id}/events/{item}/move", destination=office.anna.email)
    assert office.pull().counts.get("questions", 0) == 0
    assert (Link.objects.get(event=event).calendar, chip(event)) == (office.calendar, "synced")
    assert (Event.objects.count(), BusyBlock.objects.count()) == (1, 0)


def test_move_between_homes_cancels_nothing_where_deleting_cancels(office):
    typed = typed_calendar(office)
    Account.objects.update(cancel_on_delete=True)
    event = office.plan()
    office.pull()
    item = office.there(event)["id"]
    office.google.ok("POST", f"calendars/primary/events/{item}/move", destination=typed.remote_id)
    office.pull()
    event.refresh_from_db()
    assert (event.status, chip(event)) == ("planned", "synced")


def test_loaded_event_moved_to_the_writing_calendar_stays_one_event(office):
    typed = typed_calendar(office)
    item = insert(office, typed.remote_id, summary="Поговорить")["id"]
    office.pull()
    office.google.ok("POST", f"calendars/{typed.remote_id}/events/{item}/move", destination=office.anna.email)
    office.pull()
    event = Event.objects.get()
    assert (Link.objects.get().calendar, chip(event), BusyBlock.objects.count()) == (office.calendar, "synced", 0)


# --- taken away or left ------------------------------------------------------------------------------------------


def test_account_disconnected_with_remove_takes_its_future_copies_away_and_then_forgets_the_tokens(office):
    ahead, past = office.plan(), office.plan(2)
    office.push()
    yesterday = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=past.pk).update(starts_at=yesterday, ends_at=yesterday + timedelta(hours=1))
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    late = office.plan(4)
    account = Account.objects.get(pk=office.account.pk)
    assert (account.active, account.closing, bool(account.refresh_token)) == (True, True, True)
    office.push()
    account.refresh_from_db()
    assert (account.active, account.closing, account.refresh_token, account.state) == (False, False, "", "off")
    assert living(office, "primary") == [[past.links.get().remote_id]]
    assert (chip(ahead), chip(late)) == ("not_exported", "not_exported")


def test_disconnecting_goes_on_after_a_failure_and_counts_what_is_gone_already_as_done(office):
    first, second = office.plan(), office.plan(2)
    office.push()
    office.google.delete(office.there(first)["id"])
    office.sandbox.fault(path="batch", effect="error", status=503, times=1)
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.push()
    assert Account.objects.get().closing
    office.push()
    assert (Account.objects.get().active, living(office, "primary")) == (False, [[]])
    assert second.links.get().state == "gone"


def test_closing_account_can_be_ended_at_once_and_keeps_the_rest(office):
    event = office.plan()
    office.push()
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.account.refresh_from_db()
    accounts.disconnect(office.account, existing="keep", by=office.anna, now=timezone.now())
    account = Account.objects.get()
    assert (account.active, account.closing, len(office.living())) == (False, False, 1)
    assert Link.objects.get(event=event).state == "live"


def test_closing_account_whose_access_has_ended_lets_go_and_says_what_stays(office):
    office.plan()
    office.push()
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.push()
    account = Account.objects.get()
    assert (account.active, account.closing) == (False, False)
    assert JournalEntry.objects.get(action="copies_left").text == "1"


def test_export_switched_off_asks_keeps_or_removes_and_switched_on_uses_what_is_there(office, olga):
    event = office.plan()
    office.push()
    item = office.there(event)["id"]
    with pytest.raises(RuleError):
        switch(office, enabled=False)
    assert EventType.objects.get(pk=office.type.pk).export_enabled
    switch(office, enabled=False, existing="keep")
    office.push()
    assert (living(office, "primary"), chip(event)) == ([[item]], "not_exported")
    switch(office, enabled=True)
    office.push()
    assert (living(office, "primary"), chip(event)) == ([[item]], "synced")
    switch(office, enabled=False, existing="remove")
    office.push()
    assert (living(office, "primary"), chip(event)) == ([[]], "not_exported")
    switch(office, enabled=True)
    office.push()
    assert (living(office, "primary"), chip(event)) == ([[item]], "synced")


def test_copies_that_were_to_be_removed_stay_when_the_export_is_switched_on_before(office, olga):
    event = office.plan()
    office.push()
    switch(office, enabled=False, existing="remove")
    switch(office, enabled=True)
    office.push()
    assert (len(office.living()), chip(event)) == (1, "synced")


def test_interview_of_another_exported_type_stays_although_its_old_type_was_to_be_removed(office, olga):
    event = office.plan()
    office.push()
    switch(office, enabled=False, existing="remove")
    Event.objects.filter(pk=event.pk).update(type=EventType.objects.get(code="video_interview"))
    office.push()
    assert (len(office.living()), chip(event)) == (1, "synced")


def test_account_that_never_began_again_can_be_disconnected_with_its_copies(office):
    office.plan()
    office.push()
    Account.objects.update(begun=False)
    office.account.refresh_from_db()
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.push()
    assert (Account.objects.get().active, office.living()) == (False, [])


def test_first_sync_and_a_switched_on_export_mail_nobody_for_what_was_wished_before(office, olga, sergey):
    Account.objects.update(begun=False)
    office.account.refresh_from_db()
    EventType.objects.filter(pk=office.type.pk).update(invite_participants=True)
    office.type.refresh_from_db()
    event = office.plan(participants=((sergey, False),))
    Event.objects.filter(pk=event.pk).update(notify_revision=event.revision)
    choose(office, office.calendar)
    office.push()
    switch(office, enabled=False, existing="keep")
    Event.objects.filter(pk=event.pk).update(notify_revision=9, revision=9)
    switch(office, enabled=True)
    office.push()
    assert chip(event) == "synced"
    assert [letter["mailed"] for letter in office.sandbox.outbox() if letter["mailed"]] == []


def test_taking_a_description_leaves_the_title_to_the_template(office):
    Account.objects.update(takes_text=True)
    event = office.plan()
    office.push()
    office.google.patch(office.there(event)["id"], {"description": "Второй вход"})
    office.pull()
    event.refresh_from_db()
    assert (event.title, event.candidate_comment) == ("", "Второй вход")


def test_paused_account_can_be_disconnected_with_its_copies(office):
    office.plan()
    office.push()
    accounts.pause(office.anna, by=office.anna, now=timezone.now())
    office.account.refresh_from_db()
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=timezone.now())
    office.push()
    assert (Account.objects.get().active, office.living()) == (False, [])


def test_cancelled_interview_stays_there_as_such_where_the_account_wants_it(office):
    Account.objects.update(cancelled_stays=True)
    event, unsent = office.plan(), office.plan(2)
    operations.cancel(unsent.pk, unsent.revision, by=office.anna, now=timezone.now())
    office.push()
    title = office.there(event)["summary"]
    operations.cancel(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    [item] = office.living()
    assert (item["summary"], item["transparency"]) == (f"Отменено: {title}", "transparent")
    office.google.delete(item["id"])
    office.pull()
    event.refresh_from_db()
    assert (event.status, chip(event)) == ("cancelled", "not_exported")
    operations.restore(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    assert [item["summary"] for item in office.living()] == [title]


# --- pace and trouble --------------------------------------------------------------------------------------------


def test_account_that_has_not_begun_is_left_alone_until_its_owner_saves(office):
    Account.objects.update(begun=False)
    event = office.plan()
    assert office.pull().status == "off"
    assert (office.living(), chip(event)) == ([], "pending")
    choose(office, office.calendar)
    office.push()
    assert chip(event) == "synced"


def test_used_up_quota_ends_the_push_quietly_and_it_goes_on_when_there_is_some_again(office):
    events = [office.plan(number / 4) for number in range(3)]
    Account.objects.update(spent=[[int(timezone.now().timestamp()), 539]])
    assert (office.push().status, {chip(event) for event in events}) == ("ok", {"pending"})
    assert office.pull().status == "ok"
    Account.objects.update(spent=[[int(timezone.now().timestamp()) - 61, 539]])
    office.push()
    assert {chip(event) for event in events} == {"synced"}
    assert sum(units for _, units in Account.objects.get().spent) == len(events)


def test_save_during_the_reading_of_another_calendar_does_not_wait_for_its_end(office):
    second = second_calendar(office, reads=True, mode="named")
    for hour in range(3):
        insert(office, second.remote_id, hour, summary="Занятие")
    saved = []

    def now():
        lines = [line for line in office.sandbox.log() if line["method"] == "GET" and second.remote_id in line["path"]]
        if lines and not saved:
            saved.append(office.plan(6))
        return timezone.now()

    work_account(office.account.pk, pull=True, now=now)
    assert saved
    assert chip(saved[0]) == "synced"
    assert [line["method"] for line in office.sandbox.log() if "/events" in line["path"]][-2:] == ["GET", "POST"]


def test_event_that_google_answers_with_5xx_waits_alone_and_reading_goes_on(office):
    event, other = office.plan(), office.plan(2)
    office.push()
    item = office.there(event)["id"]
    office.sandbox.fault(method="PATCH", path=item, effect="error", status=500, times=None)
    office.move(event, 4)
    office.move_there(other, 6)
    result = work_account(office.account.pk, pull=True, now=timezone.now)
    other.refresh_from_db()
    assert (result.status, other.starts_at) == ("partial", office.hour(6).starts_at)
    office.move_there(other, 7)
    assert work_account(office.account.pk, pull=True, now=timezone.now).status == "ok"
    assert (chip(event), Account.objects.get().state) == ("pending", "ok")


def test_after_an_outage_what_waited_for_it_goes_at_once(office):
    event = office.plan()
    office.sandbox.fault(effect="error", status=503, times=None)
    work_account(office.account.pk, pull=True, now=timezone.now)
    assert Link.objects.get(event=event).next_try is not None
    office.sandbox.admin("DELETE", "faults")
    Account.objects.update(retry_at=None)
    work_account(office.account.pk, pull=True, now=timezone.now)
    work_account(office.account.pk, pull=False, now=timezone.now)
    assert chip(event) == "synced"


def test_ended_permission_is_not_asked_again_at_every_run(office):
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    assert office.pull().status == "failed"
    asked, lines = len(office.sandbox.log()), JournalEntry.objects.count()
    assert office.pull().status == "failed"
    assert (len(office.sandbox.log()), JournalEntry.objects.count()) == (asked, lines)


# --- guests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choice", "hours"), [("accept", 3), ("return", 0)])
def test_guest_who_moves_the_own_copy_proposes_a_time(office, sergey, choice, hours):
    event, account, theirs = invited(office, sergey)
    span = office.hour(3)
    copy = theirs.get(office.there(event)["id"])
    theirs.patch(copy["id"], timed(span.starts_at.isoformat(), span.ends_at.isoformat()))
    work_account(account.pk, pull=True, now=timezone.now)
    office.pull()
    event.refresh_from_db()
    assert event.starts_at == office.hour(0).starts_at
    questions.answer_proposal(Proposal.objects.get().pk, choice, by=office.anna, now=timezone.now())
    office.push()
    work_account(account.pk, pull=True, now=timezone.now)
    event.refresh_from_db()
    wanted = office.hour(hours).starts_at
    assert (event.starts_at, starts(office.there(event)), starts(theirs.get(copy["id"]))) == (wanted, wanted, wanted)
    assert not Proposal.objects.exists()


def test_move_by_the_organizer_is_no_proposal_of_the_guest(office, sergey):
    event, account, _theirs = invited(office, sergey)
    office.move_there(event, 3)
    work_account(account.pk, pull=True, now=timezone.now)
    office.pull()
    event.refresh_from_db()
    assert event.starts_at == office.hour(3).starts_at
    assert not [row for row in Proposal.objects.all() if row.time_edited_at == event.time_edited_at]


def test_guest_who_deletes_the_own_copy_has_declined(office, sergey):
    event, account, theirs = invited(office, sergey)
    theirs.delete(office.there(event)["id"])
    work_account(account.pk, pull=True, now=timezone.now)
    office.pull()
    assert event.participants.get(user=sergey).answer == "declined"
    assert len(office.living()) == 1
    assert not GoneCopy.objects.exists()


def test_nobody_declined_what_the_organizer_deleted(office, sergey):
    event, account, _ = invited(office, sergey)
    office.google.delete(office.there(event)["id"])
    for who in (account, office.account, account, office.account):
        work_account(who.pk, pull=True, now=timezone.now)
        assert event.participants.get(user=sergey).answer == "needs_action"
    assert event.links.get().state == LinkState.DETACHED.value
    assert not GoneCopy.objects.exists()


def test_copy_that_came_back_was_not_declined(office, sergey):
    event, account, theirs = invited(office, sergey)
    theirs.delete(office.there(event)["id"])
    work_account(account.pk, pull=True, now=timezone.now)
    GoneCopy.objects.get()
    theirs.patch(office.there(event)["id"], {"status": "confirmed"})
    work_account(account.pk, pull=True, now=timezone.now)
    assert not GoneCopy.objects.exists()


def test_meeting_of_the_same_uid_that_somebody_else_organizes_is_taken_time(office, sergey):
    """An outsider knows our UID from the invitation (DESIGN 5.2)."""
    other = office.connect(sergey)
    event = office.plan()
    office.push()
    item = office.there(event)
    theirs = office.sandbox.api(sergey.email, ["calendar"])
    foreign = {"iCalUID": item["iCalUID"], "organizer": {"email": "boss@elsewhere.example"}, "summary": "Чужое"}
    theirs.ok("POST", "calendars/primary/events/import", foreign | {"start": item["start"], "end": item["end"]})
    work_account(other.pk, pull=True, now=timezone.now)
    assert BusyBlock.objects.get().title == "Чужое"


def test_calendar_given_to_recruiting_that_may_only_be_read_is_taken_time_until_it_may_be_changed(office):
    given = typed_calendar(office)
    office.sandbox.admin("POST", "role", email=office.anna.email, calendar=given.remote_id, role="reader")
    accounts.refresh_calendars(office.account, now=timezone.now())
    with pytest.raises(RuleError):
        accounts.choose(
            office.account,
            office.calendar.pk,
            {given.pk: (LoadMode.TYPED, office.type)},
            by=office.anna,
            now=timezone.now(),
        )
    office.sandbox.admin("POST", "role", email=office.anna.email, calendar=given.remote_id, role="owner")
    insert(office, given.remote_id, summary="Подбор")
    office.pull()
    assert (Event.objects.count(), BusyBlock.objects.count()) == (0, 1)
    accounts.refresh_calendars(office.account, now=timezone.now())
    office.pull()
    assert (Event.objects.count(), BusyBlock.objects.count()) == (1, 0)
    assert [len(items) for items in living(office, "primary", given.remote_id)] == [0, 1]
