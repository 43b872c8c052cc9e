"""Forms of users and groups, and the filter of their list."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vizavi.common.permissions import Role
from vizavi.people.models import Department, Group, User
from vizavi.web.choices import ZoneField
from vizavi.web.forms import Form, ModelForm
from vizavi.web.hours import DaysField, hour_field

STATES = (
    ("", _("Active and switched off")),
    ("on", pgettext_lazy("people", "Active")),
    ("off", pgettext_lazy("people", "Switched off")),
)


class UserForm(ModelForm):
    time_zone = ZoneField()
    work_from = hour_field(_("Working hours from"))
    work_to = hour_field(_("Working hours until"))
    work_days = DaysField()

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
            "work_from",
            "work_to",
            "work_days",
            "is_active",
        )
        help_texts = {
            "email": _("The login."),
            "role": _("What the person may see and do; what each role may is listed below."),
            "time_zone": _("Times are shown to the person in this zone, and entered in it."),
            "language": _("Of the pages and of letters to the person; everybody may change it."),
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


class GroupForm(ModelForm):
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[User]", self.fields["members"]).queryset = people
        if self.instance.pk:
            self.initial["members"] = list(self.instance.members.values_list("pk", flat=True))


class PeopleFilter(Form):
    """What the list of users is narrowed down by."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, e-mail or position")}),
    )
    role = forms.ChoiceField(label=_("Access role"), required=False, choices=[("", _("All roles")), *Role.choices])
    department = forms.ModelChoiceField(
        Department.objects.order_by("name"), label=_("Department"), required=False, empty_label=_("All departments")
    )
    group = forms.ModelChoiceField(
        Group.objects.order_by("name"), label=_("Group"), required=False, empty_label=_("All groups")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    @property
    def chosen(self) -> dict[str, Any]:
        """What is set and makes sense; the rest of the address is ignored."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
