"""Only a valid token opens the API; whatever is refused is refused in one shape."""

import pytest
from django.test import Client
from django.utils import translation

from vizavi.api.problems import _said
from vizavi.people.models import ApiToken


def unlocked(client: Client, authorization: str) -> tuple[int, str]:
    response = client.get("/api/v1/me", headers={"Authorization": authorization} if authorization else {})
    return response.status_code, response.get("WWW-Authenticate", "")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer vz_wrong", "Basic YTpi", "Bearer \ud800".encode("utf-8", "replace").decode()],
)
def test_without_a_valid_token_nothing_opens(client, her, authorization):
    assert unlocked(client, authorization) == (401, 'Bearer realm="vizavi"')


def test_the_secret_of_another_kind_opens_nothing(client, her):
    assert unlocked(client, f"Basic {her.secret}")[0] == 401
    assert unlocked(client, f"bearer {her.secret}")[0] == 200


def test_a_signed_in_browser_counts_for_nothing(client, anna, calls, olga):
    client.force_login(olga)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {calls(anna).secret}"}).json()["id"] == anna.pk


@pytest.mark.parametrize("change", [{"is_active": False}])
def test_a_user_who_is_switched_off_is_locked_out_at_once(her, anna, change):
    assert her("get", "/me").status_code == 200
    type(anna).objects.filter(pk=anna.pk).update(**change)
    assert her.refused("get", "/me") == (401, "no-token", [])


def test_a_revoked_and_an_expired_token_open_nothing(her, now):
    for field in ("revoked_at", "expires_at"):
        ApiToken.objects.update(**{field: now})
        assert her.refused("get", "/me") == (401, "no-token", [])
        ApiToken.objects.update(**{field: None})
    assert her("get", "/me").status_code == 200


def test_calls_are_limited_and_the_answer_says_how_long_to_wait(her, settings):
    settings.API_RATE = 2
    assert [her("get", "/me").status_code for _ in range(2)] == [200, 200]
    response = her("get", "/me")
    assert (response.status_code, response.json()["code"]) == (429, "too-many-calls")
    assert 1 <= int(response["Retry-After"]) <= 61


def test_answers_are_not_kept_on_the_way_and_set_no_cookie(her):
    response = her("get", "/me")
    assert (response["Cache-Control"], dict(response.cookies)) == ("no-store", {})


@pytest.mark.parametrize(
    ("method", "path", "refused"),
    [
        ("get", "/nothing", (404, "not-found", [])),
        ("get", "/events/7", (404, "not-found", [])),
        ("get", f"/events/{10**30}", (404, "not-found", [])),
        ("get", f"/event-types/{'x' * 300}", (404, "not-found", [])),
        ("delete", "/events", (405, "method-not-allowed", [])),
        ("get", "/events?limit=0", (422, "invalid", ["limit"])),
        ("get", "/events?limit=201", (422, "invalid", ["limit"])),
        ("get", "/events?limit=x", (422, "invalid", ["limit"])),
        ("get", "/events?statuss=planned", (422, "unknown-field", ["statuss"])),
        ("get", "/events?status=gone", (422, "invalid", ["status.0"])),
        ("get", "/events?since=2026-11-27", (422, "invalid", ["since"])),
        ("get", "/events?since=2026-11-27T10:00:00", (422, "invalid", ["since"])),
        ("get", "/events?since=0001-01-01T00:00:00%2B14:00", (422, "invalid", ["since"])),
        ("get", "/events?cursor=zzz", (400, "bad-cursor", ["cursor"])),
        ("get", "/events?cursor=WyJ4IiwxXQ", (400, "bad-cursor", ["cursor"])),
        ("get", "/users?cursor=W251bGwsMV0", (400, "bad-cursor", ["cursor"])),
    ],
)
def test_what_cannot_be_asked_is_refused(her, method, path, refused):
    assert her.refused(method, path) == refused


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("{", (400, "malformed", [])),
        ("[]", (422, "invalid", [""])),
        ('"text"', (422, "invalid", [""])),
        ({"type": "interview", "candidat": 1, "starts": 2}, (422, "unknown-field", ["candidat", "starts"])),
        ({}, (422, "invalid", ["type"])),
        ({"type": 7}, (422, "invalid", ["type"])),
        ({"type": "interview", "candidate": "7"}, (422, "invalid", ["candidate"])),
        ({"type": "interview", "candidate": True}, (422, "invalid", ["candidate"])),
        ({"type": "interview", "candidate": 2**63}, (422, "invalid", ["candidate"])),
        ({"type": "interview", "notify": "yes"}, (422, "invalid", ["notify"])),
        ({"type": "interview", "title": "x\x00"}, (422, "invalid", ["title"])),
        ('{"type": "interview", "title": "\\ud800"}', (422, "invalid", ["title"])),
        ({"type": "interview", "start": 1700000000}, (422, "invalid", ["start"])),
        ({"type": "interview", "participants": [{"user": "x"}]}, (422, "invalid", ["participants.0.user"])),
    ],
)
def test_wrong_types_and_unknown_fields_are_named(her, body, refused):
    assert her.refused("post", "/events", body) == refused


