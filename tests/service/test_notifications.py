"""What the bell tells of the exchange with Google over real HTTP: told once, to whom it concerns, done by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.service.test_calendars_and_copies import invited
from tests.support.sandbox import timed

from vizavi.connections import health, notices, questions
from vizavi.connections.models import Account, Calendar, LoadMode
from vizavi.connections.work import work_account
from vizavi.events import writing
from vizavi.events.models import Event
from vizavi.jobs.sweep import tidy_notifications
from vizavi.notifications.models import Notification
from vizavi.recruiting.models import Vacancy


def told(user):
    """(code, is it read, is it done) of all that a person was told, oldest first."""
    rows = Notification.objects.filter(user=user).order_by("pk")
    return [(row.code, row.read_at is not None, row.done_at is not None) for row in rows]


@pytest.fixture
def event(office, sergey):
    """Anna's interview, in which Sergey takes part, known to Google."""
    planned = office.plan(participants=((sergey, False),))
    office.push()
    return planned


def test_what_we_send_is_news_to_nobody(office, event):
    office.move(event, 3)
    office.push()
    office.pull()
    assert Notification.objects.count() == 0


def test_a_move_there_is_told_once_to_everybody_it_concerns(office, event, sergey):
    office.move_there(event, 5)
    office.pull()
    office.pull()
    assert told(office.anna) == told(sergey) == [("moved", False, False)]
    row = Notification.objects.filter(user=office.anna).get()
    before, after = office.hour(0), office.hour(5)
    assert row.values["before"] == {"start": before.starts_at.isoformat(), "end": before.ends_at.isoformat()}
    assert row.values["after"] == {"start": after.starts_at.isoformat(), "end": after.ends_at.isoformat()}


def test_the_same_way_there_and_back_is_told_each_time(office, event):
    for hours in (5, 0, 5):
        office.move_there(event, hours)
        office.pull()
    assert told(office.anna) == [("moved", False, False)] * 3


def test_the_recruiter_of_the_vacancy_is_told_too(office):
    dmitry = office.user("dmitry@vetervolna.example", "Лаптев", "Дмитрий", role="recruiter")
    vacancy = Vacancy.objects.create(number="V-7", title="Логист", recruiter=dmitry)
    event = office.plan()
    Event.objects.filter(pk=event.pk).update(vacancy=vacancy)
    office.push()
    office.move_there(event, 5)
    office.pull()
    assert told(dmitry) == [("moved", False, False)]


def test_another_text_there_is_no_move(office, event):
    office.google.patch(office.there(event)["id"], {"location": "Кафе", "colorId": "4"})
    office.pull()
    assert Notification.objects.count() == 0


def test_a_deletion_asks_those_who_decide_and_is_done_with_the_answer(office, event, sergey):
    office.google.delete(office.there(event)["id"])
    office.pull()
    assert (told(office.anna), told(sergey)) == ([("detached", False, False)], [])
    questions.answer_detached(event.links.get().pk, "export", by=office.anna, now=timezone.now())
    assert told(office.anna) == [("detached", True, True)]
    office.push()
    office.google.delete(office.there(event)["id"])
    office.pull()
    assert told(office.anna) == [("detached", True, True), ("detached", False, False)], "asked anew is told anew"


def test_a_question_that_was_settled_by_other_means_is_done_with_the_next_sweep(office, event):
    office.google.delete(office.there(event)["id"])
    office.pull()
    notices.settle_what_is_over(timezone.now())
    assert told(office.anna) == [("detached", False, False)]
    writing.raise_revisions([event.pk], status="cancelled")
    office.push()
    notices.settle_what_is_over(timezone.now())
    assert told(office.anna) == [("detached", True, True)]


def test_where_the_account_cancels_by_itself_everybody_hears_of_it(office, event, sergey):
    Account.objects.update(cancel_on_delete=True)
    office.google.delete(office.there(event)["id"])
    office.pull()
    assert told(office.anna) == told(sergey) == [("cancelled", False, False)]


def test_a_conflict_asks_who_decides_and_tells_the_others_of_the_move(office, event, sergey):
    office.move(event, 2)
    office.move_there(event, 6)
    Account.objects.update(conflict_policy="calendar")
    office.pull()
    assert (told(office.anna), told(sergey)) == ([("conflict", False, False)], [("moved", False, False)])
    questions.acknowledge(event.links.get().pk, by=office.anna, now=timezone.now())
    assert told(office.anna) == [("conflict", True, True)]


