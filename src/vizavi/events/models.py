"""Events of the recruiting calendar, their types, rooms and participants."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vizavi.recruiting.models import Candidate, Stage, Vacancy


class Format(models.TextChoices):
    OFFICE = "office", _("In the office")
    VIDEO = "video", _("Video")
    PHONE = "phone", _("Phone")


class Visibility(models.TextChoices):
    DEFAULT = "default", _("As the calendar says")
    PRIVATE = "private", _("Private")


class Outcome(models.TextChoices):
    NONE = "none", _("Undecided")
    PASSED = "passed", _("Passed")
    FAILED = "failed", pgettext_lazy("outcome", "Failed")
    RESERVE = "reserve", _("To the talent pool")


def every_outcome() -> list[str]:
    """What can be decided; "undecided" is no decision and always possible."""
    return [Outcome.PASSED.value, Outcome.FAILED.value, Outcome.RESERVE.value]


def usual_reminders() -> list[int]:
    return [60, 15]


class LetterKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    RESCHEDULE = "reschedule", _("Reschedule")
    CANCELLATION = "cancellation", _("Cancellation")
    REMINDER = "reminder", _("Reminder")


class MessageTemplate(models.Model):
    """A letter to candidates with fields in braces (`rules.LETTER_FIELDS`); it speaks one language."""

    kind = models.CharField(_("Kind"), max_length=15, choices=LetterKind.choices, default=LetterKind.INVITATION)
    name_ru = models.CharField(_("Name (Russian)"), max_length=80, unique=True)
    name_en = models.CharField(_("Name (English)"), max_length=80, blank=True)
    language = models.CharField(
        _("Language of the letter"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Text"))
    active = models.BooleanField(_("Active"), default=True)

    def __str__(self) -> str:
        return self.name_ru


class EventType(models.Model):
    """A directory entry that decides how events of its kind behave and whether they leave the house (DOMAIN 5.2)."""

    code = models.SlugField(_("Code"), unique=True)
    name_ru = models.CharField(_("Name (Russian)"), max_length=80)
    name_en = models.CharField(_("Name (English)"), max_length=80)
    color = models.CharField(_("Colour"), max_length=7, default="#206bc4")
    duration = models.PositiveSmallIntegerField(_("Default duration, minutes"), default=60)
    default_all_day = models.BooleanField(_("All day"), default=False)
    buffer_before = models.PositiveSmallIntegerField(_("Buffer before, minutes"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("Buffer after, minutes"), default=0)
    default_format = models.CharField(_("Default format"), max_length=10, choices=Format.choices, default=Format.OFFICE)
    needs_candidate = models.BooleanField(_("Candidate is required"), default=True)
    needs_vacancy = models.BooleanField(_("Vacancy is required"), default=False)
    needs_room = models.BooleanField(_("Room is required"), default=False)
    needs_link = models.BooleanField(_("Video link is required"), default=False)
    min_interviewers = models.PositiveSmallIntegerField(
        _("Interviewers at least"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    outcomes = models.JSONField(_("Allowed outcomes"), default=every_outcome, blank=True)
    stage_on_planned = models.ForeignKey(
        Stage, verbose_name=_("Stage when planned"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    stage_on_held = models.ForeignKey(
        Stage, verbose_name=_("Stage when held"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reminders = models.JSONField(_("Reminders, minutes before the start"), default=usual_reminders, blank=True)
    invitation_template = models.ForeignKey(
        MessageTemplate,
        verbose_name=_("Invitation template"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    in_grid = models.BooleanField(_("Shown in the calendar"), default=True)
    export_enabled = models.BooleanField(_("Export to external calendar"), default=False)
    title_template = models.CharField(
        _("Title in the external calendar"), max_length=200, default="{type}: {candidate} – {vacancy}"
    )
    hide_candidate = models.BooleanField(_("Hide the candidate's name"), default=False)
    invite_participants = models.BooleanField(_("Participants are guests of the external event"), default=False)
    visibility = models.CharField(
        _("Visibility"), max_length=10, choices=Visibility.choices, default=Visibility.DEFAULT
    )
    active = models.BooleanField(_("Active"), default=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=100)
    system = models.BooleanField(_("System"), default=False, editable=False)  # comes with the product: keeps its code

    def __str__(self) -> str:
        return self.name_ru


class Room(models.Model):
    name = models.CharField(_("Name"), max_length=80, unique=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    capacity = models.PositiveSmallIntegerField(_("Capacity"), default=1)
    active = models.BooleanField(_("Active"), default=True)

    def __str__(self) -> str:
        return self.name


class EventStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed by the candidate")
    HELD = "held", _("Held")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled")


class Answer(models.TextChoices):
    """Google's four answers (DOMAIN 5.3)."""

    NEEDS_ACTION = "needs_action", _("No answer")
    ACCEPTED = "accepted", _("Accepted")
    TENTATIVE = "tentative", _("Tentative")
    DECLINED = "declined", _("Declined")


