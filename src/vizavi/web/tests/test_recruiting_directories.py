"""Справочники: departments, stages of the funnel, reasons of rejection."""

import pytest

from vizavi.people.models import Department
from vizavi.recruiting.models import RejectionReason, Stage

ROOT = "/administration"
pytestmark = pytest.mark.usefixtures("directories")


@pytest.fixture
def lead(client, pavel):
    client.force_login(pavel)
    return client


def test_departments_stand_as_a_tree_and_cost_the_same_queries(lead, django_assert_num_queries):
    sales = Department.objects.create(name="Продажи")
    for row in (Department(name="Регион", parent=sales), Department(name="Дирекция")):
        row.save()
        with django_assert_num_queries(5):
            lead.get(f"{ROOT}/departments/")
    rows = lead.get(f"{ROOT}/departments/").context["rows"]
    assert [(row.department.name, row.depth) for row in rows] == [("Дирекция", 0), ("Продажи", 0), ("Регион", 1)]


def test_a_department_is_created_hung_elsewhere_and_deleted(lead):
    lead.post(f"{ROOT}/departments/new/", {"name": "Продажи", "parent": ""})
    sales = Department.objects.get()
    lead.post(f"{ROOT}/departments/new/", {"name": "Регион", "parent": sales.pk})
    region = Department.objects.get(name="Регион")
    refused = lead.post(f"{ROOT}/departments/{sales.pk}/", {"name": "Продажи", "parent": region.pk})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["parent"])
    page = lead.post(f"{ROOT}/departments/{sales.pk}/delete/", follow=True).content.decode()
    assert "Подразделение используется" in page
    lead.post(f"{ROOT}/departments/{region.pk}/", {"name": "Регион", "parent": ""})
    assert "Удалено: Регион." in lead.post(f"{ROOT}/departments/{region.pk}/delete/", follow=True).content.decode()
    assert list(Department.objects.values_list("name", flat=True)) == ["Продажи"]


def test_a_second_department_of_one_name_is_refused_at_its_field(lead):
    Department.objects.create(name="Продажи")
    refused = lead.post(f"{ROOT}/departments/new/", {"name": "Продажи", "parent": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name"])


def test_a_stage_is_renamed_and_keeps_code_and_kind(lead):
    phone = Stage.objects.get(code="phone")
    lead.post(
        f"{ROOT}/stages/{phone.pk}/",
        {"name_ru": "Звонок", "name_en": "Call", "order": "41", "code": "other", "kind": "lost"},
    )
    phone.refresh_from_db()
    assert (phone.name_ru, phone.name_en, phone.order, phone.code, phone.kind) == (
        "Звонок",
        "Call",
        41,
        "phone",
        "interview",
    )
    refused = lead.post(f"{ROOT}/stages/{phone.pk}/", {"name_ru": "Звонок", "name_en": "Call", "order": "10"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["order"])
    assert "Звонок" in lead.get(f"{ROOT}/stages/").content.decode()


def test_a_reason_is_added_and_switched_off(lead):
    lead.post(f"{ROOT}/rejection-reasons/new/", {"name_ru": "командировки", "name_en": "", "active": "on"})
    reason = RejectionReason.objects.get(name_ru="командировки")
    lead.post(f"{ROOT}/rejection-reasons/{reason.pk}/", {"name_ru": "командировки", "name_en": "travel"})
    reason.refresh_from_db()
    assert (reason.active, reason.name_en) == (False, "travel")
    again = lead.post(f"{ROOT}/rejection-reasons/new/", {"name_ru": "график", "name_en": "", "active": "on"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name_ru"])


def test_names_are_shown_in_the_readers_language(client, olga):
    olga.language = "en"
    olga.save()
    client.force_login(olga)
    assert "Hiring-manager interview" in client.get(f"{ROOT}/stages/").content.decode()
    assert "accepted another offer" in client.get(f"{ROOT}/rejection-reasons/").content.decode()
