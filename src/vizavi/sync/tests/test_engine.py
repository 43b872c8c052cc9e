"""What happens to one meeting: each test is a row of the tables in STYLE section 4 or of DESIGN section 5."""

from dataclasses import replace
from datetime import timedelta

import pytest

from vizavi.sync.engine import apply_deletions, pull, push
from vizavi.sync.errors import AuthRevoked, Throttled, Unavailable
from vizavi.sync.memory_store import MemoryStore
from vizavi.sync.model import (
    Answer,
    Desire,
    Group,
    LinkState,
    LocalStatus,
    Person,
    Policy,
    Rejected,
    Winner,
)
from vizavi.sync.ports import Note
from vizavi.sync.tests.values import World, at, meeting


@pytest.fixture
def world() -> World:
    world = World()
    world.store.add(meeting())
    push(world.session())
    return world


def later(world: World) -> None:
    """Our clock moves past the provider's, so that our next edit is the newer one."""
    world.now = world.provider.clock + timedelta(hours=1)


def test_planned_interview_appears_there(world):
    assert world.remote() == meeting()
    assert world.provider.calls["write"] == 1
    assert world.actions() == ["created"]


def test_nothing_is_sent_when_nothing_changed(world):
    push(world.session())
    pull(world.session())
    pull(world.session())
    assert world.provider.calls["write"] == 1


def test_ten_quick_moves_become_one_patch(world):
    for hour in range(10):
        world.store.edit(1, world.now, when=at(hour))
    push(world.session())
    assert world.remote() == meeting(9)
    assert world.provider.calls["write"] == 2


def test_title_written_there_survives_our_new_description(world):
    item = world.provider.items["remote1"]
    world.provider.human_puts("remote1", replace(item.content, title="Anna's own words"))
    world.store.edit(1, world.now, description="Bring your passport")
    pull(world.session())
    assert (world.remote().title, world.remote().description) == ("Anna's own words", "Bring your passport")
    assert world.store.events[1].content.title == meeting().title
    assert "conflict" not in world.actions()


def test_same_words_on_both_sides_are_no_edit_to_be_sent(world):
    item = world.provider.items["remote1"]
    world.provider.human_puts("remote1", replace(item.content, title="Second talk"))
    world.store.edit(1, world.now, title="Second talk")
    pull(world.session())
    assert world.provider.calls["write"] == 1


def test_move_there_moves_it_here(world):
    world.provider.human_puts("remote1", meeting(3))
    pull(world.session())
    assert world.local() == meeting(3)
    assert world.provider.calls["write"] == 1, "taking their move is not echoed back"
    assert "taken" in world.actions()


def test_all_day_there_becomes_all_day_here_and_back(world):
    day = replace(at(0), start=at(0).start.date(), end=at(24).start.date())
    world.provider.human_puts("remote1", replace(meeting(), when=day))
    pull(world.session())
    assert world.local().when == day
    world.store.edit(1, world.now, when=at(2))
    push(world.session())
    assert world.remote().when == at(2)


def test_their_title_is_left_alone_and_not_taken(world):
    world.provider.human_puts("remote1", meeting(title="Dentist"))
    pull(world.session())
    assert world.local().title == "Interview: Orlov"
    world.store.edit(1, world.now, when=at(5))
    push(world.session())
    assert world.remote() == meeting(5, title="Dentist"), "only the group we changed is sent"


def test_their_title_is_taken_where_the_account_lets_it_in(world):
    world.store.policy = Policy(takes=frozenset({Group.TIME, Group.TEXT}))
    world.provider.human_puts("remote1", meeting(title="Second talk"))
    pull(world.session())
    assert world.local().title == "Second talk"


def test_different_groups_changed_on_both_sides_both_live(world):
    world.provider.human_puts("remote1", meeting(4))
    world.store.edit(1, world.now, title="Interview: Orlov – QA")
    pull(world.session())
    assert world.local() == world.remote() == meeting(4, title="Interview: Orlov – QA")
    assert "conflict" not in world.actions()


def test_both_moved_it_to_the_same_time_is_no_conflict(world):
    world.provider.human_puts("remote1", meeting(4))
    world.store.edit(1, world.now, when=at(4))
    pull(world.session())
    assert world.local() == world.remote() == meeting(4)
    assert "conflict" not in world.actions()


