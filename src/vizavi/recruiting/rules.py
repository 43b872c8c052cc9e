"""What makes two entries the same person, and how names are compared: pure functions of values."""

import re
from dataclasses import dataclass
from enum import StrEnum

PHONE_DIGITS = 10  # +7 900 …, 8 900 … and 900 … are one number
SHORTEST_PHONE = 7


def folded(text: str) -> str:
    """A name as it is searched and sorted: «Пётр  ЁЛКИН» and «петр елкин» are one."""
    return " ".join(text.lower().replace("ё", "е").split())


def phone_key(text: str) -> str:
    """The digits that tell a phone apart; empty where there are too few of them."""
    digits = re.sub(r"\D", "", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""


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
