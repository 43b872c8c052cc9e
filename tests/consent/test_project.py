"""The test of the organisation's client asks Google itself, and says in words what is wrong."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox

from vizavi.connections.models import Installation
from vizavi.people.models import User

CHECK, FILE, PAGE = (f"/administration/google-project/{part}" for part in ("check/", "file/", ""))


@pytest.fixture
def admin(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


@pytest.mark.parametrize(
    ("client_id", "secret", "answer"),
    [
        (CLIENT_ID, CLIENT_SECRET, "Google знает этого клиента и его секрет."),
        (CLIENT_ID, "another", "Google не знает этого идентификатора клиента"),
        ("nobody", CLIENT_SECRET, "Google не знает этого идентификатора клиента"),
        ("", "", "Проверять пока нечего"),
    ],
)
def test_google_is_asked_about_the_client(admin, sandbox: Sandbox, settings, client_id, secret, answer):
    settings.GOOGLE = settings.GOOGLE | {"client_id": client_id, "client_secret": secret}
    assert answer in admin.post(CHECK).content.decode()


def test_a_google_that_does_not_answer_is_named(admin, sandbox: Sandbox, settings):
    settings.GOOGLE = settings.GOOGLE | {"token_uri": "http://127.0.0.1:9/token"}
    assert "Google недоступен с этого компьютера" in admin.post(CHECK).content.decode()


def test_the_uploaded_client_works_and_its_secret_is_never_shown(admin, sandbox: Sandbox, settings):
    settings.GOOGLE = settings.GOOGLE | {"client_id": "", "client_secret": ""}
    file = {"web": {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": []}}
    said = admin.post(FILE, {"client_file": SimpleUploadedFile("client.json", json.dumps(file).encode())}, follow=True)
    page = said.content.decode()
    assert "Клиент вида «Web application» сохранён." in page
    assert "нет нашего адреса возврата" in page
    assert CLIENT_SECRET not in page
    assert "Google знает этого клиента" in admin.post(CHECK).content.decode()


def test_a_wrong_file_is_refused_at_the_field_and_changes_nothing(admin, sandbox: Sandbox, settings):
    settings.GOOGLE = settings.GOOGLE | {"client_id": "", "client_secret": ""}
    key = SimpleUploadedFile("key.json", json.dumps({"type": "service_account"}).encode())
    refused = admin.post(FILE, {"client_file": key})
    assert (refused.status_code, "Это ключ сервисного аккаунта" in refused.content.decode()) == (422, True)
    assert admin.post(FILE, {}).status_code == 422
    assert Installation.get().google_client_id == ""
    assert admin.get(FILE).headers["Location"] == PAGE
