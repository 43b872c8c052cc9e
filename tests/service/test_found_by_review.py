"""What a reading of the whole engine found; each of these once failed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from vizavi.connections import accounts, due, google
from vizavi.connections.models import Account, Calendar, Installation, Link
from vizavi.connections.work import work_account


def test_save_during_a_run_with_errors_goes_out_with_it(office):
    office.plan()
    office.sandbox.fault(method="POST", path="/events", times=1, effect="error", status=400, reason="invalid")
    saved = []

    def now():
        if office.calendar.last_read_at and not saved:
            saved.append(office.plan(2))
        return timezone.now()

    result = work_account(office.account.pk, pull=True, now=now)
    assert (result.status, result.counts["errors"], result.counts["sent"]) == ("partial", 1, 1)
    assert not due.owes(office.account.pk, timezone.now())


def test_tokens_renewed_while_the_account_is_given_up_are_not_kept(office):
    account = Account.objects.get(pk=office.account.pk)  # as a worker has it that is about to call
    tokens = google.AccountTokens(account, timezone.now() + timedelta(hours=2))
    accounts.disconnect(office.account, existing="keep", by=office.anna, now=timezone.now())
    assert tokens.current()
    left = Account.objects.get(pk=account.pk)
    assert (left.access_token, left.scopes, left.access_expires_at) == ("", "", None)


@pytest.mark.parametrize(("reason", "whole_project"), [("rateLimitExceeded", False), ("dailyLimitExceeded", True)])
def test_batch_that_is_throttled_in_every_part_pauses_and_is_no_success(office, reason, whole_project):
    for day in range(60):
        office.plan(24 * day)
    office.sandbox.fault(method="POST", path="/events$", times=None, effect="error", status=403, reason=reason)
    result = office.push()
    assert (result.status, "sent" in result.counts) == ("partial", False)
    assert Account.objects.get(pk=office.account.pk).not_before > timezone.now()
    assert (Installation.get().project_not_before is not None) == whole_project
    batches = [line for line in office.sandbox.log() if line["path"].startswith("/batch")]
    assert len(batches) == 1, "what is refused is not asked again at once"


def test_window_of_series_moves_on_by_the_nightly_sweep(office):
    span, zone = office.hour(0), {"timeZone": office.zone}
    start, end = ({"dateTime": moment.isoformat()} | zone for moment in (span.starts_at, span.ends_at))
    office.google.insert({"start": start, "end": end, "summary": "Планёрка", "recurrence": ["RRULE:FREQ=WEEKLY"]})
    office.pull()
    Calendar.objects.update(expanded_on=timezone.now().date())
    last = office.calendar.blocks.latest("starts_at").starts_at
    later = timezone.now() + timedelta(days=70)
    due.sweep(later)
    assert office.calendar.blocks.latest("starts_at").starts_at == last + timedelta(days=70)
    assert office.calendar.expanded_on == later.date()
    assert Account.objects.get(pk=office.account.pk).lease_owner == ""


def test_new_reading_of_items_trusts_no_etag(office):
    event = office.plan()
    office.pull()
    link = event.links.get()
    Link.objects.update(base_remote=link.base_remote | {"location": "as an earlier version read it"})
    office.pull()
    assert event.links.get().base_remote != link.base_remote, "an equal etag is not read again"
    Calendar.objects.update(mapping_version=0)
    office.pull()
    assert event.links.get().base_remote == link.base_remote


def test_calendar_that_cannot_be_asked_for_amid_a_batch_leaves_the_other_answers_standing(office):
    events = [office.plan(hour) for hour in range(3)]
    office.push()
    events[0].links.update(remote_id="f" * 32)  # unknown there
    for hour, event in enumerate(events):
        office.move(event, hour + 4)
    office.sandbox.fault(method="GET", path="/events$", times=1, effect="error", status=503)
    result = office.push()
    assert (result.status, result.counts["sent"], result.counts["errors"]) == ("partial", 2, 1)
    assert [event.links.get().in_flight for event in events] == [None] * 3
