"""What is read in more than one place: whose candidates and vacancies are whose."""

from vizavi.common.permissions import Right, allowed
from vizavi.people.models import User
from vizavi.recruiting.models import Application, Candidate, Vacancy


def is_own_candidate(user: User, candidate: Candidate) -> bool:
    """On a vacancy the user recruits for, or on none yet (then any recruiter may go on with it)."""
    recruiters = set(Application.objects.filter(candidate=candidate).values_list("vacancy__recruiter", flat=True))
    return not recruiters or user.pk in recruiters


def may_edit_candidate(user: User, candidate: Candidate) -> bool:
    if allowed(user, Right.EDIT_CANDIDATES):
        return True
    return allowed(user, Right.EDIT_CANDIDATES, own=True) and is_own_candidate(user, candidate)


def may_edit_vacancy(user: User, vacancy: Vacancy) -> bool:
    return allowed(user, Right.EDIT_CANDIDATES, own=vacancy.recruiter_id == user.pk)
