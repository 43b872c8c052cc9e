"""Candidates and vacancies: who sees what, searching, editing, and how many queries a list costs."""

import pytest
import time_machine
from django.test import Client

from vizavi.events.tests.conftest import span
from vizavi.recruiting import operations
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, Vacancy
from vizavi.web.tests.planning import plan


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def applied(orlov, python_vacancy, anna, now) -> Application:
    return operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now)


def names(client: Client, user, **query) -> list[str]:
    client.force_login(user)
    return [row.full_name for row in client.get("/candidates/", query).context["page_obj"]]


def test_everybody_sees_the_candidates_of_their_role(client, anna, watcher, sergey, orlov, belova, python_vacancy, now):
    plan(span(), by=anna, now=now, candidate=belova, participants=((sergey, False),))
    assert names(client, anna) == ["Белова Ирина", "Орлов Денис"]
    assert names(client, watcher) == ["Белова Ирина", "Орлов Денис"]
    assert names(client, sergey) == ["Белова Ирина"]
    assert client.get(f"/candidates/{orlov.pk}/").status_code == 404
    assert client.get(f"/candidates/{belova.pk}/").status_code == 200


def test_an_observer_sees_no_contacts(client, watcher, anna, orlov):
    for person, seen in ((watcher, False), (anna, True)):
        client.force_login(person)
        for address in ("/candidates/", f"/candidates/{orlov.pk}/"):
            assert ("orlov@mail.example" in client.get(address).content.decode()) is seen
    assert names(client, watcher, q="orlov@mail") == []
    assert names(client, anna, q="orlov@mail") == ["Орлов Денис"]


def test_search_forgives_case_and_order(client, anna, orlov, belova):
    assert names(client, anna, q="денис орл") == ["Орлов Денис"]
    assert names(client, anna, q="ИРИНА".lower()) == ["Белова Ирина"]
    assert names(client, anna, q="никто") == []


def test_filters_by_source_zone_and_vacancy(client, anna, orlov, belova, applied):
    Candidate.objects.filter(pk=belova.pk).update(source="hh.ru", time_zone="Asia/Omsk")
    assert names(client, anna, source="hh.ru") == ["Белова Ирина"]
    assert names(client, anna, zone="Asia/Omsk") == ["Белова Ирина"]
    assert names(client, anna, vacancy=applied.vacancy_id) == ["Орлов Денис"]
    assert names(client, anna, vacancy="x") == ["Белова Ирина", "Орлов Денис"]


def test_lists_and_cards_cost_the_same_for_one_row_and_for_three(
    client, anna, python_vacancy, orlov, now, django_assert_num_queries
):
    client.force_login(anna)
    for number in range(3):
        person = Candidate.objects.create(last_name=f"Кандидат{number}", first_name="Иван")
        vacancy = Vacancy.objects.create(number=f"V-{number}", title="Стажёр", recruiter=anna)
        operations.put_on_vacancy(person, python_vacancy, by=anna, now=now)
        operations.put_on_vacancy(orlov, vacancy, by=anna, now=now)
        plan(span(), by=anna, now=now, candidate=person, vacancy=python_vacancy)
        plan(span(), by=anna, now=now, candidate=orlov)
        if number in {0, 2}:
            with django_assert_num_queries(9):
                client.get("/candidates/")
            with django_assert_num_queries(5):
                client.get("/vacancies/")
            with django_assert_num_queries(13):
                client.get(f"/candidates/{orlov.pk}/")
            with django_assert_num_queries(9):
                client.get(f"/vacancies/{python_vacancy.pk}/")


def candidate_data(**fields) -> dict[str, str]:
    return {"last_name": "Фомин", "first_name": "Вадим", "time_zone": "Europe/Samara"} | fields


def test_a_new_candidate_is_saved_and_shown(client, anna):
    client.force_login(anna)
    response = client.post("/candidates/new/", candidate_data(birth_year="1990"))
    saved = Candidate.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/candidates/{saved.pk}/")
    assert (saved.full_name, saved.time_zone, saved.birth_year) == ("Фомин Вадим", "Europe/Samara", 1990)
    assert "Europe/Samara (UTC+04:00)" in client.get(f"/candidates/{saved.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"last_name": ""}, "last_name"),
        ({"time_zone": "Mars/Phobos"}, "time_zone"),
        ({"email": "фомин"}, "email"),
        ({"birth_year": "вчера"}, "birth_year"),
        ({"consent_on": "32.01.2026"}, "consent_on"),
    ],
)
def test_a_wrong_value_of_a_candidate_is_refused_at_its_field(client, anna, fields, where):
    client.force_login(anna)
    response = client.post("/candidates/new/", candidate_data(**fields))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [where])
    assert Candidate.objects.count() == 0


