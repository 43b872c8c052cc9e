"""What is wrong with one field of a request, in words: pydantic speaks English only."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WHOLE, _TRUTH, _TEXT = _("This must be a whole number."), _("This must be true or false."), _("This must be a text.")
_ONE_OF, _OBJECT = _("This must be one of: %(expected)s."), _("This must be an object with fields.")
WORDS: Mapping[str, str | Promise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field is not known."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than_equal": _("The smallest number possible is %(ge)s."),
    "less_than_equal": _("The largest number possible is %(le)s."),
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_short": _("This may not be empty."),
    "string_too_long": _("The text is too long: at most %(max_length)s characters."),
    "enum": _ONE_OF,
    "literal_error": _ONE_OF,
    "list_type": _("This must be a list."),
    "too_long": _("The list is too long: at most %(max_length)s entries."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}
OTHER = _("This value cannot be taken.")


def said(error: Mapping[str, Any]) -> str:
    """One error of pydantic's in the language that is active; what our own checks say is in it already."""
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    values = {name: str(value).replace(" or ", ", ") for name, value in error.get("ctx", {}).items()}
    return str(WORDS.get(error["type"], OTHER)) % values
