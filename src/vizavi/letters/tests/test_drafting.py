"""What a letter begins with."""

from vizavi.events import operations
from vizavi.events.models import Event, EventType, Format, LetterKind, MessageTemplate
from vizavi.events.rules import LETTER_FIELDS
from vizavi.letters.drafting import draft, fitting_template, values_of
from vizavi.letters.models import Letter, LetterState
from vizavi.letters.tests.conftest import edited, timed, whole_days


def test_the_invitation_speaks_by_the_candidates_clock(event, far):
    letter = draft(event.type.invitation_template, event, far)
    assert letter.subject == "Приглашение: Интервью, понедельник, 23 ноября"
    assert letter.body == (
        "Здравствуйте, Денис Игоревич!\n"
        "\n"
        "Приглашаем вас на встречу в офисе.\n"
        "\n"
        "Вакансия: Python-разработчик\n"
        "Дата: понедельник, 23 ноября\n"
        "Время: 17:00–18:00\n"
        "Часовой пояс: Asia/Vladivostok (UTC+10:00)\n"
        "Место: Байкал, Москва\n"
        "\n"
        "Возьмите паспорт.\n"
        "\n"
        "Если время вам не подходит, просто ответьте на это письмо.\n"
        "\n"
        "С уважением,\n"
        "Анна Крылова"
    )


def test_a_late_evening_here_is_the_next_day_there(event, far, anna, now):
    late = edited(event, by=anna, now=now, span=timed("2026-11-23 20:00", "2026-11-23 21:00"))
    values = values_of(late, far, "ru")
    assert (values["date"], values["time"]) == ("вторник, 24 ноября", "03:00–04:00")


def test_whole_days_have_no_clock_and_a_moment_no_end(event, far, anna, now):
    days = values_of(edited(event, by=anna, now=now, span=whole_days("2026-11-23", "2026-11-24")), far, "ru")
    assert days["date"] == "понедельник, 23 ноября – вторник, 24 ноября"
    assert (days["time"], days["zone"]) == ("весь день", "")
    moment = EventType.objects.get(code="invitation")
    sent = edited(event, by=anna, now=now, type=moment, span=timed("2026-11-23 10:00", "2026-11-23 10:00"))
    assert values_of(sent, far, "ru")["time"] == "17:00"


def test_the_room_of_a_call_is_our_own_affair(event, far, anna, now):
    called = edited(event, by=anna, now=now, format=Format.PHONE)
    assert values_of(called, far, "ru")["place"] == ""


def test_a_line_that_would_only_be_a_caption_is_left_out(event, far):
    body = "Ссылка: {video_link}\nЗдесь: {place}, {video_link}\n\n\n\n-"
    template = MessageTemplate(language="ru", subject="-", body=body)
    assert draft(template, event, far).body == "Здесь: Байкал, Москва, \n\n-"


def test_an_english_template_makes_an_english_letter_whatever_the_reader_speaks(event, far):
    template = MessageTemplate(language="en", subject="{type}, {date}", body="{time}")
    assert draft(template, event, far).subject == "Interview, Monday, November 23"


def test_braces_in_names_are_only_text(event, far):
    far.first_name = "{phone}"
    letter = draft(MessageTemplate(language="ru", subject="{candidate}\n!", body="{candidate}"), event, far)
    assert (letter.subject, letter.body) == ("{phone} Игоревич !", "{phone} Игоревич")


def test_nothing_internal_is_among_the_fields(event, far):
    values = values_of(event, far, "ru")
    assert tuple(values) == LETTER_FIELDS
    assert "Просит" not in str(values)
    assert far.email not in str(values)


def told(event: Event, **fields: object) -> Letter:
    values = {"written_at": event.created_at, "starts_at": event.starts_at, "state": LetterState.SENT, **fields}
    return Letter.objects.create(event=event, **values)


def test_the_type_decides_until_the_event_is_moved_or_cancelled(event, anna, now):
    assert fitting_template(event) == event.type.invitation_template
    told(event)
    assert fitting_template(event) == event.type.invitation_template
    moved = operations.reschedule(event.pk, 1, timed("2026-11-24 10:00", "2026-11-24 11:00"), by=anna, now=now)
    assert fitting_template(moved).kind == LetterKind.RESCHEDULE
    cancelled = operations.cancel(event.pk, moved.revision, by=anna, now=now)
    assert fitting_template(cancelled).kind == LetterKind.CANCELLATION


def test_a_talk_among_us_begins_no_letter_not_even_when_it_is_cancelled(event, anna, now):
    talk = edited(event, by=anna, now=now, type=EventType.objects.get(code="debrief"))
    assert fitting_template(talk) is None
    assert fitting_template(operations.cancel(talk.pk, talk.revision, by=anna, now=now)) is None


def test_a_letter_that_did_not_arrive_has_told_no_time(event, anna, now):
    told(event, state=LetterState.FAILED)
    moved = operations.reschedule(event.pk, 1, timed("2026-11-24 10:00", "2026-11-24 11:00"), by=anna, now=now)
    assert fitting_template(moved).kind == LetterKind.INVITATION


def test_a_template_not_used_any_more_is_not_begun_with(event):
    MessageTemplate.objects.filter(pk=event.type.invitation_template_id).update(active=False)
    event.type.refresh_from_db()
    assert fitting_template(event).name_ru == "Приглашение на видеовстречу"
    MessageTemplate.objects.update(active=False)
    assert fitting_template(event) is None