@pytest.mark.parametrize(
    ("winner", "our_edit_is_later", "expected"),
    [
        (Winner.RECRUITING, False, 6),
        (Winner.CALENDAR, True, 4),
        (Winner.NEWEST, True, 6),
        (Winner.NEWEST, False, 4),
    ],
)
def test_both_moved_it_apart_and_the_policy_decides(world, winner, our_edit_is_later, expected):
    world.store.policy = Policy(winner=winner)
    world.provider.human_puts("remote1", meeting(4))
    if our_edit_is_later:
        later(world)
    world.store.edit(1, world.now, when=at(6))
    pull(world.session())
    assert world.local() == world.remote() == meeting(expected)
    assert "conflict" in world.actions()


def test_a_412_is_read_and_rebased(world):
    world.provider.human_puts("remote1", meeting(title="Edited there"))
    world.store.edit(1, world.now, when=at(7))
    push(world.session())
    assert world.remote() == meeting(7, title="Edited there")
    assert world.provider.overwritten == 0


def test_cancelled_here_is_removed_there_whatever_was_edited_there(world):
    world.provider.human_puts("remote1", meeting(8))
    world.store.set_status(1, LocalStatus.CANCELLED)
    push(world.session())
    assert world.remote() is None
    assert world.store.links[1].state is LinkState.GONE


def test_cancelled_and_restored_before_the_removal_went_out_takes_their_move(world):
    world.provider.human_puts("remote1", meeting(8))
    world.store.set_status(1, LocalStatus.CANCELLED)
    world.provider.lose = ["", "before"]  # their move is read, our removal is lost
    with pytest.raises(Unavailable):
        pull(world.session())
    world.store.set_status(1, LocalStatus.OPEN)
    push(world.session())
    assert world.local() == world.remote() == meeting(8)


def test_held_is_left_as_it_is_and_their_move_is_only_journalled(world):
    world.store.set_status(1, LocalStatus.FINAL)
    world.provider.human_puts("remote1", meeting(8))
    pull(world.session())
    assert world.local() == meeting()
    assert world.remote() == meeting(8)
    assert "final_kept" in world.actions()


def test_reverted_to_planned_it_takes_the_move_it_ignored_while_held(world):
    world.store.set_status(1, LocalStatus.FINAL)
    world.provider.human_puts("remote1", meeting(8))
    pull(world.session())
    world.store.set_status(1, LocalStatus.OPEN)
    push(world.session())
    assert world.local() == world.remote() == meeting(8)


def test_deletion_of_a_held_event_there_is_no_question(world):
    world.store.set_status(1, LocalStatus.FINAL)
    world.provider.human_deletes("remote1")
    pull(world.session())
    assert world.store.links[1].state is LinkState.GONE
    assert world.store.events[1].status is LocalStatus.FINAL


def test_deletion_there_detaches_and_asks(world):
    world.provider.human_deletes("remote1")
    pull(world.session())
    assert world.store.links[1].state is LinkState.DETACHED
    assert world.store.events[1].status is LocalStatus.OPEN
    world.store.edit(1, world.now, when=at(2))
    push(world.session())
    assert world.remote() is None, "nothing goes out before the question is answered"


def test_deletion_there_cancels_where_the_account_says_so(world):
    world.store.policy = Policy(cancel_on_remote_delete=True)
    world.provider.human_deletes("remote1")
    pull(world.session())
    assert world.store.events[1].status is LocalStatus.CANCELLED


def test_item_that_comes_back_to_life_is_linked_again_and_compared_with_its_past(world):
    world.provider.human_deletes("remote1")
    pull(world.session())
    world.provider.human_puts("remote1", meeting(5))
    pull(world.session())
    assert world.store.links[1].state is LinkState.LIVE
    assert world.local() == meeting(5)


def test_restored_event_is_undeleted_there(world):
    world.store.set_status(1, LocalStatus.CANCELLED)
    push(world.session())
    world.store.set_status(1, LocalStatus.OPEN)
    push(world.session())
    assert world.remote() == meeting()
    assert list(world.provider.living()) == ["remote1"]
    assert world.actions()[-1] == "restored"


def test_refused_undelete_stores_a_new_id_and_creates(world):
    world.store.set_status(1, LocalStatus.CANCELLED)
    push(world.session())
    world.provider.rejects["remote1"] = Rejected("400/invalid", "no")
    world.store.set_status(1, LocalStatus.OPEN)
    push(world.session())
    assert world.remote() == meeting()
    assert len(world.provider.living()) == 1


