"""Directory entries carry a name per language; this picks the one of the language in use."""

from django.utils.translation import get_language

from vizavi.common.wording import Named


def local_name(entry: Named) -> str:
    """The Russian name stands in where no English one was given."""
    return entry.name_ru if (get_language() or "ru").startswith("ru") else entry.name_en or entry.name_ru
