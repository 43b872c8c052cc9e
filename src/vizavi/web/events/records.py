"""Lines of the sync journal and of the audit log in words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from vizavi.common.models import AuditEntry
from vizavi.common.wording import shown
from vizavi.connections import states
from vizavi.connections.models import Direction, JournalEntry
from vizavi.events.models import Answer, Event, EventStatus, Format, Outcome
from vizavi.people.models import User
from vizavi.web.administration.audit_words import action_caption, said
from vizavi.web.events.journal_words import journal_action

ICONS = {Direction.OUT: "arrow-up-right", Direction.IN: "arrow-down-left", Direction.HERE: "home"}
ANSWERED = re.compile(rf"\(({'|'.join(Answer.values)})\)")  # as connections.journal writes who takes part
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    icon: str
    title: str
    who: str
    changes: list[Change]
    text: str = ""
    ok: bool = True


def history_lines(entries: Iterable[AuditEntry]) -> list[Line]:
    return [
        Line(
            entry.at,
            "history",
            capfirst(str(action_caption(entry.action))),
            entry.actor.short_name if entry.actor else _("Synchronisation"),
            _changes(entry.changes),
        )
        for entry in list(entries)[:SHOWN]
    ]


def journal_lines(entries: Iterable[JournalEntry], reader: User) -> list[Line]:
    return [
        Line(
            entry.at,
            ICONS[Direction(entry.direction)],
            f"{Direction(entry.direction).label}: {journal_action(entry.action)}",
            entry.account.email if entry.account else "",
            _changes(entry.changes) if states.shows_changes(entry, reader) else [],
            entry.words,
            entry.ok,
        )
        for entry in list(entries)[:SHOWN]
    ]


def _changes(changes: Mapping[str, Any]) -> list[Change]:
    return [
        Change(_field(name), _value(name, pair[0]), _value(name, pair[1]))
        for name, pair in changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]


def _field(name: str) -> str:
    own = {
        "starts_on": _("First day"),
        "ends_on": _("Day after the last"),
        "participants": _("Participants"),
        "answers": _("Answers"),
        "detail": _("Details"),
        "letter": _("Subject"),
        "when": _("Time"),
        "description": _("Description"),
        "location": _("Location"),
        "start": _("Start"),
        "end": _("End"),
        "people": _("Participants"),
        "busy": _("Busy"),
        "private": _("Private"),
        "tentative": _("Tentative"),
    }
    known = {field.name: field for field in Event._meta.get_fields()}
    if name in own or name not in known:
        return own.get(name, name)
    text = str(getattr(known[name], "verbose_name", name))
    return text[:1].upper() + text[1:]


def _value(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(shown(str(item)) for item in (said(value) if name == "answers" else value))
    if name == "people" and isinstance(value, str):
        return ANSWERED.sub(lambda found: f"({Answer(found[1]).label})", value)
    choices: Mapping[str, Any] = {"status": EventStatus, "outcome": Outcome, "format": Format, "answer": Answer}
    if name in choices and value in choices[name].values:
        return str(choices[name](value).label)
    return _moment(shown(value)) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    """Instants by the reader's clock, dates in the reader's way; any other text as it is."""
    if not text[:4].isdigit():
        return text
    try:
        if len(text) == len("2026-11-26"):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        return _local(datetime.fromisoformat(text))
    except ValueError:
        return text


def _local(moment: datetime) -> str:
    return date_format(localtime(moment) if moment.tzinfo else moment, "SHORT_DATETIME_FORMAT")
