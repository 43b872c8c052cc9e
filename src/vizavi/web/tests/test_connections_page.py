"""Администрирование → Сервис → Подключения: whose calendar needs somebody, and why."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.connections.accounts import AWAITING
from vizavi.connections.models import Account, Link
from vizavi.connections.tests.office import calendar, connected, copied
from vizavi.events.tests.conftest import span
from vizavi.people.models import User
from vizavi.web.tests.planning import plan
from vizavi.web.tests.test_administration import text

ADDRESS = "/administration/connections/"


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admin(client, olga) -> Client:
    client.force_login(olga)
    return client


def shown(admin: Client, **query: str) -> list[str]:
    return [row.person.last_name for row in admin.get(ADDRESS, query).context["connections"]]


def test_trouble_stands_on_top(admin, anna, dmitry, pavel, sergey, now, orlov):
    connected(anna, now)
    connected(dmitry, now, state="limited", state_code="missing_scope")
    refused = connected(pavel, now)
    event = plan(span(), by=pavel, now=now, candidate=orlov)
    copied(event, refused.calendars.get(), error_code="403/forbidden")
    connected(sergey, now, begun=False)
    assert shown(admin) == ["Лаптев", "Старший", "Тарасов", "Крылова", "Мельникова"]
    assert shown(admin, show="trouble") == ["Лаптев", "Старший", "Тарасов"]
    assert shown(admin, show="connected") == ["Лаптев", "Старший", "Тарасов", "Крылова"]
    assert shown(admin, show="off") == ["Мельникова"]
    assert shown(admin, show="nonsense") == shown(admin)


def test_a_line_says_the_reason_the_accesses_the_calendar_and_the_next_try(admin, anna, now):
    account = connected(anna, now, email="anna@mail.example", state="limited", state_code="requiredAccessLevel")
    account.calendars.update(access_role="reader")
    Account.objects.update(not_before=now + timedelta(minutes=5), retry_at=now + timedelta(minutes=7))
    page = text(admin.get(ADDRESS))
    for words in (
        "Google: anna@mail.example",
        "Ограничен Человек видит: Календарь «anna@vetervolna.example» доступен только для чтения",
        "Не хватает: события ваших календарей",
        "Подключён с 20.11.2026 12:00",
        "anna@vetervolna.example Только чтение",
        "Следующая попытка не раньше 20.11.2026 12:07:00",
    ):
        assert words in page


def test_the_queue_counts_what_waits_and_since_when(admin, anna, sergey, orlov, now):
    account, other = connected(anna, now), connected(sergey, now)
    place = account.calendars.get()
    for hours, owes in ((3, 1), (2, 1), (1, 0)):
        event = plan(span(), by=anna, now=now - timedelta(hours=hours), candidate=orlov)
        copied(event, place, pushed_revision=event.revision - owes, error_code="400/invalid" if owes else "")
    plan(span(), by=anna, now=now, candidate=orlov)  # not yet opened for export
    [row] = [row for row in admin.get(ADDRESS).context["connections"] if row.account == account]
    assert (row.queue.pending, row.queue.oldest, row.queue.refused) == (3, now - timedelta(hours=3), 2)
    [idle] = [row for row in admin.get(ADDRESS).context["connections"] if row.account == other]
    assert (idle.queue.pending, idle.queue.oldest) == (0, None)
    page = admin.get(ADDRESS)
    assert "В очереди: 3, самое старое с 20.11.2026 09:00" in text(page)
    assert f'href="/tools/journal/?account={account.pk}&amp;result=error"' in page.content.decode()


def test_what_is_being_removed_is_counted(admin, anna, orlov, now):
    account = connected(anna, now, closing=True)
    copied(plan(span(), by=anna, now=now, candidate=orlov), account.calendars.get())
    Link.objects.update(state="removing")
    assert "Отключается Осталось удалить 1 копию." in text(admin.get(ADDRESS))


def test_a_wrong_account_is_named_until_its_owner_confirms_it(admin, anna, now):
    connected(anna, now, active=False, state="off", state_code=AWAITING, email="dmitry@mail.example")
    page = text(admin.get(ADDRESS))
    assert "Google: dmitry@mail.example Другой аккаунт В Google выполнен вход не под тем логином" in page
    assert shown(admin)[0] == "Крылова"


def test_accesses_that_end_after_seven_days_are_explained(admin, anna, now):
    account = connected(anna, now, state="expired", state_code="expired")
    assert "экран согласия" not in text(admin.get(ADDRESS))
    Account.objects.filter(pk=account.pk).update(state_code="testing")
    page = text(admin.get(ADDRESS))
    assert "Через семь дней Google прекратил доступ к 1 аккаунту." in page
    assert "Опубликуйте его в консоли Google Cloud" in page


@pytest.mark.parametrize("people", [1, 4])
def test_it_costs_the_same_for_one_and_for_many(admin, django_assert_num_queries, now, people):
    for number in range(people):
        user = User.objects.create_user(f"{number}@vetervolna.example", last_name="Рекрутер", first_name=str(number))
        calendar(connected(user, now, state="limited", state_code="requiredAccessLevel"), "Подбор")
    with django_assert_num_queries(12):
        admin.get(ADDRESS)
