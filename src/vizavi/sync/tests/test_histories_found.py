"""What random histories have found, one by one: each was a violation once, and is told in its own words."""

from dataclasses import replace

import pytest

from vizavi.sync.model import Answer, LinkState, LocalStatus, Winner
from vizavi.sync.tests.histories import people
from vizavi.sync.tests.histories.checks import rest
from vizavi.sync.tests.histories.company import Company, Setting
from vizavi.sync.tests.histories.runs import run, run_in_trouble, run_while_they_keep_editing

GUEST = "guest1@example.com"


def company_of(**setting):
    """Anna's interviews 1 and 2 and Boris's 3 are there."""
    company = Company(Setting(**setting))
    for owner in ("anna", "boris"):
        run(company, owner, pull=True)
    return company


@pytest.fixture
def company():
    return company_of()


def actions(company, number):
    return [note.action for event, note in company.office.journal if event == number]


def outward(company, number):
    return [note.action for event, note in company.office.journal if event == number and note.outward]


def states(company, number):
    return [link.state for link in company.office.links_of(number)]


def living(company, number):
    """The names of the calendars in which the event lives."""
    return [company.office.places[link.id][1] for link, _ in company.copies(number)]


def loses_the_answer(company, owner):
    """Of the first write of a run."""
    run_in_trouble(company, owner, pull=False, kind="lost after", at=0)


def moved_aside(company, number):
    people.they_move_it_to_their_other_calendar(company, number)


def writes_to_the_second(company, owner, *, loads=""):
    people.we_choose_calendars(company, owner, second=True, loads=loads)


def writes_to_the_first(company, owner, *, loads=""):
    people.we_choose_calendars(company, owner, second=False, loads=loads)


def test_removal_whose_answer_was_lost_is_told_as_ours(company):
    people.we_decide(company, 1, "cancel")
    loses_the_answer(company, "anna")
    rest(company)
    assert outward(company, 1) == ["created", "removed"]


def test_restored_while_the_answer_to_the_removal_was_lost_is_exported_again_and_nobody_is_asked(company):
    people.we_decide(company, 1, "cancel")
    loses_the_answer(company, "anna")
    people.we_decide(company, 1, "restore")
    rest(company)
    assert living(company, 1) == ["anna"]
    assert outward(company, 1) == ["created", "removed", "restored"]
    assert "detached" not in actions(company, 1)


def test_creation_whose_answer_was_lost_is_told_although_it_was_deleted_before_we_looked():
    company = Company(Setting())
    loses_the_answer(company, "anna")
    people.they_delete(company, 1)
    rest(company)
    assert actions(company, 1) == ["created", "detached"]


def test_creation_under_way_when_the_account_was_left_with_removal_is_there_after_a_new_beginning():
    company = Company(Setting())
    run_in_trouble(company, "anna", pull=False, kind="lost before", at=0)
    people.we_disconnect(company, "anna", "remove")
    run(company, "anna", pull=True)
    people.we_reconnect(company, "anna")
    rest(company)
    assert living(company, 1) == ["anna"]


def test_copies_removed_at_the_end_are_there_after_a_new_beginning(company):
    people.we_disconnect(company, "anna", "remove")
    run(company, "anna", pull=True)
    assert living(company, 1) == []
    people.we_reconnect(company, "anna")
    rest(company)
    assert living(company, 1) == ["anna"]


def test_account_left_with_removal_ends_although_a_deletion_there_waits_for_its_question(company):
    people.they_delete(company, 1)
    people.we_move(company, 1, 9, tell=False)
    run(company, "anna", pull=False)
    people.we_disconnect(company, "anna", "remove")
    rest(company)
    assert not company.office.accounts["anna"].active


def test_many_deletions_met_while_pushing_are_for_the_brake():
    company = company_of(brake=True, cancels=True)
    for number in (1, 2):
        people.they_delete(company, number)
        people.we_move(company, number, 9, tell=False)
    run(company, "anna", pull=True)
    assert company.office.accounts["anna"].braked == 2
    assert {company.office.events[number].status for number in (1, 2)} == {LocalStatus.OPEN}


