"""Two versions of an event, field by field, as people read them."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vizavi.web.events.forms import EventForm

SILENT = {"revision", "reason", "optional", "notify"}


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    mine: str
    present: str


def differences(form: EventForm) -> list[Difference]:
    """What the form holds otherwise than the event as it is now (the form's initial values)."""
    return [
        Difference(str(form[name].label), _shown(form[name], form[name].data), _shown(form[name], form[name].initial))
        for name in form.changed_data
        if name not in SILENT
    ]


def _shown(field: BoundField, value: Any) -> str:
    try:
        value = field.field.to_python(value) if not isinstance(value, list) else value
    except forms.ValidationError:
        return str(value)
    match field.field:
        case forms.ModelMultipleChoiceField() as people:
            chosen = people.queryset.filter(pk__in=value or []) if people.queryset is not None else ()
            return ", ".join(str(row) for row in chosen) or "–"
        case forms.ModelChoiceField() as choice:
            return str(choice.label_from_instance(value)) if isinstance(value, Model) else "–"
        case forms.ChoiceField(widget=forms.Select(choices=choices)):
            return next((str(label) for code, label in choices if code == value), str(value or "–"))
        case forms.BooleanField():
            return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value or "–")
