"""What a run has done, in words: captions of its counts in the order people read them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CAPTIONS: Mapping[str, Promise] = {
    "read": _("Read"),
    "moved": _("Moved"),
    "loaded": _("Loaded as events"),
    "blocks": _("Busy"),
    "sent": _("Sent"),
    "removed": _("Removed"),
    "questions": _("Questions"),
    "errors": _("Errors"),
    "failed_accounts": _("Accounts failed"),
}
ALWAYS = ("read", "moved", "loaded", "blocks", "questions", "errors")


def captioned(counts: Mapping[str, int]) -> list[tuple[str, Promise, int]]:
    """(key, caption, number); zeroes of what a load is not about are left out."""
    return [(key, caption, counts.get(key, 0)) for key, caption in CAPTIONS.items() if key in ALWAYS or counts.get(key)]