def test_event_cancelled_before_it_was_ever_sent_makes_no_call():
    world = World()
    world.store.add(meeting(), status=LocalStatus.CANCELLED)
    push(world.session())
    assert world.provider.calls == {}


def test_past_event_is_never_newly_created():
    world = World()
    world.store.add(meeting(-30))
    push(world.session())
    assert world.provider.items == {}


def test_export_switched_off_keeps_the_copy_and_switching_on_catches_up(world):
    world.store.events[1].desire = Desire.KEEP
    world.store.edit(1, world.now, title="Changed while off")
    world.provider.human_puts("remote1", meeting(3))
    pull(world.session())
    assert world.local() == meeting(title="Changed while off")
    assert world.remote() == meeting(3)
    world.store.events[1].desire = Desire.PRESENT
    world.store.events[1].revision += 1
    push(world.session())
    assert world.local() == world.remote() == meeting(3, title="Changed while off")


def test_responsible_changed_removes_the_copy(world):
    world.store.events[1].desire = Desire.ABSENT
    world.store.events[1].revision += 1
    push(world.session())
    assert world.remote() is None


@pytest.mark.parametrize("loss", ["before", "after"])
def test_lost_creation_is_never_doubled(loss):
    world = World()
    world.store.add(meeting())
    world.provider.lose = [loss]
    with pytest.raises(Unavailable):
        push(world.session())
    assert world.store.links[1].in_flight is not None
    world.store.retry()
    push(world.session())
    assert [item.content for item in world.provider.living().values()] == [meeting()]
    assert len(world.provider.items) == 1


@pytest.mark.parametrize("loss", ["before", "after"])
def test_lost_patch_is_no_conflict_when_nobody_else_edits(world, loss):
    world.store.edit(1, world.now, when=at(3))
    world.provider.lose = [loss]
    with pytest.raises(Unavailable):
        push(world.session())
    world.store.edit(1, world.now, when=at(5))
    push(world.session())
    assert world.local() == world.remote() == meeting(5)
    assert "conflict" not in world.actions()


def test_lost_creation_deleted_by_a_human_meanwhile_is_a_question():
    world = World()
    world.store.add(meeting())
    world.provider.lose = ["after"]
    with pytest.raises(Unavailable):
        push(world.session())
    world.provider.human_deletes("remote1")
    world.store.retry()
    push(world.session())
    pull(world.session())
    assert world.store.links[1].state is LinkState.DETACHED
    assert len(world.provider.items) == 1


def test_server_that_rewrites_text_comes_to_rest(world):
    world.provider.lower_cases = True
    world.store.edit(1, world.now, title="Interview: ORLOV")
    push(world.session())
    calls = world.provider.calls["write"]
    pull(world.session())
    pull(world.session())
    assert world.provider.calls["write"] == calls
    assert world.local().title == "Interview: ORLOV"


def test_refused_event_is_quarantined_and_the_others_go_on():
    world = World()
    for hour in range(3):
        world.store.add(meeting(hour))
    world.provider.rejects["remote2"] = Rejected("400/invalid", "Bad value.")
    push(world.session())
    assert sorted(world.provider.living()) == ["remote1", "remote3"]
    assert world.store.waiting[2].text == "Bad value."
    world.provider.rejects.clear()
    world.store.retry()
    push(world.session())
    assert len(world.provider.living()) == 3


def test_throttled_batch_was_not_sent_and_is_not_in_flight():
    world = World()
    world.store.add(meeting())
    world.provider.raises = [Throttled("slow down")]
    with pytest.raises(Throttled):
        push(world.session())
    assert world.store.links[1].in_flight is None
    push(world.session())
    assert world.remote() == meeting()


def test_revoked_account_keeps_its_work(world):
    world.store.edit(1, world.now, when=at(3))
    world.provider.raises = [AuthRevoked("invalid_grant")]
    with pytest.raises(AuthRevoked):
        push(world.session())
    push(world.session())
    assert world.remote() == meeting(3)