@pytest.mark.parametrize(
    ("path", "body", "field", "message"),
    [
        ("/events", {"type": 5, "start": "2026-12-01T10:00:00+03:00"}, "type", "Здесь должен быть текст."),
        ("/events", {"type": "interview", "participants": 3}, "participants", "Здесь должен быть список."),
        ("/events", {"type": "interview", "participants": [3]}, "participants.0", "Здесь должен быть объект."),
        ("/events", {"type": "interview", "responsible": 0}, "responsible", "Не меньше 1."),
        ("/events", {"type": "interview", "title": "a" * 301}, "title", "Не длиннее 300 знаков."),
        ("/events", {"type": ""}, "type", "Поле не может быть пустым."),
        (
            "/candidates",
            {"last_name": "Орлов", "consent_on": "soon"},
            "consent_on",
            "Укажите дату в виде ГГГГ-ММ-ДД.",
        ),
        (
            "/accounts/1/disconnect",
            {"existing": "burn"},
            "existing",
            "Здесь возможно одно из значений: 'keep', 'remove'.",
        ),
    ],
)
def test_a_wrong_value_is_told_of_in_russian_too(her, path, body, field, message):
    told = her("post", path, body)
    assert told.status_code == 422
    assert {one["field"]: one["message"] for one in told.json()["errors"]}[field] == message


def test_texts_are_in_the_language_of_the_tokens_user(calls, anna):
    anna.language = "en"
    anna.save()
    told = calls(anna)("post", "/events", {"type": "interview", "colour": "red"}).json()
    assert told["errors"] == [{"field": "colour", "message": "This field is not known."}]
    anna.language = "ru"
    anna.save()
    told = calls(anna)("post", "/events", {"type": "interview", "colour": "red"}).json()
    assert told["errors"] == [{"field": "colour", "message": "Такое поле неизвестно."}]


WRONG = [
    ("get", "/events?limit=500", None, "Не больше 200."),
    ("get", "/events?limit=0", None, "Не меньше 1."),
    ("get", "/events?limit=x", None, "Здесь должно быть целое число."),
    ("get", f"/events?limit={10**30}", None, "Не больше 200."),
    ("get", "/journal?ok=perhaps", None, "Здесь должно быть true или false."),
    ("get", "/events?since=2026-13-45T10:00:00Z", None, "Такого дня или времени нет."),
    ("get", f"/events?cursor={'x' * 501}", None, "Не длиннее 500 знаков."),
    (
        "get",
        f"/busy?since=2026-11-27T10:00:00Z&until=2026-11-28T10:00:00Z{'&user=1' * 101}",
        None,
        "В списке не больше",
    ),
    ("get", "/events?status=gone", None, "Здесь возможно одно из значений: 'planned', 'confirmed',"),
    ("post", "/events", "[]", "Здесь должен быть объект."),
    ("post", "/events", {}, "Это поле обязательно."),
    ("post", "/events", {"type": 7}, "Здесь должен быть текст."),
    ("post", "/events", {"type": ""}, "Поле не может быть пустым."),
    ("post", "/events", {"type": "x", "notify": "yes"}, "Здесь должно быть true или false."),
    ("post", "/events", {"type": "x", "participants": 7}, "Здесь должен быть список."),
    ("post", "/events", {"type": "x", "first_day": "2026-02-30"}, "Такого дня или времени нет."),
    ("post", "/events", '{"type": "\\ud800"}', "Здесь должен быть текст."),
]


@pytest.mark.parametrize(("method", "path", "body", "words"), WRONG)
def test_what_is_wrong_with_a_field_is_told_in_the_language_of_the_tokens_user(calls, anna, method, path, body, words):
    messages = []
    for language in ("ru", "en"):
        anna.language = language
        anna.save()
        [error] = calls(anna)(method, path, body).json()["errors"]
        messages.append(error["message"])
    assert (messages[0].startswith(words), messages[1].isascii()) == (True, True)


def test_what_pydantic_might_say_besides_is_told_without_its_words():
    with translation.override("ru"):
        assert _said({"type": "never_heard_of", "msg": "Input is odd", "ctx": {}}) == "Такое значение не подходит."


def test_too_large_a_body_is_refused(her, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert her.refused("post", "/events", {"type": "x" * 2000})[0] == 413


def test_the_description_needs_no_token_no_script_and_no_other_host(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert (schema["openapi"], schema["info"]["title"]) == ("3.1.0", "Vizavi")
    page = client.get("/api/v1/docs").content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert "http://" not in page.replace("urn:", "")
    assert "https://" not in page
    for address in schema["paths"]:
        assert address in page
