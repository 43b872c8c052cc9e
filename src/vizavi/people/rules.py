"""What working hours may be: pure functions of values."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError


def check_working_hours(start: time, end: time, days: str) -> None:
    """`days` are ISO weekdays, "12345"."""
    if end <= start:
        raise RuleError(
            "work_to", "before_start", _("The working day ends before it begins. Correct one of the times.")
        )
    if not days or set(days) - set("1234567") or len(set(days)) != len(days):
        raise RuleError("work_days", "days", _("Choose at least one working day."))
