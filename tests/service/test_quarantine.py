"""One event that Google refuses or fails at: its owner is told why in plain words, and nothing else waits for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.support.office import Office, starts

from vizavi.connections import due, states
from vizavi.connections.models import Account, JournalEntry, Link
from vizavi.connections.work import WorkResult, work_account
from vizavi.events.models import Event
from vizavi.jobs import runs
from vizavi.jobs.models import TaskDefinition, TaskRun
from vizavi.people.models import User

REFUSALS = [
    (400, "invalid", "Invalid start time.", "Google не принимает событие: Invalid start time."),
    (403, "forbidden", "Forbidden", "Google не разрешает это изменение: Forbidden."),
    (413, "uploadTooLarge", "Request Too Large", "Событие слишком велико для Google: Request Too Large."),
]


def chip(event: Event) -> states.Chip:
    fresh = Event.objects.select_related("type").get(pk=event.pk)
    return states.chips([fresh], now=timezone.now())[fresh.pk]


def refuse(office: Office, event: Event, **fault: object) -> Link:
    """From now on Google answers so to every change of this one event."""
    link = event.links.get()
    office.sandbox.fault(method="PATCH", path=link.remote_id, times=None, **fault)
    return link


def three_moved(office: Office) -> list[Event]:
    events = [office.plan(hours) for hours in range(3)]
    office.push()
    return events


def shown(user: User, event: Event, language: str) -> str:
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user)
    return client.get(f"/events/{event.pk}/sync/").content.decode()


@pytest.mark.parametrize(("status", "reason", "message", "words"), REFUSALS)
def test_refused_event_says_why_in_both_languages_and_the_others_go_on(
    office: Office, status: int, reason: str, message: str, words: str
) -> None:
    bad, *others = three_moved(office)
    refuse(office, bad, status=status, reason=reason, message=message)
    for event in (bad, *others):
        office.move(event, 5 + event.pk % 7)
    result = office.push()
    assert (result.status, result.counts["errors"], result.counts["sent"]) == ("partial", 1, 2)
    assert [chip(event).code for event in (bad, *others)] == ["error", "synced", "synced"]
    russian, english = shown(office.anna, bad, "ru"), shown(office.anna, bad, "en")
    assert words in russian
    assert "Здесь событие сохранено, попытка повторится сама." in russian
    assert "Повторить" in russian
    assert message in english
    assert "The interview is kept here, and it is tried again by itself." in english
    entry = JournalEntry.objects.get(event=bad, ok=False)
    assert (entry.action, entry.text) == ("rejected", message)
    assert Account.objects.get().state == "ok"


def test_retry_by_hand_is_tried_at_once(office: Office) -> None:
    bad = office.plan()
    office.push()
    link = refuse(office, bad, status=400, reason="invalid")
    office.move(bad, 4)
    office.push()
    assert not due.owes(office.account.pk, timezone.now())
    client = Client()
    client.force_login(office.anna)
    answer = {"link": link.pk, "choice": "retry"}
    assert client.post(f"/events/{bad.pk}/answer/", answer).status_code in {200, 302}
    assert due.owes(office.account.pk, timezone.now())
    assert (work_now(office, timezone.now()).status, chip(bad).code) == ("partial", "error")
    office.sandbox.admin("DELETE", "faults")
    client.post(f"/events/{bad.pk}/answer/", answer)
    assert (work_now(office, timezone.now()).status, chip(bad).code) == ("ok", "synced")
    assert starts(office.there(bad)) == office.hour(4).starts_at


def work_now(office: Office, at: datetime, *, pull: bool = False) -> WorkResult:
    """A run at that moment; nobody ends its pauses."""
    return work_account(office.account.pk, pull=pull, now=lambda: at)


def test_automatic_retries_back_off_and_begin_anew_with_an_edit(
    office: Office, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]]
) -> None:
    bad = office.plan()
    office.push()
    link = refuse(office, bad, status=400, reason="invalid")
    office.move(bad, 4)
    at = timezone.now()
    for minutes in (1, 2, 4, 8, 16):
        assert work_now(office, at).status == "partial"
        link.refresh_from_db()
        assert link.next_try is not None
        assert 0.75 <= (link.next_try - at) / timedelta(minutes=minutes) <= 1.25
        asked = len(office.sandbox.log())
        assert not due.owes(office.account.pk, link.next_try - timedelta(seconds=1))
        work_now(office, link.next_try - timedelta(seconds=1))
        assert len(office.sandbox.log()) == asked
        at = link.next_try
    office.sandbox.admin("DELETE", "faults")
    assert work_now(office, at - timedelta(seconds=1)).counts == {}
    with django_capture_on_commit_callbacks(execute=True):
        office.move(bad, 5)
    assert work_now(office, timezone.now()).status == "ok"
    assert (chip(bad).code, starts(office.there(bad))) == ("synced", office.hour(5).starts_at)
    link.refresh_from_db()
    assert (link.attempts, link.next_try, link.error_code, link.error_text) == (0, None, "", "")


def test_reading_goes_on_beside_a_refused_event(office: Office) -> None:
    bad, other, third = three_moved(office)
    refuse(office, bad, status=400, reason="invalid")
    office.move(bad, 4)
    office.move_there(other, 6)
    run = runs.open_run(TaskDefinition.objects.get(), [office.account], by=office.anna, now=timezone.now())
    for item in run.items.all():
        runs.work_item(item.pk, now=timezone.now)
    run = TaskRun.objects.get(pk=run.pk)
    with override("ru"):
        assert (run.get_status_display(), run.summary["moved"]) == ("Выполнено с ошибками", 1)
    other.refresh_from_db()
    assert other.starts_at == office.hour(6).starts_at
    assert [chip(event).code for event in (bad, other, third)] == ["error", "synced", "synced"]


def test_refused_event_edited_there_takes_the_move_and_keeps_its_own_change(office: Office) -> None:
    """What was refused is still owed; what people do there meanwhile is not overwritten by it."""
    bad = office.plan()
    office.push()
    link = refuse(office, bad, status=400, reason="invalid")
    office.move(bad, 4)
    office.push()
    office.sandbox.admin("DELETE", "faults")
    office.google.patch(link.remote_id, {"location": "Кафе"})
    assert office.pull().status == "ok"
    item = office.there(bad)
    assert (starts(item), item["location"], chip(bad).code) == (office.hour(4).starts_at, "Кафе", "synced")


@pytest.mark.parametrize("form", ["json", "html", "empty"])
def test_event_that_google_fails_at_each_time_is_shown_at_last_and_stops_nobody(office: Office, form: str) -> None:
    bad, other, third = three_moved(office)
    refuse(office, bad, status=500, form=form)
    for event in (bad, other):
        office.move(event, 4 + event.pk % 7)
    for hours in range(states.STUBBORN):
        office.move_there(third, 12 + hours)
        office.pull()
        third.refresh_from_db()
        assert third.starts_at == office.hour(12 + hours).starts_at
        Account.objects.update(retry_at=None)
    assert [chip(event).code for event in (bad, other, third)] == ["error", "synced", "synced"]
    assert "Google не дал понятного ответа" in shown(office.anna, bad, "ru")
    assert Account.objects.get().state == "ok"
    office.sandbox.admin("DELETE", "faults")
    assert (office.push().status, chip(bad).code) == ("ok", "synced")


def test_refusal_of_a_new_event_leaves_no_copy_and_no_doubt(office: Office) -> None:
    bad = office.plan()
    office.sandbox.fault(method="POST", path="/events$", times=2, status=400, reason="invalid")
    assert [office.push().status for _ in range(2)] == ["partial", "partial"]
    assert (office.living(), bad.links.get().in_flight) == ([], None)
    assert office.push().status == "ok"
    assert [item["id"] for item in office.living()] == [bad.links.get().remote_id]


def test_reason_of_a_refusal_is_text_whatever_it_contains(office: Office) -> None:
    bad = office.plan()
    evil = '<vzevil onload="x">&amp;%(detail)s %s'
    office.sandbox.fault(method="POST", path="/events$", status=400, reason="invalid", message=evil)
    office.push()
    assert "<vzevil" not in shown(office.anna, bad, "ru")
    assert evil in str(chip(bad).detail)
