"""What every page's frame needs."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.http import HttpRequest

from vizavi.common.permissions import Right, allowed
from vizavi.connections import accounts, health, hold
from vizavi.connections.models import Account
from vizavi.notifications import queries
from vizavi.people.models import User
from vizavi.web.menu import MENU, Item, leaves


@dataclass(frozen=True)
class Entry:
    """A menu entry as drawn for one person on one page."""

    item: Item
    active: bool
    children: tuple["Entry", ...]


def _drawn(user: User, path: str, items: tuple[Item, ...]) -> tuple[Entry, ...]:
    """The entries that `user` may open; a submenu with nothing in it is left out."""
    entries = []
    for item in items:
        if item.right is not None and not allowed(user, item.right, own=item.own):
            continue
        if item.demo and not settings.DEMO:
            continue
        children = _drawn(user, path, item.children)
        if children or item.url_name:
            active = any(path.startswith(leaf.url) for leaf in leaves(item))
            entries.append(Entry(item, active, children))
    return tuple(entries)


def _needs_owner(user: User) -> Account | None:
    """The person's account, if something is to be done about it or known."""
    account = accounts.active_account(user)
    if account is None or account.paused or account.closing:
        return None
    return account if account.state in health.IN_TROUBLE or not account.begun else None


def _holds_for(user: User) -> bool:
    """Whether this person has to confirm that interviews may be sent again after a restore."""
    return allowed(user, Right.ADMINISTER) and hold.held()


def shell(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    # asked only where the frame is drawn: a part of a page needs neither banner nor bell
    return {
        "menu": _drawn(user, request.path, MENU),
        "account_that_waits": partial(_needs_owner, user),
        "unread_notifications": partial(queries.unread, user),
        "outbound_held": partial(_holds_for, user),
    }
