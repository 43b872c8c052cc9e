"""Users are created, edited and given passwords; nobody locks the house."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from vizavi.common import changes
from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.common.permissions import Role
from vizavi.people import operations
from vizavi.people.models import Department, User


def newcomer(**fields) -> User:
    values = {"email": "Nina@Vetervolna.example ", "first_name": "Нина", "last_name": "Новая"} | fields
    return User(**values)


def refusal(call) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        call()
    return refused.value.field, refused.value.code


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    heard: list[tuple] = []
    monkeypatch.setattr(changes, "_handlers", [lambda kind, ids: heard.append((kind, list(ids)))])
    return heard


def test_administrator_creates_a_user_who_can_sign_in(olga, now):
    user = operations.save_user(newcomer(), password="letter-by-letter", by=olga, now=now)
    assert (user.email, user.check_password("letter-by-letter")) == ("nina@vetervolna.example", True)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.label) == ("user.created", olga, "Нина Новая")
    assert "password" not in entry.changes


def test_recruiter_creates_nobody(anna, now):
    with pytest.raises(PermissionDenied):
        operations.save_user(newcomer(), password="letter-by-letter", by=anna, now=now)
    assert User.objects.count() == 1


def test_address_of_another_user_is_refused(olga, anna, now):
    taken = newcomer(email=anna.email.upper())
    assert refusal(lambda: operations.save_user(taken, password="letter-by-letter", by=olga, now=now)) == (
        "email",
        "taken",
    )


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_weak_password_is_refused_and_nothing_saved(olga, now, password):
    assert refusal(lambda: operations.save_user(newcomer(), password=password, by=olga, now=now)) == (
        "password",
        "weak",
    )
    assert User.objects.count() == 1


def test_the_last_administrator_stays(olga, anna, now):
    olga.role = Role.LEAD
    assert refusal(lambda: operations.save_user(olga, by=olga, now=now)) == ("role", "last_administrator")
    olga.role, olga.is_active = Role.ADMINISTRATOR, False
    assert refusal(lambda: operations.save_user(olga, by=None, now=now)) == ("role", "last_administrator")


def test_one_of_two_administrators_may_go(olga, anna, now):
    User.objects.filter(pk=anna.pk).update(role=Role.ADMINISTRATOR)
    olga.role = Role.LEAD
    assert operations.save_user(olga, by=olga, now=now).role == Role.LEAD


def test_a_new_name_is_told_to_those_who_show_it(olga, anna, now, told):
    anna.position = "Ведущий рекрутер"
    operations.save_user(anna, by=olga, now=now)
    assert told == []
    anna.last_name = "Павлова"
    operations.save_user(anna, by=olga, now=now)
    assert told == [("user", [anna.pk])]
    assert [entry.changes for entry in AuditEntry.objects.order_by("pk")] == [
        {"position": ["", "Ведущий рекрутер"]},
        {"last_name": ["Крылова", "Павлова"]},
    ]


def test_an_edit_without_changes_leaves_no_line(olga, anna, now):
    operations.save_user(anna, by=olga, now=now)
    assert actions() == []


def test_nobody_becomes_administrator_by_naming_oneself(olga, anna, now):
    anna.role = Role.ADMINISTRATOR
    with pytest.raises(PermissionDenied):
        operations.save_user(anna, by=anna, now=now)


def test_everybody_changes_own_settings_only(watcher, now):
    watcher.role = Role.ADMINISTRATOR  # an attempt to slip something in
    operations.save_own_settings(
        watcher, language="en", time_zone="Asia/Vladivostok", external_calendar="google", now=now
    )
    watcher.refresh_from_db()
    assert (watcher.language, watcher.time_zone, watcher.external_calendar, watcher.role) == (
        "en",
        "Asia/Vladivostok",
        "google",
        Role.OBSERVER,
    )


def test_unknown_zone_and_language_are_refused(anna, now):
    def save(language: str, zone: str):
        return operations.save_own_settings(anna, language=language, time_zone=zone, external_calendar="none", now=now)

    assert refusal(lambda: save("ru", "Moscow")) == ("time_zone", "unknown_zone")
    assert refusal(lambda: save("tlh", "UTC")) == ("language", "unknown")


def test_own_password_is_changed_and_never_logged(anna, now):
    operations.change_password(anna, "letter-by-letter", by=anna, now=now)
    anna.refresh_from_db()
    assert anna.check_password("letter-by-letter")
    assert list(AuditEntry.objects.values_list("action", "changes")) == [("user.password_set", {})]


def test_colleague_cannot_change_anothers_password(anna, dmitry, now):
    with pytest.raises(PermissionDenied):
        operations.change_password(anna, "letter-by-letter", by=dmitry, now=now)


def test_refusals_speak_russian(olga, anna, now):
    taken = newcomer(email=anna.email)
    with translation.override("ru"), pytest.raises(RuleError, match="уже входит другой пользователь"):
        operations.save_user(taken, password="letter-by-letter", by=olga, now=now)


def test_departments_are_a_directory_for_the_lead(pavel, anna, now):
    operations.save_department(Department(name="Продажи"), by=pavel, now=now)
    assert actions() == ["department.created"]
    with pytest.raises(PermissionDenied):
        operations.save_department(Department(name="Склад"), by=anna, now=now)


def test_a_department_has_one_place_in_the_tree(pavel, now):
    sales = operations.save_department(Department(name="Продажи"), by=pavel, now=now)
    region = operations.save_department(Department(name="Регион", parent=sales), by=pavel, now=now)
    sales.parent = region
    assert refusal(lambda: operations.save_department(sales, by=pavel, now=now)) == ("parent", "circle")
    again = Department(name="Продажи")
    assert refusal(lambda: operations.save_department(again, by=pavel, now=now)) == ("name", "taken")
    elsewhere = operations.save_department(Department(name="Продажи", parent=region), by=pavel, now=now)
    assert elsewhere.parent == region


def test_only_a_department_that_nobody_belongs_to_is_deleted(pavel, anna, python_vacancy, now):
    used = [operations.save_department(Department(name=name), by=pavel, now=now) for name in ("А", "Б", "В", "Г")]
    anna.department, python_vacancy.department = used[0], used[1]
    anna.save()
    python_vacancy.save()
    operations.save_department(Department(name="Д", parent=used[2]), by=pavel, now=now)
    for department in used[:3]:
        code = refusal(lambda: operations.delete_department(department, by=pavel, now=now))  # noqa: B023 - called at once
        assert code == ("", "used")
    with pytest.raises(PermissionDenied):
        operations.delete_department(used[3], by=anna, now=now)
    operations.delete_department(used[3], by=pavel, now=now)
    assert sorted(Department.objects.values_list("name", flat=True)) == ["А", "Б", "В", "Д"]
