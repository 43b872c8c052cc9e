"""Many candidates at once: each is moved or left on its own, and it is told who was left and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError
from vizavi.people.models import User
from vizavi.recruiting import operations
from vizavi.recruiting.models import FINAL, Application, Candidate, RejectionReason, Stage, Vacancy


class Skip(models.TextChoices):
    """Why a candidate was left as it was."""

    NOWHERE = "nowhere", _("on no vacancy in work")
    SEVERAL = "several", _("on several vacancies: choose one")
    THERE = "there", _("already there")
    FOREIGN = "foreign", _("on a colleague's vacancy")


@dataclass(slots=True)
class Result:
    done: int = 0
    skipped: list[tuple[Candidate, Skip]] = field(default_factory=list)


def move_candidates(
    candidates: Iterable[Candidate],
    stage: Stage,
    *,
    vacancy: Vacancy | None,
    by: User,
    now: datetime,
    reason: RejectionReason | None = None,
) -> Result:
    """Along the funnel of `vacancy`, or each along the funnel of the only vacancy it is in work on."""
    operations.check_reason(stage, reason)
    result = Result()
    for candidate in candidates:
        skip = _move(candidate, stage, vacancy=vacancy, reason=reason, by=by, now=now)
        if skip is None:
            result.done += 1
        else:
            result.skipped.append((candidate, skip))
    return result


def _move(
    candidate: Candidate,
    stage: Stage,
    *,
    vacancy: Vacancy | None,
    reason: RejectionReason | None,
    by: User,
    now: datetime,
) -> Skip | None:
    standing = Application.objects.filter(candidate=candidate)
    meant = standing.filter(vacancy=vacancy) if vacancy else standing.exclude(stage__kind__in=FINAL)
    applications = list(meant[:2])
    if len(applications) != 1:
        return Skip.SEVERAL if applications else Skip.NOWHERE
    if applications[0].stage_id == stage.pk:
        return Skip.THERE
    try:
        operations.move_to_stage(applications[0].pk, stage, reason=reason, by=by, now=now)
    except PermissionDenied:
        return Skip.FOREIGN
    return None


def put_candidates(candidates: Iterable[Candidate], vacancy: Vacancy, *, by: User, now: datetime) -> Result:
    """All on one vacancy; those who stand there already stay where they are."""
    result = Result()
    for candidate in candidates:
        try:
            operations.put_on_vacancy(candidate, vacancy, by=by, now=now)
        except RuleError:
            result.skipped.append((candidate, Skip.THERE))
        else:
            result.done += 1
    return result
