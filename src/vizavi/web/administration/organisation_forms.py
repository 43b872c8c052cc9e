"""Forms of what concerns the whole organisation: the Google project, the rules of exchange."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vizavi.connections.models import UnknownItems
from vizavi.web.forms import Form


class GoogleProjectForm(Form):
    """The organisation's OAuth client; the secret is only ever written."""

    client_id = forms.CharField(
        label=_("Client ID"),
        required=False,
        max_length=200,
        help_text=_("Ends with .apps.googleusercontent.com. Emptied, nobody can connect a calendar any more."),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ClientFileForm(Form):
    client_file = forms.FileField(
        label=_("Client file (JSON)"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=_("Google offers it for download when the client is created."),
        error_messages={"required": _("Choose the file first."), "empty": _("The file is empty. Nothing was saved.")},
    )


class OrganisationForm(Form):
    """What holds for everybody's calendars."""

    unknown_items = forms.ChoiceField(
        label=_("People's own appointments"),
        choices=UnknownItems.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "What is loaded of appointments that are not interviews. Anybody may still leave a calendar out, or give "
            "one to recruiting. Titles that may no longer be stored are wiped at once."
        ),
    )
    hide_candidates = forms.BooleanField(
        label=_("Hide candidates' names in all external calendars"),
        required=False,
        help_text=_(
            "Titles there then show the type and the vacancy only; those that are out are changed. Switched off again, "
            "each event type decides on its card."
        ),
    )
