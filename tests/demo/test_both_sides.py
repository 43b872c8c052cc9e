"""The demo as lived with a local Google: every count of DOMAIN 6, every special case, on whatever day it is started."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from tests.support.captions import pieces
from tests.support.google_settings import google_at
from tests.support.sandbox import ANNA, CLIENT_ID, DMITRY, ELENA, MARINA, OLGA, SERGEY, Sandbox

from vizavi.common.models import AuditEntry
from vizavi.connections.models import Account, BusyBlock, JournalEntry, Link
from vizavi.connections.states import chips
from vizavi.connections.work import work_account
from vizavi.demo import situations, writing
from vizavi.demo.google import LocalGoogle
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.jobs.models import TaskDefinition, TaskRun
from vizavi.people.models import User
from vizavi.web.demo.cases import CASES

MONDAY = date(2026, 11, 23)
MOSCOW = ZoneInfo("Europe/Moscow")
DAYS = {
    "just after midnight on Monday": datetime(2026, 11, 23, 0, 30, tzinfo=MOSCOW),
    "Wednesday noon": datetime(2026, 11, 25, 12, 0, tzinfo=MOSCOW),
    "Friday evening": datetime(2026, 11, 27, 19, 40, tzinfo=MOSCOW),
    "Sunday": datetime(2026, 11, 29, 15, 5, tzinfo=MOSCOW),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("google")) as running:
        yield running


@pytest.fixture(params=DAYS.values(), ids=DAYS.keys())
def now(request, db, sandbox, settings) -> Iterator[datetime]:
    """The demo has just been started at this moment."""
    settings.DEMO = True
    settings.GOOGLE = google_at(sandbox.url, settings.GOOGLE)
    sandbox.admin("POST", "reset", today=str(MONDAY))
    with time_machine.travel(request.param):
        assert writing.write(request.param, LocalGoogle(sandbox.url, CLIENT_ID))
        yield request.param


def day_of(event: Event) -> date:
    return timezone.localtime(event.starts_at, ZoneInfo(event.zone)).date()


def week_of(event: Event) -> int:
    return (day_of(event) - MONDAY).days // 7


def chips_of(*events: Event) -> list[str]:
    return [chip.code for chip in chips(events, now=timezone.now()).values()]


def in_google(sandbox: Sandbox, event: Event) -> datetime:
    link = Link.objects.get(event=event)
    item = sandbox.api(link.calendar.account.email).get(link.remote_id, link.calendar.remote_id)
    return datetime.fromisoformat(item["start"]["dateTime"])


def test_every_count_and_every_special_case(now, sandbox, client):
    the_accounts_are_as_agreed()
    the_tables_of_events_hold(now)
    twenty_blocks_came_in()
    the_runs_are_as_agreed()
    each_case_is_there(now, sandbox)
    every_link_of_the_page_answers(client, now)
    an_english_reader_meets_no_russian_of_ours(client)
    the_first_case_ends_as_the_page_says(sandbox)


def the_accounts_are_as_agreed() -> None:
    assert dict(Account.objects.values_list("email", "state")) == {
        OLGA: "ok",
        DMITRY: "expired",
        SERGEY: "ok",
        ELENA: "limited",
    }
    homes = Account.objects.filter(calendars__writes=True).values_list("email", "calendars__name")
    assert dict(homes)[OLGA] == "Подбор"
    assert TaskDefinition.objects.get().period == "manual"


def the_tables_of_events_hold(now: datetime) -> None:
    events = Event.objects.all()
    assert not [event for event in events if day_of(event).weekday() > 4]
    found = Counter((week_of(event), event.status.replace("confirmed", "planned")) for event in events)
    assert {key: count for key, count in found.items() if key[0] != 0} == {
        (-2, "held"): 13,
        (-2, "no_show"): 1,
        (-2, "cancelled"): 2,
        (-1, "planned"): 1,
        (-1, "held"): 14,
        (-1, "no_show"): 2,
        (-1, "cancelled"): 1,
        (1, "planned"): 11,
        (1, "cancelled"): 1,
    }
    assert sum(count for (week, _status), count in found.items() if week == 0) == 18
    assert found[0, "cancelled"] == 1
    assert Counter(events.values_list("type__code", flat=True)) == {
        "phone_interview": 16,
        "video_interview": 10,
        "interview": 12,
        "hm_interview": 8,
        "tech_interview": 6,
        "panel_interview": 2,
        "client_interview": 1,
        "offer_meeting": 2,
        "first_day": 2,
        "testing": 2,
        "resume_review": 2,
        "debrief": 1,
    }
    assert not AuditEntry.objects.filter(at__gt=now).exists()
    assert not JournalEntry.objects.filter(at__gt=now).exists()


def twenty_blocks_came_in() -> None:
    blocks = BusyBlock.objects.all()
    assert Counter(blocks.values_list("calendar__account__email", flat=True)) == {
        SERGEY: 12,
        DMITRY: 4,
        OLGA: 2,
        ELENA: 2,
    }
    days = [timezone.localtime(block.starts_at, MOSCOW).date() for block in blocks]
    assert all(day.weekday() < 5 and -14 <= (day - MONDAY).days < 14 for day in days)


def the_runs_are_as_agreed() -> None:
    assert Counter(TaskRun.objects.values_list("status", flat=True)) == {
        "ok": 21,
        "partial": 2,
        "failed": 1,
        "skipped": 1,
    }
    failed = TaskRun.objects.get(status="failed")
    assert {"Google" in item.error for item in failed.items.all()} == {True}
    latest = TaskRun.objects.order_by("-created_at")[:2]
    assert [run.status for run in latest] == ["partial", "partial"]


def each_case_is_there(now: datetime, sandbox: Sandbox) -> None:
    moved = situations.moved_there()[0]
    assert chips_of(moved) == ["synced"]
    assert in_google(sandbox, moved) - moved.starts_at == timedelta(hours=1)
    [detached] = situations.deleted_there()
    [conflict] = situations.changed_on_both_sides()
    assert chips_of(detached, conflict) == ["detached", "conflict"]
    waiting = situations.waiting_for_sign_in(now)
    assert {event.responsible.email for event in waiting} == {DMITRY}
    pending = [e for e in Event.objects.all() if chips_of(e) == ["pending"]]
    assert {event.pk for event in waiting} == {event.pk for event in pending}
    assert len(pending) == 3
    assert {e.type.code for e in situations.never_exported(now)} >= {"client_interview"}
    olga = User.objects.get(email=OLGA)
    assert situations.of_somebody_else(olga, now)[0].responsible.email == MARINA
    panel = situations.declined_panel()[0]
    assert sorted(p.answer for p in panel.participants.all()) == ["accepted", "accepted", "declined"]
    clashing = {w.kind for event in situations.same_room_twice(now) for w in queries.overlaps_of(event)}
    assert clashing == {"room"}
    [hurried] = situations.without_time_to_travel(now)
    assert [(w.kind, w.clash.value) for w in queries.overlaps_of(hurried)] == [("person", "buffer")]
    [far] = situations.far_away()
    clocks = [timezone.localtime(far.starts_at, ZoneInfo(zone)).hour for zone in (far.candidate.time_zone, far.zone)]
    assert clocks == [17, 10]
    assert situations.all_day()[0].all_day
    [twice] = situations.rescheduled_twice()
    lines = AuditEntry.objects.filter(action="event.rescheduled", object_id=twice.pk)
    assert {bool(line.changes["reason"][1]) for line in lines} == {True}
    kept = situations.moved_after_it_was_held()[0]
    assert kept.status == "held"
    assert in_google(sandbox, kept) - kept.starts_at == timedelta(days=1)
    [by_hand] = situations.made_by_hand()
    assert by_hand.calendar.account.email == OLGA
    private = situations.private_repeat()
    assert {later.starts_at - sooner.starts_at for sooner, later in pairwise(private)} == {timedelta(weeks=1)}


def every_link_of_the_page_answers(client, now: datetime) -> None:
    page = reverse("demo_look")
    for email in (OLGA, ANNA, DMITRY, MARINA, SERGEY, ELENA):
        user = User.objects.get(email=email)
        client.force_login(user)
        response = client.get(page)
        shown = response.context["cases"]
        assert (response.status_code, len(shown)) == (200, len(CASES))
        for one in shown:
            assert one.url
            if one.sign_in_as is None:
                assert client.get(one.url).status_code == 200, one.case.title
                assert one.also is None or client.get(one.also.url).status_code == 200
            else:
                assert escape(one.sign_in_as.email) in response.content.decode()


def an_english_reader_meets_no_russian_of_ours(client) -> None:
    """What workers wrote down for Russian speakers, from the first line to the last."""
    olga = User.objects.get(email=OLGA)
    User.objects.filter(pk=olga.pk).update(language="en")
    client.force_login(olga)
    events = [*situations.deleted_there(), *situations.changed_on_both_sides(), *situations.moved_there()]
    addresses = [f"/events/{event.pk}/{part}/" for event in events for part in ("journal", "history")]
    addresses += [f"/administration/runs/{run.pk}/" for run in TaskRun.objects.all()]
    addresses += ["/administration/tasks/calendar_pull/", "/administration/connections/", "/notifications/"]
    for log in ("/tools/journal/", "/administration/audit-log/"):
        pages = client.get(log).context["page_obj"].paginator.num_pages
        addresses += [f"{log}?page={number + 1}" for number in range(pages)]
    russian = pieces() - {"Руководитель подбора"}  # the position of one of them
    found = {address: _met(russian, client.get(address)) for address in addresses}
    assert {address: texts for address, texts in found.items() if texts} == {}
    User.objects.filter(pk=olga.pk).update(language="ru")
    assert _met(russian, client.get("/tools/journal/?result=error"))


def _met(texts: set[str], response: HttpResponse) -> set[str]:
    assert response.status_code == 200
    page = response.content.decode()
    return {text for text in texts if escape(text) in page}


def the_first_case_ends_as_the_page_says(sandbox: Sandbox) -> None:
    moved = situations.moved_there()[0]
    account = Account.objects.get(email=SERGEY)
    work_account(account.pk, pull=True, now=timezone.now)
    before = moved.starts_at
    moved.refresh_from_db()
    assert moved.starts_at - before == timedelta(hours=1)


@pytest.mark.django_db
def test_what_has_been_dealt_with_says_so_and_other_installations_have_no_such_page(client, settings):
    olga = User.objects.create_user(OLGA, last_name="Мельникова", first_name="Ольга", role="administrator")
    client.force_login(olga)
    settings.DEMO = True
    assert "vizavi demo --reset" in client.get(reverse("demo_look")).content.decode()
    assert reverse("demo_look") in client.get("/settings/").content.decode()
    settings.DEMO = False
    assert client.get(reverse("demo_look")).status_code == 404
    assert reverse("demo_look") not in client.get("/settings/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_speaks_both_languages(client, settings, language):
    settings.DEMO = True
    anna = User.objects.create_user(ANNA, last_name="Крылова", first_name="Анна", role="recruiter", language=language)
    client.force_login(anna)
    page = client.get(reverse("demo_look")).content.decode()
    with translation.override(language):
        assert [escape(str(case.title)) in page for case in CASES] == [True] * 16
    assert ("Что посмотреть" in page) == (language == "ru")
