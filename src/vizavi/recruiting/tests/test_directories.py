"""Stages and reasons are a directory for the lead."""

import pytest
from django.core.exceptions import PermissionDenied

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.recruiting import directories
from vizavi.recruiting.models import RejectionReason, Stage

pytestmark = pytest.mark.usefixtures("directories")


def test_a_stage_is_renamed_and_keeps_its_code(pavel, anna, now):
    stage = Stage.objects.get(code="phone")
    stage.name_ru = "Звонок"
    with pytest.raises(PermissionDenied):
        directories.save_stage(stage, by=anna, now=now)
    directories.save_stage(stage, by=pavel, now=now)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.changes) == ("stage.edited", {"name_ru": ["Телефонное интервью", "Звонок"]})


def test_two_stages_never_have_one_place(pavel, now):
    stage = Stage.objects.get(code="phone")
    stage.order = Stage.objects.get(code="offer").order
    with pytest.raises(RuleError):
        directories.save_stage(stage, by=pavel, now=now)


def test_a_reason_no_longer_used_is_switched_off(pavel, anna, now):
    reason = RejectionReason.objects.get(name_ru="график")
    reason.active = False
    with pytest.raises(PermissionDenied):
        directories.save_reason(reason, by=anna, now=now)
    directories.save_reason(reason, by=pavel, now=now)
    assert AuditEntry.objects.get().changes == {"active": [True, False]}
