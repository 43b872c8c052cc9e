"""Queries composed once tell what composed ones do, and refuse values that they would freeze."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from vizavi.common.prepared import Prepared, PreparedUpdate
from vizavi.connections.models import Account
from vizavi.people.models import User


@pytest.fixture
def people(db):
    names = ("anna", "olga")
    return [User.objects.create(email=f"{name}@vetervolna.example", role="recruiter") for name in names]


def test_each_call_uses_its_own_values(people):
    joined = Prepared(
        lambda who, until: User.objects.filter(pk=who, created_at__lte=until).values_list("pk", "is_active"),
        who=int,
        until=datetime,
    )
    later = timezone.now() + timedelta(hours=1)
    assert [joined.rows(who=user.pk, until=later) for user in people] == [[(user.pk, True)] for user in people]
    assert joined.rows(who=people[0].pk, until=timezone.now() - timedelta(days=1)) == []


def test_constants_of_the_query_stay(people):
    User.objects.filter(pk=people[1].pk).update(is_active=False)
    active = Prepared(lambda least: User.objects.filter(pk__gte=least, is_active=True).values_list("pk"), least=int)
    assert active.rows(least=0) == [(people[0].pk,)]


def test_value_that_is_calculated_with_is_refused(people):
    wrong = Prepared(lambda until: User.objects.filter(created_at__lte=until + timedelta(days=1)), until=datetime)
    with pytest.raises(ValueError, match="until"):
        wrong.rows(until=timezone.now())


def test_update_changes_its_rows_each_time_with_its_own_values(people):
    renamed = PreparedUpdate(
        lambda who, name: (User.objects.filter(pk=who, is_active=True), {"last_name": name}), who=int, name=str
    )
    counts = [renamed.run(who=user.pk, name=f"№ {user.pk}") for user in people]
    assert (counts, renamed.run(who=0, name="nobody")) == ([1, 1], 0)
    assert [User.objects.get(pk=user.pk).last_name for user in people] == [f"№ {user.pk}" for user in people]


def test_update_writes_a_list_into_a_json_column(people):
    account = Account.objects.create(user=people[0], remote_id="1", email="a@b.example", connected_at=timezone.now())
    spent = PreparedUpdate(lambda who, spent: (Account.objects.filter(pk=who), {"spent": spent}), who=int, spent=list)
    for units in ([], [(1, 2), (3, 4)]):
        spent.run(who=account.pk, spent=units)
        account.refresh_from_db()
        assert account.spent == [list(pair) for pair in units]


def test_objects_are_those_that_the_query_finds(people):
    found = Prepared(lambda least: User.objects.filter(pk__gte=least).order_by("pk"), least=int)
    for least in (0, people[1].pk):
        objects, wanted = found.objects(least=least), list(User.objects.filter(pk__gte=least).order_by("pk"))
        assert [vars(one) | {"_state": 0} for one in objects] == [vars(one) | {"_state": 0} for one in wanted]
    assert not objects[0]._state.adding
