"""What is read in more than one place: whose candidates and vacancies are whose."""

from django.db.models import Q, QuerySet

from vizavi.common.permissions import Right, allowed
from vizavi.people.models import User
from vizavi.recruiting.models import OPEN_VACANCIES, Application, Candidate, Vacancy
from vizavi.recruiting.rules import folded, phone_key

WORDS = 5  # of a search, the rest is not looked at


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


def open_vacancies(user: User) -> "QuerySet[Vacancy]":
    """Those that the user may put candidates on."""
    vacancies = Vacancy.objects.filter(status__in=OPEN_VACANCIES).order_by("number")
    if allowed(user, Right.EDIT_CANDIDATES):
        return vacancies
    own = allowed(user, Right.EDIT_CANDIDATES, own=True)
    return vacancies.filter(recruiter=user) if own else vacancies.none()


def matching_candidates(candidates: "QuerySet[Candidate]", text: str, *, contacts: bool) -> "QuerySet[Candidate]":
    """Every word is in the name, or (for those who see them) all of it is in the contacts."""
    by_name = Q()
    for word in folded(text).split()[:WORDS]:
        by_name &= Q(search_key__contains=word)
    if not contacts:
        return candidates.filter(by_name)
    digits = phone_key(text) or "".join(letter for letter in text if letter.isdigit())
    by_phone = Q(phone_key__contains=digits) if len(digits) >= 3 else Q(pk__in=[])
    by_email = Q(email__icontains=text.strip()) if "@" in text or text.isascii() else Q(pk__in=[])
    return candidates.filter(by_name | by_phone | by_email) if text.strip() else candidates


def matching_vacancies(vacancies: "QuerySet[Vacancy]", text: str) -> "QuerySet[Vacancy]":
    """Every word is in the number, the position or the city."""
    for word in text.split()[:WORDS]:
        condition = Q(number__icontains=word)
        for form in {word, word.capitalize(), word.lower()}:  # SQLite folds the case of Latin letters only
            condition |= Q(title__icontains=form) | Q(city__icontains=form)
        vacancies = vacancies.filter(condition)
    return vacancies
