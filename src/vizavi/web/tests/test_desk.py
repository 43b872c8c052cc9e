"""«Рабочий стол»: the day, what waits, what does not work, the week; each role sees what its rights give."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from vizavi.connections.models import Link, Proposal
from vizavi.connections.tests.office import connected, copied
from vizavi.events.models import Event, Participant
from vizavi.events.rules import Span
from vizavi.recruiting.models import Application, Candidate, Stage
from vizavi.sync.model import LinkState
from vizavi.web.tests.planning import plan

ZONE = "Europe/Moscow"


@pytest.fixture(autouse=True)
def friday_noon(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def propose(now):
    """A guest's other time: an hour later."""

    def proposed(event, guest):
        start = event.starts_at + timedelta(hours=1)
        values = {"starts_at": start, "ends_at": start + timedelta(hours=1), "zone": ZONE, "at": now}
        return Proposal.objects.create(event=event, user=guest, time_edited_at=event.time_edited_at, **values)

    return proposed


@pytest.fixture
def book(anna, orlov, now, directories):
    def booked(hours=1.0, *, by=anna, length=1.0, **fields):
        start = now + timedelta(hours=hours)
        values = {"candidate": orlov, "by": by, "now": now} | fields
        return plan(Span(start, start + timedelta(hours=length), ZONE), **values)

    return booked


def shown(client, user):
    client.force_login(user)
    return client.get(reverse("desk")).content.decode()


def test_home_is_the_desk(client, anna):
    client.force_login(anna)
    assert client.get("/").headers["Location"] == reverse("desk")


def test_the_day_has_own_events_by_time_with_place_and_the_candidates_clock(client, anna, dmitry, book, baikal):
    far = Candidate.objects.create(last_name="Рябов", first_name="Лев", time_zone="Asia/Vladivostok")
    book(3, candidate=far, room=baikal)
    book(-0.5)
    book(1, by=dmitry, candidate=Candidate.objects.create(last_name="Чужой", first_name="Глеб"))
    book(30, candidate=Candidate.objects.create(last_name="Завтрашний", first_name="Ян"))
    page = shown(client, anna)
    assert page.index("Орлов Денис") < page.index("Рябов Лев")
    assert ("Байкал" in page, "22:00–23:00" in page, page.count("vz-desk-now")) == (True, True, 1)
    assert ("Чужой" in page, "Завтрашний" in page) == (False, False)


def test_what_is_cancelled_is_not_of_the_day(client, anna, book):
    Event.objects.filter(pk=book().pk).update(status="cancelled")
    assert "Орлов" not in shown(client, anna)


def test_an_empty_day_names_what_comes_next(client, anna, book):
    book(48)
    page = shown(client, anna)
    assert ("На сегодня ничего не запланировано" in page, "Следующее" in page) == (True, True)


def test_an_interviewer_sees_the_interviews_taken_part_in_and_nothing_to_decide(client, sergey, book):
    Participant.objects.create(event=book(), user=sergey)
    page = shown(client, sergey)
    assert ("Орлов Денис" in page, "Ждёт меня" in page, "Моя неделя" in page) == (True, False, True)


def test_an_observer_sees_everybodys_day_and_no_more(client, watcher, book):
    book()
    page = shown(client, watcher)
    assert ("Сегодня у всех" in page, "Орлов Денис" in page) == (True, True)
    assert ("Ждёт меня" in page, "Моя неделя" in page, "desk-sync" in page) == (False, False, False)


def test_a_question_is_answered_in_place(client, anna, book, now):
    account = connected(anna, now)
    event = book(30)
    link = copied(event, account.calendars.get(), state=LinkState.DETACHED.value)
    page = shown(client, anna)
    assert (f'data-question="{event.pk}"' in page, "Выгрузить снова" in page) == (True, True)
    answer = client.post(
        reverse("event_answer", args=[event.pk]),
        {"link": link.pk, "choice": "keep"},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, "events-changed" in answer.headers["HX-Trigger"]) == (200, True)
    again = client.get(reverse("desk"), headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in again, "data-question" in again) == (False, False)
    assert "Ничего не ждёт вашего решения." in again


