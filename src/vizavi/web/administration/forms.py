"""Forms of the directories and of the schedule of tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vizavi.events.models import EventType, LetterKind, MessageTemplate, Outcome, Room, every_outcome
from vizavi.jobs.rules import Period, Plan, problems
from vizavi.recruiting.models import Stage, StageKind
from vizavi.web.choices import NamedChoice
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
    "needs_room",
    "needs_link",
    "min_interviewers",
    "outcomes",
    "stage_on_planned",
    "stage_on_held",
    "reminders",
    "invitation_template",
)


class OutcomesField(forms.MultipleChoiceField):
    """What can be decided of an event that was held."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Allowed outcomes"),
            required=False,
            choices=[(code, Outcome(code).label) for code in every_outcome()],
            widget=forms.CheckboxSelectMultiple,
            help_text=_("None ticked: such an event is held, and nothing is decided."),
        )


class MinutesField(forms.CharField):
    """Whole minutes, separated by commas."""

    default_error_messages = {"no_minutes": _("Enter whole minutes, separated by commas, for example 60, 15.")}

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(minutes) for minutes in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
            raise forms.ValidationError(self.error_messages["no_minutes"], "no_minutes")
        return sorted((int(part) for part in parts), reverse=True)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class StageOfType(NamedChoice):
    """A stage in work, or none: then planning or holding such an event leaves the candidate where they are."""

    def __init__(self, label: Any, help_text: Any) -> None:
        stages = Stage.objects.exclude(kind=StageKind.LOST).order_by("order")
        super().__init__(stages, label=label, help_text=help_text, required=False, empty_label=_("does not change"))


class EventTypeForm(ModelForm):
    """The card's two tabs: `MAIN` and «Доп. сведения»."""

    outcomes = OutcomesField()
    stage_on_planned = StageOfType(
        _("Stage when planned"), _("Offered while such an event is planned; only onwards, never back.")
    )
    stage_on_held = StageOfType(
        _("Stage when held"), _("Offered where the event was held and its outcome is “Passed”.")
    )
    reminders = MinutesField(
        label=_("Reminders, minutes before the start"),
        required=False,
        help_text=_(
            "In the bell of the responsible and of whoever takes part; several are separated by commas: 60, 15. "
            "A whole day counts as beginning at 9:00."
        ),
    )

    invitation_template = NamedChoice(
        MessageTemplate.objects.filter(kind=LetterKind.INVITATION).order_by("-active", "pk"),
        label=_("Invitation template"),
        required=False,
        help_text=_("What the letter to the candidate begins with; it can be changed before it is sent."),
    )

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
            "min_interviewers": _("With fewer, the form warns; the responsible counts, who has declined does not."),
            "buffer_before": _("Travel time, counted when the calendar warns of clashes."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.system:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("The type comes with the product and keeps its code.")

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN]

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


class MessageTemplateForm(ModelForm):
    class Meta:
        model = MessageTemplate
        fields = ("name_ru", "name_en", "kind", "language", "subject", "body", "active")
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}
        help_texts = {
            "language": _("The day and the date are written in it too."),
            "body": _("A line with nothing but empty fields is left out, for instance that of the video link."),
            "active": _("Switched off: the template is no longer offered."),
        }


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


class AfterRestoreForm(Form):
    """The word of an administrator, without which nothing goes out after a restore."""

    old_is_off = forms.BooleanField(
        label=_("The old installation is off and will not be started again"),
        error_messages={"required": _("Nothing was sent. Switch the old installation off first, then tick this.")},
    )
