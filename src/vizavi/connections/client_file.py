"""The file Google gives for an OAuth client: which kind it is, or by name what it is instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LARGEST = 64 * 1024
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Kind(TextChoices):
    """The names Google's console uses."""

    WEB = "web", _("Web application")
    DESKTOP = "installed", _("Desktop")


class _Client(msgspec.Struct):
    client_id: str = ""
    client_secret: str = ""
    redirect_uris: list[str] = []


class _File(msgspec.Struct):
    web: _Client | None = None
    installed: _Client | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class ClientFile:
    kind: Kind
    client_id: str
    client_secret: str
    redirect_uris: Sequence[str]

    def lacks(self, address: str) -> bool:
        """Whether the redirect address is still to be entered at Google; a Desktop client takes any loopback one."""
        return self.kind is Kind.WEB and address not in self.redirect_uris


OTHERS = {
    "service_account": _(
        "This is the key of a service account. People's calendars need an OAuth client. Nothing was saved: in the "
        "console open “Clients”, create an OAuth client and download its file."
    ),
    "authorized_user": _(
        "This file holds one person's own access, not the organisation's client. Nothing was saved: in the console "
        "open “Clients” and download the file of the OAuth client."
    ),
}


def read(data: bytes) -> ClientFile:
    """Raises RuleError on `client_file` with what the file is instead."""
    if len(data) > LARGEST:
        raise _refused("large", _("The file is too large to be a client file. Nothing was saved."))
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        text = _("This is not a client file of Google (JSON). Nothing was saved: download it in the console once more.")
        raise _refused("format", text) from None
    if file.type in OTHERS:
        raise _refused(file.type, OTHERS[file.type])
    client, kind = (file.web, Kind.WEB) if file.web else (file.installed, Kind.DESKTOP)
    if client is None:
        text = _("The file holds neither a “Web application” nor a “Desktop” client. Nothing was saved.")
        raise _refused("kind", text)
    if not client.client_id or not client.client_secret:
        text = _("The file lacks the client ID or the secret. Nothing was saved: download it in the console once more.")
        raise _refused("incomplete", text)
    return ClientFile(kind, client.client_id, client.client_secret, client.redirect_uris)


def fitting(redirect_uri: str) -> Kind:
    """Which kind of client to create for this redirect address."""
    return Kind.WEB if urlsplit(redirect_uri).scheme == "https" else Kind.DESKTOP


def check_fits(file: ClientFile, redirect_uri: str) -> None:
    """A Desktop client is only ever led to the same machine."""
    if file.kind is Kind.DESKTOP and urlsplit(redirect_uri).hostname not in LOOPBACK:
        text = _(
            "This is a client of the kind “Desktop”: Google leads it only to the person's own machine, not to "
            "%(address)s. Nothing was saved: create a client of the kind “Web application”."
        )
        raise _refused("desktop", text % {"address": redirect_uri})


def _refused(code: str, text: "str | _StrPromise") -> RuleError:
    return RuleError("client_file", code, text)
