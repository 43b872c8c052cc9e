"""Forms of the directories of people and recruiting."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vizavi.people.models import Department
from vizavi.recruiting.models import RejectionReason, Stage
from vizavi.web.forms import ModelForm


class DepartmentForm(ModelForm):
    class Meta:
        model = Department
        fields = ("name", "parent")

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [place for place in places if place[0] != self.instance.pk]
        self.fields["parent"].widget.choices = [("", _("Stands on top")), *others]


class StageNamesForm(ModelForm):
    class Meta:
        model = Stage
        fields = ("name_ru", "name_en", "order")
        widgets = {"order": forms.NumberInput(attrs={"min": 1})}
        help_texts = {"order": _("The columns of the funnel stand in the order of these numbers.")}


class ReasonForm(ModelForm):
    class Meta:
        model = RejectionReason
        fields = ("name_ru", "name_en", "active")
        help_texts = {
            "name_en": _("Left empty: the Russian name is shown."),
            "active": _("Switched off: the reason is no longer offered; those rejected for it keep it."),
        }
