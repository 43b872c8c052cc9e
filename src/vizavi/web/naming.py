"""Directory entries carry a name per language; this picks the one of the language in use."""

from django.utils.translation import get_language

from vizavi.common.wording import Named, name_in


def local_name(entry: Named) -> str:
    return name_in(get_language() or "ru", entry)
