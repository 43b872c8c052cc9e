"""After a restore an administrator sees what would go out and lets it; nobody else is asked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, Calendar, Installation

PAGE, HELD = "/administration/backup/", "в календари пока ничего не отправляется"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def restored(anna):
    """An installation restored a minute ago; Anna's calendar was last read before that."""
    now = timezone.now()
    account = Account.objects.create(
        user=anna, remote_id="1", email="anna.there@vetervolna.example", active=True, begun=True, connected_at=now
    )
    yesterday = now - timedelta(days=1)
    Calendar.objects.create(account=account, remote_id="a", name="a", reads=True, writes=True, last_read_at=yesterday)
    Installation.objects.update_or_create(
        pk=1, defaults={"outbound_held": True, "restored_at": now, "backup_made_at": yesterday}
    )
    return account


def test_the_administrator_is_told_on_every_page_and_others_are_not(restored, olga, anna):
    assert HELD in signed_in(olga).get(reverse("vacancies")).content.decode()
    assert HELD not in signed_in(anna).get(reverse("vacancies")).content.decode()


def test_accounts_that_were_not_read_since_are_named(restored, olga):
    page = signed_in(olga).get(PAGE).content.decode()
    assert "1 аккаунт ещё не прочитан после восстановления" in page
    assert restored.email in page
    Calendar.objects.update(last_read_at=timezone.now())
    assert restored.email not in signed_in(olga).get(PAGE).content.decode()


def test_without_the_word_that_the_old_one_is_off_nothing_happens(restored, olga):
    answer = signed_in(olga).post(PAGE)
    assert answer.status_code == 422
    assert "Сначала выключите старую установку" in answer.content.decode()
    assert Installation.get().outbound_held


def test_confirming_lets_everything_go_out_once_and_is_audited(restored, olga):
    client = signed_in(olga)
    answer = client.post(PAGE, {"old_is_off": "on"}, follow=True)
    assert "Подтверждено" in answer.content.decode()
    assert HELD not in answer.content.decode()
    assert not Installation.get().outbound_held
    assert AuditEntry.objects.filter(action="installation.released", actor=olga).count() == 1

    again = client.post(PAGE, {"old_is_off": "on"})
    assert again.status_code == 422
    assert AuditEntry.objects.filter(action="installation.released").count() == 1


def test_an_installation_of_its_own_has_nothing_to_confirm(olga):
    assert "Подтверждать нечего" in signed_in(olga).get(PAGE).content.decode()
