"""What the audit log keeps, and what it must never keep."""

from datetime import date, datetime

from django.apps import apps
from django.contrib.auth import authenticate, login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from vizavi.common import audit
from vizavi.common.models import AuditEntry
from vizavi.common.rows import changes_of


def browser(address: str = "192.0.2.7"):
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    request.session = SessionStore()
    return request


def lines() -> list[tuple]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "actor__email", "label", "address"))


def test_difference_names_only_what_differs():
    before = {"name": "Арал", "capacity": 1, "on": date(2026, 1, 1), "gone": "x"}
    after = {"name": "Арал", "capacity": 2, "on": date(2026, 1, 2), "new": ["a"]}
    assert audit.diff(before, after) == {
        "capacity": [1, 2],
        "on": ["2026-01-01", "2026-01-02"],
        "gone": ["x", None],
        "new": [None, ["a"]],
    }


def test_long_texts_are_shortened():
    assert audit.diff({}, {"note": "ы" * 2000}) == {"note": [None, "ы" * 500]}


def test_sign_in_and_sign_out_are_recorded_with_the_address(olga):
    request = browser()
    login(request, olga, backend="django.contrib.auth.backends.ModelBackend")
    request.user = olga
    logout(request)
    assert lines() == [
        ("user.signed_in", olga.email, olga.email, "192.0.2.7"),
        ("user.signed_out", olga.email, olga.email, "192.0.2.7"),
    ]


def test_failed_sign_in_is_recorded_without_the_password(olga):
    assert authenticate(browser(), username=olga.email, password="secret-pass") is None
    assert lines() == [("user.sign_in_failed", None, olga.email, "192.0.2.7")]
    assert "secret-pass" not in str(list(AuditEntry.objects.values()))


def test_a_password_typed_as_login_is_not_kept(olga):
    assert authenticate(browser(), username="secret-pass", password="x") is None
    assert lines() == [("user.sign_in_failed", None, "", "192.0.2.7")]


def test_history_of_an_object_is_newest_first(olga, now: datetime):
    for action in ("room.created", "room.edited"):
        audit.record(action, "room", 7, by=olga, now=now)
    audit.record("room.created", "room", 8, by=olga, now=now)
    assert [entry.action for entry in audit.history("room", 7)] == ["room.edited", "room.created"]


def test_two_departments_of_one_name_are_told_apart(olga):
    Department = apps.get_model("people", "Department")
    parents = [Department.objects.create(name=name) for name in ("Москва", "Екатеринбург")]
    first, second = (Department.objects.create(name="Продажи", parent=parent) for parent in parents)
    type(olga).objects.filter(pk=olga.pk).update(department=first)
    olga.department = second
    assert changes_of(olga) == {"department": ["Продажи", "Продажи"]}
