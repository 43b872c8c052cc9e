"""Why something is not in step, in words: sentences that are stored (`common.wording`), codes that are explained."""

from django.utils.translation import gettext_lazy as _

from vizavi.common.wording import sentence, shown

# Said by the provider and the sync core, which know no languages.
sentence("It is not what an event looks like.")
sentence("It has no id that could be asked for.")
sentence("It does not say which occurrence of its series it is.")
sentence("It has no start.")
sentence("It has neither a date nor a time.")
sentence("One end is a whole day, the other a time of day.")
sentence("It ends before it starts.")
sentence("Its year cannot be meant.")
sentence("It keeps changing in the external calendar while being written.")
sentence("The external calendar is busy.")
sentence("The guest list cannot be read in full, so it is not replaced.")
sentence("The guest list cannot be read, so it is not replaced.")

NOT_LOADED = sentence("Not loaded (%(name)s). %(reason)s")
UNPREPARED = sentence("The interview could not be prepared for export. The server's log has the details.")
ANSWERED_FOR = sentence("Events: %(count)d")

# What became of a run over an account.
TAKEN_OVER = sentence("Another worker took the account over; it goes on there.")
STILL_MOVING = sentence("Interviews are still moving to the other calendar and go first; the next loading reads on.")
SIGN_IN = sentence("Sign in again: Google no longer accepts the permission. Waiting changes are kept.")
PAUSE = sentence("Google asks for a pause. Everything is kept and goes on by itself.")
PAUSED = sentence("Google asked for a pause; it goes on by itself in %(seconds)d s.")
SILENT = sentence("Google did not answer. Everything is kept and tried again by itself. (%(reason)s)")
UNEXPECTED = sentence("Unexpected error; what had been loaded is kept. The server's log has the details.")
WORKED_ON = sentence("The account is being worked on right now.")
NOT_CONNECTED = sentence("The account is not connected.")

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


def of_link(code: str, text: str) -> str:
    """Why a link waits, what was kept and what can be done, in the language that is active."""
    detail = shown(text).strip()
    if code == OURS:
        return detail
    detail = detail if detail.endswith((".", ")", "!", "?")) else f"{detail}."
    words = str(_WORDS.get(code.partition("/")[0], _OTHER)) % {"detail": detail}
    return f"{words} {_KEPT}"
