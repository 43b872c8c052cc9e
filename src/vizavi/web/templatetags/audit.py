"""Filters that put the lines of the audit log into words."""

from django import template

from vizavi.common.models import AuditEntry
from vizavi.common.wording import shown
from vizavi.web.administration.audit_words import Line, action_caption, kind_caption, lines_of

register = template.Library()

register.filter("kind_caption", kind_caption)
register.filter("action_caption", action_caption)
register.filter("worded", shown)


@register.filter
def change_lines(entry: AuditEntry) -> list[Line]:
    return lines_of(entry.kind, entry.changes)