def test_many_deletions_met_by_a_full_reading_are_for_the_brake():
    company = company_of(brake=True, cancels=True)
    for number in (1, 2):
        people.they_delete(company, number)
    people.cursor_expires(company, "anna")
    run(company, "anna", pull=True)
    assert company.office.accounts["anna"].braked == 2


def test_each_event_of_an_answered_brake_has_its_line():
    company = company_of(brake=True)
    for number in (1, 2):
        people.they_delete(company, number)
    run(company, "anna", pull=True)
    people.we_answer_the_brake(company, "anna", "apply")
    rest(company)
    assert (actions(company, 1)[-1], actions(company, 2)[-1]) == ("detached", "detached")


def test_moved_by_a_person_to_another_home_while_we_edit_it_is_no_deletion():
    company = company_of(cancels=True)
    writes_to_the_first(company, "anna", loads="interview")
    rest(company)
    moved_aside(company, 1)
    people.we_move(company, 1, 9, tell=False)
    rest(company)
    assert (living(company, 1), company.office.events[1].status) == (["anna's second"], LocalStatus.OPEN)
    assert "detached" not in actions(company, 1)


def test_question_is_withdrawn_when_the_item_is_found_in_a_new_home(company):
    moved_aside(company, 1)
    run(company, "anna", pull=True)
    assert states(company, 1) == [LinkState.DETACHED]
    writes_to_the_second(company, "anna")
    rest(company)
    assert (states(company, 1), living(company, 1)) == ([LinkState.LIVE], ["anna's second"])
    assert actions(company, 1)[-1] == "came_back"


def test_question_is_withdrawn_also_where_the_new_home_had_been_read_before(company):
    moved_aside(company, 1)
    writes_to_the_first(company, "anna", loads="busy")
    run(company, "anna", pull=True)
    assert list(company.office.calendars["anna's second"].blocks.values()) == [company.office.content_of(1)]
    writes_to_the_second(company, "anna", loads="busy")
    rest(company)
    assert (states(company, 1), living(company, 1)) == ([LinkState.LIVE], ["anna's second"])


def test_deleted_after_it_was_taken_along_is_noticed_by_the_first_reading_there(company):
    """Full readings are counted by calendar: number 1 of the old one is not number 1 of the new one."""
    writes_to_the_second(company, "anna")
    run(company, "anna", pull=False)
    people.they_delete(company, 1)
    rest(company)
    assert states(company, 1) == [LinkState.DETACHED]


def test_deletion_met_in_a_calendar_that_is_not_read_any_more_is_asked_about(company):
    people.they_delete(company, 1)
    people.we_move(company, 1, 9, tell=False)
    run(company, "anna", pull=False)
    writes_to_the_second(company, "anna")
    rest(company)
    assert (states(company, 1), living(company, 1)) == ([LinkState.DETACHED], [])


def test_former_calendar_given_to_recruiting_does_not_get_its_old_copies_again(company):
    people.google_refuses(company, 1)
    writes_to_the_second(company, "anna")
    run(company, "anna", pull=True)
    people.google_accepts_again(company, 1)
    people.we_press_retry(company)
    run(company, "anna", pull=True)
    writes_to_the_second(company, "anna", loads="interview")
    rest(company)
    assert living(company, 1) == ["anna's second"]


def test_handed_over_after_a_person_moved_it_is_removed_where_it_is_found(company):
    moved_aside(company, 1)
    people.we_hand_it_to(company, 1, "boris")
    writes_to_the_first(company, "anna", loads="interview")
    rest(company)
    assert living(company, 1) == ["boris"]


def test_link_that_was_given_up_makes_way_for_the_item_a_person_brings(company):
    people.we_switch_the_export(company, "interview", "remove")
    writes_to_the_second(company, "anna", loads="busy")
    run(company, "anna", pull=True)
    people.we_switch_the_export(company, "interview", "on")
    run(company, "anna", pull=True)
    assert living(company, 1) == ["anna's second"]
    moved_aside(company, 1)
    writes_to_the_second(company, "anna", loads="interview")
    rest(company)
    assert living(company, 1) == ["anna"]
    assert "detached" not in actions(company, 1)