class Event(models.Model):
    """A planned, held or cancelled meeting.

    A timed event has `starts_at`/`ends_at`; an all-day one has also `starts_on`/`ends_on` (`ends_on` exclusive, as in
    RFC 5545), and then the instants are these dates' midnights in `zone`, kept only to find it by time range.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.ForeignKey(EventType, verbose_name=_("Event type"), on_delete=models.PROTECT, related_name="events")
    title = models.CharField(_("Title"), max_length=300, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=EventStatus.choices, default=EventStatus.PLANNED)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=Outcome.choices, default=Outcome.NONE)
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    zone = models.CharField(_("Time zone"), max_length=60, default=settings.TIME_ZONE)
    candidate = models.ForeignKey(
        Candidate, verbose_name=_("Candidate"), null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    vacancy = models.ForeignKey(
        Vacancy, verbose_name=_("Vacancy"), null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Responsible"), on_delete=models.PROTECT, related_name="events"
    )
    format = models.CharField(_("Format"), max_length=10, choices=Format.choices, default=Format.OFFICE)
    room = models.ForeignKey(
        Room, verbose_name=_("Room"), null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    address = models.CharField(_("Address"), max_length=300, blank=True)
    video_url = models.URLField(_("Video link"), max_length=500, blank=True)
    candidate_comment = models.TextField(_("Comment for the candidate"), blank=True)
    internal_comment = models.TextField(_("Internal comment"), blank=True)
    reason = models.CharField(_("Reason of the last reschedule or cancellation"), max_length=300, blank=True)
    loaded = models.BooleanField(_("Loaded from the external calendar"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    # The sync engine's only trace here: the increment is the mark of an edit, the instants break ties in a conflict.
    revision = models.PositiveIntegerField(default=1)
    notify_revision = models.PositiveIntegerField(default=0)
    time_edited_at = models.DateTimeField()
    text_edited_at = models.DateTimeField()
    place_edited_at = models.DateTimeField()
    people_edited_at = models.DateTimeField()
    state_edited_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "ends_at"]),
            models.Index(fields=["responsible", "starts_at"]),
            models.Index(fields=["responsible", "ends_at"]),  # what is ahead, however long the past
            models.Index(fields=["candidate", "starts_at"]),
            models.Index(fields=["vacancy", "starts_at"]),
            models.Index(fields=["room", "starts_at"]),
            models.Index(fields=["id"], name="event_titled", condition=Q(title__gt="")),  # few, searched by title
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="event_days_in_order",
            ),
        ]

    @property
    def all_day(self) -> bool:
        return self.starts_on is not None

    @property
    def last_day(self) -> date | None:
        """The last day as people say it (inclusive); the stored end is exclusive."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


class Participant(models.Model):
    """Somebody of the house who takes part beside the responsible user."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations")
    optional = models.BooleanField(_("Optional"), default=False)
    answer = models.CharField(_("Answer"), max_length=15, choices=Answer.choices, default=Answer.NEEDS_ACTION)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="participant_once")]