@pytest.mark.parametrize(("choice", "status"), [("keep", "planned"), ("export", "planned"), ("cancel", "cancelled")])
def test_an_interviewer_answers_for_the_own_calendar(client, sergey, dmitry, book, now, choice, status):
    account = connected(sergey, now)
    event = book(30)
    Event.objects.filter(pk=event.pk).update(responsible=sergey)
    link = copied(event, account.calendars.get(), state=LinkState.DETACHED.value)
    for person, answered in ((dmitry, False), (sergey, True)):
        client.force_login(person)
        card = client.get(reverse("event_card", args=[event.pk])).content.decode()
        assert ('value="export"' in card, 'id="event-form"' in card) == (answered, False)
        told = client.post(reverse("event_answer", args=[event.pk]), {"link": link.pk, "choice": choice})
        assert told.status_code == (302 if answered else 403)
    event.refresh_from_db()
    assert (event.status, event.journal.get().action) == (status, f"answered_{choice}")


def test_a_conflict_waits_until_it_is_accepted(client, anna, book, now):
    account = connected(anna, now)
    event = book(30)
    copied(event, account.calendars.get(), conflict={"kept": {"time": "theirs"}, "ours": None, "theirs": None})
    assert f'data-question="{event.pk}"' in shown(client, anna)


def test_a_guests_proposal_waits_until_the_event_is_moved(client, anna, sergey, book, propose, now):
    event = book(30, participants=((sergey, False),))
    propose(event, sergey)
    assert "Сергей Тарасов предлагает" in shown(client, anna)
    Event.objects.filter(pk=event.pk).update(time_edited_at=now + timedelta(minutes=1))
    assert "предлагает" not in shown(client, anna)


@pytest.mark.parametrize(("choice", "later"), [("accept", 1), ("return", 0)])
def test_an_interviewer_who_is_responsible_is_asked_and_answers(
    client, anna, sergey, dmitry, book, propose, choice, later
):
    event = book(30, participants=((dmitry, False),))
    Event.objects.filter(pk=event.pk).update(responsible=sergey)
    start, asked = event.starts_at, propose(event, dmitry)
    assert ("Ждёт меня" in shown(client, sergey), "Дмитрий Лаптев предлагает" in shown(client, sergey)) == (True, True)
    answer, data = reverse("event_proposal", args=[event.pk]), {"proposal": asked.pk, "choice": choice}
    client.force_login(dmitry)  # the guest sees the card, and is not asked
    assert (client.post(answer, data).status_code, Proposal.objects.count()) == (403, 1)
    client.force_login(sergey)
    assert (client.post(answer, data).status_code, Proposal.objects.count()) == (302, 0)
    event.refresh_from_db()
    assert event.starts_at == start + timedelta(hours=later)
    assert "Ждёт меня" not in shown(client, sergey)


def test_an_interviewer_notes_no_end(client, sergey, book):
    event = book(-5)
    Event.objects.filter(pk=event.pk).update(responsible=sergey)
    assert "Ждёт меня" not in shown(client, sergey)


def test_the_recruiter_of_the_vacancy_is_asked_for_whoever_cannot_answer(client, anna, sergey, python_vacancy, book):
    event = book(-5, vacancy=python_vacancy)
    Event.objects.filter(pk=event.pk).update(responsible=sergey)
    assert f'data-overdue="{event.pk}"' in shown(client, anna)


def test_a_colleagues_questions_are_not_mine(client, anna, dmitry, book):
    book(-5, by=dmitry)
    assert "data-overdue" not in shown(client, anna)


def test_what_is_overdue_is_ended_with_one_click(client, anna, book):
    event = book(-5)
    page = shown(client, anna)
    assert ("Состоялось" in page, "Неявка" in page) == (True, True)
    client.post(
        reverse("event_status", args=[event.pk]),
        {"action": "no_show", "revision": event.revision},
        headers={"HX-Request": "true"},
    )
    event.refresh_from_db()
    assert event.status == "no_show"
    assert "data-overdue" not in shown(client, anna)


def test_what_was_held_is_noted_with_outcome_and_stage_as_on_the_card(client, anna, orlov, python_vacancy, book, now):
    interview, hm = Stage.objects.get(code="interview"), Stage.objects.get(code="hm_interview")
    applied = Application.objects.create(candidate=orlov, vacancy=python_vacancy, stage=interview, moved_at=now)
    event = book(-5, vacancy=python_vacancy)
    item = shown(client, anna).split(f'data-overdue="{event.pk}"')[1].split("</li>")[0]
    assert f'data-on-passed="{hm.pk}"' in item
    assert (item.count('name="outcome"'), item.count('name="stage"')) == (1, 2), "held; held and no-show"
    answer = {"action": "hold", "revision": event.revision, "outcome": "passed", "stage": hm.pk}
    client.post(reverse("event_status", args=[event.pk]), answer, headers={"HX-Request": "true"})
    event.refresh_from_db()
    applied.refresh_from_db()
    assert (event.status, event.outcome, applied.stage) == ("held", "passed", hm)
    other = book(-5)  # on no vacancy: nobody to move
    item = shown(client, anna).split(f'data-overdue="{other.pk}"')[1].split("</li>")[0]
    assert (item.count('name="outcome"'), item.count('name="stage"')) == (1, 0)


