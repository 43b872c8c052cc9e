"""«Приглашение» on the card of an event."""

import json

import pytest
import time_machine
from django.test import Client

from vizavi.events import operations
from vizavi.events.models import Event, MessageTemplate
from vizavi.events.tests.conftest import span
from vizavi.letters.invitation import calendar_of
from vizavi.letters.models import Letter, LetterState, Problem
from vizavi.web.tests.planning import plan


@pytest.fixture(autouse=True)
def friday(now, directories, settings):
    settings.DEFAULT_FROM_EMAIL = "hr@vetervolna.example"
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def event(anna, orlov, python_vacancy, now) -> Event:
    return plan(span(), by=anna, now=now, candidate=orlov, vacancy=python_vacancy)


@pytest.fixture
def desk(client: Client, anna) -> Client:
    """Anna's browser."""
    client.force_login(anna)
    return client


def letters(event: Event, **fields: object) -> Letter:
    values = {"written_at": event.created_at, "starts_at": event.starts_at, "to": "orlov@mail.example", **fields}
    values["calendar"] = calendar_of(event, event.candidate, language="ru", now=event.created_at)
    return Letter.objects.create(event=event, **values)


def sent(desk: Client, event: Event, **fields: str):
    form = desk.get(f"/events/{event.pk}/letters/").context["form"]
    values = {"uid": str(form.initial["uid"]), "template": form.initial["template"].pk, **form.initial, **fields}
    values["template"] = getattr(values["template"], "pk", values["template"])
    return desk.post(f"/events/{event.pk}/letters/", values)


def test_the_letter_of_the_type_stands_ready_and_goes_out_by_one_click(desk, event, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as wakes:
        response = sent(desk, event)
    assert response.status_code == 200
    assert json.loads(response["HX-Trigger"]) == {"said": {"text": "Письмо передано на отправку."}}
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == ("orlov@mail.example", "Приглашение: Интервью, понедельник, 23 ноября")
    assert letter.body.startswith("Здравствуйте, Денис!")
    assert (letter.state, letter.written_by.email, len(wakes)) == ("waiting", "anna@vetervolna.example", 1)
    assert 'hx-trigger="every 1s"' in response.content.decode()


def test_another_template_and_an_own_text_are_taken(desk, event):
    reminder = MessageTemplate.objects.get(name_ru="Напоминание")
    form = desk.get(f"/events/{event.pk}/letters/", {"template": reminder.pk}).context["form"]
    assert "Напоминаем" in form.initial["body"]
    sent(desk, event, template=reminder.pk, subject="До завтра", body="Ждём вас.")
    assert list(Letter.objects.values_list("subject", "body")) == [("До завтра", "Ждём вас.")]


def test_an_empty_text_is_refused_and_what_was_typed_stays(desk, event):
    response = sent(desk, event, subject="Моя тема", body=" ")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["body"])
    assert "Моя тема" in response.content.decode()
    assert Letter.objects.count() == 0


def test_an_event_moved_meanwhile_is_said_and_a_second_click_sends(desk, event, anna, now):
    form = desk.get(f"/events/{event.pk}/letters/").context["form"]
    values = {**form.initial, "template": "", "body": "Ждём в 10:00."}
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    again = desk.post(f"/events/{event.pk}/letters/", values)
    assert (again.status_code, Letter.objects.count()) == (422, 0)
    page = again.content.decode()
    assert "Событие тем временем изменили." in page
    assert "Ждём в 10:00." in page
    assert desk.post(f"/events/{event.pk}/letters/", values | {"revision": 2}).status_code == 200
    assert again.context["form"]["revision"].value() == "2"


@pytest.mark.parametrize("lacking", ["address", "server"])
def test_where_nothing_can_be_sent_the_text_is_there_to_be_copied(desk, event, orlov, settings, lacking):
    if lacking == "address":
        orlov.email = ""
        orlov.save()
    else:
        settings.DEFAULT_FROM_EMAIL = ""
    page = desk.get(f"/events/{event.pk}/letters/").content.decode()
    assert "Скопировать текст" in page
    assert "Отправить на" not in page
    assert sent(desk, event).status_code == 422


def test_the_file_is_for_calendars_and_in_the_language_of_the_letter(desk, event):
    answer = desk.get(f"/events/{event.pk}/invitation.ics", {"language": "en"})
    assert (answer["content-type"], answer["content-disposition"]) == (
        "text/calendar; charset=utf-8",
        'attachment; filename="invitation.ics"',
    )
    assert "SUMMARY:Interview: Python-разработчик" in answer.content.decode()
    assert "SUMMARY:Интервью" in desk.get(f"/events/{event.pk}/invitation.ics").content.decode()


def test_a_failure_says_why_and_is_repeated_by_a_button(desk, event, django_capture_on_commit_callbacks):
    letter = letters(event, state=LetterState.FAILED, problem=Problem.REFUSED, answer="554 spam")
    page = desk.get(f"/events/{event.pk}/letters/list/").content.decode()
    assert "Почтовый сервер не принимает письмо. Его ответ: 554 spam" in page
    with django_capture_on_commit_callbacks() as wakes:
        page = desk.post(f"/events/{event.pk}/letters/again/", {"letter": letter.pk}).content.decode()
    assert "Ждёт отправки" in page
    assert len(wakes) == 1


