"""Forms of the directories and of the schedule of tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vizavi.events.models import EventType, Room
from vizavi.jobs.rules import Period, Plan, problems
from vizavi.web.forms import Form, ModelForm

HOUR_ERRORS = {"invalid": _("Hour is a whole number from 0 to 23.")}
MINUTE_ERRORS = {"invalid": _("Minute is a whole number from 0 to 59.")}


MAIN = (
    "name_ru",
    "name_en",
    "code",
    "color",
    "duration",
    "default_all_day",
    "buffer_before",
    "buffer_after",
    "default_format",
    "in_grid",
    "active",
    "order",
)
DETAILS = (
    "export_enabled",
    "title_template",
    "hide_candidate",
    "invite_participants",
    "visibility",
    "needs_candidate",
    "needs_vacancy",
    "needs_link",
)


class EventTypeForm(ModelForm):
    """The card's two tabs: `MAIN` and «Доп. сведения»."""

    class Meta:
        model = EventType
        fields = MAIN + DETAILS
        widgets = {"color": forms.TextInput(attrs={"type": "color", "class": "form-control-color"})}
        help_texts = {
            "code": _("A short Latin name for exchange with other systems; unchanged once in use."),
            "in_grid": _("Switched off: correspondence that takes no time in the calendar."),
            "active": _("Switched off: no new events of this type; the old ones stay."),
            "hide_candidate": _("The external calendar then shows the type and the vacancy only."),
            "invite_participants": _("Otherwise only the responsible person's calendar shows the event."),
            "buffer_before": _("Travel time, counted when the calendar warns of clashes."),
        }

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN]

    @property
    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in DETAILS]

    @property
    def faulty_tab(self) -> str:
        """The tab to open when something on it was refused."""
        if not self.errors:
            return ""
        return "main" if any(name in self.errors for name in MAIN) else "details"


class RoomForm(ModelForm):
    class Meta:
        model = Room
        fields = ("name", "city", "capacity", "active")
        help_texts = {"active": _("Switched off: the room is no longer offered; the old events keep it.")}

    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        if capacity < 1:
            raise forms.ValidationError(_("A room holds at least one person."), "too_small")
        return capacity


class ScheduleForm(Form):
    """«Периодичность», «Час», «Минута»; what they may be is decided by the rules of the schedule."""

    enabled = forms.BooleanField(label=_("Enabled"), required=False)
    period = forms.ChoiceField(label=_("Period"), choices=Period.choices)
    hour = forms.IntegerField(label=_("Hour"), required=False, error_messages=HOUR_ERRORS)
    minute = forms.IntegerField(label=_("Minute"), required=False, error_messages=MINUTE_ERRORS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for field, text in problems(self.plan()).items():
            if field not in self.errors:
                self.add_error(field, text)
        return cleaned

    def plan(self) -> Plan:
        values = self.cleaned_data
        return Plan(values.get("period", ""), values.get("hour") or 0, values.get("minute") or 0)
