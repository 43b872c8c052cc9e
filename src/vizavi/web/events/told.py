"""What the candidate still expects, where the event is another one by now."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common.dates import span_text, whole_days
from vizavi.events.models import Event
from vizavi.letters.drafting import told_otherwise
from vizavi.letters.invitation import time_in


def told_words(event: Event) -> str:
    """«2 декабря, 10:00–11:00» as the last letter had it, by the reader's clock; empty where it still holds."""
    letter = told_otherwise(event, now=timezone.now())
    if letter is None:
        return ""
    if letter.cancels:
        return _("it is cancelled")
    start, end = time_in(letter.calendar)
    if isinstance(start, datetime) and isinstance(end, datetime):
        return span_text(start, end)
    return whole_days(start, end)
