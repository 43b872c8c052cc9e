"""Questions about rights that several templates ask; the answers come from common.permissions."""

from django import template

from vizavi.common.permissions import Right, allowed
from vizavi.people.models import User

register = template.Library()


@register.filter
def may_own_account(user: User) -> bool:
    return allowed(user, Right.OWN_ACCOUNT, own=True)
