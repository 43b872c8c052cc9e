"""An account's state and accesses in words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vizavi.connections import health
from vizavi.connections.models import Account, AccountState, Calendar
from vizavi.web.templatetags.frame import state_chip

register = template.Library()

register.filter("why", health.why)
register.filter("may_be_written", health.may_write)


@register.filter
def role_caption(calendar: Calendar) -> str:
    """What the account may do with the calendar."""
    captions = {
        "owner": _("own calendar"),
        "reader": _("May only be read"),
        "freeBusyReader": _("only busy time is visible"),
        "none": _("no longer there or no longer shared"),
    }
    return captions.get(calendar.access_role, _("may be changed"))


@register.filter
def mended_by_consent(account: Account) -> bool:
    """Whether a new consent of the owner is what helps."""
    return account.state_code in health.MENDED_BY_CONSENT


@register.simple_tag
def account_chips(account: Account) -> SafeString:
    """The account's state, and what stands beside it: paused, being disconnected, or not yet begun."""
    state = state_chip(account.state, str(AccountState(account.state).label))
    if account.closing:
        return state_chip("partial", _("Being disconnected"))
    if account.paused:
        return state_chip("off", _("Paused"))
    if not account.begun:
        return format_html("{} {}", state, state_chip("partial", _("Not started: press “Save”")))
    return state


@register.filter
def granted_scopes(account: Account) -> tuple[str, ...]:
    return health.granted_and_missing(account)[0]


@register.filter
def missing_scopes(account: Account) -> tuple[str, ...]:
    return health.granted_and_missing(account)[1]
