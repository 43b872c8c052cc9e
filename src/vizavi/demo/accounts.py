"""The demo's connected accounts: their grants come from the local Google, everything after that is the real thing."""

import json
import urllib.request
from datetime import datetime
from typing import Any

from django.utils import timezone

from vizavi.connections import accounts, google
from vizavi.connections.models import Account, Calendar, LoadMode
from vizavi.connections.work import work_account
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.providers.google.oauth import Grant

RECRUITING_CALENDAR = "Подбор"


class LocalGoogle:
    """The administrator's side of the sandbox at `url`."""

    def __init__(self, url: str, client_id: str) -> None:
        self.url = url
        self.client_id = client_id

    def tell(self, action: str, **values: Any) -> dict[str, Any]:
        body = json.dumps(values).encode()
        request = urllib.request.Request(f"{self.url}/sandbox/{action}", data=body, method="POST")  # noqa: S310 - ours
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the demo's own sandbox
            told: dict[str, Any] = json.load(answer)
            return told

    def grant(self, email: str) -> dict[str, Any]:
        return self.tell("tokens", email=email, scopes=list(oauth.SCOPES), client_id=self.client_id)


def connect_people(local: LocalGoogle, *, connected: list[str], limited: str, expired: str) -> None:
    """Bring accounts into the states of DOMAIN section 6, each by what brings it there in life."""
    for email in [*connected, limited, expired]:
        _connect(local, email)
    local.tell("role", email=limited, calendar=limited, role="reader")
    local.tell("revoke", email=expired)
    for email in (limited, expired):
        account = Account.objects.get(email=email)
        accounts.refresh_calendars(account, now=timezone.now())


def _connect(local: LocalGoogle, email: str) -> None:
    now = timezone.now()
    user = User.objects.get(email=email)
    User.objects.filter(pk=user.pk).update(external_calendar=ExternalCalendar.GOOGLE)
    account = _account(user, local.grant(email), now)
    accounts.connect(account, by=user, now=now)
    separate = account.calendars.filter(name=RECRUITING_CALENDAR).first()
    writing = separate or account.calendars.get(writes=True)
    accounts.choose(account, writing.pk, _modes(account), by=user, now=now)
    work_account(account.pk, pull=True, now=timezone.now)


def _account(user: User, told: dict[str, Any], now: datetime) -> Account:
    """Known by Google's own id, so that the same person coming back finds the account and its links."""
    grant = Grant(told["access_token"], told["expires_in"], frozenset(oauth.SCOPES), told["refresh_token"])
    identity = google.grant_client(grant).identity()
    account = Account.objects.create(user=user, remote_id=identity.remote_id, email=identity.email, connected_at=now)
    google.keep_grant(account, grant, now)
    return account


def _modes(account: Account) -> dict[int, accounts.Mode]:
    primary: Calendar = account.calendars.get(primary=True)
    return {primary.pk: (LoadMode.NAMED, None)}
