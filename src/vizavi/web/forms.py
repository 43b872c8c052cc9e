"""Forms drawn with Tabler: the right classes on each widget, errors at the field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from vizavi.common.errors import RuleError


class TablerField(BoundField):
    """A bound field whose widget carries Tabler's classes and shows its errors (`is-invalid`)."""

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_typed(self) -> bool:
        """Something to type; a choice is always made, so it needs no mark of being required."""
        return not isinstance(self.field.widget, forms.Select)

    @property
    def is_checklist(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxSelectMultiple)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        shape = self._shape(widget or self.field.widget)
        own = (widget or self.field.widget).attrs.get("class", "")
        built["class"] = " ".join(filter(None, [shape, own, "is-invalid" if self.errors else ""]))
        return built

    @staticmethod
    def _shape(widget: forms.Widget) -> str:
        if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "form-check-input"
        if isinstance(widget, forms.Select):
            return "form-select"
        return "form-control"


class Form(forms.Form):
    bound_field_class = TablerField
    template_name = "web/_form.html"


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    bound_field_class = TablerField
    template_name = "web/_form.html"


def accepted(form: forms.BaseForm, save: Callable[[], object]) -> bool:
    """Run `save` on a valid form; a value that a rule refuses is shown at its field, and nothing was changed."""
    if not form.is_valid():
        return False
    try:
        save()
    except RuleError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