def test_what_was_loaded_awaits_its_candidate(client, anna, book):
    event = book(30)
    Event.objects.filter(pk=event.pk).update(candidate=None, loaded=True, title="Созвон")
    page = shown(client, anna)
    assert ("Выбрать кандидата" in page, "Созвон" in page) == (True, True)


def test_too_many_deletions_wait_for_an_answer(client, anna, now, directories):
    connected(anna, now, braked=12)
    assert "12 интервью" in shown(client, anna)


def test_who_has_connected_nothing_is_told_what_that_means(client, anna, directories):
    assert "Ваш календарь не подключён" in shown(client, anna)


def test_a_refused_event_names_its_reason_and_is_tried_again(client, anna, book, now):
    account = connected(anna, now)
    link = copied(book(30), account.calendars.get(), error_code="400/invalid", error_text="Bad title", attempts=2)
    page = shown(client, anna)
    assert ("Bad title" in page, "Повторить" in page) == (True, True)
    client.post(
        reverse("event_answer", args=[link.event_id]),
        {"link": link.pk, "choice": "retry"},
        headers={"HX-Request": "true"},
    )
    assert Link.objects.get().error_code == ""
    assert "Bad title" not in shown(client, anna)


def test_an_administrator_sees_whose_account_is_in_trouble_and_a_recruiter_does_not(client, olga, anna, dmitry, now):
    connected(dmitry, now, state="expired", state_code="expired")
    assert "Дмитрий Лаптев" in shown(client, olga).split('id="desk-sync"')[1].split('id="desk-week"')[0]
    assert "Дмитрий Лаптев" not in shown(client, anna)


def test_the_week_counts_meetings_and_hours(client, anna, dmitry, sergey, book, baikal):
    book(1, length=1.5)
    book(-20)
    book(-50, by=dmitry, participants=((anna, False),))
    book(-48, by=dmitry, participants=((sergey, False),))
    Event.objects.filter(pk=book(-70).pk).update(status="cancelled")
    book(24 * 7)
    page = shown(client, anna)
    assert "3 встречи, 3,5 ч" in page
    assert "Неделя рекрутеров" not in page


def test_a_head_sees_the_week_of_each_recruiter(client, pavel, anna, dmitry, sergey, book):
    book(1, length=1.5)
    book(2.5, by=dmitry)
    team = shown(client, pavel).split('id="desk-team"')[1]
    assert ("Анна Крылова" in team, "Дмитрий Лаптев" in team, "Сергей Тарасов" in team) == (True, True, False)
    assert ("1 встреча, 1,5 ч" in team, "1 встреча, 1 ч" in team) == (True, True)


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three_of_everything(
    client, olga, sergey, dmitry, anna, pavel, python_vacancy, book, propose, now, number, django_assert_num_queries
):
    account = connected(olga, now)
    place = account.calendars.get()
    for user in [dmitry, anna, pavel][:number]:
        connected(user, now, state="limited", state_code="no_writable")
    stage = Stage.objects.get(code="new")
    for hour in range(number):
        book(hour - 1, by=olga)
        late = book(hour - 30, by=olga, vacancy=python_vacancy)
        values = {"stage": stage, "moved_at": now}
        Application.objects.get_or_create(candidate=late.candidate, vacancy=python_vacancy, defaults=values)
        copied(book(hour + 30, by=olga), place, state=LinkState.DETACHED.value)
        copied(book(hour + 40, by=olga), place, error_code="400/invalid", error_text="Bad")
        propose(book(hour + 50, by=olga, participants=((sergey, False),)), sergey)
        Event.objects.filter(pk=book(hour + 60, by=olga).pk).update(candidate=None, loaded=True)
    client.force_login(olga)
    with django_assert_num_queries(29):
        client.get(reverse("desk"))
