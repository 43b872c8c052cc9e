"""The audit log: who changed what, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change by one person (or by the sync engine, then `actor` is who it acts for)."""

    at = models.DateTimeField(_("When"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=40)  # "event.rescheduled", "user.signed_in", …
    kind = models.CharField(max_length=40)  # "event", "user", "event_type", …
    object_id = models.CharField(max_length=40, blank=True)
    label = models.TextField(blank=True)  # see common.wording
    changes = models.JSONField(default=dict)  # {field: [from, to]}, without secrets
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at"]),
            models.Index(fields=["kind", "object_id", "-at"]),
        ]
