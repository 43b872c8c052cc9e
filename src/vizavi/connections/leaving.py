"""Somebody leaves the house: the login and the exchange with the own calendar end together."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.connections import accounts
from vizavi.people import bulk
from vizavi.people.models import User
from vizavi.people.operations import check_switching_off, save_user


@transaction.atomic
def switch_off(person: User, *, by: User, now: datetime) -> None:
    """Events and history stay; the calendar is no longer exchanged with, its tokens are kept.

    `person` may hold other values entered, which are saved with it.
    """
    person.is_active = False
    save_user(person, by=by, now=now)
    account = accounts.active_account(person)
    if account is not None and not account.paused:
        accounts.pause(person, by=by, now=now)


def switch_off_all(people: Iterable[User], *, by: User, now: datetime) -> bulk.Result:
    require(by, Right.ADMINISTER)

    def change(person: User) -> None:
        _check_is_on(person)
        switch_off(person, by=by, now=now)

    return bulk.each(people, change)


def staying(people: Iterable[User], *, by: User) -> list[tuple[User, str]]:
    """Those whom `switch_off_all` would leave as they are, with the reason; nothing is changed."""

    def check(person: User) -> None:
        _check_is_on(person)
        check_switching_off(person, by=by)

    return bulk.each(people, check).skipped


def _check_is_on(person: User) -> None:
    if not person.is_active:
        raise RuleError("is_active", "same", _("Is switched off already."))