def test_a_conflict_that_we_win_moves_nothing(office, event, sergey):
    office.move(event, 2)
    office.move_there(event, 6)
    Account.objects.update(conflict_policy="recruiting")
    office.pull()
    assert (told(office.anna), told(sergey)) == ([("conflict", False, False)], [])


def test_a_move_onto_something_else_warns(office, event):
    other = office.plan(8)
    office.push()
    office.move_there(other, 0.5)
    office.pull()
    assert told(office.anna) == [("moved", False, False), ("overlaps", False, False)]


def test_a_refusal_is_told_once_however_often_it_is_tried(office, event):
    office.sandbox.fault(status=400, method="PATCH", times=3)
    office.move(event, 3)
    office.push()
    office.push()
    assert told(office.anna) == [("refused", False, False)]
    office.push()
    office.push()
    notices.settle_what_is_over(timezone.now())
    assert told(office.anna) == [("refused", True, True)]


def test_a_lost_permission_is_told_to_the_owner_and_over_when_access_is_back(office, event, sergey):
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    Account.objects.update(access_token="", access_expires_at=timezone.now())
    office.move(event, 3)
    office.push()
    office.push()
    assert (told(office.anna), told(sergey)) == ([("account_expired", False, False)], [])
    token = office.sandbox.mint(office.anna.email, office.account.scopes.split())
    Account.objects.update(refresh_token=token["refresh_token"], access_token=token["access_token"])
    office.account.refresh_from_db()
    health.mark_ok(office.account, now=timezone.now())
    health.mark_ok(office.account, now=timezone.now())
    assert told(office.anna) == [("account_expired", True, True), ("account_ok", False, False)]


@pytest.mark.parametrize("choice", ["accept", "return"])
def test_a_guests_other_time_is_told_to_the_responsible_alone(office, sergey, choice):
    event, account, theirs = invited(office, sergey)
    span = office.hour(3)
    theirs.patch(office.there(event)["id"], timed(span.starts_at.isoformat(), span.ends_at.isoformat()))
    work_account(account.pk, pull=True, now=timezone.now)
    work_account(account.pk, pull=True, now=timezone.now)
    assert (told(office.anna), told(sergey)) == ([("proposed", False, False)], [])
    notices.settle_what_is_over(timezone.now())
    assert told(office.anna) == [("proposed", False, False)]
    questions.answer_proposal(event.proposals.get().pk, choice, by=office.anna, now=timezone.now())
    assert told(office.anna) == [("proposed", True, True)]


def test_loading_many_is_no_news(office):
    made = office.google.ok("POST", "calendars", {"summary": "Подбор"})
    Calendar.objects.create(
        account=office.account,
        remote_id=made["id"],
        name="Подбор",
        time_zone=office.zone,
        reads=True,
        mode=LoadMode.TYPED,
        event_type=office.type,
    )
    for number in range(12):
        span = office.hour(number)
        office.google.insert(timed(span.starts_at.isoformat(), span.ends_at.isoformat()), made["id"])
    assert office.pull().counts["loaded"] == 12
    assert Notification.objects.count() == 0


def test_many_deletions_ask_once_and_the_answer_settles_it(office):
    events = [office.plan(number / 4) for number in range(12)]
    office.push()
    for event in events:
        office.google.delete(office.there(event)["id"])
    office.pull()
    office.pull()
    assert told(office.anna) == [("brake", False, False)]
    questions.answer_brake(office.account, "restore", now=timezone.now())
    assert told(office.anna) == [("brake", True, True)]


def test_somebody_who_left_is_told_nothing(office, event, sergey):
    sergey.is_active = False
    sergey.save()
    office.move_there(event, 5)
    office.pull()
    assert (told(office.anna), told(sergey)) == ([("moved", False, False)], [])


def test_what_was_read_long_ago_goes(office, event):
    office.move_there(event, 5)
    office.pull()
    office.move_there(event, 6)
    office.pull()
    old = timezone.now() - timedelta(days=91)
    Notification.objects.update(at=old)
    first = Notification.objects.filter(user=office.anna).order_by("pk").first()
    Notification.objects.filter(pk=first.pk).update(read_at=old)
    tidy_notifications(timezone.now())
    assert told(office.anna) == [("moved", False, False)], "what nobody has read stays"
