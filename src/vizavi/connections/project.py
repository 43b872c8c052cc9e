"""The organisation's Google project: client id and secret from the environment or from the installation's row."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from vizavi.common import audit
from vizavi.common.permissions import Right, require
from vizavi.connections.models import Installation
from vizavi.people.models import User

CALLBACK = "/oauth/google/callback"
DESKTOP_REDIRECT = f"http://127.0.0.1:8800{CALLBACK}"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Project:
    """What is known of the OAuth client; the secret itself is never shown."""

    client_id: str
    has_secret: bool
    redirect_uri: str


def current() -> Project:
    """The environment wins over what was entered in the administration."""
    if settings.GOOGLE["client_id"]:
        return Project(settings.GOOGLE["client_id"], bool(settings.GOOGLE["client_secret"]), redirect_uri())
    row = Installation.get()
    return Project(row.google_client_id, bool(row.google_client_secret), redirect_uri())


def redirect_uri() -> str:
    """Where Google sends people back to; never taken from the Host header (DESIGN 5.9)."""
    if settings.GOOGLE["redirect_uri"]:
        return str(settings.GOOGLE["redirect_uri"])
    address = urlsplit(settings.BASE_URL)
    reachable = address.scheme == "https" or address.hostname in LOOPBACK
    return settings.BASE_URL + CALLBACK if reachable else DESKTOP_REDIRECT


@transaction.atomic
def save(*, client_id: str, client_secret: str, by: User, now: datetime) -> None:
    """An empty secret keeps the stored one, unless the client id is emptied too."""
    require(by, Right.ADMINISTER)
    Installation.get()
    row = Installation.objects.select_for_update().get(pk=1)
    changes = audit.diff({"google_client_id": row.google_client_id}, {"google_client_id": client_id.strip()})
    row.google_client_id = client_id.strip()
    if client_secret.strip() or not row.google_client_id:
        row.google_client_secret = client_secret.strip()
        changes["google_client_secret"] = ["…", "…"]
    row.save(update_fields=["google_client_id", "google_client_secret"])
    audit.record("google_project.edited", "google_project", row.pk, changes=changes, by=by, now=now)
