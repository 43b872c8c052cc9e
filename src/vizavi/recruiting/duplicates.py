"""Candidates who may be entered twice."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from vizavi.recruiting.models import Candidate
from vizavi.recruiting.rules import Identity, Likeness, folded, likenesses, phone_key

SHOWN = 10
IDENTIFYING = frozenset({"last_name", "first_name", "birth_year", "email", "phone"})  # an edit of these asks again


@dataclass(frozen=True, slots=True)
class Likely:
    candidate: Candidate
    reasons: list[Likeness]


def likely_duplicates(candidate: Candidate, among: "QuerySet[Candidate]") -> list[Likely]:
    """Who of `among` may be the same person as `candidate`, saved or not; the strongest likeness first."""
    wanted = _identity(candidate)
    condition = Q(name_key=wanted.name)
    if wanted.email:
        condition |= Q(folded_email=wanted.email)
    if wanted.phone:
        condition |= Q(phone_key=wanted.phone)
    found = among.alias(folded_email=Lower("email")).filter(condition).exclude(pk=candidate.pk).order_by("pk")
    likely = [Likely(other, likenesses(wanted, _identity(other))) for other in found[: 5 * SHOWN]]
    ranked = sorted((one for one in likely if one.reasons), key=lambda one: -len(one.reasons))
    return ranked[:SHOWN]


def _identity(candidate: Candidate) -> Identity:
    return Identity(
        folded(candidate.full_name), candidate.birth_year, candidate.email.lower(), phone_key(candidate.phone)
    )
