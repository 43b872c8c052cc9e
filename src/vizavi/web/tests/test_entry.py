"""Signing in and out, the lock after wrong attempts, the language switch, the error pages."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from vizavi.people.models import User

PASSWORD = "long-enough-secret"


@pytest.fixture
def anna(anna: User) -> User:
    anna.set_password(PASSWORD)
    anna.save()
    return anna


def sign_in(client: Client, password: str, **more: str):
    return client.post("/login/", {"username": "anna@vetervolna.example", "password": password, **more})


def test_the_right_password_opens_the_page_that_was_asked_for(client, anna):
    assert client.get("/settings/").headers["Location"] == "/login/?next=/settings/"
    assert sign_in(client, PASSWORD, next="/settings/").headers["Location"] == "/settings/"
    assert "Персональные настройки" in client.get("/settings/").content.decode()


def test_a_wrong_password_is_told_and_after_five_the_address_waits(client, anna):
    page = sign_in(client, "wrong").content.decode()
    assert "Неверный адрес эл. почты или пароль" in page
    answers = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert answers[-1] == 429
    locked = sign_in(client, PASSWORD)
    assert locked.status_code == 429
    assert "Вход приостановлен" in locked.content.decode()


def test_an_address_may_name_who_is_to_sign_in(client, db):
    page = client.get("/login/?next=/demo/&email=%22%3Eanna@vetervolna.example").content.decode()
    assert 'value="&quot;&gt;anna@vetervolna.example"' in page


def test_signing_out_takes_a_post(client, anna):
    client.force_login(anna)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/settings/").status_code == 302


def test_the_language_stays_with_the_person_and_before_that_with_the_browser(client, anna):
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert "Sign in" in client.get("/login/").content.decode()
    client.force_login(anna)
    assert "Персональные настройки" in client.get("/settings/").content.decode()
    assert client.post("/language/", {"language": "en", "next": "/settings/"}).headers["Location"] == "/settings/"
    anna.refresh_from_db()
    assert anna.language == "en"
    assert "Personal settings" in client.get("/settings/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_language_switch_never_leads_elsewhere(client, db, back):
    assert client.post("/language/", {"language": "en", "next": back}).headers["Location"] == "/"


def test_an_unknown_address_and_a_missing_right_are_explained(client, anna):
    client.force_login(anna)
    missing = client.get("/nowhere/")
    assert (missing.status_code, "Страница не найдена" in missing.content.decode()) == (404, True)
    refused = client.get("/administration/users/")
    assert (refused.status_code, "Нет доступа" in refused.content.decode()) == (403, True)


def test_a_form_without_its_token_is_explained(anna):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)
    answer = strict.post("/settings/", {"language": "en"})
    assert (answer.status_code, "Страница устарела" in answer.content.decode()) == (403, True)


def test_a_failure_shows_a_page_without_details(client, anna, monkeypatch):
    client.raise_request_exception = False
    client.force_login(anna)
    with override_settings(ROOT_URLCONF="vizavi.web.tests.broken_urls"):
        answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "Что-то пошло не так" in answer.content.decode()


def test_an_ended_session_reloads_the_page_instead_of_filling_it_with_the_login(client, db):
    answer = client.get(reverse("google_watch"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")


def test_every_page_forbids_inline_code_and_has_none(client, anna):
    client.force_login(anna)
    answer = client.get("/settings/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    for inline in (" style=", "onclick=", "javascript:", "<style", "<script>"):
        assert inline not in page
