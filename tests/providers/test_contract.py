"""What every provider promises to the engine; a provider is done when this passes (STYLE 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from tests.providers.remotes import Remote

from vizavi.sync.errors import CursorExpired, Unavailable
from vizavi.sync.merge import same
from vizavi.sync.model import (
    AlreadyThere,
    Content,
    Create,
    Group,
    Missing,
    Move,
    Moved,
    Patch,
    Person,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Stamp,
    When,
)

START = datetime(2027, 3, 10, 9, tzinfo=UTC)
INTERVIEW = Content(
    When(START, START + timedelta(hours=1), "Europe/Moscow"),
    title="Интервью: Анна Белова – Python-разработчик",
    description="Ждём вас.\nhttps://vizavi.example/events/1",
    location="Байкал",
)
DAY = replace(INTERVIEW, when=When(date(2027, 3, 10), date(2027, 3, 11), "Europe/Moscow"))
SERGEY, ELENA = Person("sergey.tarasov@vetervolna.example"), Person("elena.gromova@vetervolna.example", optional=True)


def new_id() -> str:
    return uuid4().hex


def stamp(remote_id: str, revision: int = 1) -> Stamp:
    return Stamp("install", "event", remote_id, revision, "interview")


def create(remote_id: str, content: Content = INTERVIEW, *, notify: bool = False) -> Create:
    return Create(1, remote_id, content, stamp(remote_id), notify)


def patch(item: RemoteItem, content: Content, *groups: Group, revive: bool = False) -> Patch:
    chosen = frozenset(groups or Group)
    return Patch(1, item.remote_id, item.etag, content, chosen, stamp(item.remote_id, 2), revive=revive)


def put(remote: Remote, content: Content = INTERVIEW) -> RemoteItem:
    [item] = remote.provider.write([create(new_id(), content)])
    assert isinstance(item, RemoteItem)
    return item


def fetched(remote: Remote, remote_id: str) -> RemoteItem:
    item = remote.provider.fetch(remote_id)
    assert isinstance(item, RemoteItem)
    return item


def agrees(one: Content | None, other: Content) -> bool:
    return one is not None and all(same(one, other, group) for group in Group)


def read(remote: Remote, cursor: str | None = None, since: datetime | None = None) -> tuple[dict[str, RemoteItem], str]:
    pages = list(remote.provider.changes(cursor, since))
    assert [page.cursor for page in pages[:-1]] == [None] * (len(pages) - 1)
    assert pages[-1].cursor is not None
    return {item.remote_id: item for page in pages for item in page.items}, pages[-1].cursor


@pytest.mark.parametrize("content", [INTERVIEW, DAY, replace(INTERVIEW, people=(ELENA, SERGEY))])
def test_what_was_created_reads_back_equal_with_its_stamp(remote: Remote, content: Content) -> None:
    made = put(remote, content)
    found = fetched(remote, made.remote_id)
    assert agrees(made.content, content)
    assert agrees(found.content, content)
    assert (found.etag, found.stamp) == (made.etag, stamp(made.remote_id))
    assert not found.deleted
    assert found.ical_uid


def test_private_free_and_tentative_are_kept(remote: Remote) -> None:
    content = replace(INTERVIEW, private=True, busy=False, tentative=True)
    assert agrees(put(remote, content).content, content)


def test_an_id_that_is_taken_says_so_and_changes_nothing(remote: Remote) -> None:
    made = put(remote)
    assert remote.provider.write([create(made.remote_id, DAY)]) == [AlreadyThere()]
    assert fetched(remote, made.remote_id) == made


def test_the_id_of_a_deleted_item_is_never_free_again(remote: Remote) -> None:
    made = put(remote)
    remote.human_deletes(made.remote_id)
    assert remote.provider.write([create(made.remote_id)]) == [AlreadyThere()]


def test_a_patch_changes_only_its_groups(remote: Remote) -> None:
    made = put(remote)
    later = replace(INTERVIEW.when, start=START + timedelta(hours=2), end=START + timedelta(hours=3))
    other = Content(later, title="не это", description="не это", location="не это")
    [item] = remote.provider.write([patch(made, other, Group.TIME)])
    assert isinstance(item, RemoteItem)
    assert agrees(item.content, replace(INTERVIEW, when=later))
    assert item.etag != made.etag
    assert item.stamp == stamp(made.remote_id, 2)


@pytest.mark.parametrize(("before", "after"), [(INTERVIEW, DAY), (DAY, INTERVIEW)])
def test_all_day_and_timed_change_into_each_other(remote: Remote, before: Content, after: Content) -> None:
    made = put(remote, before)
    [item] = remote.provider.write([patch(made, after, Group.TIME)])
    assert isinstance(item, RemoteItem)
    assert agrees(item.content, after)


def test_a_patch_on_an_old_etag_is_stale_and_changes_nothing(remote: Remote) -> None:
    made = put(remote)
    remote.human_puts(made.remote_id, replace(INTERVIEW, title="человек"))
    now = fetched(remote, made.remote_id)
    assert remote.provider.write([patch(made, DAY)]) == [Stale()]
    assert fetched(remote, made.remote_id) == now


def test_patching_and_fetching_what_never_was_is_missing(remote: Remote) -> None:
    ghost = replace(put(remote), remote_id=new_id())
    assert remote.provider.fetch(ghost.remote_id) == Missing()
    assert remote.provider.write([patch(ghost, DAY, Group.TIME)]) == [Missing()]


def test_removing_is_done_even_when_done_before(remote: Remote) -> None:
    made = put(remote)
    remove = Remove(1, made.remote_id)
    assert remote.provider.write([remove]) == [Removed()]
    assert remote.provider.write([remove]) == [Removed()]
    assert remote.provider.write([Remove(1, new_id())]) == [Removed()]
    assert fetched(remote, made.remote_id).deleted


def test_an_item_deleted_by_a_human_comes_back_on_our_intent(remote: Remote) -> None:
    made = put(remote)
    remote.human_deletes(made.remote_id)
    tombstone = fetched(remote, made.remote_id)
    assert tombstone.deleted
    [item] = remote.provider.write([patch(tombstone, INTERVIEW, revive=True)])
    assert isinstance(item, RemoteItem)
    assert not item.deleted
    assert agrees(item.content, INTERVIEW)


def test_a_first_reading_tells_what_lives_and_the_next_one_what_changed(remote: Remote) -> None:
    kept, moved, dropped = put(remote), put(remote), put(remote)
    first, cursor = read(remote)
    assert first.keys() == {kept.remote_id, moved.remote_id, dropped.remote_id}
    assert read(remote, cursor)[0] == {}
    remote.human_puts(moved.remote_id, DAY)
    remote.human_deletes(dropped.remote_id)
    changed, later = read(remote, cursor)
    assert {key: item.deleted for key, item in changed.items()} == {moved.remote_id: False, dropped.remote_id: True}
    assert agrees(changed[moved.remote_id].content, DAY)
    assert read(remote, later)[0] == {}


def test_a_first_reading_leaves_out_what_ended_before_and_what_is_deleted(remote: Remote) -> None:
    early, late, dropped = (
        put(remote),
        put(remote, replace(INTERVIEW, when=_on(START + timedelta(days=9)))),
        put(remote),
    )
    remote.human_deletes(dropped.remote_id)
    found, _ = read(remote, since=START + timedelta(days=2))
    assert found.keys() == {late.remote_id}
    assert early.remote_id not in found


def test_our_own_write_shows_up_with_the_etag_it_was_answered_with(remote: Remote) -> None:
    _, cursor = read(remote)
    made = put(remote)
    changed, _ = read(remote, cursor)
    assert {key: (item.etag, item.stamp) for key, item in changed.items()} == {made.remote_id: (made.etag, made.stamp)}


def test_an_old_cursor_is_refused(remote: Remote) -> None:
    put(remote)
    _, cursor = read(remote)
    remote.expire_cursors()
    with pytest.raises(CursorExpired):
        list(remote.provider.changes(cursor, None))
    assert len(read(remote)[0]) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_lost_reply_says_that_the_effect_is_unknown(remote: Remote, after: bool) -> None:
    remote_id = new_id()
    remote.lose_next_write(after=after)
    with pytest.raises(Unavailable):
        remote.provider.write([create(remote_id)])
    assert isinstance(remote.provider.fetch(remote_id), RemoteItem) is after


def test_a_batch_answers_each_write_in_order(remote: Remote) -> None:
    old, stale, gone = put(remote), put(remote), put(remote)
    remote.human_puts(stale.remote_id, DAY)
    fresh = new_id()
    outcomes = remote.provider.write(
        [
            patch(old, DAY, Group.TIME),
            create(fresh),
            patch(stale, INTERVIEW, Group.TIME),
            Remove(1, gone.remote_id),
            create(old.remote_id),
            patch(replace(old, remote_id=new_id()), DAY, Group.TIME),
        ]
    )
    assert [type(outcome) for outcome in outcomes][:4] == [RemoteItem, RemoteItem, Stale, Removed]
    assert [outcome.remote_id for outcome in outcomes[:2]] == [old.remote_id, fresh]
    assert outcomes[5] == Missing()
    assert agrees(fetched(remote, old.remote_id).content, replace(INTERVIEW, when=DAY.when))


def test_fifty_writes_at_once_all_arrive(remote: Remote) -> None:
    ids = [new_id() for _ in range(50)]
    outcomes = remote.provider.write([create(remote_id) for remote_id in ids])
    assert [outcome.remote_id for outcome in outcomes if isinstance(outcome, RemoteItem)] == ids
    assert read(remote)[0].keys() == set(ids)


def test_nobody_is_mailed_unless_it_is_meant(remote: Remote) -> None:
    guests = replace(INTERVIEW, people=(SERGEY,))
    made = put(remote, guests)
    assert remote.mails() == 0
    [item] = remote.provider.write([patch(made, replace(guests, when=DAY.when), Group.TIME)])
    assert isinstance(item, RemoteItem)
    assert remote.mails() == 0
    assert remote.provider.write([Remove(1, made.remote_id, notify=True)]) == [Removed()]
    assert remote.mails() == 1


def test_guests_come_and_go_and_nothing_else_changes(remote: Remote) -> None:
    made = put(remote, replace(INTERVIEW, people=(SERGEY,)))
    wanted = replace(INTERVIEW, people=(ELENA, SERGEY))
    [item] = remote.provider.write([patch(made, wanted, Group.PEOPLE)])
    assert isinstance(item, RemoteItem)
    assert agrees(item.content, wanted)
    [item] = remote.provider.write([patch(item, INTERVIEW, Group.PEOPLE)])
    assert isinstance(item, RemoteItem)
    assert agrees(item.content, INTERVIEW)


def test_an_item_moves_to_another_calendar_with_its_id_its_stamp_and_its_people(remote: Remote) -> None:
    made = put(remote, replace(INTERVIEW, people=(SERGEY,)))
    _, cursor = read(remote)
    name, there = remote.neighbour()
    assert remote.provider.write([Move(1, made.remote_id, name)]) == [Moved()]
    moved = there.fetch(made.remote_id)
    assert isinstance(moved, RemoteItem)
    assert (moved.deleted, moved.stamp) == (False, made.stamp)
    assert agrees(moved.content, replace(INTERVIEW, people=(SERGEY,)))
    assert [(item.remote_id, item.deleted) for item in read(remote, cursor)[0].values()] == [(made.remote_id, True)]
    assert remote.mails() == 0


def test_moving_what_is_gone_is_missing(remote: Remote) -> None:
    gone = put(remote)
    name, _ = remote.neighbour()
    remote.human_deletes(gone.remote_id)
    assert remote.provider.write([Move(1, gone.remote_id, name)]) == [Missing()]
    assert remote.provider.write([Move(1, new_id(), name), Move(2, gone.remote_id, name)]) == [Missing(), Missing()]


def test_nothing_moves_onto_an_item_that_is_there(remote: Remote) -> None:
    made = put(remote)
    name, there = remote.neighbour()
    there.write([create(made.remote_id)])
    [outcome] = remote.provider.write([Move(1, made.remote_id, name)])
    assert isinstance(outcome, Rejected)
    assert isinstance(remote.provider.fetch(made.remote_id), RemoteItem)


def _on(start: datetime) -> When:
    return When(start, start + timedelta(hours=1), "Europe/Moscow")
