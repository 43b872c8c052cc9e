"""People change their minds: another calendar, another account, another way of loading; nothing is lost or doubled."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.service.conftest import starts
from tests.service.test_one_meeting import chip
from tests.support.sandbox import SERGEY, timed

from vizavi.connections import accounts, due, questions
from vizavi.connections.lease import LeaseLost, claim
from vizavi.connections.models import (
    Account,
    BusyBlock,
    Calendar,
    Installation,
    JournalEntry,
    Link,
    LoadMode,
    SeriesItem,
)
from vizavi.connections.store import DjangoStore
from vizavi.connections.work import work_account
from vizavi.events import operations, writing
from vizavi.events.models import Event, EventType
from vizavi.providers.google import oauth
from vizavi.sync.model import Content, Kind, RemoteItem, When
from vizavi.sync.ports import Reading

TYPED, NAMED, BUSY = LoadMode.TYPED, LoadMode.NAMED, LoadMode.BUSY


def second_calendar(office, **fields):
    made = office.google.ok("POST", "calendars", {"summary": "Подбор"})
    return Calendar.objects.create(
        account=office.account, remote_id=made["id"], name="Подбор", time_zone=office.zone, **fields
    )


def typed_calendar(office):
    return second_calendar(office, reads=True, mode=TYPED, event_type=office.type)


def insert(office, calendar, hours=0, **fields):
    span = office.hour(hours)
    return office.google.insert(timed(span.starts_at.isoformat(), span.ends_at.isoformat(), **fields), calendar)


def choose(office, calendar, modes=None):
    accounts.choose(office.account, calendar.pk, modes or {}, by=office.anna, now=timezone.now())
    office.account.refresh_from_db()


def test_another_writing_calendar_takes_what_lies_ahead_and_leaves_what_is_past(office):
    event, past = office.plan(), office.plan(1)
    office.push()
    yesterday = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=past.pk).update(starts_at=yesterday, ends_at=yesterday + timedelta(hours=1))
    other = second_calendar(office)
    choose(office, other)
    assert due.owes(office.account.pk, timezone.now())
    office.push()
    assert [item["id"] for item in office.living()] == [past.links.get().remote_id]
    assert [item["id"] for item in office.google.items(other.remote_id)] == [event.links.get(calendar=other).remote_id]
    assert chip(event) == "synced"
    writing.raise_revisions([past.pk], internal_comment="?")
    office.push()
    assert len(office.living()) == 1, "what is past stays where it was, whatever is noted about it"


def test_there_and_back_again_is_one_copy(office):
    event = office.plan()
    office.push()
    first, other = office.calendar, second_calendar(office)
    choose(office, other)
    office.push()
    choose(office, first)
    office.push()
    assert (len(office.living()), len(office.google.items(other.remote_id))) == (1, 0)
    assert chip(event) == "synced"


def test_switching_calendars_mails_nobody_for_what_was_asked_long_ago(office, sergey):
    EventType.objects.filter(pk=office.type.pk).update(invite_participants=True)
    office.type.refresh_from_db()
    event = office.plan(participants=((sergey, False),))
    Event.objects.filter(pk=event.pk).update(notify_revision=event.revision)
    office.push()
    event.refresh_from_db()
    office.move(event, 2)
    office.push()
    before = len(office.sandbox.outbox())
    choose(office, second_calendar(office))
    office.push()
    assert [letter["mailed"] for letter in office.sandbox.outbox()[before:]] == [[]]


def test_loaded_event_cancelled_and_restored_is_one_item_there(office):
    calendar = typed_calendar(office)
    insert(office, calendar.remote_id, summary="Поговорить")
    office.pull()
    event = Event.objects.get(loaded=True)
    operations.cancel(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    event.refresh_from_db()
    operations.restore(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    assert (len(office.living()), len(office.google.items(calendar.remote_id))) == (0, 1)
    assert event.links.count() == 1


def test_loaded_event_deleted_there_and_exported_again_is_one_item(office):
    calendar = typed_calendar(office)
    item = insert(office, calendar.remote_id, summary="Поговорить")
    office.pull()
    event = Event.objects.get(loaded=True)
    office.google.delete(item["id"], calendar.remote_id)
    office.pull()
    assert chip(event) == "detached"
    questions.answer_detached(event.links.get().pk, "export", by=office.anna, now=timezone.now())
    office.push()
    assert (len(office.living()), len(office.google.items(calendar.remote_id))) == (0, 1)


def test_calendar_no_longer_given_to_recruiting_leaves_one_copy(office):
    calendar = typed_calendar(office)
    insert(office, calendar.remote_id, summary="Поговорить")
    office.pull()
    event = Event.objects.get(loaded=True)
    choose(office, office.calendar, modes={calendar.pk: (NAMED, None)})
    office.push()
    assert len(office.living()) + len(office.google.items(calendar.remote_id)) == 1
    assert chip(event) == "synced"


def test_first_loading_of_events_asks_for_none_of_them_apart(office):
    calendar = typed_calendar(office)
    for hour in range(3):
        insert(office, calendar.remote_id, hour, summary=f"Встреча {hour}")
    before = len(office.sandbox.log())
    assert office.pull().counts["loaded"] == 3
    asked = [line for line in office.sandbox.log()[before:] if "/events/" in line["path"]]
    assert asked == []


def test_busy_only_keeps_no_title_of_a_series(office):
    span = office.hour(0)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Психолог", description="Кабинет 5")
    office.google.insert(body | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    office.pull()
    assert {block.title for block in BusyBlock.objects.all()} == {"Психолог"}
    choose(office, office.calendar, modes={office.calendar.pk: (BUSY, None)})
    assert "Психолог" not in str(list(SeriesItem.objects.values()))
    office.pull()
    assert {block.title for block in BusyBlock.objects.all()} == {None}
    stored = str(list(SeriesItem.objects.values()))
    assert "Психолог" not in stored
    assert "Кабинет" not in stored


def test_private_series_leaves_nothing_but_its_time(office):
    span = office.hour(0)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Психолог", visibility="private")
    office.google.insert(body | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    office.pull()
    assert {block.title for block in BusyBlock.objects.all()} == {None}
    assert "Психолог" not in str(list(SeriesItem.objects.values()))


def test_choice_made_during_a_run_stops_what_was_begun_under_the_old_one(office):
    lease = claim(office.account.pk, timezone.now())
    choose(office, office.calendar, modes={office.calendar.pk: (BUSY, None)})
    with pytest.raises(LeaseLost):
        lease.renew(timezone.now())


def disconnect(account, **by):
    accounts.disconnect(account, existing="keep", **by)


@pytest.mark.parametrize("leave", [disconnect, lambda account, **k: accounts.pause(account.user, **k)])
def test_run_ends_when_its_account_is_given_up(office, leave):
    lease = claim(office.account.pk, timezone.now())
    leave(office.account, by=office.anna, now=timezone.now())
    with pytest.raises(LeaseLost):
        lease.renew(timezone.now())


def test_series_that_no_longer_repeats_is_one_block_and_back(office):
    span = office.hour(0)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Планёрка")
    item = office.google.insert(body | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    office.pull()
    assert BusyBlock.objects.count() == 3
    office.google.patch(item["id"], {"recurrence": None})
    office.pull()
    assert BusyBlock.objects.count() == 1
    office.google.patch(item["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    office.pull()
    assert BusyBlock.objects.count() == 2


def test_other_account_has_its_own_copy_and_the_chip_follows_it(office):
    event = office.plan()
    office.push()
    Account.objects.filter(pk=office.account.pk).update(active=False)
    new = office.connect(office.anna, SERGEY)
    office.move(event, 2)
    work_account(new.pk, pull=False, now=timezone.now)
    assert chip(event) == "synced"


def test_denied_removal_in_a_former_calendar_is_not_hammered(office):
    event = office.plan()
    office.push()
    first, other = office.calendar, second_calendar(office)
    choose(office, other)
    office.sandbox.admin("POST", "role", email=office.anna.email, calendar=office.anna.email, role="reader")
    writing.raise_revisions([event.pk])
    work_account(office.account.pk, pull=False, now=timezone.now)
    assert not due.owes(office.account.pk, timezone.now())
    assert Link.objects.get(calendar=first).error_code


def test_brake_that_is_no_longer_needed_is_taken_off(office):
    events = [office.plan(number / 4, candidate=office.orlov) for number in range(12)]
    office.push()
    office.pull()
    ids = [office.there(event)["id"] for event in events]
    for remote_id in ids:
        office.google.delete(remote_id)
    assert office.pull().counts["braked"] == 12
    for remote_id in ids[:6]:
        office.google.patch(remote_id, {"status": "confirmed"})
    office.pull()
    office.account.refresh_from_db()
    assert office.account.braked == 0


def test_what_is_kept_here_only_is_no_question_among_many_deletions(office):
    events = [office.plan(number / 4, candidate=office.orlov) for number in range(13)]
    office.push()
    office.pull()
    Link.objects.filter(event=events[0]).update(state="paused")
    Event.objects.filter(pk=events[1].pk).update(status="held")
    for event in events:
        office.google.delete(office.there(event)["id"])
    office.pull()
    office.account.refresh_from_db()
    questions.answer_brake(office.account, "apply", now=timezone.now())
    office.push()
    assert chip(events[0]) == "not_exported"
    assert Link.objects.get(event=events[1]).state == "gone"


def test_refused_event_waits_longer_each_time(office):
    event = office.plan()
    office.sandbox.fault(method="POST", path="/events", times=9, effect="error", status=400, reason="invalid")
    waits = []
    for _ in range(4):
        office.push()
        waits.append(event.links.get().next_try - timezone.now())
    assert waits[3] > timedelta(minutes=5)


def test_edit_of_a_refused_event_is_tried_at_once(office, django_capture_on_commit_callbacks):
    event = office.plan()
    office.sandbox.fault(method="POST", path="/events", times=1, effect="error", status=400, reason="invalid")
    office.push()
    assert not due.owes(office.account.pk, timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        office.move(event, 2)
    assert due.owes(office.account.pk, timezone.now()) or chip(event) == "synced"


def test_invitation_to_one_occurrence_of_a_strange_series_is_busy_time(office):
    now = timezone.now()
    store = DjangoStore(office.calendar, claim(office.account.pk, now), timezone.now, Counter())
    span = office.hour(0)
    when = When(span.starts_at, span.ends_at, office.zone)
    item = RemoteItem(
        "strange_20260101",
        content=Content(when, "Совет"),
        kind=Kind.EXCEPTION,
        master_id="strange",
        original_start=when.start,
        organizer="boss@elsewhere.example",
    )
    store.absorb_unknown([item], Reading(None, None, 1), now)
    assert store.missing_masters() == ["strange"]
    for master_id in store.series(now):
        store.expand(master_id, now)
    assert [block.starts_at for block in BusyBlock.objects.all()] == [span.starts_at]


@pytest.mark.parametrize("uid", ["", "nonsense"])
def test_item_with_broken_properties_of_ours_stops_nobody(office, uid):
    item = insert(office, "primary", summary="Чужое")
    stamp = {"vz_install": Installation.get().uid.hex, "vz_remote_id": item["id"], "vz_rev": "1", "vz_event": uid}
    office.google.patch(item["id"], {"extendedProperties": {"private": stamp}})
    assert office.pull().status == "ok"
    assert BusyBlock.objects.count() == 1


def test_stray_copy_of_a_linked_event_is_no_second_event(office):
    event = office.plan()
    office.push()
    Link.objects.filter(event=event).update(remote_id="f" * 32)
    office.pull()
    assert Event.objects.count() == 1


def test_series_that_only_google_can_expand_is_asked_for_again_each_day(office):
    span = office.hour(0)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Планёрка")
    office.google.insert(body | {"recurrence": ["RRULE:FREQ=SECONDLY;COUNT=5"]})

    def asked():
        office.pull()
        return sum("/instances" in line["path"] for line in office.sandbox.log())

    assert (asked(), asked()) == (1, 1)
    SeriesItem.objects.update(asked_on=timezone.now().date() - timedelta(days=1))
    Calendar.objects.update(last_read_at=timezone.now() - timedelta(days=1))
    assert (asked(), asked()) == (2, 2)


def test_series_whose_instances_are_refused_stops_nobody(office):
    span = office.hour(0)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Планёрка")
    office.google.insert(body | {"recurrence": ["RRULE:FREQ=SECONDLY;COUNT=5"]})
    insert(office, "primary", 3, summary="Обед")
    office.sandbox.fault(method="GET", path="/instances", times=9, effect="error", status=404, reason="notFound")
    assert office.pull().status == "partial"
    office.calendar.refresh_from_db()
    assert office.calendar.cursor
    assert office.calendar.access_role == "owner"


def test_run_that_fails_after_its_account_was_given_up_says_nothing_about_it(office):
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    before = len(office.sandbox.log())

    def now():
        account = Account.objects.get(pk=office.account.pk)
        if account.active and any(line["path"].endswith("/token") for line in office.sandbox.log()[before:]):
            disconnect(account, by=office.anna, now=timezone.now())
        return timezone.now()

    assert work_account(office.account.pk, pull=True, now=now).status == "busy"
    office.account.refresh_from_db()
    assert (office.account.active, office.account.state) == (False, "off")


def test_save_while_a_run_ends_goes_out_with_it_and_its_counts_are_kept(office):
    insert(office, "primary", 3, summary="Обед")
    events = []

    def now():
        account = Account.objects.get(pk=office.account.pk)
        if account.fence and not account.lease_owner and not events:
            events.append(office.plan())
        return timezone.now()

    result = work_account(office.account.pk, pull=True, now=now)
    assert (result.counts["blocks"], result.counts["sent"]) == (1, 1)


def test_event_that_cannot_be_prepared_waits_alone_and_is_not_tried_each_minute(office):
    broken = EventType.objects.create(code="broken", name_ru="Сломанный", name_en="Broken", export_enabled=True)
    event, other = office.plan(type=broken), office.plan(1)
    EventType.objects.filter(pk=broken.pk).update(title_template="{nonsense}")
    result = work_account(office.account.pk, pull=True, now=timezone.now)
    assert (result.status, result.counts["sent"], result.counts["errors"]) == ("partial", 1, 1)
    assert (chip(event), chip(other)) == ("error", "synced")
    assert not due.owes(office.account.pk, timezone.now())
    assert JournalEntry.objects.filter(event=event, ok=False).count() == 1


def test_responsible_there_and_back_is_one_copy(office, sergey):
    other = office.connect(sergey)
    there = office.sandbox.api(sergey.email, ["calendar"])
    event = office.plan()
    office.push()
    for who, copies in ((sergey, (0, 1)), (office.anna, (1, 0))):
        writing.raise_revisions([event.pk], responsible=who)
        for account in (office.account, other):
            work_account(account.pk, pull=True, now=timezone.now)
        assert (len(office.living()), len(there.items())) == copies
        assert chip(event) == "synced"
    assert Event.objects.count() == 1


def test_flag_off_and_on_finds_the_copy_and_what_was_moved_there(office):
    event = office.plan()
    office.push()
    lead = office.lead()
    for flag in (False, True):
        office.type.export_enabled = flag
        operations.save_type(office.type, by=lead, now=timezone.now())
        office.push()
        if not flag:
            office.move_there(event, 5)
            office.pull()
            assert Event.objects.get(pk=event.pk).starts_at == office.hour(0).starts_at
    assert len(office.living()) == 1
    assert Event.objects.get(pk=event.pk).starts_at == office.hour(5).starts_at
    assert chip(event) == "synced"


def test_disconnected_and_connected_again_finds_its_copies(office):
    event = office.plan()
    insert(office, "primary", 3, summary="Обед")
    office.pull()
    accounts.disconnect(office.account, existing="keep", by=office.anna, now=timezone.now())
    office.move(event, 2)
    token = office.sandbox.mint(office.anna.email, list(oauth.SCOPES))
    account = Account.objects.get(pk=office.account.pk)
    account.refresh_token, account.access_token = token["refresh_token"], token["access_token"]
    account.scopes = " ".join(oauth.SCOPES)
    account.save()
    accounts.connect(account, by=office.anna, now=timezone.now())
    choose(office, office.calendar)
    office.pull()
    assert (len(office.living()), BusyBlock.objects.count(), Event.objects.count()) == (2, 1, 1)
    assert starts(office.there(event)) == office.hour(2).starts_at
    assert chip(event) == "synced"


def test_full_reading_asks_for_nothing_that_lies_before_its_window(office):
    event = office.plan()
    office.pull()
    long_ago = timezone.now() - timedelta(days=60)
    Event.objects.filter(pk=event.pk).update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=1))
    body = timed(long_ago.isoformat(), (long_ago + timedelta(hours=1)).isoformat())
    office.google.patch(office.there(event)["id"], body)
    office.pull()
    office.sandbox.admin("POST", "expire-sync", calendar=office.anna.email)
    before = len(office.sandbox.log())
    assert office.pull().status == "ok"
    assert [line for line in office.sandbox.log()[before:] if "/events/" in line["path"]] == []
    assert event.links.get().state == "live"


def test_interview_made_recurring_there_goes_with_all_of_it_when_cancelled_here(office):
    event = office.plan()
    office.push()
    item = office.there(event)
    office.google.patch(item["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    second = (event.starts_at + timedelta(days=7)).strftime("%Y%m%dT%H%M%SZ")
    office.google.patch(f"{item['id']}_{second}", {"summary": "Перенесено"})
    assert office.pull().status == "ok"
    event.refresh_from_db()
    assert event.starts_at == office.hour(0).starts_at
    assert BusyBlock.objects.count() == 2, "the first of the three is our event"
    operations.cancel(event.pk, event.revision, by=office.anna, now=timezone.now())
    office.push()
    office.pull()
    assert [item for item in office.living() if item["status"] != "cancelled"] == []
    assert BusyBlock.objects.count() == 0
