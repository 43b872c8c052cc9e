"""The clock: due schedules start once, lost messages are sent again, dead workers are replaced."""

from datetime import timedelta

import pytest
from django.utils import translation

from vizavi.jobs import runs, sweep
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun
from vizavi.jobs.rules import Period

from .conftest import NOON, connect

MINUTE = timedelta(minutes=1)


@pytest.fixture
def due(loading):
    loading.next_run_at = NOON
    loading.save()
    return loading


def test_a_new_installation_gets_its_first_due_time(loading):
    assert sweep.arm(NOON) == [NOON + 10 * MINUTE]
    assert sweep.arm(NOON + MINUTE) == []
    loading.refresh_from_db()
    assert loading.next_run_at == NOON + 10 * MINUTE


def test_by_hand_and_switched_off_are_never_armed(loading):
    TaskDefinition.objects.update(period=Period.MANUAL)
    assert sweep.arm(NOON) == []
    TaskDefinition.objects.update(period=Period.EVERY, enabled=False)
    assert sweep.arm(NOON) == []


def test_a_due_schedule_starts_and_moves_on(due, anna):
    account = connect(anna)
    items, following = sweep.start_due(NOON + timedelta(seconds=20))
    assert [item.account for item in items] == [account]
    assert following == [NOON + 10 * MINUTE]  # counted from the due time: late clocks do not add up
    run = TaskRun.objects.get()
    assert (run.started_by, run.status, run.total) == (None, RunStatus.QUEUED, 1)


def test_a_schedule_is_not_started_before_its_time(due, anna):
    connect(anna)
    assert sweep.start_due(NOON - timedelta(seconds=1)) == ([], [])


def test_the_second_of_two_workers_starts_nothing(due, anna):
    connect(anna)
    stale = TaskDefinition.objects.get()
    sweep.start_due(NOON)
    assert sweep._move(stale, after=NOON) is None
    assert sweep.start_due(NOON) == ([], [])
    assert TaskRun.objects.count() == 1


def test_missed_runs_are_made_up_for_by_one(due, anna):
    connect(anna)
    _items, following = sweep.start_due(NOON + timedelta(hours=5))
    assert following == [NOON + timedelta(hours=5, minutes=10)]
    assert TaskRun.objects.count() == 1


def test_with_nobody_connected_the_log_stays_empty_and_the_schedule_goes_on(due):
    assert sweep.start_due(NOON) == ([], [NOON + 10 * MINUTE])
    assert TaskRun.objects.count() == 0


def test_a_run_that_takes_longer_than_its_interval_is_not_doubled(due, anna):
    connect(anna)
    sweep.start_due(NOON)
    items, _following = sweep.start_due(NOON + 10 * MINUTE)
    assert items == []
    assert list(TaskRun.objects.order_by("pk").values_list("status", flat=True)) == ["queued", "skipped"]


def test_an_item_whose_message_was_lost_is_sent_again_after_a_minute(loading, anna):
    item = runs.open_run(loading, [connect(anna)], by=anna, now=NOON).items.get()
    assert sweep.lost_items(NOON + MINUTE) == []
    assert sweep.lost_items(NOON + MINUTE + timedelta(seconds=1)) == [item.pk]
    assert sweep.lost_items(NOON + MINUTE + timedelta(seconds=2)) == []


def claimed_item(loading, account, *, claims=1):
    item = runs.open_run(loading, [account], by=account.user, now=NOON).items.get()
    for number in range(claims):
        if number:
            runs.TaskRunItem.objects.filter(pk=item.pk).update(status=RunStatus.QUEUED)
        runs.claim(item.pk, now=NOON)
    return item


def test_an_item_of_a_dead_worker_is_tried_again(loading, anna):
    item = claimed_item(loading, connect(anna, lease_until=NOON + MINUTE))
    assert sweep.dead_items(NOON + 2 * MINUTE) == []
    assert sweep.dead_items(NOON + 3 * MINUTE) == [item.pk]
    item.refresh_from_db()
    assert item.status == RunStatus.QUEUED


def test_a_long_load_under_a_living_lease_is_left_alone(loading, anna):
    item = claimed_item(loading, connect(anna, lease_until=NOON + 31 * MINUTE))
    assert sweep.dead_items(NOON + 30 * MINUTE) == []
    item.refresh_from_db()
    assert item.status == RunStatus.RUNNING


def test_an_account_that_kills_every_worker_is_given_up(loading, anna):
    item = claimed_item(loading, connect(anna), claims=3)
    assert sweep.dead_items(NOON + 3 * MINUTE) == []
    item.refresh_from_db()
    with translation.override("ru"):
        assert item.why == "Обработчик прерывался на этом аккаунте 3 раза подряд. Загруженное сохранено."
    run = TaskRun.objects.get()
    assert (run.status, run.done) == (RunStatus.FAILED, 1)


def test_old_runs_are_forgotten(loading, anna):
    old = runs.open_run(loading, [connect(anna)], by=anna, now=NOON)
    sweep.forget_old_runs(NOON + sweep.LOG_KEPT)
    assert list(TaskRun.objects.all()) == [old]
    sweep.forget_old_runs(NOON + sweep.LOG_KEPT + MINUTE)
    assert list(TaskRun.objects.all()) == []
