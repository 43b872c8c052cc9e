"""The funnel of a vacancy as a board: what stands on it, and how a card is moved."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.events.tests.conftest import span
from vizavi.recruiting import operations
from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage
from vizavi.web.tests.planning import plan
from vizavi.web.vacancies import board


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def applied(orlov, python_vacancy, anna, now) -> Application:
    return operations.put_on_vacancy(orlov, python_vacancy, by=anna, now=now - timedelta(days=3))


@pytest.fixture
def stages() -> dict[str, int]:
    return dict(Stage.objects.values_list("code", "pk"))


def move(client: Client, application: Application, **sent) -> tuple[int, dict]:
    response = client.post(f"/vacancies/applications/{application.pk}/move/", sent)
    return response.status_code, json.loads(response.headers.get("HX-Trigger", "{}"))


def columns(client: Client, application: Application) -> dict[str, list[tuple[str, str]]]:
    response = client.get(f"/vacancies/{application.vacancy_id}/board/")
    return {
        column.stage.code: [(str(card.application.candidate), card.age) for card in column.cards]
        for column in [*response.context["in_work"], *response.context["final"]]
        if column.cards
    }


def test_a_card_tells_how_long_it_stands_and_what_comes_next(client, anna, applied, orlov, python_vacancy, now):
    plan(span("2026-11-19"), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)
    plan(span("2026-11-24"), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)
    coming = plan(span("2026-11-23"), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)
    client.force_login(anna)
    response = client.get(f"/vacancies/{python_vacancy.pk}/")
    (card,) = response.context["in_work"][0].cards
    assert (card.age, card.next_event) == ("3 дня", coming)
    assert "23.11 10:00" in response.content.decode()


def test_a_drop_moves_the_card_and_the_board_is_asked_for_anew(client, anna, applied, stages):
    client.force_login(anna)
    assert move(client, applied, stage=stages["phone"], seen=stages["new"]) == (
        204,
        {
            "said": {"text": "Орлов Денис: теперь на этапе «Телефонное интервью»."},
            "close-dialog": {},
            "board-changed": {},
        },
    )
    assert columns(client, applied) == {"phone": [("Орлов Денис", "сегодня")]}


def test_a_rejection_asks_for_the_reason(client, anna, applied, stages):
    client.force_login(anna)
    status, heard = move(client, applied, stage=stages["rejected"], seen=stages["new"])
    assert (status, heard, columns(client, applied)) == (422, {}, {"new": [("Орлов Денис", "3 дня")]})
    reason = RejectionReason.objects.get(name_ru="график")
    assert move(client, applied, stage=stages["rejected"], seen=stages["new"], reason=reason.pk)[0] == 204
    assert columns(client, applied) == {"rejected": [("Орлов Денис", "")]}
    assert "график" in client.get(f"/vacancies/{applied.vacancy_id}/board/").content.decode()


def test_a_card_that_somebody_moved_meanwhile_stays_and_it_is_told(client, anna, olga, applied, stages, now):
    operations.move_to_stage(applied.pk, Stage.objects.get(code="offer"), by=olga, now=now)
    client.force_login(anna)
    status, heard = move(client, applied, stage=stages["phone"], seen=stages["new"])
    assert (status, set(heard)) == (204, {"refused", "close-dialog", "board-changed"})
    assert columns(client, applied) == {"offer": [("Орлов Денис", "сегодня")]}


def test_only_those_who_may_edit_the_vacancy_move_its_cards(client, anna, dmitry, watcher, sergey, applied, stages):
    for person, status, button in ((dmitry, 403, False), (watcher, 403, False), (anna, 204, True)):
        client.force_login(person)
        page = client.get(f"/vacancies/{applied.vacancy_id}/").content.decode()
        assert ("data-open-move" in page, "data-movable" in page) == (button, button)
        assert move(client, applied, stage=stages["phone"])[0] == status
    client.force_login(sergey)
    assert columns(client, applied) == {}


def test_the_dialog_proposes_the_stage_dropped_on_and_only_reasons_in_use(client, anna, applied, stages):
    RejectionReason.objects.exclude(name_ru="график").update(active=False)
    client.force_login(anna)
    response = client.get(f"/vacancies/applications/{applied.pk}/move/", {"stage": stages["withdrew"]})
    form = response.context["form"]
    assert form["stage"].value() == stages["withdrew"]
    assert [caption for _pk, caption in form.fields["reason"].widget.choices] == ["", "график"]


def test_a_long_column_ends_with_a_link_to_the_rest(client, anna, applied, python_vacancy, now, monkeypatch):
    monkeypatch.setattr(board, "SHOWN", 2)
    for number in range(3):
        person = Candidate.objects.create(last_name=f"Кандидат{number}", first_name="Иван")
        operations.put_on_vacancy(person, python_vacancy, by=anna, now=now)
    client.force_login(anna)
    response = client.get(f"/vacancies/{python_vacancy.pk}/")
    column = response.context["in_work"][0]
    assert (column.count, len(column.cards), column.more) == (4, 2, 2)
    assert f"/candidates/?vacancy={python_vacancy.pk}&amp;stage={column.stage.pk}" in response.content.decode()
