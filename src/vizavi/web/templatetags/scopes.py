"""Filters that show an account's accesses in words."""

from django import template

from vizavi.connections import health
from vizavi.connections.models import Account

register = template.Library()


@register.filter
def granted_scopes(account: Account) -> tuple[str, ...]:
    return health.granted_and_missing(account)[0]


@register.filter
def missing_scopes(account: Account) -> tuple[str, ...]:
    return health.granted_and_missing(account)[1]