def test_what_is_not_known_is_said_so_and_left_to_a_person(desk, event):
    letters(event, state=LetterState.UNKNOWN, problem=Problem.LOST)
    page = desk.get(f"/events/{event.pk}/letters/list/").content.decode()
    assert "Неизвестно, отправлено ли" in page
    assert "Отправить ещё раз" in page


@pytest.mark.parametrize("number", ["", "x", "7" * 30, "0"])
def test_a_letter_that_is_not_there_is_not_sent_again(desk, event, number):
    assert desk.post(f"/events/{event.pk}/letters/again/", {"letter": number}).status_code == 404


def test_a_letter_of_another_event_is_not_sent_again(desk, event, anna, orlov, now):
    other = letters(plan(span("2026-11-24"), by=anna, now=now, candidate=orlov), state=LetterState.FAILED)
    assert desk.post(f"/events/{event.pk}/letters/again/", {"letter": other.pk}).status_code == 404


def test_an_event_without_a_candidate_has_no_letters(desk, anna, now):
    free = plan(span(), by=anna, now=now, code="assessment")
    assert desk.get(f"/events/{free.pk}/letters/").status_code == 404
    assert "event-letters" not in desk.get(f"/events/{free.pk}/").content.decode().replace('id="event-letters"', "")


def test_what_is_talked_about_among_us_offers_no_invitation(desk, anna, orlov, now):
    talk = plan(span(), by=anna, now=now, code="debrief", candidate=orlov)
    page = desk.get(f"/events/{talk.pk}/").content.decode()
    assert ("data-opens-tab" in page, 'data-bs-target="#event-letters"' in page) == (False, True)
    form = desk.get(f"/events/{talk.pk}/letters/").context["form"]
    assert (form["template"].value(), form["subject"].value()) == (None, None)


def test_without_a_template_one_writes_freely(desk, event):
    form = desk.get(f"/events/{event.pk}/letters/", {"template": ""}).context["form"]
    assert form["body"].value() is None
    sent(desk, event, template="", subject="Вопрос", body="Удобно ли вам?")
    assert Letter.objects.get().subject == "Вопрос"


def test_the_button_is_there_for_whoever_may_edit_the_event_only(desk, event, dmitry, watcher):
    shown = {}
    for reader in (None, dmitry, watcher):
        if reader:
            desk.force_login(reader)
        shown[reader] = 'data-opens-tab="#event-letters"' in desk.get(f"/events/{event.pk}/").content.decode()
    assert list(shown.values()) == [True, False, False]


def test_after_a_move_the_letter_about_it_is_begun_with(desk, event, anna, now):
    letters(event, state=LetterState.SENT)
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    assert "Новое время" in desk.get(f"/events/{event.pk}/letters/").context["form"].initial["subject"]


def test_the_history_of_the_event_names_the_letter(desk, event):
    sent(desk, event)
    page = desk.get(f"/events/{event.pk}/history/").content.decode()
    assert "Письмо кандидату" in page
    assert "orlov@mail.example" not in page


def test_the_letters_cost_the_same_queries_however_many(desk, event, anna, django_assert_num_queries):
    for _ in range(2):
        letters(event, state=LetterState.SENT, written_by=anna)
        with django_assert_num_queries(9):
            desk.get(f"/events/{event.pk}/letters/")


def test_who_was_told_another_time_is_named_until_a_letter_says_the_new_one(desk, event, anna, now):
    def card() -> str:
        return " ".join(desk.get(f"/events/{event.pk}/").content.decode().split())

    def panel() -> str:
        return desk.get(f"/events/{event.pk}/letters/").content.decode()

    letters(event, state=LetterState.SENT)
    assert ("Кандидату сообщено" in card(), '<details class="mt-3">' in panel()) == (False, True)
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    assert "Кандидату сообщено: 23 ноября, 10:00–11:00 ·" in card()
    assert '<details class="mt-3" open>' in panel()
    answer = sent(desk, event).content.decode()
    assert ("Кандидату сообщено" in answer, 'id="event-told" hx-swap-oob="true"' in answer) == (False, True)
    assert "Кандидату сообщено" not in card()


def test_who_was_told_a_time_that_is_cancelled_is_named(desk, event, anna, now):
    letters(event, state=LetterState.UNKNOWN)
    operations.cancel(event.pk, 1, by=anna, now=now)
    assert "Кандидату сообщено: 23 ноября, 10:00–11:00" in desk.get(f"/events/{event.pk}/").content.decode()
    letters(event, state=LetterState.SENT, status="cancelled")
    assert "Кандидату сообщено" not in desk.get(f"/events/{event.pk}/").content.decode()


def test_what_is_over_or_never_arrived_needs_no_letter(desk, event, anna, now):
    letters(event, state=LetterState.FAILED)
    operations.reschedule(event.pk, 1, span("2026-11-24"), by=anna, now=now)
    assert "Кандидату сообщено" not in desk.get(f"/events/{event.pk}/").content.decode()
    Letter.objects.update(state=LetterState.SENT)
    assert "Кандидату сообщено" in desk.get(f"/events/{event.pk}/").content.decode()
    with time_machine.travel("2026-11-25T09:00:00+03:00", tick=False):
        assert "Кандидату сообщено" not in desk.get(f"/events/{event.pk}/").content.decode()
