"""Letters to candidates: what was written, by whom, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vizavi.events.models import Event, EventStatus


class LetterState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("letter", "Waits to be sent")
    SENDING = "sending", pgettext_lazy("letter", "Being sent")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    FAILED = "failed", pgettext_lazy("letter", "Not sent")
    UNKNOWN = "unknown", pgettext_lazy("letter", "Unknown whether it was sent")


class Problem(models.TextChoices):
    """Why a letter was not sent, or why that is not known."""

    UNREACHABLE = "unreachable", _("The mail server does not answer. Try again later or tell your administrator.")
    SIGN_IN = "sign_in", _("The mail server does not accept our name and password. Tell your administrator.")
    ADDRESS = "address", _("The mail server refuses the candidate's address. Correct it and write a new letter.")
    REFUSED = "refused", _("The mail server refuses the letter.")
    OUTDATED = "outdated", _("The event was moved or cancelled after the letter was written. Write a new one.")
    LOST = "lost", _("The work broke off while the letter was being handed over, so it may have gone out.")
    RESTORED = "restored", _("It waited when the backup was made; the old installation may have sent it since.")


class Letter(models.Model):
    """One letter as it was written; it is handed to the mail server once, unless a person wants it again.

    `calendar` is the attached .ics; `starts_at` and `status` are those of the event that the letter speaks of.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="letters")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    calendar = models.TextField()
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.WAITING)
    problem = models.CharField(max_length=15, choices=Problem.choices, blank=True)
    answer = models.CharField(max_length=300, blank=True)  # the mail server's own words about the problem
    claimed_at = models.DateTimeField(null=True)  # when a worker took it; tells workers apart
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["event", "-id"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return self.subject

    @property
    def cancels(self) -> bool:
        """Whether it speaks of a cancelled event."""
        return self.status == EventStatus.CANCELLED

    @property
    def is_under_way(self) -> bool:
        return self.state in {LetterState.WAITING, LetterState.SENDING}

    @property
    def may_be_repeated(self) -> bool:
        return self.state in {LetterState.FAILED, LetterState.UNKNOWN} and self.problem != Problem.OUTDATED
