"""Candidates, vacancies and applications through the API."""

import pytest

from vizavi.recruiting.models import Application, Candidate, RejectionReason, Vacancy
from vizavi.recruiting.operations import put_on_vacancy


def test_a_candidate_is_entered_found_and_changed(her):
    response = her("post", "/candidates", {"last_name": "Ёлкин", "first_name": "Пётр", "phone": "+7 900 000-00-07"})
    made = response.json()
    assert (response.status_code, response["Location"]) == (201, f"/api/v1/candidates/{made['id']}")
    assert [one["id"] for one in her.ok("get", "/candidates?q=петр елкин")["items"]] == [made["id"]]
    changed = her.ok("patch", f"/candidates/{made['id']}", {"city": "Тверь", "consent_on": "2026-11-20"})
    assert changed == made | {"city": "Тверь", "consent_on": "2026-11-20"}


def test_somebody_alike_is_named_and_saved_only_on_purpose(her, orlov):
    again = {"last_name": "Орлов", "first_name": "Денис"}
    response = her("post", "/candidates", again)
    assert (response.status_code, response.json()["code"]) == (409, "duplicate")
    assert response.json()["duplicates"] == [{"id": orlov.pk, "name": "Орлов Денис", "alike": ["name"]}]
    assert Candidate.objects.count() == 1
    her.ok("post", "/candidates", again | {"despite_duplicates": True})
    assert Candidate.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"last_name": ""}, ["last_name"]),
        ({"last_name": None}, ["last_name"]),
        ({"email": "nonsense"}, ["email"]),
        ({"time_zone": "Mars/Olympus"}, ["time_zone"]),
        ({"birth_year": 10**5}, ["birth_year"]),
        ({"birth_year": 1899}, ["birth_year"]),
        ({"consent_on": "20.11.2026"}, ["consent_on"]),
        ({"phone": "1" * 31}, ["phone"]),
    ],
)
def test_a_wrong_value_of_a_candidate_is_named(her, orlov, changes, fields):
    status, _code, named = her.refused("patch", f"/candidates/{orlov.pk}", changes)
    assert (status, named) == (422, fields)
    assert Candidate.objects.get().last_name == "Орлов"


def test_a_recruiter_opens_own_vacancies_only(her, calls, olga, anna, dmitry, sergey):
    body = {"number": "V-9", "title": "Логист", "manager": sergey.pk}
    assert her.refused("post", "/vacancies", body | {"recruiter": dmitry.pk}) == (422, "rule-not-own", ["recruiter"])
    assert her.ok("post", "/vacancies", body)["recruiter"]["id"] == anna.pk
    assert her.refused("post", "/vacancies", body) == (422, "invalid", ["number"])
    admin = calls(olga)
    given = admin.ok("patch", f"/vacancies/{Vacancy.objects.get().pk}", {"recruiter": dmitry.pk, "status": "paused"})
    assert (given["recruiter"]["id"], given["status"]) == (dmitry.pk, "paused")
    assert admin.refused("patch", f"/vacancies/{given['id']}", {"recruiter": sergey.pk})[1] == "rule-cannot"


def test_vacancies_are_filtered(her, python_vacancy, sales_vacancy, dmitry):
    def numbers(query):
        return [one["number"] for one in her.ok("get", f"/vacancies?{query}")["items"]]

    assert numbers("") == ["V-101", "V-104"]
    assert numbers("q=python") == ["V-101"]
    assert numbers(f"recruiter={dmitry.pk}") == ["V-104"]
    assert numbers("status=closed") == []


def test_an_application_goes_along_the_funnel(her, orlov, python_vacancy):
    body = {"candidate": orlov.pk, "vacancy": python_vacancy.pk}
    made = her.ok("post", "/applications", body)
    assert (made["stage"], made["reason"]) == ("new", None)
    assert her.refused("post", "/applications", body) == (422, "rule-already", ["vacancy"])
    path = f"/applications/{made['id']}"
    assert her.ok("patch", path, {"stage": "screening", "seen": "new"})["stage"] == "screening"
    assert her.refused("patch", path, {"stage": "review", "seen": "new"}) == (422, "rule-moved", ["stage"])
    assert her.refused("patch", path, {"stage": "rejected"}) == (422, "rule-required", ["reason"])
    assert her.refused("patch", path, {"stage": "nonsense"}) == (422, "invalid", ["stage"])
    assert her.refused("patch", path, {"stage": "rejected", "reason": 999}) == (422, "invalid", ["reason"])
    reason = RejectionReason.objects.get(name_ru="слабое интервью")
    lost = her.ok("patch", path, {"stage": "rejected", "reason": reason.pk})
    assert (lost["stage"], lost["reason"]) == ("rejected", {"id": reason.pk, "name": "слабое интервью"})
    assert her.ok("get", f"/applications?vacancy={python_vacancy.pk}&stage=rejected")["items"] == [lost]


def test_nobody_is_put_on_a_vacancy_of_others_or_a_closed_one(her, orlov, sales_vacancy, python_vacancy):
    for vacancy in (sales_vacancy, python_vacancy):
        Vacancy.objects.filter(number="V-101").update(status="closed")
        body = {"candidate": orlov.pk, "vacancy": vacancy.pk}
        assert her.refused("post", "/applications", body) == (422, "invalid", ["vacancy"])
    assert Application.objects.count() == 0


def test_candidates_are_found_by_vacancy_and_stage(her, anna, orlov, belova, python_vacancy, now):
    put_on_vacancy(orlov, python_vacancy, by=anna, now=now)
    assert [one["id"] for one in her.ok("get", f"/candidates?vacancy={python_vacancy.pk}&stage=new")["items"]] == [
        orlov.pk
    ]
    assert her.ok("get", "/candidates?stage=offer")["items"] == []
