"""Days as people say them, in the language in use."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext


def day_text(day: date) -> str:
    """«24 ноября»: Russian puts the month into the genitive, which Django's own format does not."""
    return date_format(day, pgettext("date format", "F j"))


def named_day(day: date) -> str:
    """«четверг, 26 ноября»: Russian writes weekdays small, Django capitalises them."""
    name = date_format(day, "l")
    return f"{name.lower() if (get_language() or '').startswith('ru') else name}, {day_text(day)}"
