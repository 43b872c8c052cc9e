"""Template tags of the page frame: breadcrumbs from the main menu, and small display filters."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vizavi.common.dates import named_day
from vizavi.connections.models import AccountState
from vizavi.jobs.counts import captioned
from vizavi.jobs.models import RunStatus
from vizavi.web.menu import path_to
from vizavi.web.naming import local_name

register = template.Library()

COLORS: dict[str, str] = {
    AccountState.OK: "green",
    AccountState.EXPIRED: "orange",
    AccountState.LIMITED: "yellow",
    AccountState.ERROR: "red",
    AccountState.OFF: "secondary",
    RunStatus.QUEUED: "azure",
    RunStatus.RUNNING: "blue",
    RunStatus.OK: "green",
    RunStatus.PARTIAL: "orange",
    RunStatus.FAILED: "red",
    RunStatus.SKIPPED: "secondary",
}

register.filter("local_name", local_name)
register.filter("named_day", named_day)
register.filter("captioned", captioned)


@register.inclusion_tag("web/_breadcrumbs.html")
def crumbs(key: str, *tail: Any) -> dict[str, object]:
    """The menu path to `key`; `tail` are captions below it, then `key` itself becomes a link."""
    return {"path": path_to(key), "tail": tail}


@register.simple_tag
def state_chip(code: str, label: str) -> SafeString:
    """A coloured chip for an account state or a run status."""
    return format_html('<span class="status status-{}">{}</span>', COLORS.get(code, "secondary"), label)


@register.filter
def count_of(counts: dict[str, int], key: str) -> int:
    return counts.get(key, 0)
