"""Fields of working hours, which the card of a user and one's own settings share."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

DAY_NAMES = {str(number + 1): name for number, name in WEEKDAYS_ABBR.items()}
HELP = _("In the person's own time zone. The calendar shades the rest of the week.")


class DaysField(forms.MultipleChoiceField):
    """Weekdays as boxes; the value is "12345"."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"label": _("Working days"), "required": False, "help_text": HELP}
        days = {"choices": list(DAY_NAMES.items()), "widget": forms.CheckboxSelectMultiple}
        super().__init__(**{**defaults, **kwargs, **days})

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "".join(sorted(super().clean(value)))


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
