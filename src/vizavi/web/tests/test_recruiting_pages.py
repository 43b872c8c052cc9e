"""Candidates and vacancies: who sees what, searching, editing, and how many queries a list costs."""

import pytest
import time_machine
from django.test import Client

from vizavi.events.tests.conftest import span
from vizavi.people.models import Department
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


def test_search_finds_phones_and_yo_however_they_are_written(client, anna, watcher):
    Candidate.objects.create(last_name="Ковалёв", first_name="Тимур", phone="+7 900 000-12-34")
    for text in ("ковалев", "КОВАЛЁВ тим", "8 (900) 000-12-34", "000-12"):
        assert names(client, anna, q=text) == ["Ковалёв Тимур"]
    assert names(client, watcher, q="000-12") == []


def test_filters_are_kept_in_the_address(client, anna, orlov, belova, applied, sales_vacancy, olga, now):
    operations.put_on_vacancy(orlov, sales_vacancy, by=olga, now=now, stage=Stage.objects.get(code="offer"))
    Candidate.objects.filter(pk=belova.pk).update(source="hh.ru")
    plan(span("2026-11-19"), by=anna, now=now, candidate=belova)
    plan(span("2026-11-23"), by=anna, now=now, candidate=orlov)
    new, offer = (Stage.objects.get(code=code).pk for code in ("new", "offer"))
    for query, found in (
        ({"source": "hh.ru"}, ["Белова Ирина"]),
        ({"vacancy": applied.vacancy_id}, ["Орлов Денис"]),
        ({"vacancy": "x"}, ["Белова Ирина", "Орлов Денис"]),
        ({"stage": offer}, ["Орлов Денис"]),
        ({"stage": offer, "vacancy": applied.vacancy_id}, []),
        ({"stage": new, "vacancy": applied.vacancy_id}, ["Орлов Денис"]),
        ({"upcoming": "1"}, ["Орлов Денис"]),
    ):
        assert names(client, anna, **query) == found


def test_a_click_on_a_head_sorts_and_a_second_one_turns_round(client, anna, orlov, belova):
    Candidate.objects.filter(pk=orlov.pk).update(city="Самара")
    Candidate.objects.filter(pk=belova.pk).update(city="Тверь")
    assert names(client, anna, sort="city") == ["Орлов Денис", "Белова Ирина"]
    assert names(client, anna, sort="-city") == ["Белова Ирина", "Орлов Денис"]
    assert names(client, anna, sort="wrong") == ["Белова Ирина", "Орлов Денис"]
    page = client.get("/candidates/", {"sort": "city", "q": "и", "page": "1"}).content.decode()
    assert 'aria-sort="ascending"><a class="vz-sort" href="?sort=-city&amp;q=%D0%B8">' in page


def test_yo_stands_beside_ye(client, anna, db):
    for last_name in ("Жуков", "Ёлкин", "Евдокимов"):
        Candidate.objects.create(last_name=last_name, first_name="Иван")
    assert names(client, anna) == ["Евдокимов Иван", "Ёлкин Иван", "Жуков Иван"]


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
            for address, queries in (
                ("/candidates/", 11),
                ("/vacancies/", 10),
                (f"/candidates/{orlov.pk}/", 15),
                (f"/candidates/{orlov.pk}/history/", 9),
                (f"/vacancies/{python_vacancy.pk}/", 9),
                (f"/vacancies/{python_vacancy.pk}/board/", 7),
                (f"/vacancies/{python_vacancy.pk}/events/", 8),
                (f"/vacancies/{python_vacancy.pk}/history/", 7),
            ):
                with django_assert_num_queries(queries):
                    client.get(address)


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
        ({"birth_year": "1899"}, "birth_year"),
        ({"birth_year": "100000"}, "birth_year"),
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


def test_the_list_of_vacancies_counts_their_stages(client, applied, anna, python_vacancy, sales_vacancy):
    client.force_login(anna)
    rows = client.get("/vacancies/", {"q": "pyth", "mine": "1", "status": "open"}).context["rows"]
    assert [
        (
            row.vacancy.number,
            row.vacancy.in_work,
            row.vacancy.hired,
            [stage.code for stage, count in row.funnel if count],
        )
        for row in rows
    ] == [("V-101", 1, 0, ["new"])]


def test_vacancies_are_filtered_and_sorted(client, anna, dmitry, python_vacancy, sales_vacancy):
    department = Department.objects.create(name="Продажи")
    Vacancy.objects.filter(pk=sales_vacancy.pk).update(department=department)
    client.force_login(anna)

    def numbers(**query) -> list[str]:
        return [row.number for row in client.get("/vacancies/", query).context["page_obj"]]

    assert numbers() == ["V-101", "V-104"]
    assert numbers(sort="-number") == ["V-104", "V-101"]
    assert numbers(sort="title") == ["V-101", "V-104"]
    assert numbers(department=department.pk) == ["V-104"]
    assert numbers(recruiter=dmitry.pk) == ["V-104"]
    assert numbers(mine="1") == ["V-101"]


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