def test_their_move_of_a_cancelled_one_that_stayed_is_taken_when_it_is_restored():
    company = company_of(stays=True)
    people.we_decide(company, 1, "cancel")
    run(company, "anna", pull=True)
    people.they_move(company, 1, 20)
    run(company, "anna", pull=True)
    people.we_decide(company, 1, "restore")
    rest(company)
    assert company.office.content_of(1).when == company.copies(1)[0][1].content.when == people.at(20)


def test_our_winning_title_that_was_refused_and_then_taken_back_leaves_both_sides_equal():
    company = company_of(takes=True)
    people.google_refuses(company, 1)
    people.they_rename(company, 1, "Second talk")
    company.tick()
    people.we_rename(company, 1, "OFFER")
    run(company, "anna", pull=True)
    people.we_rename(company, 1, "")
    rest(company)
    assert company.copies(1)[0][1].content.title == company.office.content_of(1).title


def test_answer_given_before_we_invited_the_guest_is_known(company):
    people.they_invite(company, 1, GUEST)
    people.guest_answers(company, 1, GUEST, Answer.ACCEPTED)
    run(company, "anna", pull=True)
    people.we_invite(company, 1, GUEST)
    rest(company)
    assert [person.answer for person in company.office.events[1].content.people] == [Answer.ACCEPTED]


@pytest.mark.parametrize("kind", ["lost after", "crash"])
def test_guests_told_by_a_write_whose_answer_was_lost_are_not_told_again_by_a_later_edit(company, kind):
    people.we_move(company, 1, 9, tell=True)
    run_in_trouble(company, "anna", pull=False, kind=kind, at=0 if kind == "lost after" else 14)
    people.we_rename(company, 1, "Second talk")
    rest(company)
    assert company.providers["anna"].mails == ["anna1"]


def test_copy_on_its_way_to_another_calendar_is_taken_away_where_it_has_got_to(company):
    writes_to_the_second(company, "anna")
    run_in_trouble(company, "anna", pull=False, kind="lost after", at=0)
    people.we_disconnect(company, "anna", "remove")
    rest(company)
    assert living(company, 1) == []
    assert outward(company, 1) == ["created", "relocated", "removed"]


@pytest.mark.parametrize("then", ["ended", "switched off"])
def test_copy_too_many_is_removed_although_the_meeting_is_kept_as_it_is_meanwhile(company, then):
    """Its move was refused, so it was created in the other calendar; then its removal was refused, too."""
    people.google_refuses(company, 1)
    writes_to_the_second(company, "anna")
    run(company, "anna", pull=True)
    assert sorted(living(company, 1)) == ["anna", "anna's second"]
    if then == "ended":
        people.time_passes(company, 30)
    else:
        people.we_switch_the_export(company, "interview", "keep")
    rest(company)
    assert living(company, 1) == ["anna's second"]


def test_copy_to_be_taken_away_that_ended_before_is_removed_all_the_same_once_it_is_handed_over(company):
    people.we_switch_the_export(company, "interview", "remove")
    people.time_passes(company, 30)
    people.we_hand_it_to(company, 1, "boris")
    rest(company)
    assert living(company, 1) == []


def test_page_that_tells_of_before_our_write_takes_nothing_back():
    """The listing begins, we write between two of its pages, and the second page tells of the item as it was."""
    company = company_of(page=1)
    people.they_choose_a_place(company, 2, "Baikal")
    people.they_choose_a_place(company, 1, "Baikal")
    people.we_move(company, 1, 20, tell=False)
    run_in_trouble(company, "anna", pull=True, kind="lost before", at=8)  # the look after a 412
    assert company.office.content_of(1).when == people.at(20)
    rest(company)
    assert company.office.content_of(1).when == company.copies(1)[0][1].content.when == people.at(20)


