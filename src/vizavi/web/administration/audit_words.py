"""The audit log in words: what its kinds, actions and fields are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField, Model, TimeField
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from vizavi.common.wording import shown
from vizavi.connections.models import Account, Installation
from vizavi.events.models import Answer, Event, EventType, MessageTemplate, Outcome, Room
from vizavi.jobs.models import TaskDefinition
from vizavi.people.models import ApiToken, Department, Group, User
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, Vacancy
from vizavi.web.hours import DAY_NAMES

Caption = str | Promise

KINDS: Mapping[str, tuple[type[Model] | None, Caption]] = {
    "account": (Account, _("Account")),
    "api_token": (ApiToken, _("API token")),
    "application": (Application, _("Application")),
    "candidate": (Candidate, _("Candidate")),
    "consent": (None, _("Account")),
    "department": (Department, _("Department")),
    "event": (Event, _("Event")),
    "event_type": (EventType, _("Event type")),
    "group": (Group, _("Group")),
    "message_template": (MessageTemplate, _("Message template")),
    "organisation": (Installation, _("Rules of exchange")),
    "google_project": (Installation, _("Google project")),
    "installation": (Installation, _("Installation")),
    "rejection_reason": (RejectionReason, _("Rejection reason")),
    "room": (Room, _("Room")),
    "stage": (Stage, _("Stage")),
    "task": (TaskDefinition, _("Background task")),
    "user": (User, _("User")),
    "vacancy": (Vacancy, _("Vacancy")),
}

ACTIONS: Mapping[str, Caption] = {
    "created": _("created"),
    "edited": _("edited"),
    "deleted": _("deleted"),
    "planned": _("planned"),
    "rescheduled": _("rescheduled"),
    "confirmed": _("confirmed"),
    "unconfirmed": _("confirmation withdrawn"),
    "cancelled": _("cancelled"),
    "cloned": _("cloned from a backup"),
    "released": _("sending allowed after a restore"),
    "cancelled_outside": _("cancelled in the external calendar"),
    "changed_outside": _("changed in the external calendar"),
    "letter": _("letter written to the candidate"),
    "loaded": _("loaded from the external calendar"),
    "held": _("held"),
    "no_show": _("no-show"),
    "decided": _("outcome entered"),
    "restored": _("restored"),
    "reverted": _("taken back"),
    "moved": _("moved to another stage"),
    "scheduled": _("schedule changed"),
    "started": _("started by hand"),
    "password_set": _("password set"),
    "revoked": _("revoked"),
    "settings": _("settings changed"),
    "signed_in": _("signed in"),
    "signed_out": _("signed out"),
    "sign_in_failed": _("failed to sign in"),
    "access_requested": _("access requested"),
    "access_denied": _("access denied"),
    "consent_failed": _("consent failed"),
    "consented": _("access granted"),
    "connected": _("connected"),
    "disconnected": _("disconnected"),
    "closing": _("being disconnected, copies are removed"),
    "paused": _("paused"),
    "resumed": _("resumed"),
    "calendars_chosen": _("calendars chosen"),
    "policy": _("policy changed"),
}

FIELDS: Mapping[str, Caption] = {
    "answers": _("Answers"),
    "detail": _("Details"),
    "ends_on": _("End"),
    "letter": _("Subject"),
    "outcome": _("Outcome"),
    "participants": _("Participants"),
    "reason": _("Reason"),
    "starts_on": _("Start"),
    "writing": _("Writing calendar"),
}


def kind_caption(kind: str) -> Caption:
    return KINDS[kind][1] if kind in KINDS else kind


def action_caption(action: str) -> Caption:
    """«event.rescheduled» → «перенесено»; an action without words is shown as it is stored."""
    return ACTIONS.get(action.rpartition(".")[2], action)


@dataclass(frozen=True)
class Line:
    """One changed field: its caption, and both values as people read them (`before` empty: it was not set)."""

    field: Caption
    before: Caption
    after: Caption


def lines_of(kind: str, changes: Mapping[str, Any]) -> list[Line]:
    return [_line(kind, name, *pair) for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2]


def said(answers: Any) -> list[str]:
    """«Елена Громова: accepted», as the audit log stores it, with the answer in words."""
    pairs = [str(item).rpartition(": ") for item in answers or []]
    labels = {answer.value: answer.label for answer in Answer}
    return [f"{name}{colon}{labels.get(code, code)}" for name, colon, code in pairs]


def _line(kind: str, name: str, before: Any, after: Any) -> Line:
    field = _field(kind, name)
    caption = FIELDS.get(name) or str(getattr(field, "verbose_name", name))
    if name == "answers":
        before, after = said(before), said(after)
    elif name == "outcomes":
        before, after = ([str(Outcome(code).label) for code in codes or []] for codes in (before, after))
    elif name == "work_days":
        before, after = ([str(DAY_NAMES[day]) for day in days or ""] for days in (before, after))
    return Line(caption, "" if before in (None, "", []) else _words(field, before), _words(field, after))


def _field(kind: str, name: str) -> Any:
    model = KINDS[kind][0] if kind in KINDS else None
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _words(field: Any, value: Any) -> Caption:
    captions: dict[Any, Caption] = dict(getattr(field, "flatchoices", None) or [])
    if isinstance(value, str) and value in captions:
        return captions[value]
    match value:
        case None | "" | []:
            return "–"
        case True:
            return _("yes")
        case False:
            return _("no")
        case list():
            return ", ".join(shown(str(item)) for item in value)
        case str() if isinstance(field, DateTimeField) and (moment := parse_datetime(value)):
            return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
        case str() if isinstance(field, DateField) and (day := parse_date(value)):
            return date_format(day, "SHORT_DATE_FORMAT")
        case str() if isinstance(field, TimeField) and (hour := parse_time(value)):
            return time_format(hour, "H:i")
    return shown(str(value))
