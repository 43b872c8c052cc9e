"""Choice fields shown as searchable lists: zones, types, people, candidates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vizavi.common import zones
from vizavi.common.wording import Named
from vizavi.common.zones import zone_label
from vizavi.web.naming import local_name

RUSSIAN = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)


def zone_choices(first: Iterable[str], now: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone once, those that are probably meant on top, each with its present offset."""
    common = list(dict.fromkeys([name for name in (*first, *RUSSIAN) if zones.is_known(name)]))
    rest = [name for name in zones.names() if name not in common]
    return [
        (_("Common"), [(name, zone_label(name, now)) for name in common]),
        (_("All zones"), [(name, name.replace("_", " ")) for name in rest]),
    ]


class ZoneField(forms.CharField):
    """An IANA zone; an unknown one is refused by the rule that reads it, so that every form says the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Time zone"))
        everywhere = CallableChoiceIterator(lambda: zone_choices([], timezone.now()))
        widget = forms.Select(attrs={"data-searchable": ""}, choices=everywhere)
        super().__init__(**{**kwargs, "max_length": 60, "widget": widget})

    def offer(self, first: Iterable[str], now: datetime) -> None:
        """Put these zones on top of the list."""
        self.widget.choices = zone_choices(first, now)


class ChosenOnly(forms.Select):
    """A list that holds only what is chosen; the browser asks the server for the rest while one types."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        everything = cast("ModelChoiceIterator[Any]", self.choices)
        chosen = everything.queryset.filter(pk__in=[pk for pk in value if pk.isdigit()])
        self.choices = [("", ""), *((row.pk, str(row)) for row in chosen)]
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = everything


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    """Directory entries by their name in the language in use."""

    def label_from_instance(self, obj: Named) -> str:
        return local_name(obj)
