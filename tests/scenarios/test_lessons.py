"""Complaints about other products, one scenario each: `pytest tests/scenarios -k lesson_14`.

Every test is entered into a table (tests/scenarios/table.py) with what was given, what happened, what must follow.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.scenarios.table import ELSEWHERE, TABLE, scenario
from tests.support.office import Office, starts
from tests.support.sandbox import timed

from vizavi.connections import accounts, due, exports, previews, questions, states
from vizavi.connections.lease import claim
from vizavi.connections.models import Account, BusyBlock, Calendar, JournalEntry, LoadMode, SeriesItem
from vizavi.connections.work import WorkResult, work_account
from vizavi.events import operations
from vizavi.events.models import Event, EventType
from vizavi.events.rules import days
from vizavi.people.models import User
from vizavi.providers.google import oauth

# --- what the scenarios have in common ---------------------------------------------------------------------------


def chip(event: Event) -> str:
    fresh = Event.objects.select_related("type").get(pk=event.pk)
    return states.chips([fresh], now=timezone.now())[fresh.pk].code


def writes(office: Office) -> list[str]:
    """What was asked of Google so far that would change something there."""
    return [
        line["path"] for line in office.sandbox.log() if line["method"] != "GET" and "/calendar/v3/" in line["path"]
    ]


def mailed(office: Office) -> list[str]:
    """Everybody whom Google would have sent a letter."""
    return [guest for letter in office.sandbox.outbox() for guest in letter["mailed"]]


def insert(office: Office, hours: float, calendar: str = "primary", **fields: object) -> dict:
    span = office.hour(hours)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), **fields)
    return office.google.insert(body, calendar)


def run(account: Account) -> WorkResult:
    return work_account(account.pk, pull=True, now=timezone.now)


def invite_participants(office: Office) -> None:
    EventType.objects.filter(pk=office.type.pk).update(invite_participants=True)
    office.type.refresh_from_db()


def plan_with(office: Office, guest: User, *, notify: bool = False) -> Event:
    invite_participants(office)
    values = {"type": office.type, "span": office.hour(0), "responsible": office.anna, "candidate": office.orlov}
    values["participants"] = ((guest, False),)
    return operations.plan(operations.EventValues(**values), by=office.anna, now=timezone.now(), notify=notify)


def finish(event: Event) -> None:
    """It is over."""
    begun = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=begun, ends_at=begun + timedelta(hours=1))


# --- doubled and leaked ------------------------------------------------------------------------------------------


@scenario(
    1,
    given="a calendar of appointments, a series, and a calendar given to recruiting",
    when="all of it is imported",
    then="each is itself, and nothing that was imported is sent back",
)
def test_lesson_01_what_is_imported_is_never_pushed_back(office: Office) -> None:
    insert(office, 1, summary="Врач")
    insert(office, 2, summary="Планёрка", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    insert(office, 2.5, summary="Стендап", recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    made = office.google.ok("POST", "calendars", {"summary": "Подбор"})["id"]
    Calendar.objects.create(
        account=office.account, remote_id=made, name="Подбор", reads=True, mode=LoadMode.TYPED, event_type=office.type
    )
    insert(office, 4, made, summary="Поговорить с Андреевым")
    before = writes(office)
    office.pull()
    office.pull()
    titles = sorted(BusyBlock.objects.values_list("title", flat=True))
    assert titles == ["Врач", "Планёрка", "Планёрка", "Планёрка", "Стендап", "Стендап"]
    assert list(Event.objects.values_list("title", flat=True)) == ["Поговорить с Андреевым"]
    assert (writes(office), mailed(office)) == (before, [])


@scenario(
    2,
    given="an interview of Anna's that Sergey is invited to, both calendars connected",
    when="both calendars are read again and again",
    then="there is one event here and one item in each calendar",
)
def test_lesson_02_a_meeting_seen_by_two_people_does_not_multiply(office: Office, sergey: User) -> None:
    theirs = office.connect(sergey)
    event = plan_with(office, sergey)
    for _ in range(3):
        office.pull()
        run(theirs)
    assert (Event.objects.count(), BusyBlock.objects.count(), event.links.count()) == (1, 0, 1)
    calendars = office.living(), office.sandbox.api(sergey.email, ["calendar"]).items()
    assert [[item["iCalUID"] for item in items] for items in calendars] == [[event.links.get().ical_uid]] * 2


@scenario(
    3,
    given="links, blocks and a series of an earlier version that read items in another way",
    when="the new version reads its calendars",
    then="everything is read anew and found again; nothing is doubled, sent or lost",
)
def test_lesson_03_another_reading_of_items_doubles_nothing(office: Office) -> None:
    event = office.plan()
    insert(office, 2, summary="Врач")
    insert(office, 3, summary="Планёрка", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    office.pull()
    office.pull()
    link, blocks = event.links.get(), set(BusyBlock.objects.values_list("remote_id", flat=True))
    before = writes(office)
    Calendar.objects.update(mapping_version=0)
    assert office.pull().status == "ok"
    assert (event.links.get().pk, event.links.get().remote_id, chip(event)) == (link.pk, link.remote_id, "synced")
    assert set(BusyBlock.objects.values_list("remote_id", flat=True)) == blocks
    assert (Event.objects.count(), SeriesItem.objects.count(), writes(office)) == (1, 1, before)


@scenario(
    4,
    given="an interview exported for Anna, whose invitation reached Sergey through a group and under another id",
    when="Sergey's calendar is read",
    then="it is known by its iCalUID: no second event, no taken time beside it",
)
def test_lesson_04_an_invitation_through_a_group_is_the_same_meeting(office: Office, sergey: User) -> None:
    theirs = office.connect(sergey)
    event = office.plan()
    office.push()
    item = office.there(event)
    copy = {key: item[key] for key in ("iCalUID", "summary", "start", "end")}
    copy |= {"organizer": {"email": office.anna.email}, "attendees": [{"email": "team@vetervolna.example"}]}
    made = office.sandbox.api(sergey.email, ["calendar"]).ok("POST", "calendars/primary/events/import", copy)
    assert made["iCalUID"] == event.links.get().ical_uid
    assert run(theirs).status == "ok"
    assert (Event.objects.count(), BusyBlock.objects.count()) == (1, 0)


@scenario(
    5,
    given="an account that its owner has switched off («Внешний календарь: нет»)",
    when="both sides are edited and runs are started",
    then="nothing is asked of Google; switched on again, both edits meet without a second copy",
)
def test_lesson_05_synchronisation_can_be_switched_off_and_on_without_doubles(office: Office) -> None:
    event, moved = office.plan(), office.plan(3)
    office.push()
    accounts.pause(office.anna, by=office.anna, now=timezone.now())
    asked = len(office.sandbox.log())
    office.move(event, 6)
    assert [office.pull().status, office.push().status] == ["off", "off"]
    assert len(office.sandbox.log()) == asked
    office.move_there(moved, 9)
    accounts.resume(office.anna, by=office.anna, now=timezone.now())
    assert office.pull().status == "ok"
    moved.refresh_from_db()
    assert (starts(office.there(event)), moved.starts_at) == (office.hour(6).starts_at, office.hour(9).starts_at)
    assert (len(office.living()), chip(event), chip(moved)) == (2, "synced", "synced")


@scenario(
    6,
    given="several interviews, of which Google refuses one",
    when="they are exported",
    then="the others arrive; the refused one is named with its reason, and the run is no success",
)
def test_lesson_06_one_odd_event_stops_no_other_and_is_named(office: Office) -> None:
    bad = office.plan()
    office.sandbox.fault(method="POST", path="/events$", times=1, status=400, reason="invalid", message="Bad rule.")
    assert office.push().status == "partial"
    others = [office.plan(hours) for hours in (2, 3)]
    insert(office, 5, summary="Врач")
    Account.objects.update(not_before=None)
    assert work_account(office.account.pk, pull=True, now=timezone.now).counts["blocks"] == 1
    assert [chip(event) for event in [bad, *others]] == ["error", "synced", "synced"]
    assert "Bad rule." in str(states.chips([bad], now=timezone.now())[bad.pk].detail)
    assert JournalEntry.objects.get(event=bad, action="rejected").ok is False


# --- mail that nobody asked for ----------------------------------------------------------------------------------


@scenario(
    8,
    given="an interview whose guests Google knows",
    when="it is moved there and read here",
    then="the move is taken and nobody is mailed because of it",
)
def test_lesson_08_what_comes_in_mails_nobody(office: Office, sergey: User) -> None:
    event = plan_with(office, sergey, notify=True)
    office.push()
    before = len(office.sandbox.outbox())
    office.google.patch(
        office.there(event)["id"],
        timed(office.hour(5).starts_at.isoformat(), office.hour(5).ends_at.isoformat()),
        sendUpdates="none",
    )
    office.pull()
    office.pull()
    event.refresh_from_db()
    letters = office.sandbox.outbox()[before:]
    assert event.starts_at == office.hour(5).starts_at
    assert ([letter["mailed"] for letter in letters], mail.outbox) == ([[]], [])


@scenario(
    9,
    given="interviews with guests, ahead and past, planned before the account was connected",
    when="it is connected, and its owner saves after seeing the counts",
    then="before that nothing goes out; then what lies ahead goes, unheard; what is past stays",
)
def test_lesson_09_the_first_synchronisation_is_counted_and_mails_nobody(office: Office, sergey: User) -> None:
    Account.objects.update(begun=False)
    office.account.refresh_from_db()
    ahead, past = plan_with(office, sergey), plan_with(office, sergey)
    finish(past)
    assert (office.pull().status, writes(office)) == ("off", [])
    preview = previews.first_sync(office.account, now=timezone.now())
    assert (preview.create, preview.change, preview.remove, preview.mailed) == (1, 0, 0, 0)
    accounts.choose(office.account, office.calendar.pk, {}, by=office.anna, now=timezone.now())
    assert office.pull().status == "ok"
    assert ([item["id"] for item in office.living()], mailed(office)) == ([ahead.links.get().remote_id], [])


@scenario(
    10,
    given="an interview of Anna's with Sergey as its guest, told long ago",
    when="Sergey connects his calendar as well",
    then="nobody is invited again",
)
def test_lesson_10_a_second_user_who_connects_has_nobody_invited_again(office: Office, sergey: User) -> None:
    plan_with(office, sergey, notify=True)
    office.push()
    before = office.sandbox.outbox()
    theirs = office.connect(sergey)
    for account in (theirs, office.account, theirs):
        run(account)
    assert (office.sandbox.outbox(), mail.outbox) == (before, [])


@scenario(
    11,
    given="an interview with a candidate, who has an e-mail address, and a colleague",
    when="it is planned with the wish to tell the participants, then moved without it",
    then="the calendar invites the colleague once; the candidate is no guest; we send no second letter",
)
def test_lesson_11_an_event_has_one_owner_of_its_mail(office: Office, sergey: User) -> None:
    office.orlov.email = "orlov@mail.example"
    office.orlov.save()
    event = plan_with(office, sergey, notify=True)
    office.push()
    office.move(event, 2)
    office.push()
    assert [row["email"] for row in office.there(event)["attendees"]] == [sergey.email]
    assert (mailed(office), mail.outbox) == ([sergey.email], [])


# --- rights ------------------------------------------------------------------------------------------------------


@scenario(
    12,
    given="Anna's interview, Anna not connected, and her interviewer Sergey connected first",
    when="Sergey's account is worked on, then Anna connects",
    then="nothing is created in Sergey's name; the meeting appears in Anna's calendar",
)
def test_lesson_12_only_the_responsibles_connection_creates(office: Office, sergey: User) -> None:
    Account.objects.update(active=False)
    event = plan_with(office, sergey)
    theirs = office.connect(sergey)
    assert run(theirs).status == "ok"
    google = office.sandbox.api(sergey.email, ["calendar"])
    assert (writes(office), google.items(), event.links.count()) == ([], [], 0)
    Account.objects.filter(user=office.anna).update(active=True)
    office.push()
    assert office.there(event)["organizer"]["email"] == office.anna.email


@scenario(
    13,
    given="a meeting of somebody else's that Anna is invited to, in a calendar given to recruiting",
    when="it is read, and other things are saved here",
    then="it is taken time that nobody can edit here, and no write to it is ever tried",
)
def test_lesson_13_somebody_elses_meeting_is_not_editable_here(office: Office, sergey: User) -> None:
    Calendar.objects.update(mode=LoadMode.TYPED, event_type=office.type)
    span = office.hour(3)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat(), summary="Совет", guestsCanModify=False)
    body["attendees"] = [{"email": office.anna.email}]
    item = office.sandbox.api(sergey.email, ["calendar"]).insert(body)
    office.plan()
    assert [office.pull().status for _ in range(2)] == ["ok", "ok"]
    assert list(BusyBlock.objects.values_list("title", flat=True)) == ["Совет"]
    assert Event.objects.filter(loaded=True).count() == 0
    assert [path for path in writes(office) if item["id"] in path and "POST" not in path] == []


@scenario(
    14,
    given="an exported interview whose item got a guest, a room and an answer in Google",
    when="its time and then its participants are changed here",
    then="the guest, the room and the answer are still there",
)
def test_lesson_14_a_change_here_loses_no_guest_there(office: Office, sergey: User) -> None:
    event = plan_with(office, sergey)
    office.push()
    rows = [
        {"email": sergey.email, "responseStatus": "accepted", "comment": "буду"},
        {"email": "expert@other.example"},
        {"email": "baikal@resource.calendar.google.com", "resource": True},
    ]
    office.google.patch(office.there(event)["id"], {"attendees": rows})
    office.move(event, 2)
    office.push()
    elena = office.user("elena.gromova@vetervolna.example", "Громова", "Елена")
    event.refresh_from_db()
    values = replace(operations.values_of(event), participants=((sergey, False), (elena, False)))
    operations.edit(event.pk, event.revision, values, by=office.anna, now=timezone.now())
    office.push()
    there = {row["email"]: row for row in office.there(event)["attendees"]}
    assert set(there) == {row["email"] for row in rows} | {elena.email}
    assert (there[sergey.email]["responseStatus"], there[sergey.email].get("comment")) == ("accepted", "буду")


# --- the account -------------------------------------------------------------------------------------------------


@scenario(
    15,
    given="a connected account with interviews ahead and past",
    when="it is disconnected with the copies, and Google fails half-way",
    then="the count is shown before, the rest is removed later, past copies and all events here stay",
)
def test_lesson_15_disconnecting_is_counted_queued_and_resumed(office: Office) -> None:
    events, past = [office.plan(hours) for hours in range(3)], office.plan(5)
    office.push()
    finish(past)
    with pytest.raises(TypeError):
        accounts.disconnect(office.account, by=office.anna, now=timezone.now())
    now = timezone.now()
    assert previews.disconnect(office.account, "remove", now=now).remove == 3
    assert previews.disconnect(office.account, "keep", now=now).remove == 0
    accounts.disconnect(office.account, existing="remove", by=office.anna, now=now)
    office.sandbox.fault(path="batch", times=1, status=503)
    office.push()
    assert (Account.objects.get().closing, len(office.living())) == (True, 4)
    office.push()
    assert (Account.objects.get().active, Account.objects.get().refresh_token) == (False, "")
    assert [item["id"] for item in office.living()] == [past.links.get().remote_id]
    assert Event.objects.filter(pk__in=[event.pk for event in events], status="planned").count() == 3


@scenario(
    16,
    given="an account whose permission Google has withdrawn",
    when="an interview is planned, and later the owner signs in again",
    then="the owner is told on every page and in the journal, nothing is lost or hammered, all goes out afterwards",
)
def test_lesson_16_an_ended_permission_is_told_and_the_work_is_kept(office: Office) -> None:
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    event = office.plan()
    assert office.push().status == "failed"
    account = Account.objects.get()
    assert (account.state, chip(event)) == ("expired", "pending")
    client = Client()
    client.force_login(office.anna)
    assert "/settings/google/" in client.get("/events/new/").content.decode()
    assert JournalEntry.objects.filter(account=account, action="account_expired").count() == 1
    asked = len(office.sandbox.log())
    assert not due.owes(account.pk, timezone.now())
    assert len(office.sandbox.log()) == asked
    token = office.sandbox.mint(office.anna.email, account.scopes.split())
    Account.objects.update(refresh_token=token["refresh_token"], access_token=token["access_token"])
    account.refresh_from_db()
    accounts.connect(account, by=office.anna, now=timezone.now())
    assert office.push().status == "ok"
    assert (chip(event), Account.objects.get().state) == ("synced", "ok")


@scenario(
    17,
    given="an account connected seven days ago through a project in Testing",
    when="Google ends the permission",
    then="the reason is recognised and the way out is named",
)
def test_lesson_17_a_permission_that_dies_after_seven_days_is_explained(office: Office) -> None:
    Account.objects.update(connected_at=timezone.now() - timedelta(days=7, minutes=1))
    office.sandbox.admin("POST", "revoke", email=office.anna.email)
    office.plan()
    office.push()
    account = Account.objects.get()
    assert (account.state, account.state_code) == ("expired", "testing")
    client = Client()
    client.force_login(office.anna)
    assert "Testing" in client.get("/settings/google/").content.decode()


@scenario(
    18,
    given="a consent in which the box of calendar events was left off",
    when="an interview is to be exported",
    then="the account is limited, the missing permission is named, the interview waits",
)
def test_lesson_18_a_scope_left_off_is_named_and_not_taken_for_connected(office: Office) -> None:
    granted = [scope for scope in oauth.SCOPES if not scope.endswith("calendar.events")]
    token = office.sandbox.mint(office.anna.email, granted)
    Account.objects.update(access_token=token["access_token"], scopes=" ".join(granted))
    event = office.plan()
    office.push()
    account = Account.objects.get()
    assert (account.state, account.state_code, chip(event)) == ("limited", "missing_scope", "pending")
    check = accounts.check(account, now=timezone.now())
    assert (check.ok, check.missing) == (False, ("события ваших календарей",))


@scenario(
    19,
    given="an exported interview",
    when="somebody deletes it in Google",
    then="the responsible is asked, and each answer has its effect; where the account says so it is cancelled",
)
def test_lesson_19_a_deletion_there_reaches_the_interview_by_a_rule(office: Office) -> None:
    asked, cancelled = office.plan(), office.plan(2)
    office.push()
    office.google.delete(office.there(asked)["id"])
    office.pull()
    assert (chip(asked), Event.objects.get(pk=asked.pk).status) == ("detached", "planned")
    questions.answer_detached(asked.links.get().pk, "export", by=office.anna, now=timezone.now())
    Account.objects.update(cancel_on_delete=True)
    office.google.delete(office.there(cancelled)["id"])
    office.pull()
    assert Event.objects.get(pk=cancelled.pk).status == "cancelled"
    assert ([item["id"] for item in office.living()], chip(asked)) == ([asked.links.get().remote_id], "synced")


@scenario(
    21,
    given="a long calendar, a cursor that Google has forgotten, tokens in our database",
    when="the calendar is read",
    then="all pages arrive once, a 410 means reading anew without doubles, no token can be read in the database",
)
def test_lesson_21_forgotten_cursors_many_pages_and_tokens_at_rest(office: Office) -> None:
    span = office.hour(1)
    body = timed(span.starts_at.isoformat(), span.ends_at.isoformat())
    many = [body | {"summary": f"Встреча {number}"} for number in range(2600)]
    office.sandbox.admin("POST", "events", email=office.anna.email, events=many)
    event = office.plan()
    office.pull()
    office.sandbox.admin("POST", "expire-sync", calendar=office.anna.email)
    office.move_there(event, 4)
    result = office.pull()
    event.refresh_from_db()
    assert (result.status, result.counts["rereads"], event.starts_at) == ("ok", 1, office.hour(4).starts_at)
    assert (BusyBlock.objects.count(), Event.objects.count(), len(office.living())) == (2600, 1, 2601)
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token FROM connections_account")
        stored = "".join(cursor.fetchone())
    account = Account.objects.get()
    assert account.refresh_token not in stored
    assert account.access_token not in stored


# --- time --------------------------------------------------------------------------------------------------------


@scenario(
    22,
    given="all-day events of one day and of several, west and east of Greenwich, and one of no length",
    when="they go out, and are moved there",
    then="they are the same days on both sides, and the length of nothing is accepted",
)
@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Pacific/Kiritimati", "Europe/Moscow"])
def test_lesson_22_all_day_events_keep_their_days(office: Office, zone: str) -> None:
    first = (office.tomorrow + timedelta(days=3)).date()
    event = office.plan(type=EventType.objects.get(code="first_day"), span=days(first, first + timedelta(days=1), zone))
    insert(office, 3, summary="Ноль")
    zero = office.google.items()[0]
    office.google.patch(zero["id"], {"end": zero["start"]})
    office.push()
    item = office.there(event)
    assert (item["start"]["date"], item["end"]["date"]) == (first.isoformat(), (first + timedelta(days=2)).isoformat())
    later = first + timedelta(days=7)
    office.google.patch(
        item["id"], {"start": {"date": later.isoformat()}, "end": {"date": (later + timedelta(days=1)).isoformat()}}
    )
    assert office.pull().status == "ok"
    event.refresh_from_db()
    assert (event.starts_on, event.last_day, event.all_day) == (later, later, True)
    block = BusyBlock.objects.get(title="Ноль")
    assert block.starts_at == block.ends_at == office.hour(3).starts_at


# --- limits ------------------------------------------------------------------------------------------------------


@scenario(
    24,
    given="an account whose quota is used up",
    when="interviews are exported",
    then="the run is no success, the account says why and rests, all goes out later; copies carry no guests by default",
)
def test_lesson_24_a_used_up_quota_is_no_success_and_is_not_hammered(office: Office, sergey: User) -> None:
    event = office.plan(participants=((sergey, False),))
    office.sandbox.fault(method="POST", path="/events$", times=1, status=403, reason="quotaExceeded")
    assert office.push().status == "failed"
    account = Account.objects.get()
    assert (account.state, account.state_code, chip(event)) == ("limited", "quotaExceeded", "pending")
    assert not due.owes(account.pk, timezone.now())
    assert office.push().status == "ok"
    assert (chip(event), Account.objects.get().state) == ("synced", "ok")
    assert "attendees" not in office.there(event)


@scenario(
    25,
    given="many exported interviews and much private time in Google",
    when="the calendar is found empty, of all or of private time alone",
    then="private time just goes; of interviews the owner is asked once before anything happens here",
)
def test_lesson_25_an_emptied_calendar_is_a_question_and_a_legitimate_one_is_none(office: Office) -> None:
    private = [insert(office, hours, summary="Личное") for hours in range(12)]
    events = [office.plan(hours / 4) for hours in range(12)]
    office.pull()
    for item in private:
        office.google.delete(item["id"])
    assert (office.pull().status, BusyBlock.objects.count()) == ("ok", 0)
    for event in events:
        office.google.delete(office.there(event)["id"])
    assert office.pull().counts["braked"] == 12
    assert {chip(event) for event in events} == {"synced"}
    office.account.refresh_from_db()
    questions.answer_brake(office.account, "restore", now=timezone.now())
    assert office.push().status == "ok"
    assert len(office.living()) == 12


# --- further instructive -----------------------------------------------------------------------------------------


@scenario(
    "clean-up",
    given="a type whose export was switched off with its future copies removed",
    when="somebody regrets it and switches it on again",
    then="all copies are back, one each",
)
def test_lesson_further_a_clean_up_can_be_taken_back(office: Office) -> None:
    boss = office.lead()
    events = [office.plan(hours) for hours in range(3)]
    office.push()
    for enabled, existing, left in ((False, "remove", 0), (True, None, 3)):
        row = EventType.objects.get(pk=office.type.pk)
        row.export_enabled = enabled
        exports.save_type(row, existing=existing, by=boss, now=timezone.now())
        office.push()
        assert len(office.living()) == left
    assert {chip(event) for event in events} == {"synced"}


@scenario(
    "guest address",
    given="an interview whose guest is taken off the list in Google, as are our texts",
    when="the calendar is read",
    then="the interview and its participants are still here, and the link lives",
)
def test_lesson_further_nothing_depends_on_what_people_may_edit(office: Office, sergey: User) -> None:
    event = plan_with(office, sergey)
    office.push()
    office.google.patch(
        office.there(event)["id"],
        {"attendees": [], "summary": "?", "description": "", "extendedProperties": {"private": {"vz_event": ""}}},
    )
    office.pull()
    office.move_there(event, 4)
    office.pull()
    event.refresh_from_db()
    assert (event.starts_at, event.participants.get().user) == (office.hour(4).starts_at, sergey)
    assert (event.links.get().state, chip(event), len(office.living())) == ("live", "synced", 1)


@scenario(
    "one-way",
    given="an exported interview",
    when="it is moved in Google",
    then="it moves here",
)
def test_lesson_further_a_move_there_is_a_move_here(office: Office) -> None:
    event = office.plan()
    office.push()
    office.move_there(event, 7)
    office.pull()
    event.refresh_from_db()
    assert (event.starts_at, chip(event)) == (office.hour(7).starts_at, "synced")


@scenario(
    "account picker",
    given="somebody with several Google accounts in the browser",
    when="access is requested again",
    then="Google asks which account is meant, each time",
)
def test_lesson_further_the_account_is_always_picked(office: Office) -> None:
    client = Client()
    client.force_login(office.anna)
    answer = client.post("/settings/google/request/", {"login": office.anna.email})
    assert "prompt=select_account+consent" in (answer["Location"] if "Location" in answer else answer.content.decode())


@scenario(
    "parallel tabs",
    given="two workers, or a worker and a person who presses «Запустить»",
    when="both take the same account",
    then="one works, the other is told so at once; nobody waits, nothing is done twice",
)
def test_lesson_further_one_account_is_worked_on_once(office: Office) -> None:
    office.plan()
    lease = claim(office.account.pk, timezone.now())
    assert lease is not None
    assert office.push().status == "busy"
    assert writes(office) == []
    lease.release()
    assert (office.push().status, len(office.living())) == ("ok", 1)


@scenario(
    "after disconnecting",
    given="taken time read from an account",
    when="the account is disconnected",
    then="what was read from it is gone, the tokens too; nothing is shown as if it were still true",
)
def test_lesson_further_disconnecting_cleans_up(office: Office) -> None:
    insert(office, 1, summary="Врач")
    insert(office, 2, summary="Планёрка", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    office.pull()
    accounts.disconnect(office.account, existing="keep", by=office.anna, now=timezone.now())
    account = Account.objects.get()
    assert (account.refresh_token, account.access_token, account.state) == ("", "", "off")
    assert (BusyBlock.objects.count(), SeriesItem.objects.count()) == (0, 0)


@scenario(
    "everybody failed",
    given="two accounts, one of them revoked",
    when="both are worked on",
    then="one fails and one succeeds, each says so of itself",
)
def test_lesson_further_a_failure_of_one_account_is_nobody_elses(office: Office, sergey: User) -> None:
    theirs = office.connect(sergey)
    office.sandbox.admin("POST", "revoke", email=sergey.email)
    Account.objects.filter(pk=theirs.pk).update(access_token="")
    event = office.plan()
    assert (run(theirs).status, office.pull().status) == ("failed", "ok")
    assert list(Account.objects.order_by("pk").values_list("state", flat=True)) == ["ok", "expired"]
    assert chip(event) == "synced"


@scenario(
    "privacy of imports",
    given="private and ordinary appointments with guests in Anna's calendar",
    when="they are read",
    then="others see that time is taken, no guest's address is kept, no guest becomes a participant",
)
def test_lesson_further_imports_are_nobody_elses_business(office: Office, sergey: User) -> None:
    made = office.google.ok("POST", "calendars", {"summary": "Подбор"})["id"]
    Calendar.objects.create(
        account=office.account, remote_id=made, name="Подбор", reads=True, mode=LoadMode.TYPED, event_type=office.type
    )
    guests = {"attendees": [{"email": "doctor@clinic.example"}, {"email": sergey.email}]}
    insert(office, 1, summary="Врач", visibility="private", **guests)
    insert(office, 2, summary="Обед", **guests)
    insert(office, 3, made, summary="Разговор", attendees=[{"email": "expert@other.example"}])
    office.pull()
    start, end = office.hour(0).starts_at, office.hour(5).ends_at
    assert [taken.title for taken in states.blocks_between(sergey, start, end, [office.anna.pk])] == [None, None]
    loaded = Event.objects.get(loaded=True)
    assert loaded.participants.count() == 0
    kept = [repr(list(rows.values())) for rows in (BusyBlock.objects, JournalEntry.objects, Event.objects)]
    assert "clinic.example" not in "".join(kept)


@scenario(
    "reminders",
    given="an interview with guests and a reminder of Anna's own in Google",
    when="its comment and then its time change here",
    then="the reminder and the guest list are as they were, and nobody is mailed",
)
def test_lesson_further_small_changes_replay_nothing(office: Office, sergey: User) -> None:
    event = plan_with(office, sergey)
    office.push()
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 7}]}
    office.google.patch(office.there(event)["id"], {"reminders": reminders, "colorId": "5"})
    office.pull()
    office.move(event, 2)
    office.push()
    item = office.there(event)
    assert (item["reminders"], item["colorId"], mailed(office)) == (reminders, "5", [])
    assert [row["email"] for row in item["attendees"]] == [sergey.email]


# --- the table itself --------------------------------------------------------------------------------------------


def test_every_lesson_is_told_here_or_says_where() -> None:
    told = {row.lesson for row in TABLE if isinstance(row.lesson, int)}
    named = {number for number in ELSEWHERE if isinstance(number, int)}
    assert (told | named, told & named) == (set(range(1, 26)), set())
    assert all(f"lesson_{row.lesson:02d}_" in row.test for row in TABLE if isinstance(row.lesson, int))
    assert all(row.given and row.when and row.then for row in TABLE)
