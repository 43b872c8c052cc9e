"""What becomes of a run: results, sums, a busy account, surprises, a worker that came back late."""

from datetime import timedelta

import pytest
from django.utils import translation

from vizavi.connections.work import WorkResult
from vizavi.jobs import runs
from vizavi.jobs.models import RunStatus, TaskRunItem

from .conftest import NOON, connect, make_user


def answering(*answers):
    """A stand-in for the engine: gives the next answer whatever the account."""
    waiting = list(answers)

    def work(account_id, *, pull, now):
        assert pull
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return work


@pytest.fixture
def run_of_two(loading, anna, olga):
    return runs.open_run(loading, [connect(anna), connect(olga)], by=olga, now=NOON)


def work_through(run, work, clock):
    for item in run.items.order_by("pk"):
        runs.work_item(item.pk, now=clock, work=work)
    run.refresh_from_db()
    return run


def test_a_good_run_sums_what_was_done(run_of_two, clock):
    work = answering(WorkResult("ok", {"read": 3, "moved": 1}), WorkResult("ok", {"read": 4, "blocks": 2}))
    run = work_through(run_of_two, work, clock)
    assert (run.status, run.done, run.finished_at) == (RunStatus.OK, 2, NOON)
    assert run.summary == {"read": 7, "moved": 1, "blocks": 2}


def test_progress_shows_after_each_account(run_of_two, clock):
    first, second = run_of_two.items.order_by("pk")
    runs.work_item(first.pk, now=clock, work=answering(WorkResult("ok", {"read": 3})))
    run_of_two.refresh_from_db()
    assert (run_of_two.status, run_of_two.done, run_of_two.total) == (RunStatus.RUNNING, 1, 2)
    assert run_of_two.summary == {"read": 3}
    assert run_of_two.finished_at is None
    second.refresh_from_db()
    assert second.status == RunStatus.QUEUED


@pytest.mark.parametrize(
    ("first", "second", "overall"),
    [
        ("ok", "failed", RunStatus.PARTIAL),
        ("ok", "partial", RunStatus.PARTIAL),
        ("failed", "failed", RunStatus.FAILED),
        ("partial", "partial", RunStatus.PARTIAL),
        ("off", "off", RunStatus.SKIPPED),
        ("ok", "off", RunStatus.PARTIAL),
    ],
)
def test_a_run_with_errors_is_never_called_done(run_of_two, clock, first, second, overall):
    work = answering(WorkResult(first, {}, "текст"), WorkResult(second, {}, "текст"))
    assert work_through(run_of_two, work, clock).status == overall


def test_the_sum_tells_how_many_accounts_failed_as_a_whole(run_of_two, clock):
    work = answering(WorkResult("ok", {"read": 3}), WorkResult("failed", {}, "текст"))
    assert work_through(run_of_two, work, clock).summary == {"read": 3, "failed_accounts": 1}


def test_a_surprise_in_one_account_stops_neither_the_other_nor_the_run(run_of_two, clock):
    work = answering(ZeroDivisionError("surprise"), WorkResult("ok", {"read": 1}))
    with translation.override("ru"):
        run = work_through(run_of_two, work, clock)
    assert (run.status, run.done) == (RunStatus.PARTIAL, 2)
    with translation.override("ru"):
        assert [(item.status, item.why) for item in run.items.order_by("pk")] == [
            ("failed", "Непредвиденная ошибка; загруженное сохранено. Подробности – в журнале сервера."),
            ("ok", ""),
        ]


def test_a_message_delivered_twice_works_once(run_of_two, clock):
    item = run_of_two.items.first()
    runs.work_item(item.pk, now=clock, work=answering(WorkResult("ok", {"read": 3})))
    assert runs.work_item(item.pk, now=clock, work=answering()) is None
    item.refresh_from_db()
    assert (item.claims, item.counts) == (1, {"read": 3})


def test_a_busy_account_is_tried_again_shortly(run_of_two, clock):
    item = run_of_two.items.first()
    again = runs.work_item(item.pk, now=clock, work=answering(WorkResult("busy", {})))
    assert again == NOON + runs.BUSY_RETRY
    item.refresh_from_db()
    assert (item.status, item.due_at) == (RunStatus.QUEUED, again)


def test_an_account_busy_for_two_minutes_is_skipped_with_the_reason(run_of_two, clock):
    item = run_of_two.items.first()
    runs.work_item(item.pk, now=clock, work=answering(WorkResult("busy", {})))
    later = NOON + runs.BUSY_PATIENCE
    assert runs.work_item(item.pk, now=lambda: later, work=answering(WorkResult("busy", {}))) is None
    item.refresh_from_db()
    assert item.status == RunStatus.SKIPPED
    with translation.override("ru"):
        assert item.why == "Пропущено: с этим аккаунтом всё это время работал другой обработчик."


def test_an_account_deleted_meanwhile_is_skipped(run_of_two, clock, anna):
    item = run_of_two.items.get(account__user=anna)
    anna.accounts.all().delete()
    runs.work_item(item.pk, now=clock, work=answering())
    item.refresh_from_db()
    assert (item.status, item.account, item.label) == (
        RunStatus.SKIPPED,
        None,
        "Анна Крылова · anna@vetervolna.example",
    )


def test_a_worker_that_comes_back_late_changes_nothing(run_of_two):
    item = run_of_two.items.first()
    slow = runs.claim(item.pk, now=NOON)
    TaskRunItem.objects.filter(pk=item.pk).update(status=RunStatus.QUEUED)
    quick = runs.claim(item.pk, now=NOON)
    runs.finish(quick, RunStatus.OK, counts={"read": 3}, now=NOON)
    runs.finish(slow, RunStatus.FAILED, error="late", now=NOON + timedelta(minutes=5))
    item.refresh_from_db()
    assert (item.status, item.counts, item.error) == (RunStatus.OK, {"read": 3}, "")


def test_many_scheduled_accounts_start_spread_over_some_seconds(loading):
    people = [make_user(f"p{n}@vetervolna.example", f"П{n}", "Петров", "recruiter") for n in range(6)]
    accounts = [connect(person) for person in people]
    assert {item.due_at for item in runs.open_run(loading, accounts[:5], by=None, now=NOON).items.all()} == {NOON}
    TaskRunItem.objects.all().delete()
    moments = [item.due_at for item in runs.open_run(loading, accounts, by=None, now=NOON).items.all()]
    assert len(set(moments)) == 6
    assert all(NOON <= moment <= NOON + timedelta(seconds=runs.JITTER_SECONDS) for moment in moments)
    TaskRunItem.objects.all().delete()
    by_hand = runs.open_run(loading, accounts, by=people[0], now=NOON)
    assert {item.due_at for item in by_hand.items.all()} == {NOON}
