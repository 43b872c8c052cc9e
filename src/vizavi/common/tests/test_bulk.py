"""Many rows by one statement hold what row by row saving would have stored."""

from datetime import UTC, datetime

import pytest

from vizavi.common import audit, bulk
from vizavi.common.models import AuditEntry
from vizavi.jobs.models import TaskDefinition

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def values(row: AuditEntry) -> dict:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


def test_rows_are_stored_as_if_each_had_been_saved():
    changes = {"title": ["Было «это»", None], "count": [1, 2]}
    lines = [audit.entry("event.loaded", "event", number, changes=changes, now=NOW) for number in (1, 2, 3)]
    bulk.insert(AuditEntry, lines)
    assert [values(row) for row in AuditEntry.objects.order_by("pk")] == [values(AuditEntry(**line)) for line in lines]


def test_a_taken_key_is_renewed_in_the_columns_named():
    first, again = ({"code": "nightly", "hour": hour, "minute": hour, "next_run_at": NOW} for hour in (1, 2))
    for row in (first, again):
        bulk.insert(TaskDefinition, [row], key=["code"], replaced=["hour"])
    stored = TaskDefinition.objects.get(code="nightly")
    assert (stored.hour, stored.minute, stored.next_run_at) == (2, 1, NOW)


def test_nothing_to_store_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(AuditEntry, [])