def test_moved_in_time_and_to_another_calendar_at_once_is_read_whatever_its_etag(company):
    writes_to_the_first(company, "anna", loads="interview")
    rest(company)
    people.they_move(company, 1, 20)
    moved_aside(company, 1)
    other = company.providers["anna's second"]
    other.items["anna1"] = replace(other.items["anna1"], etag=company.office.links[1].etag)
    rest(company)
    assert company.office.content_of(1).when == people.at(20)


def test_told_through_one_calendar_is_not_told_again_through_the_other_when_people_go_back_and_forth(company):
    people.google_refuses(company, 2)
    writes_to_the_second(company, "anna")
    people.we_move(company, 2, 40, tell=True)
    run(company, "anna", pull=True)
    writes_to_the_first(company, "anna")
    run(company, "anna", pull=True)
    rest(company)
    assert sum(len(provider.mails) for provider in company.providers.values()) == 1


def test_their_move_of_a_cancelled_one_that_stayed_is_taken_although_its_new_title_never_got_there():
    company = company_of(stays=True)
    people.we_decide(company, 1, "cancel")
    run_while_they_keep_editing(company, "anna", times=9, hour=14)
    theirs = company.copies(1)[0][1].content.when
    people.we_decide(company, 1, "restore")
    rest(company)
    assert company.office.content_of(1).when == company.copies(1)[0][1].content.when == theirs


def test_cancelled_copy_that_was_to_be_taken_away_leaves_although_it_has_ended(company):
    people.we_switch_the_export(company, "interview", "remove")
    people.we_decide(company, 3, "cancel")
    people.time_passes(company, 30)
    rest(company)
    assert living(company, 3) == []


def test_item_carried_off_that_comes_back_agrees_with_the_meeting_as_it_is_now(company):
    moved_aside(company, 1)
    people.we_move(company, 1, 16, tell=False)
    people.we_decide(company, 1, "hold")
    run(company, "anna", pull=True)
    people.we_decide(company, 1, "revert")
    run(company, "anna", pull=False)
    writes_to_the_second(company, "anna", loads="interview")
    rest(company)
    assert [item.content.when for _, item in company.copies(1)] == [people.at(16)]


def test_told_by_a_creation_whose_answer_was_lost_is_not_told_again_through_another_calendar():
    company = Company(Setting())
    people.we_move(company, 1, 9, tell=True)
    loses_the_answer(company, "anna")
    writes_to_the_second(company, "anna")
    rest(company)
    assert sum(len(provider.mails) for provider in company.providers.values()) == 1
    assert (living(company, 1), outward(company, 1)) == (["anna's second"], ["created", "relocated"])


@pytest.mark.parametrize(("kind", "at_once"), [("lost before", False), ("lost after", True)])
def test_move_to_another_calendar_that_is_not_answered_holds_up_nothing_else(company, kind, at_once):
    writes_to_the_second(company, "anna")
    item = company.copies(1)[0][1]
    people.they_create(company, "anna's second", 20)
    run_in_trouble(company, "anna", pull=True, kind=kind, at=0)
    assert living(company, 1) == ["anna's second" if at_once else "anna"], "never twice"
    assert company.office.calendars["anna's second"].blocks, "the rest of the run went on"
    company.office.waiting.clear()
    rest(company)
    assert [(link.remote_id, there.remote_id) for link, there in company.copies(1)] == [(item.remote_id,) * 2]
    assert living(company, 1) == ["anna's second"]


def test_guest_taken_off_and_put_back_at_once_has_still_answered():
    company = company_of(winner=Winner.RECRUITING)
    people.we_invite(company, 3, GUEST)
    run(company, "boris", pull=True)
    people.guest_answers(company, 3, GUEST, Answer.ACCEPTED)
    run(company, "boris", pull=True)
    people.we_uninvite(company, 3, GUEST)
    people.we_invite(company, 3, GUEST)
    rest(company)
    assert [person.answer for person in company.office.content_of(3).people] == [Answer.ACCEPTED]
