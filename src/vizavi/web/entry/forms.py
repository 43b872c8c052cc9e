"""The login form."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from vizavi.web.forms import TablerField


class LoginForm(AuthenticationForm):
    bound_field_class = TablerField
    template_name = "web/_form.html"
    error_messages = {
        "invalid_login": _("The e-mail or the password is wrong. Check both; capital letters matter in the password."),
        "inactive": _("This user is switched off. Ask the administrator."),
    }

    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
