"""Интеграция с Google: what is asked and told before the exchange begins, changes or ends."""

import pytest
import time_machine
from django.test import Client

from vizavi.connections.models import Account, BusyBlock, Calendar, JournalEntry, Link, LoadMode
from vizavi.connections.states import chips
from vizavi.connections.tests.office import block, calendar, connected, copied
from vizavi.events.tests.conftest import span
from vizavi.people.models import User
from vizavi.web.tests.planning import plan
from vizavi.web.tests.test_administration import text


@pytest.fixture(autouse=True)
def friday(now, directories):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def her(client, anna) -> Client:
    client.force_login(anna)
    return client


@pytest.fixture
def account(anna, now) -> Account:
    return connected(anna, now)


@pytest.fixture
def meeting(anna, orlov, now):
    return plan(span(), by=anna, now=now, candidate=orlov)


def primary(account: Account) -> Calendar:
    return account.calendars.get(primary=True)


def chosen(account: Account, **changes: object) -> dict[str, object]:
    """What the form sends as it stands, with the fields given replaced."""
    modes = {f"mode_{row.pk}": row.mode for row in account.calendars.all()}
    return {"writing": primary(account).pk, "conflict_policy": "newest"} | modes | changes


def test_a_connected_account_says_on_every_page_that_saving_is_left(her, account, meeting):
    Account.objects.update(begun=False)
    page = text(her.get("/settings/google/"))
    assert "Осталось нажать «Сохранить» Аккаунт подключён, но пока ничего не отправлено и не загружено" in page
    assert "1 будущее интервью появится в выбранном календаре" in page
    assert "Подключён Осталось нажать «Сохранить»" in page
    assert "Осталось нажать «Сохранить». До этого интервью" in text(her.get("/calendar/"))
    card = text(her.get(f"/events/{meeting.pk}/"))
    assert "ещё не нажал «Сохранить» на странице интеграции" in card


def test_what_waits_for_a_person_is_not_asked_for_each_second(account, meeting, now):
    assert chips([meeting], now=now)[meeting.pk].moving
    for fields in ({"begun": False}, {"begun": True, "paused": True}, {"paused": False, "state": "expired"}):
        Account.objects.update(**fields)
        chip = chips([meeting], now=now)[meeting.pk]
        assert (chip.code, chip.moving) == ("pending", False)


def test_saving_begins_the_exchange(her, account):
    Account.objects.update(begun=False)
    assert her.post("/settings/google/save/", chosen(account)).status_code == 302
    assert Account.objects.get().begun
    assert "Осталось нажать" not in text(her.get("/settings/google/"))


def test_another_writing_calendar_is_asked_about_and_nothing_saved_before(her, account, meeting):
    podbor = calendar(account, "Подбор")
    copied(meeting, primary(account))
    block(primary(account), meeting.starts_at, "Стоматолог")
    values = chosen(account, writing=podbor.pk, **{f"mode_{primary(account).pk}": "busy"})
    asked = her.post("/settings/google/save/", values)
    for words in ("1 будущее интервью переедет в календарь «Подбор»", "название 1 блока «Занято» будет здесь стёрто"):
        assert words in text(asked)
    assert primary(account).writes
    assert BusyBlock.objects.get().title == "Стоматолог"
    back = her.post("/settings/google/save/", values | {"back": "1"})
    assert back.context["calendars_form"]["writing"].value() == str(podbor.pk)
    assert primary(account).writes
    assert her.post("/settings/google/save/", values | {"confirmed": "1"}).status_code == 302
    assert account.calendars.get(writes=True) == podbor
    assert BusyBlock.objects.get().title is None


def test_the_confirmation_sends_back_what_was_chosen(her, account, meeting):
    block(primary(account), meeting.starts_at, "Стоматолог")
    values = chosen(account, takes_text="on", **{f"mode_{primary(account).pk}": "busy"})
    asked = her.post("/settings/google/save/", values)
    assert dict(asked.context["sent"]) == {name: str(value) for name, value in values.items()}


