"""The audit log of a candidate or a vacancy, with what happened to its applications."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vizavi.common.models import AuditEntry
from vizavi.common.wording import shown
from vizavi.recruiting.models import Application, Candidate, Vacancy
from vizavi.web.administration.audit_words import action_caption, lines_of
from vizavi.web.events.records import SHOWN, Change, Line

LINES = 15  # on a card that shows more than the history
ICONS = {"application": "arrow-right-circle", "candidate": "user", "vacancy": "briefcase"}


def history_of(subject: Candidate | Vacancy, applications: Sequence[Application]) -> list[Line]:
    """Newest first; what concerns an application says which."""
    keys = [str(application.pk) for application in applications]
    own = Q(kind=subject._meta.model_name, object_id=str(subject.pk))
    entries = AuditEntry.objects.filter(own | Q(kind="application", object_id__in=keys))
    return [line_of(entry) for entry in entries.select_related("actor").order_by("-at", "-pk")[:SHOWN]]


def line_of(entry: AuditEntry) -> Line:
    """One entry as a card shows it."""
    return Line(
        entry.at,
        ICONS.get(entry.kind, "history"),
        capfirst(str(action_caption(entry.action))),
        entry.actor.short_name if entry.actor else _unnamed(entry.kind),
        [
            Change(str(line.field), str(line.before or "–"), str(line.after))
            for line in lines_of(entry.kind, entry.changes)
        ],
        text=shown(entry.label) if entry.kind == "application" else "",
    )


def _unnamed(kind: str) -> str:
    """Nobody signed in did it: what is recruiting's came from a calendar, users are created on the command line too."""
    return _("Synchronisation") if kind in ICONS else ""
