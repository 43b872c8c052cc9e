"""Background tasks as people see them: definition, schedule, run log."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vizavi.common.wording import sentence, shown
from vizavi.connections.models import Account
from vizavi.jobs.rules import Period

TITLES = {"calendar_pull": sentence("Load from external calendar")}


class TaskDefinition(models.Model):
    """A background task and its schedule (DOMAIN section 1: reading of Час / Минута)."""

    code = models.SlugField(unique=True)  # "calendar_pull"
    enabled = models.BooleanField(_("Enabled"), default=True)
    period = models.CharField(_("Period"), max_length=10, choices=Period.choices, default=Period.EVERY)
    hour = models.PositiveSmallIntegerField(_("Hour"), default=0)
    minute = models.PositiveSmallIntegerField(_("Minute"), default=10)
    next_run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return shown(self.title)

    @property
    def title(self) -> str:
        """As it is stored for later readers."""
        return TITLES.get(self.code, self.code)


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    OK = "ok", _("Done")
    PARTIAL = "partial", _("Done with errors")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped (already running)")


OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


class TaskRun(models.Model):
    """One run. `started_by` None = by schedule; `total`/`done` count accounts; `summary` sums the items' counts.

    `summary["failed_accounts"]`: how many accounts failed as a whole; absent where none did.
    """

    task = models.ForeignKey(TaskDefinition, on_delete=models.CASCADE, related_name="runs")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    error = models.TextField(blank=True)  # see common.wording

    class Meta:
        indexes = [models.Index(fields=["task", "-created_at"])]

    @property
    def why(self) -> str:
        """What went wrong, in the language that is active."""
        return shown(self.error)


class TaskRunItem(models.Model):
    """One account's part of a run: claimed by conditional UPDATE, `claims` fences off a worker that came back late."""

    run = models.ForeignKey(TaskRun, on_delete=models.CASCADE, related_name="items")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    label = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)  # see common.wording
    due_at = models.DateTimeField(null=True)  # when its message should be with a worker
    started_at = models.DateTimeField(null=True)  # first claim
    claimed_at = models.DateTimeField(null=True)  # last claim
    claims = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "account"], name="account_once_per_run")]
        indexes = [models.Index(fields=["status", "due_at"], condition=Q(status__in=OPEN), name="open_run_items")]

    @property
    def why(self) -> str:
        """What went wrong, in the language that is active."""
        return shown(self.error)


class Worker(models.Model):
    """A worker process that says every few seconds that it is alive; gone when it has ended in order."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
