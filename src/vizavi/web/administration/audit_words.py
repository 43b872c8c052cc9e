"""The audit log in words: what its kinds, actions and fields are called."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vizavi.connections.models import Account, Installation
from vizavi.events.models import Event, EventType, Room
from vizavi.jobs.models import TaskDefinition
from vizavi.people.models import Department, User
from vizavi.recruiting.models import Candidate, Vacancy

Caption = str | Promise

KINDS: Mapping[str, tuple[type[Model] | None, Caption]] = {
    "account": (Account, _("Account")),
    "application": (None, _("Application")),
    "candidate": (Candidate, _("Candidate")),
    "consent": (None, _("Account")),
    "department": (Department, _("Department")),
    "event": (Event, _("Event")),
    "event_type": (EventType, _("Event type")),
    "google_project": (Installation, _("Google project")),
    "room": (Room, _("Room")),
    "task": (TaskDefinition, _("Background task")),
    "user": (User, _("User")),
    "vacancy": (Vacancy, _("Vacancy")),
}

ACTIONS: Mapping[str, Caption] = {
    "created": _("created"),
    "edited": _("edited"),
    "planned": _("planned"),
    "rescheduled": _("rescheduled"),
    "confirmed": _("confirmed"),
    "unconfirmed": _("confirmation withdrawn"),
    "cancelled": _("cancelled"),
    "cancelled_outside": _("cancelled in the external calendar"),
    "changed_outside": _("changed in the external calendar"),
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
    "paused": _("paused"),
    "resumed": _("resumed"),
    "calendars_chosen": _("calendars chosen"),
    "policy": _("policy changed"),
}


def kind_caption(kind: str) -> Caption:
    return KINDS[kind][1] if kind in KINDS else kind


def action_caption(action: str) -> Caption:
    """«event.rescheduled» → «перенесено»; an action without words is shown as it is stored."""
    return ACTIONS.get(action.rpartition(".")[2], action)


def field_caption(kind: str, field: str) -> Caption:
    model = KINDS[kind][0] if kind in KINDS else None
    if model is None:
        return field
    try:
        found = model._meta.get_field(field)
    except FieldDoesNotExist:
        return field
    return getattr(found, "verbose_name", field)


def value_words(value: Any) -> Caption:
    match value:
        case None | "" | []:
            return "–"
        case True:
            return _("yes")
        case False:
            return _("no")
        case list():
            return ", ".join(str(item) for item in value)
    return str(value)