def test_a_likely_duplicate_is_shown_before_saving_and_can_be_overruled(client, anna, orlov):
    client.force_login(anna)
    entered = candidate_data(last_name="Орлов", first_name="Денис")
    response = client.post("/candidates/new/", entered)
    page = response.content.decode()
    assert (response.status_code, f'href="/candidates/{orlov.pk}/"' in page) == (422, True)
    assert ("те же имя и фамилия" in page, Candidate.objects.count()) == (True, 1)
    assert client.post("/candidates/new/", entered | {"overrule": "1"}).status_code == 302
    twin = Candidate.objects.exclude(pk=orlov.pk).get()
    assert "Возможные дубли" in client.get(f"/candidates/{twin.pk}/").content.decode()


def test_an_edit_of_other_facts_asks_nothing_about_namesakes(client, anna, orlov):
    twin = Candidate.objects.create(last_name="Орлов", first_name="Денис", time_zone="Europe/Samara")
    client.force_login(anna)
    same = candidate_data(last_name="Орлов", first_name="Денис")
    assert client.post(f"/candidates/{twin.pk}/edit/", same | {"city": "Самара"}).status_code == 302
    assert client.post(f"/candidates/{twin.pk}/edit/", same | {"email": "Orlov@mail.example"}).status_code == 422


def test_the_card_shows_the_candidates_clock_and_both_kinds_of_events(client, anna, orlov, now):
    Candidate.objects.filter(pk=orlov.pk).update(time_zone="Asia/Vladivostok")
    ahead, past = (plan(span(day), by=anna, now=now, candidate=orlov) for day in ("2026-11-23", "2026-11-19"))
    client.force_login(anna)
    response = client.get(f"/candidates/{orlov.pk}/")
    shown = [[one.event.pk for one in response.context[name]] for name in ("upcoming", "past")]
    assert (shown, "сейчас там 19:00" in response.content.decode()) == ([[ahead.pk], [past.pk]], True)
    assert response.context["ahead"] == "+7"


def test_history_tells_of_the_candidate_and_of_the_way_along_the_funnel(client, anna, watcher, applied, now):
    operations.move_to_stage(applied.pk, Stage.objects.get(code="phone"), by=anna, now=now)
    orlov = applied.candidate
    orlov.city = "Самара"
    operations.save_candidate(orlov, by=anna, now=now)
    client.force_login(anna)
    lines = client.get(f"/candidates/{orlov.pk}/history/").context["lines"]
    assert [(line.title, [(one.label, one.before, one.after) for one in line.changes]) for line in lines] == [
        ("Изменено", [("Город", "–", "Самара")]),
        ("Перевод на другой этап", [("Этап подбора", "Новый", "Телефонное интервью")]),
        ("Создано", [("Этап подбора", "–", "Новый")]),
    ]
    vacancy = client.get(f"/vacancies/{applied.vacancy_id}/history/").context["lines"]
    assert [line.text for line in vacancy] == ["Орлов Денис – Python-разработчик"] * 2
    client.force_login(watcher)
    for address in (f"/candidates/{orlov.pk}/", f"/vacancies/{applied.vacancy_id}/"):
        assert client.get(f"{address}history/").status_code == 403


def bulk_ids(*candidates: Candidate) -> list[int]:
    return [candidate.pk for candidate in candidates]


def told(client: Client) -> str:
    return client.get("/candidates/").content.decode()


def test_the_chosen_are_moved_together_and_the_rest_is_named(client, anna, applied, orlov, belova):
    client.force_login(anna)
    ids, rejected = bulk_ids(orlov, belova), Stage.objects.get(code="rejected")
    assert "2 кандидата" in client.get("/candidates/move/", {"id": ids}).content.decode()
    refused = client.post("/candidates/move/", {"id": ids, "stage": rejected.pk})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    reason = RejectionReason.objects.order_by("pk")[0].pk
    response = client.post("/candidates/move/", {"id": ids, "stage": rejected.pk, "reason": reason})
    assert response["HX-Refresh"] == "true"
    page = told(client)
    assert "Переведён 1 кандидат." in page
    assert "Белова Ирина – нет вакансии в работе" in page
    applied.refresh_from_db()
    assert applied.stage == rejected


def test_the_chosen_are_put_on_one_of_ones_own_vacancies(client, anna, orlov, belova, python_vacancy, sales_vacancy):
    client.force_login(anna)
    ids = bulk_ids(orlov, belova)
    assert client.post("/candidates/put/", {"id": ids, "vacancy": sales_vacancy.pk}).status_code == 422
    client.post("/candidates/put/", {"id": ids, "vacancy": python_vacancy.pk})
    assert "Добавлены на вакансию 2 кандидата." in told(client)
    assert Application.objects.filter(vacancy=python_vacancy).count() == 2


def test_nobody_chooses_whom_they_do_not_see(client, sergey, anna, orlov, applied):
    client.force_login(sergey)
    assert client.get("/candidates/move/", {"id": [orlov.pk]}).status_code == 403
