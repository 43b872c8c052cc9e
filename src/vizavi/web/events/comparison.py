"""Two versions of an event, field by field, as people read them."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vizavi.web.events.forms import EventForm

SILENT = {"revision", "reason", "optional"}


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
    if isinstance(field.field, forms.ModelMultipleChoiceField):
        return ", ".join(str(row) for row in field.field.queryset.filter(pk__in=value or [])) or "–"
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field.field, forms.DateField):
        return date_format(value) if value else "–"
    if isinstance(field.field, forms.TimeField):
        return f"{value:%H:%M}" if value else "–"
    if isinstance(field.field, forms.ChoiceField) and not isinstance(value, Model):
        return str(dict(field.field.choices).get(value, value)) or "–"
    if isinstance(value, Model):
        return field.field.label_from_instance(value)  # type: ignore[attr-defined]
    return str(value or "–")
