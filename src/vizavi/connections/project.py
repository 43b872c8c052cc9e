"""The organisation's Google project: client id and secret from the environment or from the installation's row."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.permissions import Right, require
from vizavi.connections import client_file, google
from vizavi.connections.models import Installation
from vizavi.people.models import User
from vizavi.providers.google import oauth
from vizavi.sync.errors import AccessDenied, AuthRevoked, SyncError

CALLBACK = "/oauth/google/callback"
DESKTOP_REDIRECT = f"http://127.0.0.1:8800{CALLBACK}"
NO_CODE = "vizavi-test"  # what a test of the client offers in place of a code


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
    reachable = address.scheme == "https" or address.hostname in client_file.LOOPBACK
    return settings.BASE_URL + CALLBACK if reachable else DESKTOP_REDIRECT


@dataclass(frozen=True, slots=True)
class Answer:
    """What a test of the client says."""

    ok: bool
    text: str


def check() -> Answer:
    """Offer Google a code that cannot be: it names the client's faults first, and a good one refuses only the code."""
    address = redirect_uri()
    try:
        client = google.client()
        oauth.exchange(
            google.transport(), google.endpoints(), client, code=NO_CODE, verifier=NO_CODE, redirect_uri=address
        )
    except AuthRevoked:
        return Answer(True, _("Google knows this client and its secret."))
    except AccessDenied as refused:
        return Answer(False, _refusal(refused, address))
    except SyncError:
        return Answer(False, _("Google cannot be reached from this machine. Check its connection and try again."))
    return Answer(True, _("Google knows this client and its secret."))


def _refusal(refused: AccessDenied, address: str) -> str:
    match refused.code:
        case "unconfigured":
            return _("There is nothing to check yet: enter the client ID and the secret, or choose the client file.")
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return _("Google does not know this client ID, or the secret belongs to another one. Enter both once more.")
        case "redirect_uri_mismatch":
            return _("Google knows the client, but not the redirect address %(address)s. Enter it there.") % {
                "address": address
            }
    return _("Google refuses the client: %(detail)s") % {"detail": str(refused)}


def save_file(data: bytes, *, by: User, now: datetime) -> client_file.ClientFile:
    """Take ID and secret from the file that Google gives for the client."""
    require(by, Right.ADMINISTER)
    file = client_file.read(data)
    client_file.check_fits(file, redirect_uri())
    save(client_id=file.client_id, client_secret=file.client_secret, by=by, now=now)
    return file


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
