"""The directories of recruiting: stages of the funnel and reasons of rejection."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import rows
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.people.models import User
from vizavi.recruiting.models import RejectionReason, Stage


def save_stage(stage: Stage, *, by: User, now: datetime) -> Stage:
    """Rename or reorder; code and kind are what programs go by and stay."""
    require(by, Right.EDIT_DIRECTORIES)
    with transaction.atomic():
        if Stage.objects.filter(order=stage.order).exclude(pk=stage.pk).exists():
            raise RuleError("order", "taken", _("Another stage has this place. Enter a different number."))
        rows.save(stage, "stage", by=by, now=now)
    return stage


def save_reason(reason: RejectionReason, *, by: User, now: datetime) -> RejectionReason:
    require(by, Right.EDIT_DIRECTORIES)
    with transaction.atomic():
        rows.save(reason, "rejection_reason", by=by, now=now)
    return reason
