"""What the audit log is narrowed down by; all of it stands in the address."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vizavi.common.models import AuditEntry
from vizavi.people.models import User
from vizavi.web.administration.audit_words import kind_caption
from vizavi.web.forms import Form
from vizavi.web.tools.filters import day_field, midnight, said


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: User) -> str:
        return obj.full_name


class AuditFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    person = PersonChoice(User.objects.none(), label=_("Who"), required=False, empty_label=_("All people"))
    since = day_field(_("From"))
    until = day_field(_("Until"))
    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("What it is called")}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = AuditEntry.objects.order_by("kind").values_list("kind", flat=True).distinct()
        named = sorted(((kind, str(kind_caption(kind))) for kind in kinds), key=lambda pair: pair[1])
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", _("All kinds")), *named]
        people = User.objects.filter(pk__in=AuditEntry.objects.values("actor")).order_by("last_name", "first_name")
        cast("PersonChoice", self.fields["person"]).queryset = people

    @property
    def chosen(self) -> dict[str, Any]:
        """What is set and makes sense; the rest of the address is ignored."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def narrowed(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        for name, value in self.chosen.items():
            entries = entries.filter(_condition(name, value))
        return entries


def _condition(name: str, value: Any) -> Q:
    match name:
        case "person":
            return Q(actor=value)
        case "since":
            return Q(at__gte=midnight(value))
        case "until":
            return Q(at__lt=midnight(value + timedelta(days=1)))
        case "q":
            return _labelled(value)
        case _:
            return Q(**{name: value})


def _labelled(wanted: str) -> Q:
    condition = Q()
    for word in wanted.split():
        condition &= said("label", word)
    return condition
