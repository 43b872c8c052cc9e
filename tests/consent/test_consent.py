"""The consent, start to end over real HTTP, and everything that can go wrong on the way."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from tests.consent.conftest import NOW, SESSION, answered, ask, connected, finish
from tests.support.google_page import consent
from tests.support.sandbox import ANNA, ELENA, OLGA, Sandbox

from vizavi.common.models import AuditEntry
from vizavi.connections import accounts
from vizavi.connections.consent import (
    ConsentError,
    Finished,
    ShowCode,
    configuration_problem,
    finish_callback,
    finish_pasted,
    start,
)
from vizavi.connections.models import Account, AccountState, ConsentAttempt, Installation, JournalEntry
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth


def paste(user: User, text: str, *, after: int = 0) -> Finished:
    return finish_pasted(user, text, session_key="another", now=NOW + timedelta(seconds=after))


def refused(code: str, user: User, text: str, *, after: int = 0) -> None:
    with pytest.raises(ConsentError) as error:
        paste(user, text, after=after)
    assert error.value.code == code
    assert str(error.value)


def test_the_address_asks_for_what_is_needed_and_nothing_more(sandbox: Sandbox, anna: User) -> None:
    query = {name: found[0] for name, found in parse_qs(urlsplit(ask(anna)).query).items()}
    attempt = ConsentAttempt.objects.get()
    assert query.pop("state") not in (attempt.state_hash, "")
    assert query.pop("code_challenge") == oauth.challenge(attempt.verifier)
    assert query == {
        "client_id": "vizavi-demo.apps.sandbox",
        "redirect_uri": "http://127.0.0.1:8800/oauth/google/callback",
        "response_type": "code",
        "scope": "openid email https://www.googleapis.com/auth/calendar.events "
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly "
        "https://www.googleapis.com/auth/calendar.freebusy https://www.googleapis.com/auth/calendar.app.created",
        "access_type": "offline",
        "prompt": "select_account consent",
        "code_challenge_method": "S256",
        "login_hint": ANNA,
    }


def test_the_same_session_finishes_by_itself(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna)
    account = done.account
    account.refresh_from_db()
    assert (account.email, account.active, account.state) == (ANNA, True, AccountState.OK)
    assert (done.missing, done.awaiting_confirmation) == ((), False)
    assert [c.remote_id for c in account.calendars.filter(writes=True, reads=True, primary=True)] == [ANNA]
    assert User.objects.get(pk=anna.pk).external_calendar == ExternalCalendar.GOOGLE
    assert [row.action for row in JournalEntry.objects.filter(account=account)] == ["account_connected"]
    assert {"account.access_requested", "account.consented", "account.connected"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_nothing_secret_is_stored_readably(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    account = finish(anna, answer).account
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token FROM connections_account")
        stored = [*cursor.fetchone()]
        cursor.execute("SELECT verifier, state_hash FROM connections_consentattempt")
        stored += cursor.fetchone()
    secrets = {account.refresh_token, account.access_token, answer.state, ConsentAttempt.objects.get().verifier}
    assert not [secret for secret in secrets if any(secret in text for text in stored)]
    logged = str(list(AuditEntry.objects.values())) + str(list(JournalEntry.objects.values()))
    assert not [secret for secret in secrets | {answer.code} if secret in logged]


def test_another_browser_shows_the_code_and_who_asked_for_it(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    shown = finish_callback(state=answer.state, code=answer.code, error="", user=None, session_key="", now=NOW)
    assert shown == ShowCode(f"{answer.state}.{answer.code}", anna.full_name, NOW)
    elsewhere = finish_callback(state=answer.state, code=answer.code, error="", user=anna, session_key="phone", now=NOW)
    assert elsewhere == shown
    assert paste(anna, shown.code).account.active


@pytest.mark.parametrize(
    "form", ["{code}", "{state}.{code}", "{address}", "  {code}\n", "{state}.\n {code} ", "«{code}»"]
)
def test_a_code_is_accepted_in_every_form_people_paste(sandbox: Sandbox, anna: User, form: str) -> None:
    answer = answered(anna)
    text = form.format(code=answer.code, state=answer.state, address=answer.address)
    assert paste(anna, text).account.email == ANNA


def test_an_url_encoded_code_is_accepted(sandbox: Sandbox, anna: User) -> None:
    assert paste(anna, quote(answered(anna).code, safe="")).account.email == ANNA


def test_a_bare_code_means_the_newest_open_attempt(sandbox: Sandbox, anna: User) -> None:
    ask(anna, now=NOW - timedelta(minutes=1))
    assert paste(anna, answered(anna).code).account.email == ANNA


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("ку-ку", "unreadable"),
        ("x" * 5000, "unreadable"),
        ("http://127.0.0.1:8800/oauth/google/callback?code=&state=abc", "unreadable"),
        ("http://127.0.0.1:8800/oauth/google/callback?code=4/0abcdef&state=nobodys", "unknown"),
        ("4/0this-was-never-issued", "refused"),
    ],
)
def test_what_is_no_code_is_refused_with_words(sandbox: Sandbox, anna: User, text: str, code: str) -> None:
    ask(anna)
    refused(code, anna, text)
    assert not Account.objects.exists()


def test_a_code_without_an_attempt_is_refused(sandbox: Sandbox, anna: User) -> None:
    refused("none_open", anna, "4/0abcdefgh")


def test_a_bare_code_that_google_refuses_leaves_the_request_open(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    refused("refused", anna, answer.code[:-5])
    assert paste(anna, answer.code).account.active
    refused("none_open", anna, answer.code)


def test_a_code_is_used_once(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    finish(anna, answer)
    refused("used", anna, answer.address)
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "used"
    assert Account.objects.count() == 1


def test_an_attempt_lives_ten_minutes(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    refused("expired", anna, answer.address, after=600)
    refused("none_open", anna, answer.code, after=600)
    assert paste(anna, answer.address, after=599).account.active


def test_another_users_attempt_is_refused_without_a_code(sandbox: Sandbox, anna: User, olga: User) -> None:
    answer = answered(anna)
    with pytest.raises(ConsentError) as error:
        finish(olga, answer)
    assert error.value.code == "foreign"
    refused("foreign", olga, answer.address)
    refused("none_open", olga, answer.code)
    assert not Account.objects.exists()
    assert finish(anna, answer).account.user == anna


@pytest.mark.parametrize("user", ["anna", None])
def test_an_unknown_state_is_refused(sandbox: Sandbox, anna: User, user: str | None) -> None:
    who = anna if user else None
    with pytest.raises(ConsentError) as error:
        finish_callback(state="made-up", code="4/0abcdef", error="", user=who, session_key=SESSION, now=NOW)
    assert error.value.code == "unknown"


def test_a_denied_consent_changes_nothing(sandbox: Sandbox, anna: User) -> None:
    before = connected(anna).account
    answer = answered(anna, deny=True)
    assert answer.error == "access_denied"
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "denied"
    refused("used", anna, answer.address)
    assert Account.objects.get().refresh_token == before.refresh_token


def test_an_answer_without_a_code_is_refused(sandbox: Sandbox, anna: User) -> None:
    answer = answered(anna)
    answer.code = ""
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "no_code"


def test_a_missing_scope_limits_the_account_and_says_which(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna, unticked=[f"{oauth.PREFIX}calendar.events"])
    assert done.missing == ("событиям ваших календарей",) or len(done.missing) == 1
    account = Account.objects.get()
    assert (account.active, account.state, account.state_code) == (True, AccountState.LIMITED, "missing_scope")
    assert connected(anna).account.state == AccountState.OK


def test_all_calendar_scopes_left_off_keep_the_account_limited(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna, unticked=[*oauth.NEEDED, oauth.NEW_CALENDAR])
    assert len(done.missing) == 3
    account = Account.objects.get()
    assert (account.state, account.state_code) == (AccountState.LIMITED, "missing_scope")
    assert not account.calendars.exists()


def test_only_the_new_calendar_may_be_left_off(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna, unticked=[oauth.NEW_CALENDAR])
    assert (done.missing, done.account.state) == ((), AccountState.OK)
    assert not accounts.may_create_calendar(done.account)


def test_another_login_awaits_confirmation(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna, as_whom=ELENA)
    assert (done.awaiting_confirmation, done.entered_login, done.account.email) == (True, ANNA, ELENA)
    assert accounts.active_account(anna) is None
    waiting = accounts.awaiting_account(anna)
    assert waiting == done.account
    accounts.confirm_login(waiting, by=anna, now=NOW)
    assert accounts.active_account(anna) == done.account
    assert accounts.awaiting_account(anna) is None


def test_another_login_can_be_turned_down(sandbox: Sandbox, anna: User) -> None:
    done = connected(anna, as_whom=ELENA)
    accounts.disconnect(done.account, existing="keep", by=anna, now=NOW)
    assert (accounts.active_account(anna), accounts.awaiting_account(anna)) == (None, None)
    assert Account.objects.get().refresh_token == ""


def test_without_an_entered_login_google_decides(sandbox: Sandbox, anna: User) -> None:
    assert not connected(anna, login="", as_whom=ELENA).awaiting_confirmation


def test_one_google_account_belongs_to_one_user(sandbox: Sandbox, anna: User, olga: User) -> None:
    connected(anna)
    with pytest.raises(ConsentError) as error:
        connected(olga, login=ANNA, as_whom=ANNA)
    assert error.value.code == "taken"
    assert anna.full_name in str(error.value)
    assert [account.user for account in Account.objects.all()] == [anna]


def test_another_google_account_takes_over_and_the_old_one_rests(sandbox: Sandbox, anna: User) -> None:
    first = connected(anna).account
    second = connected(anna, login=ELENA, as_whom=ELENA).account
    first.refresh_from_db()
    assert (first.active, first.state, second.active) == (False, AccountState.OFF, True)
    assert accounts.awaiting_account(anna) is None
    again = connected(anna).account
    assert again.pk == first.pk
    assert accounts.active_account(anna) == first


def test_consenting_again_keeps_account_and_calendars(sandbox: Sandbox, anna: User) -> None:
    first = connected(anna).account
    calendars = list(first.calendars.values_list("pk", flat=True))
    second = connected(anna).account
    assert (second.pk, list(second.calendars.values_list("pk", flat=True))) == (first.pk, calendars)
    assert Account.objects.get().refresh_token != first.refresh_token


def test_google_out_of_reach_is_told_and_nothing_is_kept(sandbox: Sandbox, anna: User, settings) -> None:
    answer = answered(anna)
    sandbox.fault(effect="error", status=503, method="POST", path="/token$", times=1)
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "unreachable"
    answer = answered(anna)
    settings.GOOGLE = settings.GOOGLE | {"token_uri": "http://127.0.0.1:9/token"}
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "unreachable"
    assert not Account.objects.exists()


def test_a_wrong_client_secret_is_the_administrators_business(sandbox: Sandbox, anna: User, settings) -> None:
    answer = answered(anna)
    settings.GOOGLE = settings.GOOGLE | {"client_secret": "wrong"}
    with pytest.raises(ConsentError) as error:
        finish(anna, answer)
    assert error.value.code == "client_refused"


def test_an_unset_project_says_what_is_missing_and_where_to_set_it(sandbox: Sandbox, anna: User, settings) -> None:
    assert configuration_problem() is None
    settings.GOOGLE = settings.GOOGLE | {"client_id": "", "client_secret": ""}
    problem = configuration_problem()
    assert problem is not None
    assert "VIZAVI_GOOGLE_CLIENT_ID" in problem
    with pytest.raises(ConsentError) as error:
        start(anna, session_key=SESSION, login=ANNA, now=NOW)
    assert (error.value.code, str(error.value)) == ("unconfigured", problem)
    Installation.get()
    Installation.objects.update(google_client_id="from-the-page")
    assert configuration_problem() is not None
    row = Installation.get()
    row.google_client_secret = "secret"
    row.save()
    assert configuration_problem() is None
    assert "client_id=from-the-page" in ask(anna)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("base_url", "configured", "redirect"),
    [
        ("https://vizavi.example", "", "https://vizavi.example/oauth/google/callback"),
        ("http://localhost:9000", "", "http://localhost:9000/oauth/google/callback"),
        ("http://vizavi.lan", "", "http://127.0.0.1:8800/oauth/google/callback"),
        ("https://vizavi.example", "https://proxy.example/back", "https://proxy.example/back"),
    ],
)
def test_the_redirect_address_is_never_guessed(
    sandbox: Sandbox, settings, base_url: str, configured: str, redirect: str
) -> None:
    settings.BASE_URL, settings.GOOGLE = base_url, settings.GOOGLE | {"redirect_uri": configured}
    anna = User.objects.create_user(ANNA, last_name="Крылова", first_name="Анна")
    assert parse_qs(urlsplit(ask(anna)).query)["redirect_uri"] == [redirect]


def test_a_desktop_client_and_a_pasted_address_need_no_reachable_page(sandbox: Sandbox, anna: User, settings) -> None:
    settings.BASE_URL = "http://vizavi.lan"
    desktop = {"client_id": "vizavi-desktop.apps.sandbox", "client_secret": "vizavi-desktop-secret"}
    settings.GOOGLE = settings.GOOGLE | desktop
    assert paste(anna, consent(ask(anna), ANNA).address).account.active


@pytest.mark.parametrize("login", ["anna", "anna@", "a b@example.com"])
def test_a_login_that_is_no_address_is_refused(sandbox: Sandbox, anna: User, login: str) -> None:
    with pytest.raises(ConsentError) as error:
        ask(anna, login=login)
    assert error.value.code == "bad_login"
    assert not ConsentAttempt.objects.exists()


def test_an_observer_has_no_account(sandbox: Sandbox, anna: User) -> None:
    anna.role = "observer"
    anna.save()
    with pytest.raises(PermissionDenied):
        ask(anna)


def test_two_answers_at_once_are_exchanged_once(sandbox: Sandbox, anna: User, olga: User) -> None:
    answer = answered(anna)
    ConsentAttempt.objects.update(used_at=NOW)  # another worker was faster, after we had looked
    refused("used", anna, answer.address)
    assert OLGA not in str(list(AuditEntry.objects.values()))
