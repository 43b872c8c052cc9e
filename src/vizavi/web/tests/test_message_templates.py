"""Справочники → Шаблоны писем, and the template of a type's invitation."""

import pytest

from vizavi.events import default_letters, rules
from vizavi.events.models import EventType, LetterKind, MessageTemplate
from vizavi.web.administration.message_templates import FIELDS

ROOT = "/administration/message-templates/"
pytestmark = pytest.mark.usefixtures("directories")


@pytest.fixture
def lead(client, pavel):
    client.force_login(pavel)
    return client


def entered(**changed: str) -> dict[str, str]:
    values = {
        "name_ru": "Приглашение на экскурсию",
        "name_en": "",
        "kind": "invitation",
        "language": "ru",
        "subject": "{vacancy}",
        "body": "Здравствуйте, {candidate}!",
        "active": "on",
    }
    return values | changed


def test_every_installation_starts_with_six_templates_and_types_that_use_them():
    kinds = list(MessageTemplate.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["invitation"] * 3 + ["reschedule", "cancellation", "reminder"]
    assert EventType.objects.get(code="phone_interview").invitation_template.name_en == "Invitation to a call"
    assert EventType.objects.get(code="debrief").invitation_template is None
    for template in MessageTemplate.objects.all():
        rules.check_letter_template(template.subject, template.body)


def test_an_installation_in_english_starts_with_english_letters(settings):
    MessageTemplate.objects.all().delete()
    settings.LANGUAGE_CODE = "en"
    default_letters.create_missing(MessageTemplate, EventType)
    assert set(MessageTemplate.objects.values_list("language", flat=True)) == {"en"}
    assert "Dear {candidate}," in MessageTemplate.objects.get(name_en="Reminder").body


def test_the_list_costs_the_same_queries_however_long(lead, django_assert_num_queries):
    for name in ("Ещё один", "И ещё один"):
        MessageTemplate.objects.create(name_ru=name, subject="-", body="-")
        with django_assert_num_queries(5):
            lead.get(ROOT)
    assert len(lead.get(ROOT).context["rows"]) == 8


def test_a_template_is_created_and_edited_and_the_log_says_so(lead):
    lead.post(f"{ROOT}new/", entered())
    row = MessageTemplate.objects.get(name_ru="Приглашение на экскурсию")
    assert row.kind == LetterKind.INVITATION
    lead.post(f"{ROOT}{row.pk}/", entered(subject="Экскурсия, {date}"))
    row.refresh_from_db()
    assert row.subject == "Экскурсия, {date}"


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("subject", "{phone}", "{phone}"),
        ("body", "{candidate.email}", "{candidate.email}"),
        ("body", "{date:%d}", "{date:%d}"),
        ("body", "Строка { без пары", "{"),
    ],
)
def test_a_field_that_letters_do_not_have_is_refused_by_its_name(lead, field, text, named):
    refused = lead.post(f"{ROOT}new/", entered(**{field: text}))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert refused.context["form"].errors[field][0].startswith(f"{named} – не поле письма.")
    assert MessageTemplate.objects.count() == 6


def test_the_page_explains_every_field():
    assert tuple(name for name, _meaning in FIELDS) == rules.LETTER_FIELDS


def test_a_type_offers_invitations_only(lead, interview):
    form = lead.get(f"/administration/event-types/{interview.pk}/").context["form"]
    offered = [label for value, label in form.fields["invitation_template"].choices if value]
    assert offered == [default_letters.OFFICE, default_letters.VIDEO, default_letters.PHONE]
