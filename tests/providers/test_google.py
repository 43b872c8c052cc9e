"""What only Google does: renewals, refusals by reason, batches in part, guest lists, a calendar that vanishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.providers.remotes import GoogleRemote
from tests.providers.test_contract import (
    DAY,
    ELENA,
    INTERVIEW,
    SERGEY,
    START,
    create,
    fetched,
    new_id,
    patch,
    put,
    read,
)
from tests.support.sandbox import ANNA, OLGA, Sandbox, timed

from vizavi.providers.google import oauth
from vizavi.providers.google.account import AccountClient
from vizavi.sync.errors import AccessDenied, AuthRevoked, CursorExpired, SyncError, Throttled, Unavailable
from vizavi.sync.model import (
    Answer,
    Group,
    Kind,
    Missing,
    Person,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Undone,
)


def requests_of(sandbox: Sandbox, *, inner: bool = False) -> list[str]:
    lines = [line for line in sandbox.log() if "/calendar/v3" in line["path"] and line["user"] == ANNA]
    return [f"{line['method']} {line['path']}" for line in lines if bool(line["inner"]) is inner]


# Tokens. ----------------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_once(google: GoogleRemote) -> None:
    google.sandbox.admin("POST", "expire-access", email=ANNA)
    put(google)
    put(google)
    assert google.tokens.renewals == 1


def test_a_batch_with_an_expired_token_is_sent_again(google: GoogleRemote) -> None:
    google.sandbox.admin("POST", "expire-access", email=ANNA)
    outcomes = google.provider.write([create(new_id()) for _ in range(3)])
    assert [type(outcome) for outcome in outcomes] == [RemoteItem] * 3
    assert google.tokens.renewals == 1


def test_a_part_that_met_a_dead_token_is_sent_again(google: GoogleRemote) -> None:
    google.sandbox.fault(effect="error", status=401, reason="authError", path="/events$", nth=2, times=1)
    outcomes = google.provider.write([create(new_id()) for _ in range(3)])
    assert [type(outcome) for outcome in outcomes] == [RemoteItem] * 3
    assert len(read(google)[0]) == 3


def test_a_revoked_grant_is_told(google: GoogleRemote) -> None:
    google.sandbox.admin("POST", "revoke", email=ANNA)
    with pytest.raises(AuthRevoked):
        put(google)


def test_a_new_token_that_is_refused_too_means_the_grant_is_gone(google: GoogleRemote) -> None:
    google.sandbox.fault(effect="error", status=401, reason="authError", path="/calendar/v3", times=None)
    with pytest.raises(AuthRevoked):
        google.provider.fetch("whatever")


def test_a_missing_scope_is_no_revoked_grant(sandbox: Sandbox) -> None:
    with GoogleRemote(sandbox, ["calendar.freebusy"]) as remote:
        with pytest.raises(AccessDenied) as error:
            list(remote.provider.changes(None, None))
        assert error.value.code == "insufficientPermissions"


# Refusals of one call. --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "rateLimitExceeded", Throttled),
        (403, "userRateLimitExceeded", Throttled),
        (403, "dailyLimitExceeded", Throttled),
        (429, "rateLimitExceeded", Throttled),
        (403, "quotaExceeded", AccessDenied),
        (403, "accessNotConfigured", AccessDenied),
        (403, "insufficientPermissions", AccessDenied),
        (403, "requiredAccessLevel", AccessDenied),
        (500, "backendError", Unavailable),
        (503, "backendError", Unavailable),
    ],
)
def test_what_concerns_the_account_is_raised(
    google: GoogleRemote, status: int, reason: str, expected: type[SyncError]
) -> None:
    google.sandbox.fault(effect="error", status=status, reason=reason, method="POST", times=1)
    with pytest.raises(expected):
        google.provider.write([create(new_id())])


def test_a_pause_that_is_asked_for_is_told(google: GoogleRemote) -> None:
    google.sandbox.fault(effect="error", status=429, reason="rateLimitExceeded", retry_after=17, times=1)
    with pytest.raises(Throttled) as error:
        google.provider.fetch("whatever")
    assert (error.value.after, error.value.project) == (17.0, False)
    google.sandbox.fault(effect="error", status=403, reason="dailyLimitExceeded", times=1)
    with pytest.raises(Throttled) as error:
        google.provider.fetch("whatever")
    assert error.value.project


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "forbiddenForNonOrganizer"), (400, "invalid"), (403, "eventTypeRestriction"), (413, "x")],
)
def test_what_concerns_one_item_is_a_value(google: GoogleRemote, status: int, reason: str) -> None:
    google.sandbox.fault(effect="error", status=status, reason=reason, message="слова", method="POST", times=1)
    assert google.provider.write([create(new_id())]) == [Rejected(f"{status}/{reason}", "слова")]


@pytest.mark.parametrize("effect", ["malformed", "truncated", "lost_before", "lost_after"])
def test_an_answer_that_is_none_is_unavailable(google: GoogleRemote, effect: str) -> None:
    made = put(google)
    for call in (
        lambda: google.provider.fetch(made.remote_id),
        lambda: list(google.provider.changes(None, None)),
        lambda: google.provider.write([create(new_id())]),
    ):
        google.sandbox.fault(effect=effect, path="^/(batch/)?calendar/v3", times=1)
        with pytest.raises(Unavailable):
            call()
        google.sandbox.admin("DELETE", "faults")


@pytest.mark.parametrize("effect", ["truncated", "lost_before", "lost_after"])
def test_a_batch_without_an_answer_is_unavailable(google: GoogleRemote, effect: str) -> None:
    google.sandbox.fault(effect=effect, path="^/batch/calendar/v3", times=1)
    with pytest.raises(Unavailable):
        google.provider.write([create(new_id()), create(new_id())])


def test_a_batch_that_turns_into_nonsense_leaves_what_cannot_be_read_unknown(google: GoogleRemote) -> None:
    google.sandbox.fault(effect="malformed", path="^/batch/calendar/v3", times=1)
    told, unreadable = google.provider.write([create(new_id()), create(new_id())])
    assert isinstance(told, RemoteItem)
    assert unreadable == Undone(certain=False)


# Batches. ---------------------------------------------------------------------------------------------------------


def test_one_write_is_one_request_and_fifty_are_one_too(google: GoogleRemote) -> None:
    google.sandbox.admin("DELETE", "log")
    google.provider.write([create(new_id())])
    assert len(requests_of(google.sandbox)) == 1
    google.sandbox.admin("DELETE", "log")
    google.provider.write([create(new_id()) for _ in range(50)])
    assert (len(requests_of(google.sandbox, inner=True)), len(requests_of(google.sandbox))) in ((50, 0), (50, 1))


def test_more_than_fifty_are_refused_here(google: GoogleRemote) -> None:
    with pytest.raises(ValueError):
        google.provider.write([create(new_id()) for _ in range(51)])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_executed_in_any_order_find_their_writes(google: GoogleRemote, seed: int) -> None:
    google.sandbox.admin("POST", "knobs", batch_shuffle_seed=seed)
    ids = [new_id() for _ in range(8)]
    outcomes = google.provider.write([create(remote_id) for remote_id in ids])
    assert [outcome.remote_id for outcome in outcomes if isinstance(outcome, RemoteItem)] == ids


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        (403, "rateLimitExceeded", Undone(certain=True)),
        (429, "rateLimitExceeded", Undone(certain=True)),
        (409, "conflict", Undone(certain=True)),
        (500, "backendError", Undone(certain=False)),
        (503, "backendError", Undone(certain=False)),
        (403, "quotaExceeded", Undone(certain=True)),
        (403, "forbiddenForNonOrganizer", Rejected("403/forbiddenForNonOrganizer", "слова")),
    ],
)
def test_a_part_that_fails_leaves_the_others_done(
    google: GoogleRemote, status: int, reason: str, outcome: object
) -> None:
    google.sandbox.fault(
        effect="error", status=status, reason=reason, message="слова", path="/calendar/v3/.*/events$", nth=2, times=1
    )
    outcomes = google.provider.write([create(new_id()) for _ in range(3)])
    assert [type(outcomes[0]), outcomes[1], type(outcomes[2])] == [RemoteItem, outcome, RemoteItem]
    assert len(read(google)[0]) == 2


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ({"effect": "lost_before"}, 1),
        ({"effect": "lost_after"}, 2),
        ({"effect": "lost_after", "status": 504}, 2),
        ({"effect": "malformed"}, 2),
        ({"effect": "truncated"}, 2),
        ({"effect": "error", "status": 503, "form": "html"}, 1),
        ({"effect": "error", "status": 500, "form": "empty"}, 1),
    ],
)
def test_a_part_without_an_answer_is_unknown_and_the_other_done(google: GoogleRemote, rule: dict, written: int) -> None:
    google.sandbox.fault(**rule, inside=True, method="POST", nth=2)
    told, unknown = google.provider.write([create(new_id()), create(new_id())])
    assert isinstance(told, RemoteItem)
    assert unknown == Undone(certain=False)
    assert len(read(google)[0]) == written


@pytest.mark.parametrize("status", [403, 429])
def test_a_spent_quota_throttles_one_call_or_single_parts(google: GoogleRemote, status: int) -> None:
    google.sandbox.admin("POST", "quota", user=2, status=status)
    outcomes = google.provider.write([create(new_id()) for _ in range(3)])
    assert [isinstance(outcome, RemoteItem) for outcome in outcomes] == [True, True, False]
    assert outcomes[2] == Undone(certain=True)
    with pytest.raises(Throttled) as error:
        google.provider.fetch("whatever")
    assert (error.value.after, error.value.project) == (None, False)
    google.sandbox.admin("POST", "clock", ahead_s=61)
    assert google.provider.fetch("absent1") == Missing()


def test_what_a_batch_costs_is_what_google_counts(google: GoogleRemote) -> None:
    first, second = put(google), put(google, replace(INTERVIEW, people=(SERGEY,)))
    batch = [
        patch(first, DAY, Group.TIME),
        patch(second, replace(INTERVIEW, people=(ELENA,)), Group.PEOPLE),
        create(new_id()),
    ]
    google.sandbox.admin("POST", "quota", user=600)
    google.provider.write(batch)
    assert google.sandbox.admin("GET", "quota")["used"] == {f"user:{ANNA}": google.provider.cost(batch)}


def test_two_writes_to_one_item_in_a_batch_collide_and_are_known_as_undone(google: GoogleRemote) -> None:
    made = put(google)
    outcomes = google.provider.write([patch(made, DAY, Group.TIME), Remove(1, made.remote_id)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RemoteItem", "Undone"]


def test_a_batch_refused_in_every_part_is_the_accounts_trouble(google: GoogleRemote) -> None:
    google.sandbox.fault(effect="error", status=403, reason="quotaExceeded", path="/calendar/v3/.*/events$", times=None)
    with pytest.raises(AccessDenied):
        google.provider.write([create(new_id()), create(new_id())])


# Reading. ---------------------------------------------------------------------------------------------------------


def test_many_events_come_in_pages_of_2500(google: GoogleRemote) -> None:
    start = "2027-03-10T12:00:00+03:00", "2027-03-10T13:00:00+03:00"
    for _ in range(3):
        google.sandbox.admin(
            "POST", "events", email=ANNA, calendar="primary", events=[timed(*start, summary="x")] * 900
        )
    google.sandbox.admin("DELETE", "log")
    pages = list(google.provider.changes(None, None))
    assert [len(page.items) for page in pages] == [2500, 200]
    assert [page.cursor is None for page in pages] == [True, False]
    lists = [line for line in google.sandbox.log() if line["path"].endswith("/events")]
    assert len(lists) == 2
    assert not [line for line in lists if "timeMax" in line["query"] or "orderBy" in line["query"]]


@pytest.mark.parametrize("status", [400, 410])
def test_a_cursor_that_is_refused_has_expired(google: GoogleRemote, status: int) -> None:
    _, cursor = read(google)
    google.sandbox.fault(effect="error", status=status, reason="fullSyncRequired", path="/events$", times=1)
    with pytest.raises(CursorExpired):
        list(google.provider.changes(cursor, None))


def test_a_cursor_from_nowhere_has_expired(google: GoogleRemote) -> None:
    with pytest.raises(CursorExpired):
        list(google.provider.changes("made up", None))


def test_a_series_comes_as_master_and_exceptions_and_can_be_expanded(google: GoogleRemote) -> None:
    weekly = timed("2027-03-10T12:00:00+03:00", "2027-03-10T13:00:00+03:00", recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    master = google.anna.insert(weekly | {"summary": "Планёрка"})["id"]
    occurrence = f"{master}_20270317T090000Z"
    google.anna.patch(occurrence, timed("2027-03-17T15:00:00+03:00", "2027-03-17T16:00:00+03:00"))
    google.anna.delete(f"{master}_20270324T090000Z")
    items, _ = read(google)
    assert {item.remote_id: item.kind for item in items.values() if not item.deleted} == {
        master: Kind.MASTER,
        occurrence: Kind.EXCEPTION,
    }
    assert items[occurrence].original_start == START + timedelta(days=7)
    found = google.provider.occurrences(master, START, START + timedelta(days=30))
    assert [item.content.when.start for item in found if item.content] == [
        START,
        START + timedelta(days=7, hours=3),
        START + timedelta(days=21),
    ]


def test_a_calendar_that_is_out_of_reach_is_no_deleted_event(google: GoogleRemote) -> None:
    lost = google.calendar("c_nowhere@group.calendar.google.com")
    item = put(google)
    for call in (
        lambda: list(lost.changes(None, None)),
        lambda: lost.fetch(item.remote_id),
        lambda: lost.write([patch(item, DAY, Group.TIME)]),
        lambda: lost.write([create(new_id())]),
    ):
        with pytest.raises(AccessDenied) as error:
            call()
        assert error.value.code == "notFound"
    assert lost.write([Remove(1, item.remote_id)]) == [Removed()]
    assert google.provider.fetch(new_id()) == Missing()


def test_a_calendar_that_may_only_be_read_is_told(google: GoogleRemote) -> None:
    google.sandbox.admin("POST", "role", email=ANNA, calendar=OLGA, role="reader")
    theirs = google.calendar(OLGA)
    assert [page.items for page in theirs.changes(None, None)] == [()]
    with pytest.raises(AccessDenied) as error:
        theirs.write([create(new_id())])
    assert error.value.code == "requiredAccessLevel"


# Guests. ----------------------------------------------------------------------------------------------------------


def test_answers_survive_a_change_of_the_guest_list(google: GoogleRemote) -> None:
    made = put(google, replace(INTERVIEW, people=(SERGEY,)))
    sergey = google.sandbox.api(SERGEY.email)
    sergey.patch(made.remote_id, {"attendees": [{"email": SERGEY.email, "responseStatus": "accepted"}]})
    sergey.http.close()
    now = fetched(google, made.remote_id)
    wanted = replace(INTERVIEW, people=(ELENA, SERGEY))  # we do not even know the answer
    [item] = google.provider.write([patch(now, wanted, Group.PEOPLE)])
    assert isinstance(item, RemoteItem)
    assert item.content is not None
    assert item.content.people == (ELENA, replace(SERGEY, answer=Answer.ACCEPTED))


def test_the_own_row_and_rooms_stay_when_guests_are_removed(google: GoogleRemote) -> None:
    room = {"email": "baikal@resource.calendar.google.com", "resource": True}
    made = put(google)
    google.anna.patch(
        made.remote_id,
        {"attendees": [{"email": ANNA, "responseStatus": "accepted"}, room, {"email": SERGEY.email}]},
    )
    now = fetched(google, made.remote_id)
    assert now.content is not None
    assert [person.email for person in now.content.people] == [SERGEY.email]
    [item] = google.provider.write([patch(now, INTERVIEW, Group.PEOPLE)])
    assert isinstance(item, RemoteItem)
    left = {row["email"]: row["responseStatus"] for row in google.anna.get(made.remote_id)["attendees"]}
    assert left.keys() == {ANNA, room["email"]}
    assert left[ANNA] == "accepted"


def test_a_guest_list_that_changed_meanwhile_is_stale(google: GoogleRemote) -> None:
    made = put(google, replace(INTERVIEW, people=(SERGEY,)))
    google.anna.patch(made.remote_id, {"attendees": [{"email": SERGEY.email}, {"email": ELENA.email}]})
    assert google.provider.write([patch(made, INTERVIEW, Group.PEOPLE)]) == [Stale()]
    assert len(google.anna.get(made.remote_id)["attendees"]) >= 2


def test_guest_lists_are_read_first_in_a_batch_too(google: GoogleRemote) -> None:
    one, two, three = (put(google) for _ in range(3))
    google.anna.patch(two.remote_id, {"summary": "человек"})
    wanted = replace(INTERVIEW, people=(SERGEY,))
    outcomes = google.provider.write([patch(item, wanted, Group.PEOPLE) for item in (one, two, three)])
    assert [type(outcome) for outcome in outcomes] == [RemoteItem, Stale, RemoteItem]


def test_new_guests_are_mailed_when_it_is_meant(google: GoogleRemote) -> None:
    people = (Person(SERGEY.email),)
    google.provider.write([create(new_id(), replace(INTERVIEW, people=people), notify=True)])
    assert google.mails() == 1


def test_a_whole_day_is_the_same_day_whatever_zone_the_calendar_has(google: GoogleRemote) -> None:
    there = replace(DAY, when=replace(DAY.when, zone="Asia/Vladivostok"))
    item = put(google, there)
    assert item.content == there == DAY


# The account. -----------------------------------------------------------------------------------------------------


def test_the_account_tells_who_it_is_and_its_calendars(google: GoogleRemote) -> None:
    client = AccountClient(google.session, userinfo_uri=google.endpoints.userinfo_uri)
    assert client.identity().email == ANNA
    [primary, other] = sorted(client.list_calendars(), key=lambda entry: not entry.primary)
    assert (primary.remote_id, primary.zone, primary.access_role) == (ANNA, "Europe/Moscow", "owner")
    assert (other.name, other.primary) == ("Подбор", False)
    made = client.create_calendar("Собеседования", "Asia/Yekaterinburg")
    assert made in client.list_calendars()
    assert (made.zone, made.access_role) == ("Asia/Yekaterinburg", "owner")


def test_what_a_calendar_holds_is_counted_in_one_request(google: GoogleRemote) -> None:
    client = AccountClient(google.session, userinfo_uri=google.endpoints.userinfo_uri)
    start, end = datetime(2027, 3, 10, tzinfo=UTC), datetime(2027, 3, 11, tzinfo=UTC)
    made = [put(google) for _ in range(3)]
    assert client.count(ANNA, start, end, known={made[0].remote_id}) == (2, False)
    assert client.count(ANNA, end, end + timedelta(days=1), known=()) == (0, False)
    hour = timed("2027-03-10T12:00:00+03:00", "2027-03-10T13:00:00+03:00", summary="x")
    for _ in range(3):
        google.sandbox.admin("POST", "events", email=ANNA, calendar="primary", events=[hour] * 900)
    google.sandbox.admin("DELETE", "log")
    assert client.count(ANNA, start, end, known={made[0].remote_id}) == (2499, True)
    assert len(requests_of(google.sandbox)) == 1


def test_a_revocation_is_idempotent(google: GoogleRemote) -> None:
    for _ in range(2):
        oauth.revoke(google.transport, google.endpoints, google.tokens.refresh)
    client = oauth.Client("vizavi-demo.apps.sandbox", "vizavi-demo-secret")
    with pytest.raises(AuthRevoked):
        oauth.refresh(google.transport, google.endpoints, client, google.tokens.refresh)
