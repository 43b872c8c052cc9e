"""Users and groups as the administrator sees them, one's own hours, and the guide."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, LoadMode
from vizavi.connections.tests.office import block, connected, copied
from vizavi.events.models import Event, EventType
from vizavi.events.tests.conftest import span
from vizavi.jobs.models import RunStatus, TaskDefinition, TaskRun
from vizavi.people.models import Department, ExternalCalendar, Group, User
from vizavi.web.tests.planning import plan


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def admin(client, olga) -> Client:
    client.force_login(olga)
    return client


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def listed(admin: Client, **query: object) -> list[str]:
    return [user.first_name for user in admin.get("/administration/users/", query).context["page_obj"]]


def entered(user: User, **changes: object) -> dict[str, object]:
    names = ("last_name", "first_name", "patronymic", "email", "position", "role", "time_zone", "language")
    values: dict[str, object] = {name: getattr(user, name) for name in names}
    values |= {"work_from": "09:00", "work_to": "18:00", "work_days": ["1", "2"], "is_active": "on"}
    return {name: value for name, value in (values | changes).items() if value is not None}


def test_the_list_is_filtered_and_sorted(admin, anna, sergey, watcher):
    group = Group.objects.create(name="ИТ")
    group.members.set([sergey, anna])
    anna.department = Department.objects.create(name="Персонал")
    anna.save()
    watcher.is_active = False
    watcher.save()
    assert listed(admin) == ["Анна", "Ольга", "Пётр", "Сергей"]
    assert listed(admin, sort="-name") == ["Сергей", "Пётр", "Ольга", "Анна"]
    assert listed(admin, role="interviewer") == ["Сергей"]
    assert listed(admin, department=anna.department.pk) == ["Анна"]
    assert listed(admin, group=group.pk) == ["Анна", "Сергей"]
    assert (listed(admin, state="off"), listed(admin, state="on", q="крыл")) == (["Пётр"], ["Анна"])
    assert listed(admin, role="nobody", group="x") == ["Анна", "Ольга", "Пётр", "Сергей"]


@pytest.mark.parametrize("address", ["/administration/users/", "/administration/groups/", "/administration/audit-log/"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(admin, anna, now, django_assert_max_num_queries, address):
    def queries() -> int:
        with django_assert_max_num_queries(20) as counted:
            admin.get(address)
        return len(counted)

    Group.objects.create(name="0").members.add(anna)
    AuditEntry.objects.create(at=now, actor=anna, action="user.signed_in", kind="user", object_id="0")
    few = queries()
    for number in range(1, 4):
        user = User.objects.create_user(f"n{number}@a.example", last_name="Н", first_name=str(number))
        Group.objects.create(name=str(number)).members.add(user)
        AuditEntry.objects.create(at=now, actor=user, action="user.signed_in", kind="user", object_id=str(number))
    assert queries() == few


def test_switching_somebody_off_first_tells_what_follows(admin, anna, orlov, now):
    plan(span(), by=anna, now=now, candidate=orlov)
    account = connected(anna, now)
    address = f"/administration/users/{anna.pk}/"
    sent = entered(anna, is_active=None)
    asked = admin.post(address, sent)
    assert "1 будущее интервью остаётся за ним" in text(asked)
    assert f"аккаунт {account.email} приостанавливается" in text(asked)
    assert User.objects.get(pk=anna.pk).is_active
    told = dict(asked.context["sent"])
    assert told["last_name"] == "Крылова"
    admin.post(address, sent | {"confirmed": "1"})
    stored, account = User.objects.get(pk=anna.pk), Account.objects.get()
    assert (stored.is_active, account.paused, stored.external_calendar) == (False, True, ExternalCalendar.NONE)
    assert Event.objects.get().responsible == anna
    history = AuditEntry.objects.filter(kind="user", object_id=str(anna.pk)).values_list("changes", flat=True)
    assert any("is_active" in changes for changes in history)


def test_the_only_administrator_is_not_switched_off(admin, olga):
    refused = admin.post(f"/administration/users/{olga.pk}/", entered(olga, is_active=None, confirmed="1"))
    assert (refused.status_code, "единственный администратор" in text(refused)) == (422, True)
    assert User.objects.get(pk=olga.pk).is_active


def test_the_card_shows_hours_and_refuses_senseless_ones(admin, anna):
    address = f"/administration/users/{anna.pk}/"
    admin.post(address, entered(anna, work_from="10:00", work_to="19:30", work_days=["2", "6"]))
    stored = User.objects.get(pk=anna.pk)
    assert (stored.work_from, stored.work_to, stored.work_days) == (time(10), time(19, 30), "26")
    refused = admin.post(address, entered(anna, work_from="20:00", work_to="19:30"))
    assert (refused.status_code, "заканчивается раньше" in text(refused)) == (422, True)


def test_own_hours_are_what_the_calendar_shades(client, anna):
    client.force_login(anna)
    hours = {"work_from": "08:00", "work_to": "17:00", "work_days": ["1", "7"]}
    saved = client.post("/settings/", {"language": "ru", "time_zone": "Europe/Moscow"} | hours)
    assert saved.status_code == 302
    config = client.get("/calendar/").context["config"]
    assert (config["workFrom"], config["workTo"], config["workDays"]) == ("08:00", "17:00", [1, 0])


def test_a_group_is_made_and_offered_in_the_calendar(admin, anna, sergey, watcher):
    watcher.is_active = False
    watcher.save()
    Group.objects.create(name="Пустая").members.add(watcher)
    admin.post("/administration/groups/new/", {"name": "ИТ", "members": [anna.pk, sergey.pk]})
    group = Group.objects.get(name="ИТ")
    assert set(group.members.all()) == {anna, sergey}
    assert f'data-members="{anna.pk},{sergey.pk}">ИТ<' in admin.get("/calendar/").content.decode()
    assert [one.name for one in admin.get("/calendar/").context["groups"]] == ["ИТ"]
    admin.post(f"/administration/groups/{group.pk}/", {"name": "ИТ", "members": [anna.pk]})
    assert list(group.members.all()) == [anna]
    taken = admin.post("/administration/groups/new/", {"name": "ИТ"})
    assert (taken.status_code, Group.objects.filter(name="ИТ").count()) == (422, 1)
    admin.post(f"/administration/groups/{group.pk}/delete/")
    assert not Group.objects.filter(name="ИТ").exists()


def test_the_rules_of_exchange_are_told_in_numbers(admin, anna, now):
    account = connected(anna, now)
    block(account.calendars.get(), now, "К врачу")
    saved = admin.post("/administration/organisation/", {"unknown_items": "busy"}, follow=True)
    assert "Теперь иначе загружается 1 календарь." in text(saved)
    assert account.calendars.get().mode == LoadMode.BUSY


def test_the_guide_marks_what_is_done_for_its_reader(client, anna, orlov, now):
    client.force_login(anna)

    def done() -> list[int]:
        return [one.number for one in client.get("/guide/").context["steps"] if one.done]

    EventType.objects.update(export_enabled=False)
    TaskDefinition.objects.update(period="manual")
    assert done() == []
    assert "Сделано: 0 из 9." in text(client.get("/guide/"))
    EventType.objects.filter(code="interview").update(export_enabled=True)
    anna.external_calendar = ExternalCalendar.GOOGLE
    anna.save()
    assert done() == [1, 5]
    account = connected(anna, now, last_ok_at=now)
    assert done() == [1, 2, 3, 4, 5]
    copied(plan(span(), by=anna, now=now, candidate=orlov), account.calendars.get(), synced_at=now)
    assert done() == [1, 2, 3, 4, 5, 6]
    task = TaskDefinition.objects.get_or_create(code="calendar_pull")[0]
    task.enabled, task.period, task.minute = True, "every", 10
    task.save()
    run = TaskRun.objects.create(task=task, created_at=now)
    run.items.create(account=account, label="Анна", status=RunStatus.OK)
    block(account.calendars.get(), now + timedelta(hours=1), "Обед")
    assert done() == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert "Всё настроено" in text(client.get("/guide/"))


def test_the_guide_leads_only_where_its_reader_may_go(client, anna, olga):
    client.force_login(anna)
    page = client.get("/guide/").content.decode()
    assert ("/administration/" in page, page.count("Это делает администратор:")) == (False, 2)
    client.force_login(olga)
    page = client.get("/guide/").content.decode()
    assert ("/administration/tasks/calendar_pull/" in page, page.count("Это делает администратор:")) == (True, 0)


def test_the_audit_log_is_searched_by_name_and_day(admin, anna, now):
    AuditEntry.objects.create(at=now, action="user.edited", kind="user", object_id="1", label="Анна Крылова")
    AuditEntry.objects.create(
        at=now - timedelta(days=3), action="user.edited", kind="user", object_id="1", label="Анна Крылова"
    )

    def found(**query: str) -> int:
        return len(admin.get("/administration/audit-log/", query).context["page_obj"].object_list)

    assert (found(q="крыл"), found(q="никто"), found(q="крыл", since="2026-11-19")) == (2, 0, 1)
    assert (found(q="крыл", until="2026-11-18"), found(q="крыл", until="вчера")) == (1, 2)


def test_the_card_of_a_room_shows_what_is_planned_there_and_its_history(admin, olga, anna, orlov, baikal, now):
    plan(span(), by=anna, now=now, candidate=orlov, room=baikal)
    admin.post(f"/administration/rooms/{baikal.pk}/", {"name": "Байкал", "capacity": 10, "active": "on"})
    page = admin.get(f"/administration/rooms/{baikal.pk}/")
    assert [item.event.candidate for item in page.context["events"]] == [orlov]
    assert "Вместимость: 8 10" in text(page)


def test_the_card_of_a_department_shows_whom_it_holds(admin, anna, python_vacancy):
    department = Department.objects.create(name="Разработка")
    anna.department = python_vacancy.department = department
    anna.save()
    python_vacancy.save()
    page = text(admin.get(f"/administration/departments/{department.pk}/"))
    assert ("Крылова Анна" in page, "Python-разработчик V-101" in page) == (True, True)


def test_connections_are_searched_by_name(admin, anna, sergey):
    found = admin.get("/administration/connections/", {"q": "крыл"}).context["connections"]
    assert [one.person for one in found] == [anna]
    assert "Никого" in text(admin.get("/administration/connections/", {"q": "никто"}))


def test_the_log_of_runs_is_filtered_by_result(admin, now):
    task = TaskDefinition.objects.get_or_create(code="calendar_pull")[0]
    for status in (RunStatus.OK, RunStatus.FAILED):
        TaskRun.objects.create(task=task, created_at=now, status=status)

    def found(status: str) -> list[str]:
        return [
            run.status
            for run in admin.get("/administration/tasks/calendar_pull/", {"status": status}).context["page_obj"]
        ]

    assert (found("failed"), len(found("")), len(found("nonsense"))) == (["failed"], 2, 2)


def bulk(admin: Client, what: str, *people: User, **sent: object):
    address = f"/administration/users/{what}/"
    asked = admin.get(address, {"id": [one.pk for one in people]})
    done = admin.post(address, {"id": [one.pk for one in people], **sent}, headers={"HX-Request": "true"})
    return asked, done, text(admin.get("/administration/users/"))


def test_chosen_users_get_another_role_but_oneself(admin, olga, anna, sergey, pavel):
    asked, done, told = bulk(admin, "role", olga, anna, sergey, pavel, role="lead")
    assert "Другая роль для 4 пользователей" in text(asked)
    assert (done.status_code, done.headers["HX-Refresh"]) == (200, "true")
    assert "Изменены 2 пользователя." in told
    assert "Мельникова Ольга: Своя роль меняется в своей карточке." in told
    assert "Старший Павел: Эта роль уже назначена." in told
    roles = {user.first_name: user.role for user in User.objects.all()}
    assert roles == {"Ольга": "administrator", "Анна": "lead", "Сергей": "lead", "Павел": "lead"}
    assert AuditEntry.objects.filter(action="user.edited").count() == 2
    unknown = admin.post("/administration/users/role/", {"id": [anna.pk], "role": "king"})
    assert (unknown.status_code, User.objects.get(pk=anna.pk).role) == (422, "lead")


def test_chosen_users_join_a_group(admin, anna, sergey):
    group = Group.objects.create(name="ИТ")
    group.members.add(anna)
    asked, _done, told = bulk(admin, "group", anna, sergey, group=group.pk)
    assert "Добавить 2 пользователей в группу" in text(asked)
    assert ("Изменён 1 пользователь." in told, "Крылова Анна: Уже в этой группе." in told) == (True, True)
    assert set(group.members.all()) == {anna, sergey}
    assert AuditEntry.objects.get(kind="group").changes == {
        "members": [["Анна Крылова"], ["Анна Крылова", "Сергей Тарасов"]]
    }


def test_chosen_users_are_switched_off_and_on_but_oneself(admin, olga, anna, sergey, orlov, now):
    plan(span(), by=anna, now=now, candidate=orlov)
    account = connected(anna, now)
    asked, _done, told = bulk(admin, "off", olga, anna, sergey)
    words = text(asked)
    assert ("Отключить 2 пользователей" in words, words.count("Это единственный администратор.")) == (True, 1)
    assert ("1 будущее интервью останется" in words, "1 подключённый календарь приостановится" in words) == (True, True)
    assert "Изменены 2 пользователя." in told
    assert "Мельникова Ольга: Это единственный администратор." in told
    account.refresh_from_db()
    assert (listed(admin, state="off"), account.paused) == (["Анна", "Сергей"], True)
    _asked, _done, told = bulk(admin, "on", olga, anna, sergey)
    assert ("Изменены 2 пользователя." in told, "Учётная запись уже включена." in told) == (True, True)
    assert listed(admin, state="off") == []


def test_nobody_switches_off_oneself_where_there_is_another_administrator_either(admin, olga, anna):
    User.objects.filter(pk=anna.pk).update(role="administrator")
    asked, _done, told = bulk(admin, "off", olga)
    assert "Отключить самого себя нельзя." in told
    assert ("Отключить самого себя нельзя." in text(asked), "btn-danger" in asked.content.decode()) == (True, False)
    refused = admin.post(f"/administration/users/{olga.pk}/", entered(olga, is_active=None, confirmed="1"))
    assert (refused.status_code, "Отключить самого себя нельзя." in text(refused)) == (422, True)
    assert User.objects.get(pk=olga.pk).is_active


def test_nobody_chosen_changes_nothing(admin, olga, anna):
    for what, sent in (("role", {"role": "lead"}), ("off", {}), ("on", {})):
        assert bulk(admin, what, **sent)[1].status_code == 200
    assert not AuditEntry.objects.filter(action="user.edited").exists()