def test_cursor_is_stored_only_with_the_last_page(world):
    world.provider.page_size = 1
    for number in range(3):
        world.provider.human_puts(f"foreign{number}", meeting(number))
    world.provider.lose = ["", "", "before"]
    with pytest.raises(Unavailable):
        pull(world.session())
    assert world.store.cursor is None
    pull(world.session())
    assert sorted(world.store.blocks) == ["foreign0", "foreign1", "foreign2"]


def test_expired_cursor_means_a_full_reading_that_wipes_nothing(world):
    pull(world.session())
    world.provider.expire_cursors()
    world.provider.human_puts("remote1", meeting(2))
    session = world.session()
    pull(session)
    assert world.local() == meeting(2)
    assert session.counts["rereads"] == 1


def test_item_absent_from_a_full_reading_is_asked_for_before_it_counts_as_deleted(world):
    pull(world.session())
    world.provider.human_deletes("remote1")
    world.provider.expire_cursors()
    fetches = world.provider.calls["fetch"]
    pull(world.session())
    assert world.provider.calls["fetch"] == fetches + 1
    assert world.store.links[1].state is LinkState.DETACHED


def test_brake_holds_all_deletions_until_somebody_answers():
    world = World()
    for hour in range(4):
        world.store.add(meeting(hour))
    push(world.session())
    pull(world.session())
    world.store.account.brake_at = 4
    for number in range(1, 5):
        world.provider.human_deletes(f"remote{number}")
    session = world.session()
    pull(session)
    assert session.counts["braked"] == 4
    assert {link.state for link in world.store.links.values()} == {LinkState.LIVE}
    world.store.account.brake_at = 5
    apply_deletions(world.session())
    assert {link.state for link in world.store.links.values()} == {LinkState.DETACHED}


def test_guest_added_there_survives_our_change_of_the_list(world):
    anna, sergey, boris = (Person(f"{name}@example.com") for name in ("anna", "sergey", "boris"))
    world.store.edit(1, world.now, people=(anna,))
    push(world.session())
    world.provider.human_puts("remote1", replace(world.remote(), people=(replace(anna, answer=Answer.ACCEPTED), boris)))
    world.store.edit(1, world.now, people=(anna, sergey))
    pull(world.session())
    assert [person.email for person in world.remote().people] == [anna.email, boris.email, sergey.email]
    assert world.remote().people[0].answer is Answer.ACCEPTED
    assert world.local().people[0].answer is Answer.ACCEPTED


def test_inbound_work_mails_nobody(world):
    world.provider.human_puts("remote1", meeting(3))
    pull(world.session())
    assert world.provider.mails == []


def test_saving_with_notice_mails_once(world):
    world.store.edit(1, world.now, when=at(3))
    world.store.events[1].notify_revision = world.store.events[1].revision
    push(world.session())
    world.store.edit(1, world.now, when=at(4))
    push(world.session())
    assert world.provider.mails == ["remote1"]


def test_removal_of_an_announced_event_is_announced_too(world):
    world.store.edit(1, world.now, when=at(3))
    world.store.events[1].notify_revision = world.store.events[1].revision
    push(world.session())
    world.store.set_status(1, LocalStatus.CANCELLED)
    push(world.session())
    assert world.provider.mails == ["remote1", "remote1"]


def test_failed_transaction_leaves_nothing_behind():
    store = MemoryStore()
    number = store.add(meeting())
    store.pending(at(0).start, 10)

    def die_half_way():
        with store.transaction():
            store.take(store.links[number], meeting(9), frozenset({Group.TIME}), Note("taken", outward=False))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die_half_way()
    assert store.events[number].content == meeting()
    assert store.journal == []


def test_answer_given_while_another_item_is_read_is_not_overwritten(world, monkeypatch):
    world.store.add(meeting(5))
    push(world.session())
    world.provider.human_deletes("remote2")
    pull(world.session())
    assert world.store.links[2].state is LinkState.DETACHED
    read = world.provider.fetch

    def answered_meanwhile(remote_id):
        if remote_id == "remote1":
            link = world.store.links[2]
            world.store.links[2] = replace(link, state=LinkState.GONE, base_local=None, base_remote=None)
            world.store.edit(2, world.now)
        return read(remote_id)

    monkeypatch.setattr(world.provider, "fetch", answered_meanwhile)
    world.store.links[1] = replace(world.store.links[1], etag="")
    for number in (1, 2):
        world.store.edit(number, world.now, when=at(7))
    push(world.session())
    assert world.remote(2) == meeting(7), "exported again, as was asked for"