def test_a_choice_without_consequences_is_saved_at_once(her, account):
    assert her.post("/settings/google/save/", chosen(account, cancelled_stays="on")).status_code == 302
    assert Account.objects.get().cancelled_stays


def test_google_out_of_reach_leaves_the_number_to_load_open(her, account, settings):
    settings.GOOGLE = settings.GOOGLE | {"api_root": "http://127.0.0.1:9/calendar/v3", "client_id": "a"}
    page = her.get("/settings/google/found/", {f"mode_{primary(account).pk}": "named"})
    assert "неизвестно: он не ответил" in text(page)
    nothing = her.get("/settings/google/found/", {f"mode_{primary(account).pk}": "skip"})
    assert "загружать из Google сейчас нечего" in text(nothing)


def test_disconnecting_offers_two_ways_with_their_numbers(her, account, meeting, sergey):
    meeting.participants.create(user=sergey)
    meeting.type.invite_participants = True
    meeting.type.save()
    copied(meeting, primary(account), guests_notified=True)
    page = text(her.get("/settings/google/disconnect/"))
    assert "Оставить (1 копия) Они остаются там как есть" in page
    assert "Google отправит письмо 1 ранее приглашённому гостю" in page
    both = {"existing": "remove", "revoke": "on"}
    assert "Выберите что-то одно" in text(her.post("/settings/google/disconnect/", both, follow=True))
    assert not Account.objects.get().closing


def test_copies_that_are_kept_end_the_connection_at_once(her, account, meeting):
    copied(meeting, primary(account))
    page = her.post("/settings/google/disconnect/", {"existing": "keep"}, follow=True)
    assert "Аккаунт отключён. Интервью остались здесь" in text(page)
    assert (Account.objects.get().active, Link.objects.get().state) == (False, "live")


def test_copies_that_are_removed_are_counted_down_and_may_be_left_after_all(her, account, meeting):
    link = copied(meeting, primary(account))
    page = her.post("/settings/google/disconnect/", {"existing": "remove"}, follow=True)
    assert "Аккаунт отключается Осталось удалить 1 интервью из календаря Google" in text(page)
    assert "Отключается" in text(page)
    Link.objects.filter(pk=link.pk).update(error_code="403/forbidden", error_text="Нет прав на календарь.")
    progress = her.get("/settings/google/closing/")
    assert "Google отказался удалить: Интервью: Орлов Денис, 23.11.2026 10:00 – Google" in text(progress)
    assert "Нет прав на календарь." in text(progress)
    her.post("/settings/google/disconnect/", {"existing": "keep"})
    assert (Account.objects.get().active, Link.objects.get().state) == (False, "live")
    assert her.get("/settings/google/closing/").headers["HX-Redirect"] == "/settings/google/"


def test_the_page_ends_with_the_latest_lines_of_the_journal(her, account, now):
    for number in range(7):
        JournalEntry.objects.create(at=now, account=account, direction="out", action="changed", text=f"строка {number}")
    page = text(her.get("/settings/google/"))
    assert [f"строка {number}" in page for number in (1, 2, 6)] == [False, True, True]
    assert f"/tools/journal/?account={account.pk}" in her.get("/settings/google/").content.decode()


def test_reasons_are_said_in_the_language_of_the_one_who_reads(client, account, anna, olga):
    account.state, account.state_code = "limited", "requiredAccessLevel"
    account.save()
    User.objects.filter(pk=olga.pk).update(language="en")
    for user, words in ((anna, "доступен только для чтения"), (olga, "may only be read")):
        client.force_login(user)
        page = client.get("/settings/google/" if user == anna else "/administration/connections/")
        assert words in text(page)


def test_a_mode_that_is_typed_needs_no_question_where_nothing_is_known(her, account, interview):
    podbor = calendar(account, "Подбор")
    values = chosen(account, **{f"mode_{podbor.pk}": "typed", f"type_{podbor.pk}": interview.pk})
    assert her.post("/settings/google/save/", values).status_code == 302
    podbor.refresh_from_db()
    assert podbor.mode == LoadMode.TYPED
