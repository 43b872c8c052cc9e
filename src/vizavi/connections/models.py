"""Accounts, their calendars, the links between events and remote items, and the journal of what went back and forth."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vizavi.common.crypto import EncryptedTextField
from vizavi.common.wording import shown
from vizavi.connections import reasons
from vizavi.events.models import Event, EventType
from vizavi.sync.model import LinkState


class UnknownItems(models.TextChoices):
    """What the organisation says about items that are not ours; the values are those of LoadMode."""

    CHOICE = "", _("Everybody decides alone")
    NAMED = "named", _("With titles, visible only to their owner")
    BUSY = "busy", _("Busy time only, titles are not stored")
    SKIP = "skip", _("Nothing is loaded")


class Installation(models.Model):
    """The single row about this installation: its identity in Google's private properties, its Google project."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    google_client_id = models.CharField(_("Client ID"), max_length=200, blank=True)
    google_client_secret = EncryptedTextField(_("Client secret"), blank=True)
    project_not_before = models.DateTimeField(null=True, blank=True)
    unknown_items = models.CharField(
        _("What is loaded from people's own calendars"),
        max_length=10,
        choices=UnknownItems.choices,
        default=UnknownItems.CHOICE,
        blank=True,
    )
    hide_candidates = models.BooleanField(_("Hide candidates' names in all external calendars"), default=False)
    restored_at = models.DateTimeField(null=True)  # the last restore from a backup (restored.py)
    backup_made_at = models.DateTimeField(null=True)  # and how old that backup is
    outbound_held = models.BooleanField(default=False)  # until an administrator confirms that the old one is off

    @classmethod
    def get(cls) -> "Installation":
        return cls.objects.get_or_create(pk=1)[0]


class AccountState(models.TextChoices):
    OFF = "off", _("Not connected")
    OK = "ok", _("Connected")
    EXPIRED = "expired", _("Sign in again")
    LIMITED = "limited", _("Limited")
    ERROR = "error", _("Error")


class ConflictPolicy(models.TextChoices):
    NEWEST = "newest", _("The newest change wins")
    RECRUITING = "recruiting", _("Recruiting wins")
    CALENDAR = "calendar", _("The external calendar wins")


# Of an account: something goes out and comes in.
IN_USE = Q(active=True, paused=False) & (Q(begun=True) | Q(closing=True))


class Account(models.Model):
    """A user's account at a provider: credentials, health, and the lease of the worker that works on it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accounts")
    provider = models.CharField(max_length=10, default="google")
    remote_id = models.CharField(max_length=100)
    email = models.EmailField()
    active = models.BooleanField(default=False)  # the one in use; False also while another login awaits confirmation
    paused = models.BooleanField(default=False)  # «Внешний календарь: нет» keeps the tokens
    begun = models.BooleanField(default=False)  # the owner has saved the settings; before that nothing goes out or in
    closing = models.BooleanField(default=False)  # disconnected with "remove": copies are taken away, then tokens go
    refresh_token = EncryptedTextField(blank=True)
    access_token = EncryptedTextField(blank=True)
    access_expires_at = models.DateTimeField(null=True)
    scopes = models.TextField(blank=True)
    connected_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=AccountState.choices, default=AccountState.OK)
    state_code = models.CharField(max_length=60, blank=True)  # why it is not simply «Подключён»
    state_text = models.CharField(max_length=500, blank=True)  # the provider's own words; see health.why
    last_ok_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    conflict_policy = models.CharField(
        _("When both sides changed the same thing"),
        max_length=12,
        choices=ConflictPolicy.choices,
        default=ConflictPolicy.NEWEST,
    )
    takes_text = models.BooleanField(_("Title and description changed there come here"), default=False)
    takes_place = models.BooleanField(_("Place changed there comes here"), default=False)
    cancel_on_delete = models.BooleanField(_("Deleting there cancels the interview here"), default=False)
    cancelled_stays = models.BooleanField(_("Cancelled interviews stay there as “Cancelled: …”"), default=False)

    braked = models.PositiveIntegerField(default=0)  # deletions read there that wait for the owner's answer

    spent = models.JSONField(default=list)  # units of Google's quota in the last minute: [[second, units], …] (pace.py)
    not_before = models.DateTimeField(null=True)  # Google asked for a pause: nobody calls before
    retry_at = models.DateTimeField(null=True)  # after a failure: nothing is tried by itself before
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "remote_id"], name="account_of_one_user"),
            models.UniqueConstraint(fields=["user"], condition=Q(active=True), name="one_active_account"),
        ]

    def __str__(self) -> str:
        return self.email


class LoadMode(models.TextChoices):
    """What becomes of items of a calendar that are not ours (DESIGN 5.4)."""

    NAMED = "named", _("With titles, visible only to me")
    BUSY = "busy", _("Busy time only")
    SKIP = "skip", _("Do not load")
    TYPED = "typed", _("Load as events of a type")


class Calendar(models.Model):
    """One of an account's calendars; at most one of them is written to."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="calendars")
    remote_id = models.CharField(max_length=300)
    name = models.CharField(max_length=300)
    time_zone = models.CharField(max_length=60, default="UTC")
    access_role = models.CharField(max_length=30, default="owner")
    primary = models.BooleanField(default=False)
    reads = models.BooleanField(default=False)
    writes = models.BooleanField(default=False)
    mode = models.CharField(max_length=10, choices=LoadMode.choices, default=LoadMode.NAMED)
    event_type = models.ForeignKey(EventType, null=True, blank=True, on_delete=models.PROTECT)

    cursor = models.TextField(blank=True)
    mapping_version = models.PositiveSmallIntegerField(default=0)
    reading = models.PositiveIntegerField(default=0)  # number of the last full reading
    last_read_at = models.DateTimeField(null=True)
    expanded_on = models.DateField(null=True)  # the day its series were last materialised for

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="calendar_once_per_account"),
            models.UniqueConstraint(fields=["account"], condition=Q(writes=True), name="one_writing_calendar"),
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """Event × calendar: never deleted while the event exists (DESIGN 5.1). JSON fields hold sync.model values."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="links")
    remote_id = models.CharField(max_length=1024)
    ical_uid = models.CharField(max_length=1024, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.name) for s in LinkState], default=LinkState.LIVE.value
    )
    base_local = models.JSONField(null=True)
    base_remote = models.JSONField(null=True)
    in_flight = models.JSONField(null=True)
    pushed_revision = models.PositiveIntegerField(default=0)
    # The event's revision, carried here by the change that raises it (tasks.events_changed): so what an account owes is
    # found by an index and not by comparing its whole history.
    event_revision = models.PositiveIntegerField(default=0)
    owes = models.GeneratedField(
        expression=models.Case(
            models.When(
                Q(event_revision__gt=F("pushed_revision"))
                | Q(in_flight__isnull=False)
                | Q(state=LinkState.REMOVING.value),
                then=True,
            ),
            default=False,
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    gone_at = models.DateTimeField(null=True)
    guests_notified = models.BooleanField(default=False)
    type_code = models.CharField(max_length=50, blank=True)  # the event's type when it was last sent
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_text = models.CharField(max_length=500, blank=True)
    conflict = models.JSONField(
        null=True
    )  # resolved but not yet acknowledged: {group: {"ours":…, "theirs":…, "kept":…}}
    seen_in = models.PositiveIntegerField(default=0)  # number of the full reading it was last met in
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "calendar"], name="link_once"),
            models.UniqueConstraint(fields=["calendar", "remote_id"], name="remote_item_linked_once"),
        ]
        indexes = [
            models.Index(fields=["remote_id"]),  # guests' copies have the id, or the uid, of the organizer's item
            models.Index(fields=["ical_uid"]),
            models.Index(fields=["calendar"], name="link_refused", condition=Q(error_code__gt="")),
            models.Index(fields=["calendar"], name="link_owing", condition=Q(owes=True)),
            models.Index(fields=["calendar"], name="link_marked", condition=Q(gone_at__isnull=False)),
        ]

    @property
    def why(self) -> str:
        """Why it waits, in the language that is active."""
        return reasons.of_link(self.error_code, self.error_text) if self.error_code else ""


class SeriesItem(models.Model):
    """A recurring master or one of its exceptions as read; occurrences are materialised from these as blocks."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="series_items")
    remote_id = models.CharField(max_length=1024)
    master_id = models.CharField(max_length=1024)  # its own id for a master
    etag = models.CharField(max_length=200, blank=True)
    item = models.JSONField()  # a sync.model.RemoteItem
    asked_on = models.DateField(null=True)  # of a master only the provider can expand: the day it was last asked
    seen_in = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "remote_id"], name="series_item_once")]
        indexes = [models.Index(fields=["calendar", "master_id"])]


