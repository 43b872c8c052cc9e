"""Texts stored for whoever reads them later: an English sentence and its values, put into words when they are shown."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

import msgspec
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext

Value = str | int | datetime | Sequence[str] | Mapping[str, str]

_KNOWN: dict[str, str] = {}  # every sentence that may be stored, with its plural or ""
_GAP = re.compile(r"%\(\w+\)[sd]")
_STORED = msgspec.json.Decoder(tuple[str, dict[str, str | int | list[str] | dict[str, str]]])
_LONGEST = 300  # characters kept of one value: most are somebody else's words


def sentence(msgid: str, plural: str = "") -> str:
    """Declare a sentence that is stored; `plural` goes by its value `count`. Without values it is stored as it is.

    Whoever words one anew keeps the old one declared: what was stored before is found by its English.
    """
    _KNOWN[msgid] = plural
    return msgid


_NAME = sentence("%(name)s")


def filled(msgid: str, **values: Value) -> str:
    """A declared sentence with those of the values that it names, as it is stored.

    A text may be a declared sentence itself, several are shown as a list; an instant is shown by the reader's clock,
    of `names` that of the reader's language.
    """
    named = {name: _plain(value) for name, value in values.items() if f"%({name})" in msgid}
    return json.dumps([msgid, named], ensure_ascii=False) if named else msgid


class Named(Protocol):
    """An entry of a directory."""

    name_ru: str
    name_en: str


def name_in(language: str, entry: Named) -> str:
    """The Russian name stands in where no English one was given."""
    return _of_two(language, entry.name_ru, entry.name_en)


def names(entry: Named) -> dict[str, str]:
    """A value that is called otherwise in each language."""
    return {"ru": entry.name_ru, "en": entry.name_en}


def name(entry: Named) -> str:
    """How it is called, as it is stored."""
    return filled(_NAME, name=names(entry))


def shown(stored: str) -> str:
    """In the language that is active; text that is no sentence of ours (a name, an old line) as it is.

    A sentence of the provider or of the sync core, which know no languages, may have details behind it in brackets.
    """
    if stored in _KNOWN:
        return gettext(stored)
    if stored.startswith('["'):
        return _with_values(stored)
    said, bracket, details = stored.partition(" (")
    return f"{gettext(said)}{bracket}{details}" if said in _KNOWN else stored


def holding(field: str, word: str) -> Q:
    """Rows whose text in `field`, as it is shown in the language that is active, has `word` among the words of ours."""
    wanted, condition = word.casefold(), Q(pk__in=[])
    for msgid, plural in _KNOWN.items():
        forms = [gettext(msgid)] if not plural else [ngettext(msgid, plural, number) for number in (1, 2, 5)]
        if any(wanted in _GAP.sub("", form).casefold() for form in forms):
            condition |= Q(**{f"{field}__contains": json.dumps(msgid, ensure_ascii=False)[1:-1]})
    return condition


def _plain(value: Value) -> Any:
    match value:
        case str():
            return value[:_LONGEST]
        case int():
            return value
        case datetime():
            return {"at": value.isoformat()}
        case Mapping():
            return {language: one[:_LONGEST] for language, one in value.items()}
    return [one[:_LONGEST] for one in value]


def _with_values(stored: str) -> str:
    """What only looks like ours is somebody's text."""
    try:
        msgid, values = cast("tuple[str, dict[str, Any]]", _STORED.decode(stored))
        plural = _KNOWN[msgid]
        text = ngettext(msgid, plural, values["count"]) if plural else gettext(msgid)
        return text % {name: _said(value) for name, value in values.items()}
    except (msgspec.DecodeError, ValueError, TypeError, LookupError):
        return stored


def _said(value: Any) -> Any:
    match value:
        case str():
            return shown(value)
        case list():
            return ", ".join(shown(one) for one in value)
        case {"at": moment}:
            return date_format(localtime(datetime.fromisoformat(moment)), "EXACT_DATETIME_FORMAT")
        case {"ru": russian, "en": english}:
            return _of_two(get_language() or "ru", russian, english)
    return value


def _of_two(language: str, russian: str, english: str) -> str:
    return russian if language.startswith("ru") else english or russian
