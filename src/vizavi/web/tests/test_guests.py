"""Guests of an event: another time they propose, and the letters that Google sends them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from vizavi.connections.models import JournalEntry, Proposal
from vizavi.connections.tests.office import connected, copied
from vizavi.events.models import Event
from vizavi.events.tests.conftest import span
from vizavi.people.models import User
from vizavi.web.tests.planning import plan, posted
from vizavi.web.tests.test_administration import text

PROPOSED = "Сергей Тарасов предлагает другое время: 23 ноября, 15:00–16:00"


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client, anna) -> Client:
    client.force_login(anna)
    return client


@pytest.fixture
def event(anna, sergey, orlov, interview, now) -> Event:
    interview.invite_participants = True
    interview.save()
    event = plan(span(), by=anna, now=now, candidate=orlov, participants=((sergey, False),))
    copied(event, connected(anna, now).calendars.get())
    return event


def proposal(event: Event, user: User, now, start: str = "15:00", end: str = "16:00") -> Proposal:
    time = span(start=start, end=end)
    values = {"starts_at": time.starts_at, "ends_at": time.ends_at, "zone": time.zone}
    return Proposal.objects.create(event=event, user=user, time_edited_at=event.time_edited_at, at=now, **values)


def test_another_time_is_asked_about_and_accepted(desk, event, sergey, now):
    row = proposal(event, sergey, now)
    assert f"{PROPOSED} Принять перенос Вернуть" in text(desk.get(f"/events/{event.pk}/"))
    answer = desk.post(f"/events/{event.pk}/proposal/", {"proposal": row.pk, "choice": "accept"}, follow=True)
    assert "23 ноября, 15:00–16:00" in text(answer)
    event.refresh_from_db()
    assert (event.starts_at, Proposal.objects.count()) == (row.starts_at, 0)
    assert JournalEntry.objects.latest("pk").action == "proposal_accept"


def test_another_time_is_turned_down(desk, event, sergey, now):
    row = proposal(event, sergey, now)
    desk.post(f"/events/{event.pk}/proposal/", {"proposal": row.pk, "choice": "return"})
    before = event.starts_at
    event.refresh_from_db()
    assert (event.starts_at, Proposal.objects.count()) == (before, 0)


def test_a_proposal_to_a_time_that_is_past_history_is_not_shown(desk, event, sergey, now):
    row = proposal(event, sergey, now)
    Event.objects.filter(pk=event.pk).update(time_edited_at=now + timedelta(minutes=1))
    assert "предлагает другое время" not in text(desk.get(f"/events/{event.pk}/"))
    answer = desk.post(f"/events/{event.pk}/proposal/", {"proposal": row.pk, "choice": "accept"})
    assert (answer.status_code, "На этот вопрос уже ответили" in text(answer)) == (422, True)
    Event.objects.filter(pk=event.pk).update(time_edited_at=event.time_edited_at, status="cancelled")
    assert "предлагает другое время" not in text(desk.get(f"/events/{event.pk}/"))


def test_who_may_not_edit_reads_the_proposal_and_cannot_answer(client, event, sergey, dmitry, now):
    row = proposal(event, sergey, now)
    client.force_login(dmitry)
    page = text(client.get(f"/events/{event.pk}/"))
    assert (PROPOSED in page, "Принять перенос" in page) == (True, False)
    assert client.post(f"/events/{event.pk}/proposal/", {"proposal": row.pk, "choice": "accept"}).status_code == 403


def test_an_answer_that_is_none_changes_nothing(desk, event, sergey, now):
    row = proposal(event, sergey, now)
    answer = desk.post(f"/events/{event.pk}/proposal/", {"proposal": row.pk, "choice": "perhaps"})
    assert (answer.status_code, Proposal.objects.count()) == (422, 1)


@pytest.mark.parametrize("told", [True, False])
def test_a_cancellation_says_whom_google_mails_and_means_it(desk, event, told):
    event.links.update(guests_notified=told)
    page = text(desk.get(f"/events/{event.pk}/"))
    assert ("исчезнет и из внешнего календаря. Гостям уйдёт письмо об отмене: 1." in page) is told
    assert "исчезнет и из внешнего календаря." in page
    desk.post(f"/events/{event.pk}/status/", {"action": "cancel", "revision": event.revision, "reason": "заболел"})
    event.refresh_from_db()
    assert (event.status, event.notify_revision == event.revision) == ("cancelled", told)


def test_a_cancellation_that_stays_there_is_announced_as_such(desk, event):
    event.responsible.accounts.update(cancelled_stays=True)
    assert "останется во внешнем календаре как «Отменено: …»" in text(desk.get(f"/events/{event.pk}/"))


@pytest.mark.parametrize(("invites", "notified"), [(True, True), (False, False)])
def test_a_letter_to_the_guests_is_an_intent_of_the_one_who_saves(desk, event, interview, sergey, invites, notified):
    interview.invite_participants = invites
    interview.save()
    values = posted(
        candidate=event.candidate, responsible=event.responsible, revision=event.revision, start_time="12:00"
    )
    values |= {"end_time": "13:00", "participants": [sergey.pk], "notify": "on"}
    assert desk.post(f"/events/{event.pk}/", values).status_code == 302
    event.refresh_from_db()
    assert (event.notify_revision == event.revision) is notified


def test_without_the_mark_nobody_is_mailed(desk, event, sergey):
    values = posted(
        candidate=event.candidate, responsible=event.responsible, revision=event.revision, start_time="12:00"
    )
    desk.post(f"/events/{event.pk}/", values | {"end_time": "13:00", "participants": [sergey.pk]})
    event.refresh_from_db()
    assert (event.revision, event.notify_revision) == (2, 0)
