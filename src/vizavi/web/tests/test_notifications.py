"""The bell and the list of notifications: words in the reader's language, reading, filters, nobody else's."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from vizavi.connections.tests.office import connected
from vizavi.events.models import Participant
from vizavi.events.rules import Span
from vizavi.jobs.tasks import every_minute
from vizavi.notifications import operations, queries
from vizavi.notifications.models import Notification
from vizavi.web.notifications.words import ICONS, KINDS, WORDS
from vizavi.web.tests.planning import plan

HERE, THERE = "2026-11-23T07:00:00+00:00", "2026-11-23T09:30:00+00:00"
SPAN = {"start": HERE, "end": "2026-11-23T08:00:00+00:00"}
MOVED = {"before": SPAN, "after": {"start": THERE, "end": "2026-11-23T10:30:00+00:00"}, "text": ""}


@pytest.fixture
def event(anna, orlov, now, directories):
    start = now + timedelta(days=3)
    return plan(Span(start, start + timedelta(hours=1), "Europe/Moscow"), by=anna, now=now, candidate=orlov)


@pytest.fixture
def tell(anna, event, now):
    def told(code="moved", *, to=anna, values=MOVED, key="", about=event, at=now):
        key = key or f"{code}:{Notification.objects.count()}"
        event_id = about.pk if about else None
        operations.tell([to.pk], code, key=key, event_id=event_id, values=values, now=at)
        return Notification.objects.latest("pk")

    return told


@pytest.fixture
def desk(client, anna):
    client.force_login(anna)
    return client


def page(client, **query):
    return client.get(reverse("notifications"), query).content.decode()


def test_a_fact_is_told_once_while_it_stands(anna, event, now):
    for _ in range(2):
        operations.tell([anna.pk], "detached", key="detached:1", event_id=event.pk, now=now)
    assert queries.unread(anna) == 1
    operations.settle_event(event.pk, ["detached"], now=now)
    assert queries.unread(anna) == 0
    operations.tell([anna.pk], "detached", key="detached:1", event_id=event.pk, now=now)
    assert queries.unread(anna) == 1


def test_the_bell_counts_what_is_unread(desk, tell, dmitry):
    tell()
    tell("detached")
    tell(to=dmitry)
    assert "непрочитанных" in page(desk)
    assert ">2</span>" in desk.get(reverse("notifications_bell")).content.decode()


def test_a_quiet_bell_shows_no_number(desk):
    assert "vz-bell-count" not in desk.get(reverse("notifications_bell")).content.decode()


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("ru", "Перенесено во внешнем календаре", "23 ноября, 10:00–11:00 → 23 ноября, 12:30–13:30"),
        ("en", "Moved in the external calendar", "November 23, 10:00–11:00 → November 23, 12:30–13:30"),
    ],
)
def test_it_speaks_the_readers_language_by_the_readers_clock(desk, anna, tell, language, title, text):
    tell()
    anna.language = language
    anna.save()
    shown = page(desk)
    assert (title in shown, text in shown, "Орлов Денис" in shown) == (True, True, True)


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("ru", "Europe/Moscow", "Напоминание: 23 ноября, 10:00–11:00"),
        ("en", "Asia/Yekaterinburg", "Reminder: November 23, 12:00–13:00"),
    ],
)
def test_the_minute_sweep_reminds_in_the_readers_language_by_the_readers_clock(
    desk, anna, orlov, directories, language, zone, text
):
    anna.language, anna.time_zone = language, zone
    anna.save()
    start = datetime.fromisoformat(HERE)
    planned = start - timedelta(days=3)
    plan(Span(start, start + timedelta(hours=1), "Europe/Moscow"), by=anna, now=planned, candidate=orlov)
    with time_machine.travel(start - timedelta(minutes=20), tick=False):
        every_minute.call_local()
        shown = page(desk, kind="reminders")
    assert (text in shown, "Орлов Денис" in shown) == (True, True)


def test_whole_days_are_told_as_days(desk, tell):
    days = {"start": "2026-11-23", "end": "2026-11-25"}
    tell(values=MOVED | {"after": days})
    assert "→ 23 ноября – 24 ноября" in page(desk)


def test_trouble_of_the_account_says_why_and_what_to_do(desk, anna, tell, now):
    account = connected(anna, now, state="expired", state_code="expired")
    tell("account_expired", about=None, values={"account": account.pk, "reason": "expired", "detail": ""})
    shown = page(desk)
    assert "Внешний календарь: Требуется повторный вход" in shown
    assert "Google больше не пускает" in shown or anna.email in shown


def test_following_it_reads_it_and_leads_to_the_card(desk, event, tell, now):
    row = tell()
    answer = desk.get(reverse("notification", args=[row.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("event_card", args=[event.pk]))
    row.refresh_from_db()
    assert row.read_at is not None


def test_what_is_not_about_an_event_leads_to_the_account(desk, tell):
    row = tell("account_ok", about=None, values={"account": 1})
    assert desk.get(reverse("notification", args=[row.pk])).headers["Location"] == reverse("settings_google")


def test_one_is_marked_as_read_in_place(desk, tell):
    row, other = tell(), tell()
    answer = desk.post(reverse("notifications_read"), {"id": row.pk}, headers={"HX-Request": "true"})
    assert ("vz-notice-new" in answer.content.decode(), answer.headers["HX-Trigger"]) == (False, "notifications-read")
    assert list(Notification.objects.filter(read_at=None)) == [other]


def test_all_are_marked_as_read_at_once_but_nobody_elses(desk, tell, dmitry):
    tell()
    tell()
    theirs = tell(to=dmitry)
    assert desk.post(reverse("notifications_read")).status_code == 302
    assert list(Notification.objects.filter(read_at=None)) == [theirs]


@pytest.mark.parametrize("number", ["999999", "drop", "²", "-1"])
def test_a_number_that_is_none_reads_nothing(desk, tell, number):
    tell()
    assert desk.post(reverse("notifications_read"), {"id": number}).status_code == 404
    assert Notification.objects.filter(read_at=None).count() == 1


def test_a_colleague_neither_reads_nor_follows_it(client, dmitry, tell):
    row = tell()
    client.force_login(dmitry)
    assert client.get(reverse("notification", args=[row.pk])).status_code == 404
    assert client.post(reverse("notifications_read"), {"id": row.pk}).status_code == 404
    assert "Орлов" not in page(client)
    row.refresh_from_db()
    assert row.read_at is None


def test_whoever_takes_part_no_more_learns_no_more(client, sergey, event, tell):
    participant = Participant.objects.create(event=event, user=sergey)
    tell(to=sergey)
    client.force_login(sergey)
    assert "Орлов" in page(client)
    participant.delete()
    assert ("Орлов" in page(client), queries.unread(sergey)) == (False, 0)


def test_filters_narrow_the_list(desk, tell, now):
    tell()
    tell("detached")
    tell("refused", values={"text": "The external calendar is busy."})
    operations.mark_read(tell("conflict").user, [Notification.objects.latest("pk").pk], now=now)

    def listed(**query):
        shown = page(desk, **query)
        return [code for code in ("moved", "detached", "refused", "conflict") if f'data-notice="{code}"' in shown]

    assert listed() == ["moved", "detached", "refused", "conflict"]
    assert listed(show="unread") == ["moved", "detached", "refused"]
    assert listed(show="open") == ["detached", "refused", "conflict"]
    assert listed(kind="moves") == ["moved"]
    assert listed(kind="questions", show="unread") == ["detached"]
    assert listed(kind="nonsense", show="nonsense") == ["moved", "detached", "refused", "conflict"]
    assert "Под эти фильтры не подходит" in page(desk, kind="failures", show="open", page="7") or listed(
        kind="failures"
    ) == ["refused"]


def test_an_answered_question_says_so(desk, event, tell, now):
    tell("detached")
    operations.settle_event(event.pk, ["detached"], now=now)
    shown = page(desk)
    assert ("Отвечено" in shown, "vz-notice-new" in shown) == (True, False)


def test_long_lists_have_pages(desk, tell):
    for _ in range(30):
        tell()
    assert (page(desk).count("data-notice="), page(desk, page=2).count("data-notice=")) == (25, 5)


def test_an_empty_list_says_what_will_be_there(desk):
    assert "Уведомлений пока нет" in page(desk)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(desk, anna, tell, now, number, django_assert_num_queries):
    account = connected(anna, now, state="limited", state_code="no_writable")
    for _ in range(number):
        tell()
        tell("account_limited", about=None, values={"account": account.pk, "reason": "no_writable", "detail": ""})
    with django_assert_num_queries(10):
        desk.get(reverse("notifications"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_bell_asks_one_question(desk, tell, number, django_assert_num_queries):
    for _ in range(number):
        tell()
    with django_assert_num_queries(3):  # session, person, count
        desk.get(reverse("notifications_bell"))


def test_every_code_has_words_an_icon_and_a_kind():
    kinds = sorted(code for codes in KINDS.values() for code in codes)
    assert kinds == sorted(WORDS) == sorted(ICONS)


def test_a_conflict_in_the_bell_names_both_values(desk, tell):
    side = {"field": "when", "kept": [THERE, MOVED["after"]["end"]], "aside": [HERE, SPAN["end"]], "there": True}
    tell("conflict", values={"sides": [side]})
    words = "Оставлено: 23 ноября, 12:30–13:30 (Google). Отложено: 23 ноября, 10:00–11:00 (здесь)."
    assert words in page(desk)
