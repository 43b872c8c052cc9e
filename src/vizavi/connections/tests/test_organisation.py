"""What the organisation decides holds for everybody's calendars at once, and for later choices."""

import pytest
from django.core.exceptions import PermissionDenied

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.connections import accounts, modes, organisation
from vizavi.connections.exports import save_type
from vizavi.connections.models import BusyBlock, Installation, LoadMode
from vizavi.connections.tests.office import block, calendar, connected
from vizavi.events.models import EventType


@pytest.fixture
def private(anna, now):
    account = connected(anna, now)
    block(account.calendars.get(), now, "К врачу")
    return account


def test_titles_are_wiped_when_only_busy_time_may_be_kept(olga, private, now):
    changed = organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now)
    own = private.calendars.get()
    assert (changed, own.mode, own.reads) == (1, LoadMode.BUSY, True)
    assert list(BusyBlock.objects.values_list("title", flat=True)) == [None]


def test_nothing_loaded_forgets_what_was_and_still_reads_the_writing_calendar(olga, private, now):
    second = calendar(private, "Семья", mode=LoadMode.BUSY)
    block(second, now, None, days=2)
    assert organisation.save(unknown_items="skip", hide_candidates=False, by=olga, now=now) == 2
    rows = {row.name: (row.mode, row.reads) for row in private.calendars.all()}
    assert rows == {private.email: (LoadMode.SKIP, True), "Семья": (LoadMode.SKIP, False)}
    assert not BusyBlock.objects.exists()


def test_a_calendar_left_out_or_given_to_recruiting_stays_so(olga, private, interview, now):
    calendar(private, "Личный")
    calendar(private, "Подбор", mode=LoadMode.TYPED, event_type=interview)
    organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now)
    rows = {row.name: row.mode for row in private.calendars.all()}
    assert rows == {private.email: LoadMode.BUSY, "Личный": LoadMode.SKIP, "Подбор": LoadMode.TYPED}


def test_a_later_choice_against_the_rule_is_refused_and_nothing_saved(olga, anna, private, now):
    organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now)
    own = private.calendars.get()
    with pytest.raises(RuleError) as refused:
        accounts.choose(private, own.pk, {own.pk: (LoadMode.NAMED, None)}, by=anna, now=now)
    assert (refused.value.field, refused.value.code) == (f"mode_{own.pk}", "enforced")
    assert private.calendars.get().mode == LoadMode.BUSY


def test_the_choice_is_free_again_when_the_rule_is_lifted(olga, now):
    organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now)
    assert modes.allowed_modes() == [LoadMode.BUSY, LoadMode.SKIP, LoadMode.TYPED]
    organisation.save(unknown_items="", hide_candidates=False, by=olga, now=now)
    assert (modes.allowed_modes(), modes.default_mode()) == (list(LoadMode), LoadMode.NAMED)


def test_names_are_hidden_in_all_types_and_no_type_shows_them_again(olga, interview, now):
    organisation.save(unknown_items="", hide_candidates=True, by=olga, now=now)
    assert not EventType.objects.filter(hide_candidate=False).exists()
    interview.hide_candidate = False
    with pytest.raises(RuleError) as refused:
        save_type(interview, existing=None, by=olga, now=now)
    assert (refused.value.field, EventType.objects.get(pk=interview.pk).hide_candidate) == ("hide_candidate", True)


def test_the_same_once_more_changes_and_logs_nothing(olga, private, now):
    organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now)
    assert organisation.save(unknown_items="busy", hide_candidates=False, by=olga, now=now) == 0
    assert AuditEntry.objects.filter(kind="organisation").count() == 1


def test_a_lead_decides_nothing_for_all(pavel, now):
    with pytest.raises(PermissionDenied):
        organisation.save(unknown_items="skip", hide_candidates=True, by=pavel, now=now)
    assert Installation.get().unknown_items == ""
