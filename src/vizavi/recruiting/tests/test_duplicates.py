"""Candidates entered twice are found among those in the database."""

from vizavi.recruiting.duplicates import likely_duplicates
from vizavi.recruiting.models import Candidate


def found(candidate: Candidate) -> list[tuple[str, list[str]]]:
    likely = likely_duplicates(candidate, Candidate.objects.all())
    return [(str(one.candidate), [str(reason) for reason in one.reasons]) for one in likely]


def test_the_strongest_likeness_stands_first(orlov):
    Candidate.objects.create(last_name="Орлов", first_name="Денис", birth_year=1999)
    Candidate.objects.create(last_name="ОРЛОВ", first_name="Денис", phone="8 900 000 00 11")
    Candidate.objects.create(last_name="Орлова", first_name="Дина", email="Orlov@Mail.example")
    entered = Candidate(
        last_name="орлов", first_name="денис", birth_year=1990, email="orlov@mail.example", phone="+7 (900) 000-00-11"
    )
    assert found(entered) == [
        ("Орлов Денис", ["email", "name"]),
        ("ОРЛОВ Денис", ["phone", "name"]),
        ("Орлова Дина", ["email"]),
    ]


def test_nobody_is_a_duplicate_of_oneself_or_for_empty_fields(orlov, belova):
    Candidate.objects.create(last_name="Фомин", first_name="Вадим")
    assert (found(orlov), found(belova)) == ([], [])


def test_what_is_compared_follows_every_edit(orlov):
    orlov.last_name, orlov.phone = "Ёлкин", "8 900 000-00-12"
    orlov.save()
    assert (orlov.name_key, orlov.search_key, orlov.phone_key) == ("елкин денис", "елкин денис", "9000000012")
