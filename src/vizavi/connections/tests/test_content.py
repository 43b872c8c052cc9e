"""What leaves the house, and what comes back as text."""

from datetime import UTC, datetime, timedelta

import pytest

from vizavi.connections.content import comment_of_lost, content_of, plain_text, title_of
from vizavi.events.models import Event, EventType, Room
from vizavi.people.models import User
from vizavi.recruiting.models import Candidate, Vacancy


def event(**fields):
    kind = fields.pop("type", None) or EventType(name_ru="Интервью", code="interview")
    values = {"candidate": Candidate(last_name="Орлов", first_name="Денис"), "vacancy": Vacancy(title="Логист")}
    return Event(pk=7, type=kind, responsible=User(email="anna@vetervolna.example"), **(values | fields))


def test_title_follows_the_template_of_its_type():
    assert title_of(event()) == "Интервью: Орлов Денис – Логист"


@pytest.mark.parametrize(
    ("missing", "title"),
    [
        ({"vacancy": None}, "Интервью: Орлов Денис"),
        ({"candidate": None}, "Интервью: Логист"),
        ({"candidate": None, "vacancy": None}, "Интервью"),
        ({"title": "Знакомство"}, "Знакомство"),
    ],
)
def test_what_is_missing_leaves_no_dash_behind(missing, title):
    assert title_of(event(**missing)) == title


def test_name_of_the_candidate_stays_here_where_the_type_says_so():
    kind = EventType(name_ru="Интервью", code="interview", hide_candidate=True)
    assert title_of(event(type=kind)) == "Интервью: Логист"


def test_internal_comment_and_contacts_never_leave(settings):
    settings.BASE_URL = "https://hr.example"
    kept = event(internal_comment="Тайна", candidate_comment="Возьмите паспорт", room=Room(name="Байкал"))
    kept.candidate.phone = "+7 900 000-00-01"
    content = content_of_timed(kept)
    assert content.description == "Возьмите паспорт\n\nhttps://hr.example/events/7/"
    assert content.location == "Байкал"


def content_of_timed(kept):

    kept.starts_at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    kept.ends_at = kept.starts_at + timedelta(hours=1)
    return content_of(kept)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Просто текст & знаки", "Просто текст & знаки"),
        ("<p>Раз</p><p>Два<br>Три</p>", "Раз\nДва\nТри"),
        ("<script>alert(1)</script>Привет", "Привет"),
        ('<a href="javascript:alert(1)">ссылка</a>', "ссылка"),
        ("a < b", "a < b"),
    ],
)
def test_markup_from_outside_becomes_text(markup, text):
    assert plain_text(markup) == text


def test_the_card_of_an_event_that_was_lost_is_no_part_of_its_comment(settings):
    settings.BASE_URL = "https://old.example"
    sent = content_of(event(candidate_comment="Захватите паспорт")).description
    assert sent == "Захватите паспорт\n\nhttps://old.example/events/7/"
    settings.BASE_URL = "https://new.example"
    assert comment_of_lost(sent) == "Захватите паспорт"
    assert comment_of_lost("Схема проезда: https://old.example/events/7/") == (
        "Схема проезда: https://old.example/events/7/"
    )
