"""Forms of «Персональные настройки»."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from vizavi.connections import accounts, consent
from vizavi.connections.models import Account, ConflictPolicy, LoadMode
from vizavi.connections.modes import allowed_modes
from vizavi.events.models import EventType
from vizavi.people.models import ExternalCalendar
from vizavi.people.tokens import LONGEST_DAYS
from vizavi.web.choices import NamedChoice, ZoneField
from vizavi.web.forms import Form, TablerField
from vizavi.web.hours import DaysField, hour_field

NEW = "new"
OFFERED_NAME = _("Recruiting")
SHORTEST_CODE = 16
POLICY = ("conflict_policy", "takes_text", "takes_place", "cancel_on_delete", "cancelled_stays")


def _caption(field: str) -> Any:
    """What the account's own field is called."""
    return getattr(Account._meta.get_field(field), "verbose_name", field)


class GeneralForm(Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = ZoneField(help_text=_("Times are shown to you in this zone, and entered in it."))
    work_from = hour_field(_("Working hours from"))
    work_to = hour_field(_("Working hours until"))
    work_days = DaysField(help_text=_("The calendar shades the rest of the week."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ZoneField", self.fields["time_zone"]).offer([str(self.initial.get("time_zone", ""))], now)


class ExternalCalendarForm(Form):
    external_calendar = forms.ChoiceField(
        label=_("External calendar"),
        choices=ExternalCalendar.choices,
        help_text=_("Where your interviews appear, and where changes are taken from."),
    )


class OwnPasswordForm(PasswordChangeForm):
    bound_field_class = TablerField
    template_name = "web/_form.html"


class TokenForm(Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What the token is for, so that you know later which one to revoke."),
    )
    days = forms.IntegerField(
        label=_("Valid for, days"),
        required=False,
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=90,
        help_text=_("Empty: until you revoke it."),
    )


class LoginForm(Form):
    login = forms.EmailField(
        label=_("Login"),
        required=False,
        widget=forms.EmailInput(attrs={"placeholder": "name@gmail.com", "autocomplete": "email"}),
        error_messages={"invalid": _("Enter the address of a Google account, for example name@gmail.com.")},
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("Authorization code"),
        max_length=4096,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The code from Google's page or the whole address from the address bar."),
    )

    def clean_code(self) -> str:
        """Whatever else lay in the clipboard must not use up the open request."""
        code: str = self.cleaned_data["code"]
        if max(len(piece) for piece in code.split()) < SHORTEST_CODE:  # words; a code has none
            raise forms.ValidationError(consent.TEXTS["unreadable"], "unreadable")
        return code


class CalendarsForm(Form):
    """Which calendar is written to, what is loaded from each, and who wins when both sides changed."""

    new_name = forms.CharField(label=_("Name of the new calendar"), required=False, max_length=100)
    conflict_policy = forms.ChoiceField(
        label=_("When both sides changed the same thing"),
        choices=ConflictPolicy.choices,
        widget=forms.RadioSelect,
        help_text=_("What lost is kept in the journal, you are told of it, and one click brings it back."),
    )
    takes_text = forms.BooleanField(
        label=_caption("takes_text"),
        required=False,
        help_text=_("Otherwise they stay as they are on each side. A changed time always comes here."),
    )
    takes_place = forms.BooleanField(
        label=_caption("takes_place"),
        required=False,
        help_text=_("It becomes the address of the interview, in place of its room."),
    )
    cancel_on_delete = forms.BooleanField(
        label=_caption("cancel_on_delete"),
        required=False,
        help_text=_("Otherwise you are asked each time."),
    )
    cancelled_stays = forms.BooleanField(
        label=_caption("cancelled_stays"),
        required=False,
        help_text=_("Otherwise a cancelled interview is removed there."),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        self.account = account
        listed = account.calendars.exclude(access_role="none")  # "none": no longer in the account's list
        self.calendars = list(listed.order_by("-primary", "name", "pk"))
        self.writable = accounts.writable(account)
        self.may_create = accounts.may_create_calendar(account)
        kwargs["initial"] = self._present()
        super().__init__(*args, **kwargs)
        self.fields["writing"] = forms.ChoiceField(
            label=_("Calendar for the interviews"),
            choices=[*((str(one.pk), one.name) for one in self.writable), (NEW, _("New calendar"))],
            error_messages={"required": _("Choose the calendar the interviews are written to.")},
        )
        modes = [(mode.value, mode.label) for mode in allowed_modes()]
        for calendar in self.calendars:
            self.fields[f"mode_{calendar.pk}"] = forms.ChoiceField(label=calendar.name, choices=modes)
            self.fields[f"type_{calendar.pk}"] = NamedChoice(
                EventType.objects.filter(active=True).order_by("order", "pk"),
                label=_("Event type"),
                required=False,
                empty_label=_("Event type"),
            )

    def _present(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(self.account, name) for name in POLICY}
        default = next((one.pk for one in self.calendars if one.primary), None)
        values["writing"] = str(next((one.pk for one in self.calendars if one.writes), default) or "")
        taken = {one.name for one in self.calendars}
        offered = str(OFFERED_NAME)
        values["new_name"] = "" if offered in taken else offered
        for one in self.calendars:
            values[f"mode_{one.pk}"] = one.mode
            values[f"type_{one.pk}"] = one.event_type_id
        return values

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("writing") == NEW and not values.get("new_name", "").strip():
            self.add_error("new_name", _("Name the new calendar."))
        for one in self.calendars:
            if values.get(f"mode_{one.pk}") == LoadMode.TYPED and not values.get(f"type_{one.pk}"):
                self.add_error(f"type_{one.pk}", _("Choose the type that events of this calendar become."))
        return values

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per calendar for the table of the page."""
        chosen = self["writing"].value()
        return [
            {
                "calendar": one,
                "writable": one in self.writable,
                "writes": chosen == str(one.pk),
                "mode": self[f"mode_{one.pk}"],
                "type": self[f"type_{one.pk}"],
                "typed": self[f"mode_{one.pk}"].value() == LoadMode.TYPED,
            }
            for one in self.calendars
        ]

    @property
    def writes_new(self) -> bool:
        return bool(self["writing"].value() == NEW)

    @property
    def writing(self) -> int | str:
        """As `accounts.choose` takes it: a row's key, or the name of a new calendar."""
        values = self.cleaned_data
        return values["new_name"].strip() if values["writing"] == NEW else int(values["writing"])

    @property
    def writing_name(self) -> str:
        writing = self.writing
        return writing if isinstance(writing, str) else next(one.name for one in self.calendars if one.pk == writing)

    @property
    def modes(self) -> dict[int, tuple[LoadMode, EventType | None]]:
        values = self.cleaned_data
        return {
            one.pk: (LoadMode(values[f"mode_{one.pk}"]), values.get(f"type_{one.pk}") or None) for one in self.calendars
        }

    @property
    def policy(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in POLICY}
