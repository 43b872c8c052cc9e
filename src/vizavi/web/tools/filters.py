"""What the journal of synchronisation is narrowed down by; all of it stands in the address."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from vizavi.common.wording import holding
from vizavi.connections.models import Account, Direction, JournalEntry
from vizavi.events.models import Event
from vizavi.recruiting.models import Candidate
from vizavi.recruiting.rules import folded
from vizavi.web.events.journal_words import ACTIONS
from vizavi.web.forms import Form

RESULTS = (("", _("Any result")), ("ok", _("Done")), ("error", _("Errors")))
DIRECTIONS = (("", _("Both directions")), *Direction.choices)


class AccountChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Account) -> str:
        return f"{obj.user.full_name} · {obj.email}"


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class LineFilter(Form):
    """By direction and result: enough for one event's journal."""

    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, required=False)
    result = forms.ChoiceField(label=_("Result"), choices=RESULTS, required=False)

    @property
    def chosen(self) -> dict[str, Any]:
        """What is set and makes sense; the rest of the address is ignored."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def narrowed(self, entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
        for name, value in self.chosen.items():
            entries = entries.filter(_condition(name, value))
        return entries


class JournalFilter(LineFilter):
    account = AccountChoice(Account.objects.none(), label=_("Account"), required=False, empty_label=_("All people"))
    action = forms.ChoiceField(label=_("What"), required=False)
    since = day_field(_("From"))
    until = day_field(_("Until"))
    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Candidate or text")}),
    )
    event = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: QuerySet[Account] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if accounts is None:
            del self.fields["account"]
        else:
            cast("AccountChoice", self.fields["account"]).queryset = accounts
        kinds = sorted(((code, str(caption)) for code, caption in ACTIONS.items()), key=lambda pair: pair[1])
        cast("forms.ChoiceField", self.fields["action"]).choices = [("", _("Any action")), *kinds]


def _condition(name: str, value: Any) -> Q:
    match name:
        case "result":
            return Q(ok=value == "ok")
        case "since":
            return Q(at__gte=midnight(value))
        case "until":
            return Q(at__lt=midnight(value + timedelta(days=1)))
        case "q":
            return _search(value)
        case _:
            return Q(**{name: value})


def midnight(day: date) -> datetime:
    """By the clock of the person who looks."""
    return make_aware(datetime.combine(day, time.min))


def _search(wanted: str) -> Q:
    """Every word somewhere: in the line, in its event's title, in the candidate's name.

    Events are found first, each once and by an index where there is one, and not anew for each line that tells of them.
    """
    condition = Q()
    for word in wanted.split():
        candidates = Candidate.objects.filter(search_key__contains=folded(word))
        titled, theirs = Event.objects.filter(spelled("title", word)), Event.objects.filter(candidate__in=candidates)
        condition &= said("text", word) | Q(event__in=titled) | Q(event__in=theirs)
    return condition


def said(field: str, word: str) -> Q:
    """In a text as the reader sees it: what is stored, or what our sentences say in the language that is active."""
    return spelled(field, word) | holding(field, word)


def spelled(field: str, word: str) -> Q:
    """In any case of letters: SQLite folds that of Latin ones only. Most fields are empty, which is quickly seen."""
    condition = Q()
    for spelling in {word, word.lower(), word.capitalize()}:
        condition |= Q(**{f"{field}__icontains": spelling})
    return Q(**{f"{field}__gt": ""}) & condition
