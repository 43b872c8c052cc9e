"""Персональные настройки → «Токены API»."""

import pytest
import time_machine
from django.test import Client

from vizavi.people.models import ApiToken
from vizavi.people.tokens import create_token, holder_of, tokens_of
from vizavi.web.tests.test_administration import text


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def her(client, anna) -> Client:
    client.force_login(anna)
    return client


def test_a_token_is_made_and_shown_once(her, anna, now):
    page = her.post("/settings/tokens/", {"name": "отчёт", "days": "30"})
    secret = page.context["made"].secret
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert holder_of(secret, now=now).user == anna
    again = her.get("/settings/tokens/")
    assert secret not in again.content.decode()
    assert "отчёт 20.11.2026 не использовался 20.12.2026 12:00 Отозвать" in text(again)


def test_without_days_it_is_valid_until_it_is_revoked(her):
    page = text(her.post("/settings/tokens/", {"name": "выгрузка", "days": ""}))
    assert "выгрузка 20.11.2026 не использовался отзыва Отозвать" in page


@pytest.mark.parametrize(("values", "field"), [({"name": ""}, "name"), ({"name": "x", "days": "0"}, "days")])
def test_a_wrong_value_is_refused_at_its_field(her, values, field):
    response = her.post("/settings/tokens/", values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert ApiToken.objects.count() == 0


def test_a_token_is_revoked_by_its_owner_alone(her, anna, olga, now):
    own = create_token(anna, name="своя", days=None, by=anna, now=now).token
    other = create_token(olga, name="чужая", days=None, by=olga, now=now).token
    assert her.post(f"/settings/tokens/{other.pk}/revoke/").status_code == 404
    page = text(her.post(f"/settings/tokens/{own.pk}/revoke/", follow=True))
    assert "Токен отозван" in page
    assert "чужая" not in page
    assert (list(tokens_of(anna)), list(tokens_of(olga))) == ([], [other])
