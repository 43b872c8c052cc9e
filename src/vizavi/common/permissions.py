"""The one place where rights are decided: the table of roles (DOMAIN 5.5).

A cell is a scope: nothing, what is one's own, or everything. What "own" means for an object (responsible, participant,
recruiter of its vacancy) is found by the caller's domain query and passed as `own`; nobody else asks for a role.
"""

from enum import StrEnum
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    LEAD = "lead", _("Head of recruiting")
    RECRUITER = "recruiter", _("Recruiter")
    INTERVIEWER = "interviewer", _("Interviewer")
    OBSERVER = "observer", _("Observer")


class Scope(StrEnum):
    NONE = "none"
    OWN = "own"
    ALL = "all"


class Right(StrEnum):
    """One per row of the table; a row that grants two different things is split."""

    SEE_EVENTS = "see_events"  # own: responsible or participant
    SEE_BUSY = "see_busy"  # others' busy blocks, as «Занято»
    PLAN_EVENTS = "plan_events"  # plan, edit, move, cancel what one is responsible for
    EDIT_EVENTS = "edit_events"  # of others; own: of own vacancies
    REVERT_EVENTS = "revert_events"  # take back "held" and "no-show"
    ANSWER = "answer"  # answer, propose a time, fill the scorecard
    SEE_CANDIDATES = "see_candidates"  # and vacancies, applications; own: those of own events
    SEE_CONTACTS = "see_contacts"
    EDIT_CANDIDATES = "edit_candidates"  # and vacancies, applications; own: of own vacancies
    CREATE_CANDIDATES = "create_candidates"
    EDIT_DIRECTORIES = "edit_directories"
    ADMINISTER = "administer"  # users, roles, provider settings, tasks' schedule
    RUN_LOADING = "run_loading"  # own: one's own account
    OWN_SETTINGS = "own_settings"
    OWN_ACCOUNT = "own_account"  # connect an external calendar
    SEE_CONNECTIONS = "see_connections"  # and the journal
    MANAGE_CONNECTIONS = "manage_connections"
    SEE_AUDIT = "see_audit"  # and backup, key rotation


_ROLES = (Role.ADMINISTRATOR, Role.LEAD, Role.RECRUITER, Role.INTERVIEWER, Role.OBSERVER)
_ALL, _OWN, _NO = Scope.ALL, Scope.OWN, Scope.NONE
_TABLE: dict[Right, tuple[Scope, Scope, Scope, Scope, Scope]] = {
    Right.SEE_EVENTS: (_ALL, _ALL, _ALL, _OWN, _ALL),
    Right.SEE_BUSY: (_ALL, _ALL, _ALL, _ALL, _NO),
    Right.PLAN_EVENTS: (_ALL, _ALL, _ALL, _NO, _NO),
    Right.EDIT_EVENTS: (_ALL, _ALL, _OWN, _NO, _NO),
    Right.REVERT_EVENTS: (_ALL, _NO, _NO, _NO, _NO),
    Right.ANSWER: (_ALL, _ALL, _ALL, _OWN, _NO),
    Right.SEE_CANDIDATES: (_ALL, _ALL, _ALL, _OWN, _ALL),
    Right.SEE_CONTACTS: (_ALL, _ALL, _ALL, _OWN, _NO),
    Right.EDIT_CANDIDATES: (_ALL, _ALL, _OWN, _NO, _NO),
    Right.CREATE_CANDIDATES: (_ALL, _ALL, _ALL, _NO, _NO),
    Right.EDIT_DIRECTORIES: (_ALL, _ALL, _NO, _NO, _NO),
    Right.ADMINISTER: (_ALL, _NO, _NO, _NO, _NO),
    Right.RUN_LOADING: (_ALL, _ALL, _OWN, _OWN, _NO),
    Right.OWN_SETTINGS: (_ALL, _ALL, _ALL, _ALL, _ALL),
    Right.OWN_ACCOUNT: (_ALL, _ALL, _ALL, _ALL, _NO),
    Right.SEE_CONNECTIONS: (_ALL, _ALL, _OWN, _OWN, _NO),
    Right.MANAGE_CONNECTIONS: (_ALL, _NO, _OWN, _OWN, _NO),
    Right.SEE_AUDIT: (_ALL, _NO, _NO, _NO, _NO),
}
MATRIX: dict[Right, dict[Role, Scope]] = {
    right: dict(zip(_ROLES, cells, strict=True)) for right, cells in _TABLE.items()
}


class Holder(Protocol):
    """Whoever has rights: a user; an anonymous visitor has none."""

    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...


def scope(user: Holder, right: Right) -> Scope:
    if not (user.is_authenticated and user.is_active):
        return Scope.NONE
    role = getattr(user, "role", None)
    return MATRIX[right][Role(role)] if role in Role.values else Scope.NONE


def allowed(user: Holder, right: Right, *, own: bool = False) -> bool:
    """Whether `user` may; `own` says that the object in question is the user's own."""
    granted = scope(user, right)
    return granted is Scope.ALL or (own and granted is Scope.OWN)


def require(user: Holder, right: Right, *, own: bool = False) -> None:
    if not allowed(user, right, own=own):
        raise PermissionDenied(_("You have no right to do this. Nothing was changed; ask your administrator."))
