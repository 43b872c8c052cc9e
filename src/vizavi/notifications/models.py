"""What a person is told of inside the application: a code and values, put into words when it is read."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from vizavi.events.models import Event


class Notification(models.Model):
    """One fact for one person. `key` names the fact: it is told once, and again only after it was over (`done_at`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="notifications")
    code = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    key = models.CharField(max_length=100)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  # its question is answered, its trouble over

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=Q(done_at=None), name="notification_once")
        ]
        indexes = [
            models.Index(fields=["user", "-at"]),
            models.Index(fields=["user", "read_at"]),  # the bell counts
            models.Index(fields=["read_at"]),  # the sweep forgets
            models.Index(fields=["code"], condition=Q(done_at=None), name="notification_open"),
        ]
