"""From the journal to the bell: in one transaction, once for each fact, and at no cost to whoever saves."""

from datetime import timedelta

import pytest
from django.db import transaction

from vizavi.connections import journal, notices
from vizavi.connections.models import JournalEntry
from vizavi.connections.tests.office import connected
from vizavi.events.rules import Span
from vizavi.notifications.models import Notification
from vizavi.sync.ports import Note
from vizavi.web.events.journal_words import ACTIONS
from vizavi.web.tests.planning import plan

DELETED = Note("detached", outward=False)


@pytest.fixture
def account(anna, now):
    return connected(anna, now)


@pytest.fixture
def event(anna, orlov, now, directories):
    start = now + timedelta(days=3)
    return plan(Span(start, start + timedelta(hours=1), "Europe/Moscow"), by=anna, now=now, candidate=orlov)


def test_a_worker_that_dies_tells_nothing_and_its_repetition_tells_once(account, event, now):
    with transaction.atomic():
        journal.write_note(account, event.pk, DELETED, now)
        transaction.set_rollback(True)
    assert (JournalEntry.objects.count(), Notification.objects.count()) == (0, 0)
    for _ in range(2):
        journal.write_note(account, event.pk, DELETED, now)
    assert (JournalEntry.objects.count(), Notification.objects.count()) == (2, 1)


@pytest.mark.parametrize("action", ["created", "changed", "removed", "restored", "relocated"])
def test_what_goes_out_costs_its_line_and_nothing_more(account, event, now, action, django_assert_num_queries):
    with django_assert_num_queries(1):
        journal.write_note(account, event.pk, Note(action, outward=True), now)


def test_the_cost_of_telling_does_not_grow_with_the_people(
    account, event, anna, olga, sergey, now, django_assert_num_queries
):
    for people in ([], [olga, sergey]):
        for person in people:
            event.participants.create(user=person)
        Notification.objects.all().delete()
        with django_assert_num_queries(5):  # line, settled question, revision, people, notifications
            journal.write_note(account, event.pk, Note("cancel", outward=False), now)
        assert Notification.objects.count() == 1 + len(people)


def test_an_account_in_order_is_no_news_unless_it_was_not(account, now):
    journal.write_line(account, "account_ok", now)
    assert Notification.objects.count() == 0
    account.state, account.state_code = "limited", "quotaExceeded"
    journal.write_line(account, "account_limited", now, ok=False)
    journal.write_line(account, "account_ok", now)
    codes = list(Notification.objects.order_by("pk").values_list("code", "done_at"))
    assert codes == [("account_limited", now), ("account_ok", None)]


def test_a_disconnected_account_is_in_trouble_no_more(account, now):
    account.state, account.state_code = "expired", "expired"
    journal.write_line(account, "account_expired", now, ok=False)
    journal.write_line(account, "account_disconnected", now)
    assert Notification.objects.get().done_at == now


def test_the_table_speaks_of_codes_that_exist():
    spoken = notices.OF_NOTE.keys() | notices.ANSWERED.keys() | notices.OVER | notices.TAKING
    assert sorted(spoken - ACTIONS.keys()) == []
