"""Groups are sets of users; working hours are what a day may be."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.people import groups, operations
from vizavi.people.models import Group, User


def test_administrator_makes_a_group_and_the_log_names_its_members(olga, anna, sergey, now):
    group = groups.save_group(Group(name="ИТ-подбор"), [anna, sergey], by=olga, now=now)
    groups.save_group(group, [anna], by=olga, now=now)
    assert list(group.members.all()) == [anna]
    created, edited = AuditEntry.objects.order_by("pk")
    assert created.changes == {"members": [[], ["Анна Крылова", "Сергей Тарасов"]], "name": [None, "ИТ-подбор"]}
    assert edited.changes == {"members": [["Анна Крылова", "Сергей Тарасов"], ["Анна Крылова"]]}


def test_what_was_not_changed_is_not_logged(olga, anna, now):
    group = groups.save_group(Group(name="ИТ"), [anna], by=olga, now=now)
    groups.save_group(group, [anna], by=olga, now=now)
    assert AuditEntry.objects.count() == 1


def test_a_name_is_taken_in_any_case_of_its_letters(olga, now):
    groups.save_group(Group(name="Recruiting"), [], by=olga, now=now)
    with pytest.raises(RuleError) as refused:
        groups.save_group(Group(name="recruiting"), [], by=olga, now=now)
    assert (refused.value.field, Group.objects.count()) == ("name", 1)


def test_only_the_set_is_deleted(olga, anna, now):
    group = groups.save_group(Group(name="ИТ"), [anna], by=olga, now=now)
    groups.delete_group(group, by=olga, now=now)
    assert (Group.objects.exists(), User.objects.filter(pk=anna.pk).exists()) == (False, True)


def test_a_lead_makes_no_groups(pavel, now):
    with pytest.raises(PermissionDenied):
        groups.save_group(Group(name="ИТ"), [], by=pavel, now=now)
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "days", "field"),
    [
        (time(18), time(9), "12345", "work_to"),
        (time(9), time(9), "12345", "work_to"),
        (time(9), time(18), "", "work_days"),
        (time(9), time(18), "8", "work_days"),
        (time(9), time(18), "11", "work_days"),
    ],
)
def test_hours_that_make_no_sense_are_refused(anna, now, start, end, days, field):
    with pytest.raises(RuleError) as refused:
        operations.save_working_hours(anna, start=start, end=end, days=days, now=now)
    assert (refused.value.field, User.objects.get(pk=anna.pk).work_days) == (field, "12345")


def test_everybody_decides_on_own_hours(anna, now):
    operations.save_working_hours(anna, start=time(10), end=time(19), days="23456", now=now)
    stored = User.objects.get(pk=anna.pk)
    assert (stored.work_from, stored.work_to, stored.work_days) == (time(10), time(19), "23456")
    assert AuditEntry.objects.get().changes["work_days"] == ["12345", "23456"]
