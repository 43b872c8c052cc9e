"""The demo's connected accounts: their grants come from the local Google, everything after that is the real thing."""

from datetime import datetime
from typing import Any

from vizavi.connections import accounts, google
from vizavi.connections.models import Account, Calendar, LoadMode
from vizavi.connections.work import work_account
from vizavi.demo.google import LocalGoogle
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.providers.google.oauth import Grant

RECRUITING_CALENDAR = "Подбор"


def connect(local: LocalGoogle, email: str, *, now: datetime) -> Account:
    """As people do it: grant, choose the calendar, save; the first load follows."""
    user = User.objects.get(email=email)
    User.objects.filter(pk=user.pk).update(external_calendar=ExternalCalendar.GOOGLE)
    account = _account(user, local.grant(email), now)
    accounts.connect(account, by=user, now=now)
    separate = account.calendars.filter(name=RECRUITING_CALENDAR).first()
    writing = separate or account.calendars.get(writes=True)
    accounts.choose(account, writing.pk, _modes(account), by=user, now=now)
    work_account(account.pk, pull=True, now=lambda: now)
    return account


def limit(local: LocalGoogle, account: Account, *, now: datetime) -> None:
    """At Google the calendar may only be read any more, and the next look at the list of calendars shows it."""
    local.tell("role", email=account.email, calendar=account.email, role="reader")
    accounts.refresh_calendars(account, now=now)


def revoke(local: LocalGoogle, email: str) -> None:
    """The person takes the access back on Google's page; we learn of it when we next need it."""
    local.tell("revoke", email=email)


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
