"""What is done with candidates, vacancies and applications: create, edit, put on a vacancy, move along the funnel."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit, changes, rows, zones
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed, require
from vizavi.people.models import User
from vizavi.recruiting import queries, rules
from vizavi.recruiting.models import (
    Application,
    Candidate,
    RejectionReason,
    Stage,
    StageKind,
    Vacancy,
)

_CANDIDATE_SHOWN = frozenset({"last_name", "first_name"})
_VACANCY_SHOWN = frozenset({"title"})


def save_candidate(candidate: Candidate, *, by: User, now: datetime) -> Candidate:
    """Create or edit; `candidate` holds the values entered and is not saved yet."""
    _require(by, own=candidate.pk is not None and queries.is_own_candidate(by, candidate), new=candidate.pk is None)
    zones.check_zone(candidate.time_zone, field="time_zone")
    rules.check_birth_year(candidate.birth_year, today=now.date())
    with transaction.atomic():
        differences = rows.save(candidate, "candidate", by=by, now=now)
        if not _CANDIDATE_SHOWN.isdisjoint(differences):
            changes.changed("candidate", [candidate.pk])
    return candidate


def save_vacancy(vacancy: Vacancy, *, by: User, now: datetime) -> Vacancy:
    stored = Vacancy.objects.filter(pk=vacancy.pk).first()
    _require(by, own=stored is not None and stored.recruiter_id == by.pk, new=stored is None)
    if vacancy.salary_from and vacancy.salary_to and vacancy.salary_to < vacancy.salary_from:
        raise RuleError("salary_to", "below_from", _("The upper limit is below the lower one. Correct one of them."))
    if stored is None or stored.recruiter_id != vacancy.recruiter_id:
        _check_recruiter(vacancy.recruiter, by)
    with transaction.atomic():
        differences = rows.save(vacancy, "vacancy", by=by, now=now)
        if not _VACANCY_SHOWN.isdisjoint(differences):
            changes.changed("vacancy", [vacancy.pk])
    return vacancy


def put_on_vacancy(
    candidate: Candidate, vacancy: Vacancy, *, by: User, now: datetime, stage: Stage | None = None
) -> Application:
    """A new application, at the first stage unless told otherwise."""
    require(by, Right.EDIT_CANDIDATES, own=vacancy.recruiter_id == by.pk)
    with transaction.atomic():
        if Application.objects.filter(candidate=candidate, vacancy=vacancy).exists():
            raise RuleError("vacancy", "already", _("The candidate is on this vacancy already. Nothing was changed."))
        first = stage or Stage.objects.filter(kind=StageKind.INITIAL).order_by("order")[0]
        application = Application.objects.create(candidate=candidate, vacancy=vacancy, stage=first, moved_at=now)
        _log("application.created", application, {"stage": audit.pair(None, first)}, by=by, now=now)
    return application


def move_to_stage(
    application_id: int,
    stage: Stage,
    *,
    by: User,
    now: datetime,
    reason: RejectionReason | None = None,
    seen: int | None = None,
) -> Application:
    """Along the funnel; a lost candidate needs the reason. `seen` is the stage that the person saw it on."""
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",))
        application = locked.select_related("candidate", "vacancy", "stage", "reason").get(pk=application_id)
        require(by, Right.EDIT_CANDIDATES, own=application.vacancy.recruiter_id == by.pk)
        if seen is not None and application.stage_id not in {seen, stage.pk}:
            raise RuleError(
                "stage", "moved", _("Somebody else moved the candidate meanwhile. Nothing was changed; look again.")
            )
        check_reason(stage, reason)
        before = {"stage": application.stage, "reason": application.reason}
        application.stage = stage
        application.reason = reason if stage.kind == StageKind.LOST else None
        differences = audit.diff(before, {"stage": application.stage, "reason": application.reason})
        if differences:
            application.moved_at = now
            application.save()
            _log("application.moved", application, differences, by=by, now=now)
    return application


def check_reason(stage: Stage, reason: RejectionReason | None) -> None:
    if stage.kind == StageKind.LOST and reason is None:
        raise RuleError("reason", "required", _("Choose the reason: a rejection needs one."))


def _check_recruiter(recruiter: User, by: User) -> None:
    """A vacancy that one opens is one's own, unless one answers for all of them."""
    if not allowed(recruiter, Right.PLAN_EVENTS):
        raise RuleError("recruiter", "cannot", _("This person does not recruit. Choose somebody who plans interviews."))
    if recruiter.pk != by.pk and not allowed(by, Right.EDIT_CANDIDATES):
        text = _("You open and hand over vacancies only as their recruiter. Choose yourself.")
        raise RuleError("recruiter", "not_own", text)


def _require(by: User, *, own: bool, new: bool) -> None:
    if new:
        require(by, Right.CREATE_CANDIDATES)
    else:
        require(by, Right.EDIT_CANDIDATES, own=own)


def _log(action: str, application: Application, differences: audit.Changes, *, by: User, now: datetime) -> None:
    audit.record(action, "application", application.pk, label=str(application), changes=differences, by=by, now=now)
