"""What people do with letters: write one, have one sent again. What is stored is sent by a worker (`sending`)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.events.writing import label_of, locked
from vizavi.letters import notices
from vizavi.letters.invitation import calendar_of
from vizavi.letters.models import Letter, LetterState
from vizavi.letters.tasks import send_on_commit
from vizavi.people.models import User


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as a person wrote it, with the event before their eyes as it was at `seen_revision`.

    `uid` comes with the form, so that a second click sends no second letter.
    """

    uid: uuid.UUID
    seen_revision: int
    subject: str
    body: str
    language: str


def is_configured() -> bool:
    """Whether letters can be sent from here at all."""
    return bool(settings.DEFAULT_FROM_EMAIL)


def write(event_id: int, written: Written, *, by: User, now: datetime) -> Letter:
    """To the address the candidate has now; raises EditConflict where the event has changed since it was written."""
    with transaction.atomic():
        event = locked(event_id, written.seen_revision, check=lambda row: require_writer(row, by))
        candidate = event.candidate
        if not is_configured():
            raise RuleError("body", "no_mail", _("No mail server is set here. Copy the text and send it yourself."))
        if candidate is None or not candidate.email:
            raise RuleError("body", "no_address", _("The candidate has no e-mail address. Enter it on their card."))
        values = {
            "event": event,
            "written_by": by,
            "written_at": now,
            "to": candidate.email,
            "subject": " ".join(written.subject.split()),
            "body": written.body,
            "calendar": calendar_of(event, candidate, language=written.language, now=now),
            "starts_at": event.starts_at,
            "status": event.status,
        }
        letter, is_new = Letter.objects.get_or_create(uid=written.uid, defaults=values)
        if is_new:
            changes = {"letter": audit.pair("", letter.subject)}
            audit.record("event.letter", "event", event.pk, label=label_of(event), changes=changes, by=by, now=now)
            send_on_commit([letter.pk])
    return letter


def send_again(letter: Letter, *, by: User, now: datetime) -> None:
    """A person has decided it: after a failure, or although the letter may have gone out already."""
    require_writer(letter.event, by)
    again = Letter.objects.filter(pk=letter.pk, state__in=[LetterState.FAILED, LetterState.UNKNOWN])
    with transaction.atomic():
        if again.update(state=LetterState.WAITING, problem="", answer="", claimed_at=None):
            notices.settle(letter, now=now)
            send_on_commit([letter.pk])


def require_writer(event: Event, by: User) -> None:
    """Whoever may edit the event may write to its candidate."""
    if not queries.may_edit(by, event):
        require(by, Right.EDIT_EVENTS)
