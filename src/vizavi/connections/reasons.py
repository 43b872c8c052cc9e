"""Why one event is not in step, in words: the provider's sentences translated, its codes explained."""

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

# Said by the provider and the sync core, which know no languages; what stands behind in brackets is left as it is.
SENTENCES = (
    gettext_noop("It is not what an event looks like."),
    gettext_noop("It has no id that could be asked for."),
    gettext_noop("It does not say which occurrence of its series it is."),
    gettext_noop("It has no start."),
    gettext_noop("It has neither a date nor a time."),
    gettext_noop("One end is a whole day, the other a time of day."),
    gettext_noop("It ends before it starts."),
    gettext_noop("Its year cannot be meant."),
    gettext_noop("It keeps changing in the external calendar while being written."),
    gettext_noop("The external calendar is busy."),
    gettext_noop("The guest list cannot be read in full, so it is not replaced."),
    gettext_noop("The guest list cannot be read, so it is not replaced."),
)
OURS = "content"  # the code of what goes wrong here; its text is a whole sentence already
_KEPT = _("The interview is kept here, and it is tried again by itself.")
_WORDS = {
    "unreadable": _("The copy in the external calendar cannot be read: %(detail)s Correct it there."),
    "400": _("Google does not accept the event: %(detail)s Change the event or try again."),
    "403": _("Google does not allow this change: %(detail)s Check your rights to the calendar there."),
    "413": _("The event is too large for Google: %(detail)s Shorten its texts."),
    "unanswered": _("Google gave no usable answer: %(detail)s Nothing has to be done."),
}
_OTHER = _("The external calendar refuses the event: %(detail)s")


def sentence(text: str) -> str:
    """A sentence of SENTENCES in the language that is active, with its details; any other text as it is."""
    said, bracket, details = text.partition(" (")
    return f"{gettext(said)}{bracket}{details}" if said in SENTENCES else text


def of_link(code: str, text: str) -> str:
    """Why a link waits, what was kept and what can be done, in the language that is active."""
    if code == OURS:
        return text
    detail = sentence(text).strip()
    detail = detail if detail.endswith((".", ")", "!", "?")) else f"{detail}."
    words = str(_WORDS.get(code.partition("/")[0], _OTHER)) % {"detail": detail}
    return f"{words} {_KEPT}"
