"""What makes two entries the same person, how names are compared, what can be a year of birth: pure functions."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from vizavi.common.errors import RuleError

FIRST_YEAR = 1900  # nobody who looks for work was born before
PHONE_DIGITS = 10  # +7 900 …, 8 900 … and 900 … are one number
SHORTEST_PHONE = 7


def folded(text: str) -> str:
    """A name as it is searched and sorted: «Пётр  ЁЛКИН» and «петр елкин» are one."""
    return " ".join(text.lower().replace("ё", "е").split())


def phone_key(text: str) -> str:
    """The digits that tell a phone apart; empty where there are too few of them."""
    digits = re.sub(r"\D", "", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""


def check_birth_year(year: int | None, *, today: date) -> None:
    if year is not None and not FIRST_YEAR <= year <= today.year:
        text = _("A year of birth lies between %(first)d and %(last)d. Correct it or leave it empty.")
        raise RuleError("birth_year", "range", text % {"first": FIRST_YEAR, "last": today.year})


class Likeness(StrEnum):
    """Why two entries may be one person."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person is known by, in comparable form; what is not known is empty."""

    name: str
    birth_year: int | None
    email: str
    phone: str


def likenesses(one: Identity, other: Identity) -> list[Likeness]:
    """All that speaks for one person; two known years of birth tell namesakes apart."""
    years = {one.birth_year, other.birth_year} - {None}
    same = {
        Likeness.EMAIL: bool(one.email) and one.email == other.email,
        Likeness.PHONE: bool(one.phone) and one.phone == other.phone,
        Likeness.NAME: one.name == other.name and len(years) <= 1,
    }
    return [likeness for likeness, holds in same.items() if holds]
