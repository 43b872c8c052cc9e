"""Forms of the directories, users, tasks and the Google project."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from vizavi.events.models import EventType, Room
from vizavi.jobs.rules import Period, Plan, problems
from vizavi.people.models import User
from vizavi.web.choices import ZoneField
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


class UserForm(ModelForm):
    time_zone = ZoneField()

    class Meta:
        model = User
        fields = (
            "last_name",
            "first_name",
            "patronymic",
            "email",
            "position",
            "department",
            "role",
            "time_zone",
            "language",
            "is_active",
        )
        help_texts = {
            "email": _("The login."),
            "is_active": _("Switched off: the person cannot sign in; everything they did stays."),
        }

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ZoneField", self.fields["time_zone"]).offer([self.instance.time_zone], now)

    def clean_email(self) -> str:
        """Said here, at the field: the database's own constraint belongs to no field."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another user signs in with this address. Enter a different one."), "taken")
        return email


class NewUserForm(UserForm):
    """A new person gets a first password at once."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. The person changes it under Personal settings."),
    )


class NewPasswordForm(Form):
    """A password set by the administrator; the person changes it in «Персональные настройки»."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )


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


class GoogleProjectForm(Form):
    """The organisation's OAuth client; the secret is only ever written."""

    client_id = forms.CharField(label=_("Client ID"), required=False, max_length=200)
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class AfterRestoreForm(Form):
    """The word of an administrator, without which nothing goes out after a restore."""

    old_is_off = forms.BooleanField(
        label=_("The old installation is off and will not be started again"),
        error_messages={"required": _("Nothing was sent. Switch the old installation off first, then tick this.")},
    )