class BusyBlock(models.Model):
    """Time that is taken outside; no event, no link, no journal row. `title` is None where only busy time is kept."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="blocks")
    remote_id = models.CharField(max_length=1024)
    etag = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    master_id = models.CharField(max_length=1024, blank=True)
    title = models.CharField(max_length=300, null=True)
    seen_in = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "remote_id"], name="block_once")]
        indexes = [
            models.Index(fields=["calendar", "starts_at", "ends_at"]),
            models.Index(fields=["calendar", "master_id"]),
        ]


class Proposal(models.Model):
    """A guest moved the own copy of an interview: another time is proposed to the responsible (DESIGN 5.4).

    It stands while the event's time is the one it was made against (`time_edited_at`); a later move makes it void.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="proposals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    zone = models.CharField(max_length=60)
    time_edited_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="one_proposal_of_a_guest")]


class GoneCopy(models.Model):
    """A guest's copy of an interview is gone: deleted by the guest, or because the organizer deleted the meeting.

    Which of the two, the organizer's calendar tells when it is read next (`invitations.settle_gone`).
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="gone_copies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "user"], name="one_gone_copy_of_a_guest")]


class Direction(models.TextChoices):
    OUT = "out", _("Export")
    IN = "in", _("Import")
    HERE = "here", _("Here")


class JournalEntry(models.Model):
    """One line of the append-only journal (DESIGN 5.1)."""

    at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="journal")
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="journal")
    direction = models.CharField(max_length=5, choices=Direction.choices)
    action = models.CharField(max_length=30)
    changes = models.JSONField(default=dict)  # {field: [from, to]}
    ok = models.BooleanField(default=True)
    text = models.TextField(blank=True)  # see common.wording
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="journal_by_time"),
            models.Index(fields=["-at", "-id"], name="journal_failures", condition=Q(ok=False)),
            models.Index(fields=["-at", "-id"], name="journal_texts", condition=Q(text__gt="")),  # few, searched
            models.Index(fields=["event", "-at"]),
            models.Index(fields=["account", "-at"]),
        ]

    @property
    def words(self) -> str:
        """What it says, in the language that is active."""
        return shown(self.text)


class ConsentAttempt(models.Model):
    """One press of «Запросить доступ для приложения»: used once, ten minutes long (DESIGN 5.9)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_hash = models.CharField(max_length=64)
    state_hash = models.CharField(max_length=64, unique=True)
    verifier = EncryptedTextField()
    redirect_uri = models.CharField(max_length=500)
    login = models.EmailField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"])]


class ApiCall(models.Model):
    """How often Google was called, by method and status (0: no answer), counted over all processes (calls.py)."""

    method = models.CharField(max_length=10)
    status = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "status"], name="one_count_of_calls")]