def test_only_the_recruiter_of_the_vacancy_edits_its_candidate(client, applied, anna, dmitry, watcher, olga):
    address = f"/candidates/{applied.candidate_id}/edit/"
    for person, status in ((anna, 200), (olga, 200), (dmitry, 403), (watcher, 403)):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert client.get(f"/vacancies/{applied.vacancy_id}/edit/").status_code == status


def test_a_candidate_moves_along_the_funnel(client, applied, anna, dmitry):
    rejected = Stage.objects.get(code="rejected")
    address = f"/candidates/applications/{applied.pk}/stage/"
    client.force_login(dmitry)
    assert client.post(address, {"stage": rejected.pk}).status_code == 403
    client.force_login(anna)
    without_reason = client.post(address, {"stage": rejected.pk}, follow=True).content.decode()
    assert "Выберите причину" in without_reason
    client.post(address, {"stage": rejected.pk, "reason": RejectionReason.objects.order_by("pk")[0].pk})
    applied.refresh_from_db()
    assert applied.stage == rejected


def test_a_candidate_is_put_on_own_vacancies_only(client, orlov, anna, python_vacancy, sales_vacancy):
    client.force_login(anna)
    address = f"/candidates/{orlov.pk}/applications/"
    client.post(address, {"vacancy": sales_vacancy.pk})
    client.post(address, {"vacancy": python_vacancy.pk})
    assert list(Application.objects.values_list("vacancy__number", flat=True)) == ["V-101"]


def test_the_list_one_types_into_knows_the_only_vacancy(client, anna, sergey, applied, belova):
    client.force_login(anna)
    results = client.get("/candidates/options.json", {"q": "орл"}).json()["results"]
    assert results == [
        {
            "value": applied.candidate_id,
            "label": "Орлов Денис",
            "hint": "",
            "data": {"vacancy": str(applied.vacancy_id)},
        }
    ]
    client.force_login(sergey)
    assert client.get("/candidates/options.json").json()["results"] == []


def vacancy_data(recruiter, **fields) -> dict[str, str]:
    usual = {"title": "Логист", "number": "V-105", "status": "open", "seats": "2", "recruiter": recruiter.pk}
    return usual | fields


def test_a_vacancy_is_opened_by_its_recruiter(client, anna, dmitry):
    client.force_login(anna)
    assert client.post("/vacancies/new/", vacancy_data(dmitry)).status_code == 422
    assert client.post("/vacancies/new/", vacancy_data(anna)).status_code == 302
    assert Vacancy.objects.get().recruiter == anna


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"number": "V-101"}, "number"),
        ({"salary_from": "300", "salary_to": "200"}, "salary_to"),
        ({"seats": "-1"}, "seats"),
        ({"status": "eternal"}, "status"),
    ],
)
def test_a_wrong_value_of_a_vacancy_is_refused_at_its_field(client, anna, python_vacancy, fields, where):
    client.force_login(anna)
    response = client.post("/vacancies/new/", vacancy_data(anna, **fields))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [where])
    assert Vacancy.objects.count() == 1


def test_the_vacancy_counts_its_stages(client, applied, anna, python_vacancy):
    client.force_login(anna)
    stages = client.get(f"/vacancies/{python_vacancy.pk}/").context["stages"]
    assert {stage.code: count for stage, count in stages if count} == {"new": 1}
    rows = client.get("/vacancies/", {"q": "pyth", "mine": "1", "status": "open"}).context["page_obj"]
    assert [(row.number, row.active, row.hired) for row in rows] == [("V-101", 1, 0)]


def test_a_manager_sees_own_vacancies(client, sergey, python_vacancy, sales_vacancy):
    client.force_login(sergey)
    assert [row.number for row in client.get("/vacancies/").context["page_obj"]] == ["V-101"]
    assert client.get(f"/vacancies/{sales_vacancy.pk}/").status_code == 404


def test_the_reason_is_asked_for_only_where_the_candidate_is_lost(client, anna, applied, now):
    client.force_login(anna)
    asked = "data-reason hidden"
    page = client.get(f"/candidates/{applied.candidate_id}/").content.decode()
    lost = " ".join(str(pk) for pk in Stage.objects.filter(kind="lost").order_by("order").values_list("pk", flat=True))
    assert (asked in page, f'data-needs-reason="{lost}"' in page) == (True, True)
    rejected, reason = Stage.objects.get(code="rejected"), RejectionReason.objects.order_by("pk")[0]
    operations.move_to_stage(applied.pk, rejected, reason=reason, by=anna, now=now)
    page = client.get(f"/candidates/{applied.candidate_id}/").content.decode()
    assert (asked in page, "data-reason" in page) == (False, True)
