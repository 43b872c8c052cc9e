"""What a connected user does with the account: check it, choose calendars, pause, disconnect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from tests.consent.conftest import NOW, connected
from tests.support.sandbox import ANNA, CLIENT_ID, Sandbox

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.connections import accounts
from vizavi.connections.google import provider_for
from vizavi.connections.models import Account, AccountState, BusyBlock, Calendar, ConflictPolicy, LoadMode
from vizavi.connections.work import work_account
from vizavi.demo import accounts as demo_accounts
from vizavi.demo.google import LocalGoogle
from vizavi.events.models import EventType
from vizavi.people.models import ExternalCalendar, User
from vizavi.providers.google import oauth
from vizavi.sync.errors import AuthRevoked


@pytest.fixture
def account(sandbox: Sandbox, anna: User) -> Account:
    return connected(anna).account


def podbor(account: Account) -> Calendar:
    return account.calendars.get(name="Подбор")


def blocks(calendar: Calendar) -> list[str | None]:
    return list(calendar.blocks.values_list("title", flat=True))


def block(calendar: Calendar) -> None:
    BusyBlock.objects.create(
        calendar=calendar, remote_id="dentist", starts_at=NOW, ends_at=NOW + timedelta(hours=1), title="Стоматолог"
    )


def test_a_healthy_account_passes_the_check(account: Account) -> None:
    with translation.override("en"):
        result = accounts.check(account, now=NOW)
    assert (result.ok, result.text, result.missing) == (True, "Check succeeded", ())
    assert "events of your calendars" in result.granted
    assert Account.objects.get().last_ok_at == NOW


def test_the_check_says_it_in_russian(account: Account) -> None:
    with translation.override("ru"):
        assert accounts.check(account, now=NOW).text == "Проверка выполнена успешно"


def test_a_revoked_grant_asks_for_a_new_consent(sandbox: Sandbox, account: Account) -> None:
    sandbox.admin("POST", "revoke", email=ANNA)
    result = accounts.check(account, now=NOW)
    assert (result.ok, account.state, account.state_code) == (False, AccountState.EXPIRED, "expired")
    assert ANNA in result.text


def test_a_grant_that_dies_after_seven_days_is_explained(sandbox: Sandbox, account: Account) -> None:
    sandbox.admin("POST", "revoke", email=ANNA)
    accounts.check(account, now=NOW + timedelta(days=7))
    assert account.state_code == "testing"


def test_an_expired_access_token_is_renewed_unnoticed(sandbox: Sandbox, account: Account) -> None:
    before = account.access_token
    sandbox.admin("POST", "expire-access", email=ANNA)
    assert accounts.check(account, now=NOW).ok
    stored = Account.objects.get()
    assert stored.access_token == account.access_token != before


def test_a_token_is_renewed_before_it_expires(account: Account) -> None:
    before = account.access_token
    assert accounts.check(account, now=NOW + timedelta(seconds=3560)).ok
    assert account.access_token != before


def test_a_token_renewed_by_another_worker_is_taken(sandbox: Sandbox, account: Account) -> None:
    stale = Account.objects.get()
    sandbox.admin("POST", "expire-access", email=ANNA)
    accounts.check(account, now=NOW)
    assert accounts.check(stale, now=NOW).ok
    assert stale.access_token == account.access_token
    assert sum("/token" in line["path"] for line in sandbox.log()) == 2  # the code's exchange and one renewal


def test_a_wrong_secret_limits_the_account(sandbox: Sandbox, account: Account, settings) -> None:
    settings.GOOGLE = settings.GOOGLE | {"client_secret": "wrong"}
    sandbox.admin("POST", "expire-access", email=ANNA)
    assert not accounts.check(account, now=NOW).ok
    assert (account.state, account.state_code) == (AccountState.LIMITED, "invalid_client")


def test_google_out_of_reach_leaves_the_state_alone(sandbox: Sandbox, account: Account) -> None:
    sandbox.fault(effect="error", status=503, path="calendarList", times=1)
    assert not accounts.check(account, now=NOW).ok
    assert account.state == AccountState.OK
    sandbox.fault(effect="error", status=403, reason="rateLimitExceeded", path="calendarList", times=1)
    assert not accounts.check(account, now=NOW).ok
    assert account.state == AccountState.OK


def test_the_calendar_api_switched_off_is_told(sandbox: Sandbox, account: Account) -> None:
    sandbox.fault(effect="error", status=403, reason="accessNotConfigured", path="calendarList", times=1)
    result = accounts.check(account, now=NOW)
    assert (result.ok, account.state_code) == (False, "accessNotConfigured")


def test_the_primary_calendar_writes_and_is_read_at_first(account: Account) -> None:
    shown = {c.name: (c.writes, c.reads, c.mode) for c in account.calendars.all()}
    assert shown["Подбор"] == (False, False, LoadMode.SKIP)
    assert [row for row in shown.values() if row[0]] == [(True, True, LoadMode.NAMED)]


def test_another_calendar_is_chosen_and_read(account: Account, anna: User) -> None:
    chosen = accounts.choose(account, podbor(account).pk, {}, by=anna, now=NOW)
    assert (chosen.name, chosen.writes, chosen.reads, chosen.mode) == ("Подбор", True, True, LoadMode.NAMED)
    assert account.calendars.filter(writes=True).count() == 1
    assert account.calendars.get(primary=True).reads
    entry = AuditEntry.objects.get(action="account.calendars_chosen")
    assert entry.changes == {"writing": [None, "Подбор"]}


def test_a_new_calendar_is_made_once(sandbox: Sandbox, account: Account, anna: User) -> None:
    chosen = accounts.choose(account, "Собеседования", {}, by=anna, now=NOW)
    assert (chosen.name, chosen.writes, chosen.access_role) == ("Собеседования", True, "owner")
    names = [row["summary"] for row in sandbox.admin("GET", "state")["calendars"] if row["email"] == ANNA]
    assert names.count("Собеседования") == 1
    with pytest.raises(RuleError) as error:
        accounts.choose(account, " Собеседования ", {}, by=anna, now=NOW)
    assert (error.value.field, error.value.code) == ("new_name", "taken")


def test_a_new_calendar_needs_its_scope(sandbox: Sandbox, anna: User) -> None:
    account = connected(anna, unticked=[oauth.NEW_CALENDAR]).account
    with pytest.raises(RuleError) as error:
        accounts.choose(account, "Собеседования", {}, by=anna, now=NOW)
    assert (error.value.field, error.value.code) == ("new_name", "scope")


def test_google_refusing_a_new_calendar_changes_nothing(sandbox: Sandbox, account: Account, anna: User) -> None:
    sandbox.fault(effect="error", status=403, reason="quotaExceeded", method="POST", path="/calendars$", times=1)
    with pytest.raises(RuleError) as error:
        accounts.choose(account, "Собеседования", {}, by=anna, now=NOW)
    assert (error.value.field, account.state_code) == ("new_name", "quotaExceeded")
    assert account.calendars.get(writes=True).primary


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_new_calendar_needs_a_name(account: Account, anna: User, name: str) -> None:
    with pytest.raises(RuleError) as error:
        accounts.choose(account, name, {}, by=anna, now=NOW)
    assert error.value.field == "new_name"


def test_a_calendar_that_may_only_be_read_cannot_be_written_to(sandbox: Sandbox, account: Account, anna: User) -> None:
    sandbox.admin("POST", "role", email=ANNA, calendar="sergey.tarasov@vetervolna.example", role="reader")
    accounts.refresh_calendars(account, now=NOW)
    shared = account.calendars.get(remote_id="sergey.tarasov@vetervolna.example")
    with pytest.raises(RuleError) as error:
        accounts.choose(account, shared.pk, {}, by=anna, now=NOW)
    assert (error.value.field, error.value.code) == ("writing", "read_only")
    assert shared.pk not in [calendar.pk for calendar in accounts.writable(account)]


def test_a_typed_calendar_needs_an_active_type_that_is_exported(account: Account, anna: User) -> None:
    kind = EventType.objects.get(code="interview")
    primary, calendar = account.calendars.get(primary=True), podbor(account)
    for wrong in (None, EventType(active=False, export_enabled=True), EventType(active=True, export_enabled=False)):
        with pytest.raises(RuleError) as error:
            accounts.choose(account, primary.pk, {calendar.pk: (LoadMode.TYPED, wrong)}, by=anna, now=NOW)
        assert error.value.field == f"type_{calendar.pk}"
    accounts.choose(account, primary.pk, {calendar.pk: (LoadMode.TYPED, kind)}, by=anna, now=NOW)
    calendar.refresh_from_db()
    assert (calendar.reads, calendar.mode, calendar.event_type) == (True, LoadMode.TYPED, kind)
    accounts.choose(account, primary.pk, {calendar.pk: (LoadMode.SKIP, kind)}, by=anna, now=NOW)
    calendar.refresh_from_db()
    assert (calendar.reads, calendar.event_type) == (False, None)


def test_busy_only_wipes_the_titles_and_skipping_wipes_all(account: Account, anna: User) -> None:
    primary = account.calendars.get(primary=True)
    accounts.choose(account, primary.pk, {primary.pk: (LoadMode.NAMED, None)}, by=anna, now=NOW)
    block(primary)
    Calendar.objects.filter(pk=primary.pk).update(cursor="token")
    accounts.choose(account, primary.pk, {primary.pk: (LoadMode.NAMED, None)}, by=anna, now=NOW)
    primary.refresh_from_db()
    assert (blocks(primary), primary.cursor) == (["Стоматолог"], "token")
    accounts.choose(account, primary.pk, {primary.pk: (LoadMode.BUSY, None)}, by=anna, now=NOW)
    primary.refresh_from_db()
    assert (blocks(primary), primary.cursor) == ([None], "")
    accounts.choose(account, primary.pk, {primary.pk: (LoadMode.SKIP, None)}, by=anna, now=NOW)
    primary.refresh_from_db()
    assert (blocks(primary), primary.reads) == ([], True)


def test_a_calendar_of_somebody_else_is_unknown(sandbox: Sandbox, account: Account, anna: User, olga: User) -> None:
    hers = connected(olga).account.calendars.get(primary=True)
    with pytest.raises(RuleError):
        accounts.choose(account, hers.pk, {}, by=anna, now=NOW)
    with pytest.raises(RuleError):
        accounts.choose(account, podbor(account).pk, {hers.pk: (LoadMode.BUSY, None)}, by=anna, now=NOW)


def test_a_lost_calendar_keeps_its_row_and_is_told(sandbox: Sandbox, account: Account) -> None:
    primary = account.calendars.get(primary=True)
    Calendar.objects.filter(pk=primary.pk).update(writes=False)
    Calendar.objects.create(account=account, remote_id="gone@group", name="Ушедший", writes=True, reads=True)
    result = accounts.check(account, now=NOW)
    assert (result.ok, account.state, account.state_code) == (False, AccountState.LIMITED, "notFound")
    assert "Ушедший" in result.text
    accounts.choose(account, primary.pk, {}, by=account.user, now=NOW)
    assert account.state == AccountState.OK


def test_refreshing_tells_trouble_instead_of_raising_it(sandbox: Sandbox, account: Account) -> None:
    sandbox.fault(effect="malformed", path="calendarList", times=1)
    assert not accounts.refresh_calendars(account, now=NOW).ok
    assert accounts.refresh_calendars(account, now=NOW).ok


def test_no_external_calendar_pauses_and_keeps_the_tokens(account: Account, anna: User) -> None:
    accounts.pause(anna, by=anna, now=NOW)
    account.refresh_from_db()
    assert (account.paused, account.active, bool(account.refresh_token)) == (True, True, True)
    assert User.objects.get(pk=anna.pk).external_calendar == ExternalCalendar.NONE
    accounts.resume(anna, by=anna, now=NOW)
    account.refresh_from_db()
    assert not account.paused


def test_disconnecting_forgets_tokens_and_what_was_read(account: Account, anna: User) -> None:
    primary = account.calendars.get(primary=True)
    block(primary)
    accounts.disconnect(account, existing="keep", by=anna, now=NOW)
    account.refresh_from_db()
    assert (account.active, account.refresh_token, account.access_token, account.scopes) == (False, "", "", "")
    assert (account.state, blocks(primary)) == (AccountState.OFF, [])
    with pytest.raises(AuthRevoked):
        provider_for(primary, now=NOW).fetch("whatever")


def test_revoking_ends_the_grant_at_google(sandbox: Sandbox, account: Account, anna: User) -> None:
    token = account.refresh_token
    accounts.revoke(account, by=anna, now=NOW)
    assert not account.active
    account.refresh_token, account.active = token, True
    account.save()
    assert not accounts.check(account, now=NOW).ok


def test_revoking_while_google_is_away_changes_nothing(sandbox: Sandbox, account: Account, anna: User) -> None:
    sandbox.fault(effect="error", status=503, path="/revoke", times=1)
    with pytest.raises(RuleError):
        accounts.revoke(account, by=anna, now=NOW)
    assert Account.objects.get().active


def test_strangers_do_not_touch_an_account(account: Account, olga: User, elena: User) -> None:
    with pytest.raises(PermissionDenied):
        accounts.disconnect(account, existing="keep", by=elena, now=NOW)
    accounts.disconnect(account, existing="keep", by=olga, now=NOW)
    assert not Account.objects.get().active


def test_the_policy_is_kept_and_audited(account: Account, anna: User) -> None:
    policy = {"takes_text": True, "takes_place": False, "cancel_on_delete": False, "cancelled_stays": False}
    for _ in range(2):
        accounts.set_policy(account, conflict_policy=ConflictPolicy.CALENDAR, **policy, by=anna, now=NOW)
    account.refresh_from_db()
    assert (account.conflict_policy, account.takes_text) == (ConflictPolicy.CALENDAR, True)
    entry = AuditEntry.objects.get(action="account.policy")
    assert entry.changes == {"conflict_policy": ["newest", "calendar"], "takes_text": [False, True]}


def test_a_provider_reads_the_chosen_calendar(sandbox: Sandbox, account: Account) -> None:
    day = date(2027, 3, 10)
    sandbox.admin(
        "POST",
        "events",
        email=ANNA,
        calendar="primary",
        events=[{"summary": "Отпуск", "start": {"date": str(day)}, "end": {"date": "2027-03-12"}}],
    )
    [page] = provider_for(account.calendars.get(primary=True), now=NOW).changes(None, None)
    assert [item.content.title for item in page.items if item.content] == ["Отпуск"]


@pytest.mark.django_db(transaction=True)
def test_a_person_of_the_demo_who_comes_back_finds_the_same_account(sandbox, anna, olga, elena):
    local = LocalGoogle(sandbox.url, CLIENT_ID)
    for person in (anna, elena, olga):
        demo_accounts.connect(local, person.email, now=NOW)
    demo_accounts.limit(local, Account.objects.get(user=elena), now=NOW)
    demo_accounts.revoke(local, olga.email)
    work_account(Account.objects.get(user=olga).pk, pull=True, now=lambda: NOW)
    before = list(Account.objects.order_by("pk").values_list("pk", "email", "state"))
    assert [(email, state) for _, email, state in before] == [
        (anna.email, "ok"),
        (elena.email, "limited"),
        (olga.email, "expired"),
    ]
    assert connected(olga).account.pk == before[-1][0]
    assert Account.objects.get(user=olga).state == "ok"
