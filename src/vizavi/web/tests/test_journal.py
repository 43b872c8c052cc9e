"""Сервис → Журнал синхронизации and the journal of an event: filters that stay in the address."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.connections.models import Direction, JournalEntry
from vizavi.connections.tests.office import connected
from vizavi.events.tests.conftest import span
from vizavi.web.tests.planning import plan
from vizavi.web.tests.test_administration import text


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def lines(anna, dmitry, orlov, belova, now):
    """Four lines, two days apart, of two people and two events."""
    annas, dmitrys = connected(anna, now), connected(dmitry, now)
    first = plan(span(), by=anna, now=now, candidate=orlov)
    second = plan(span(), by=dmitry, now=now, candidate=belova)
    rows = [
        (annas, first, Direction.OUT, "created", True, ""),
        (annas, first, Direction.IN, "taken", True, ""),
        (dmitrys, second, Direction.OUT, "rejected", False, "Google не принял событие"),
        (dmitrys, None, Direction.HERE, "account_expired", False, "Запросите доступ"),
    ]
    return [
        JournalEntry.objects.create(
            at=now + timedelta(days=2 * day), account=account, event=event, direction=way, action=code, ok=ok, text=said
        )
        for day, (account, event, way, code, ok, said) in enumerate(rows)
    ]


def found(client: Client, lines, **query: object) -> list[int]:
    """Which of the four lines are shown, by their places."""
    shown = list(client.get("/tools/journal/", query).context["page_obj"])
    return sorted(lines.index(line) for line in shown)


def test_each_filter_narrows_it_down(client, olga, lines):
    client.force_login(olga)
    for query, places in (
        ({}, [0, 1, 2, 3]),
        ({"account": lines[0].account_id}, [0, 1]),
        ({"event": lines[2].event_id}, [2]),
        ({"direction": "in"}, [1]),
        ({"action": "rejected"}, [2]),
        ({"result": "error"}, [2, 3]),
        ({"since": "2026-11-22", "until": "2026-11-24"}, [1, 2]),
        ({"q": "белова"}, [2]),
        ({"q": "доступ"}, [3]),
        ({"direction": "out", "result": "ok"}, [0]),
        ({"account": "x", "since": "soon", "event": "none", "page": "z"}, [0, 1, 2, 3]),
    ):
        assert (query, found(client, lines, **query)) == (query, places)


def test_nothing_found_is_said(client, olga, lines):
    client.force_login(olga)
    assert "В журнале нет строк под эти условия" in text(client.get("/tools/journal/", {"q": "никто"}))


def test_a_recruiter_sees_the_own_account_and_the_events_that_are_hers_to_edit(
    client, anna, lines, python_vacancy, now
):
    client.force_login(anna)
    assert found(client, lines) == [0, 1]
    assert found(client, lines, event=lines[2].event_id) == []
    lines[2].event.vacancy = python_vacancy
    lines[2].event.save()
    assert found(client, lines, event=lines[2].event_id) == [2]
    assert found(client, lines, account=lines[2].account_id) == [0, 1]


def test_the_event_that_is_looked_at_is_named_and_can_be_left(client, olga, lines):
    client.force_login(olga)
    page = client.get("/tools/journal/", {"event": lines[2].event_id, "result": "error"})
    assert "Интервью: Белова Ирина Все события" in text(page)
    assert 'href="?result=error"' in page.content.decode()


def test_the_pages_keep_the_filters(client, olga, lines, now):
    client.force_login(olga)
    account = lines[0].account
    JournalEntry.objects.bulk_create(
        JournalEntry(at=now, account=account, direction="out", action="changed") for _ in range(30)
    )
    page = client.get("/tools/journal/", {"action": "changed", "account": account.pk})
    assert f'href="?action=changed&amp;account={account.pk}&amp;page=2"' in page.content.decode()


def test_a_long_journal_of_an_event_has_filters_and_pages(client, anna, lines, now):
    client.force_login(anna)
    event = lines[0].event
    address = f"/events/{event.pk}/journal/"
    short = client.get(address).content.decode()
    assert ("<form" in short, f'href="/tools/journal/?event={event.pk}"' in short) == (False, True)
    JournalEntry.objects.bulk_create(
        JournalEntry(at=now, account=lines[0].account, event=event, direction="out", action="changed", ok=number > 0)
        for number in range(30)
    )
    long = client.get(address).content.decode()
    assert ("<form" in long, f'hx-get="{address}?page=2"' in long) == (True, True)
    errors = client.get(address, {"result": "error"})
    assert len(errors.context["page_obj"].object_list) == 1
    assert "<form" in errors.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_line_and_for_three(client, olga, lines, number, django_assert_num_queries):
    client.force_login(olga)
    JournalEntry.objects.exclude(pk__in=[line.pk for line in lines[:number]]).delete()
    with django_assert_num_queries(8):
        client.get("/tools/journal/")
