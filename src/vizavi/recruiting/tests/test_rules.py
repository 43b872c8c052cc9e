"""Which entries are the same person."""

import pytest

from vizavi.recruiting.rules import Identity, Likeness, folded, likenesses, phone_key

ORLOV = Identity("орлов денис", 1990, "orlov@mail.example", "9000000011")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("+7 900 000-00-11", "9000000011"),
        ("8 (900) 000-00-11", "9000000011"),
        ("900-00-11", "9000011"),
        ("доб. 112", ""),
        ("", ""),
    ],
)
def test_a_phone_is_known_by_its_last_digits(text, key):
    assert phone_key(text) == key


def test_a_name_is_compared_without_case_yo_and_spaces():
    assert folded("  ЁЛКИН   Пётр ") == folded("Елкин петр")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (ORLOV, [Likeness.EMAIL, Likeness.PHONE, Likeness.NAME]),
        (Identity("орлов денис", None, "", ""), [Likeness.NAME]),
        (Identity("орлов денис", 1999, "", ""), []),
        (Identity("орлова дина", 1999, "orlov@mail.example", ""), [Likeness.EMAIL]),
        (Identity("орлова дина", 1990, "", "9000000011"), [Likeness.PHONE]),
        (Identity("белова ирина", 1990, "", ""), []),
    ],
)
def test_what_speaks_for_one_person(other, why):
    assert (likenesses(ORLOV, other), likenesses(other, ORLOV)) == (why, why)
