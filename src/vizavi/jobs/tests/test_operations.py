"""Who may start and schedule the task, and what they are told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.jobs import operations
from vizavi.jobs.models import RunStatus, TaskRun
from vizavi.jobs.rules import Period

from .conftest import NOON, connect


def accounts_of(run: TaskRun) -> list[str]:
    return sorted(run.items.values_list("account__email", flat=True))


def test_the_recruiter_starts_her_own_account_only(loading, anna, olga):
    connect(anna)
    connect(olga)
    run = operations.run_now(loading, by=anna, now=NOON)
    assert accounts_of(run) == [anna.email]
    assert (run.status, run.total, run.done, run.started_by) == (RunStatus.QUEUED, 1, 0, anna)


def test_the_administrator_starts_all_connected_accounts(loading, anna, olga, sergey):
    connect(anna)
    connect(olga)
    connect(sergey, paused=True)
    assert accounts_of(operations.run_now(loading, by=olga, now=NOON)) == [anna.email, olga.email]


def test_the_account_of_somebody_who_left_is_not_loaded(loading, anna, olga):
    connect(anna)
    connect(olga)
    anna.is_active = False
    anna.save()
    assert accounts_of(operations.run_now(loading, by=olga, now=NOON)) == [olga.email]


def test_the_observer_may_not_start_anything(loading, watcher, anna):
    connect(anna)
    with pytest.raises(PermissionDenied):
        operations.run_now(loading, by=watcher, now=NOON)
    assert TaskRun.objects.count() == 0


def test_whoever_is_not_connected_is_told_where_to_connect(loading, anna, olga):
    connect(olga)
    with translation.override("ru"), pytest.raises(operations.RunRefused, match="Интеграция с Google"):
        operations.run_now(loading, by=anna, now=NOON)
    assert TaskRun.objects.count() == 0


def test_whoever_switched_the_calendar_off_is_told_where_to_switch_it_on(loading, anna):
    connect(anna, paused=True)
    with translation.override("ru"), pytest.raises(operations.RunRefused, match="ваш внешний календарь выключен"):
        operations.run_now(loading, by=anna, now=NOON)


def test_with_nobody_connected_the_administrator_is_told_so(loading, olga):
    with translation.override("ru"), pytest.raises(operations.RunRefused, match="ещё ни один пользователь"):
        operations.run_now(loading, by=olga, now=NOON)


def test_a_second_start_is_skipped_with_the_reason(loading, anna):
    connect(anna)
    first = operations.run_now(loading, by=anna, now=NOON)
    second = operations.run_now(loading, by=anna, now=NOON + timedelta(seconds=5))
    assert (second.status, second.total, second.finished_at) == (RunStatus.SKIPPED, 0, NOON + timedelta(seconds=5))
    with translation.override("ru"):
        assert second.why.startswith("Не запущено: такая же загрузка выполняется с 23.11.2026 12:00:00.")
    with translation.override("en"), timezone.override("Asia/Vladivostok"):
        assert second.why.startswith("Not started: the same load has been under way since Nov 23, 2026, 19:00:00.")
    assert accounts_of(first) == [anna.email]


def test_a_start_for_all_leaves_out_who_is_being_loaded_already(loading, anna, olga):
    connect(anna)
    connect(olga)
    operations.run_now(loading, by=anna, now=NOON)
    assert accounts_of(operations.run_now(loading, by=olga, now=NOON)) == [olga.email]


def test_the_administrator_sets_the_schedule(loading, olga):
    task = operations.schedule(loading, enabled=True, period=Period.DAILY, hour=7, minute=30, by=olga, now=NOON)
    assert task.next_run_at == datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    entry = AuditEntry.objects.get(action="task.scheduled")
    assert (entry.actor, entry.changes) == (olga, {"period": ["every", "daily"], "hour": [0, 7], "minute": [10, 30]})


@pytest.mark.parametrize(("enabled", "period"), [(False, Period.DAILY), (True, Period.MANUAL)])
def test_a_task_switched_off_or_by_hand_has_no_next_run(loading, olga, enabled, period):
    task = operations.schedule(loading, enabled=enabled, period=period, hour=7, minute=30, by=olga, now=NOON)
    assert task.next_run_at is None


@pytest.mark.parametrize(("hour", "minute", "field"), [(24, 0, "hour"), (0, 60, "minute"), (0, 0, "minute")])
def test_a_wrong_schedule_is_refused_at_the_field_and_nothing_is_saved(loading, olga, hour, minute, field):
    with pytest.raises(RuleError) as refused:
        operations.schedule(loading, enabled=True, period=Period.EVERY, hour=hour, minute=minute, by=olga, now=NOON)
    assert refused.value.field == field
    loading.refresh_from_db()
    assert (loading.hour, loading.minute, loading.next_run_at) == (0, 10, None)
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("person", ["anna", "sergey", "watcher"])
def test_only_administrators_set_the_schedule(loading, request, person):
    by = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        operations.schedule(loading, enabled=True, period=Period.EVERY, hour=1, minute=0, by=by, now=NOON)
