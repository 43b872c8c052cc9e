"""Filters that put an audit entry into words."""

from django import template

from vizavi.common.models import AuditEntry
from vizavi.connections.models import JournalEntry
from vizavi.web.administration.audit_words import Caption, action_caption, field_caption, kind_caption, value_words

register = template.Library()

register.filter("kind_caption", kind_caption)
register.filter("action_caption", action_caption)


@register.filter
def change_lines(entry: AuditEntry) -> list[tuple[Caption, Caption, Caption]]:
    """(field, from, to) of each change."""
    return [
        (field_caption(entry.kind, field), value_words(pair[0]), value_words(pair[1]))
        for field, pair in entry.changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]


@register.filter
def journal_lines(entry: JournalEntry) -> list[tuple[Caption, Caption, Caption]]:
    """The same for a line of the synchronisation journal, which is always about an event."""
    return [
        (field_caption("event", field), value_words(pair[0]), value_words(pair[1]))
        for field, pair in entry.changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]
