"""Keys to the API: shown once, stored as a hash, valid only while they should be."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError

from vizavi.common.errors import RuleError
from vizavi.common.models import AuditEntry
from vizavi.people.models import ApiToken
from vizavi.people.tokens import count_call, create_token, holder_of, passing, revoke_token, tokens_of


def made(user, now, **values):
    return create_token(user, **{"name": "отчёт", "days": 30, "by": user, "now": now} | values)


def test_the_secret_opens_and_is_stored_nowhere(anna, now):
    new = made(anna, now)
    assert holder_of(new.secret, now=now) == new.token
    stored = [str(value) for value in ApiToken.objects.values_list().get()]
    audited = [str(value) for row in AuditEntry.objects.values_list() for value in row]
    assert not any(new.secret in text or new.secret[3:] in text for text in [*stored, *audited])
    assert list(AuditEntry.objects.values_list("action", "label")) == [("api_token.created", "Анна Крылова: отчёт")]


def test_two_tokens_differ(anna, now):
    assert made(anna, now).secret != made(anna, now).secret


def test_an_expired_a_revoked_and_an_inactive_users_token_open_nothing(anna, dmitry, now):
    expired, revoked, unlimited = made(anna, now), made(anna, now), made(dmitry, now, days=None)
    revoke_token(revoked.token, by=anna, now=now)
    late = now + timedelta(days=30)
    assert [holder_of(new.secret, now=late) for new in (expired, revoked)] == [None, None]
    assert holder_of(expired.secret, now=late - timedelta(seconds=1)) == expired.token
    assert holder_of(unlimited.secret, now=late) == unlimited.token
    dmitry.is_active = False
    dmitry.save()
    assert holder_of(unlimited.secret, now=late) is None
    assert list(tokens_of(anna)) == [expired.token]


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"name": "  "}, ("name", "length")),
        ({"name": "x" * 81}, ("name", "length")),
        ({"days": 0}, ("days", "range")),
        ({"days": 3651}, ("days", "range")),
    ],
)
def test_what_makes_no_sense_is_refused(anna, now, values, refused):
    with pytest.raises(RuleError) as error:
        made(anna, now, **values)
    assert (error.value.field, error.value.code) == refused
    assert ApiToken.objects.count() == 0


def test_nobody_makes_or_revokes_keys_of_others(anna, olga, now):
    with pytest.raises(PermissionDenied):
        made(anna, now, by=olga)
    token = made(anna, now).token
    with pytest.raises(PermissionDenied):
        revoke_token(token, by=olga, now=now)
    assert list(tokens_of(anna)) == [token]


def test_calls_are_counted_by_the_minute(anna, now):
    token = made(anna, now).token
    assert [count_call(token, limit=2, now=now) for _ in range(3)] == [0, 0, 61]
    later = now + timedelta(seconds=59)
    assert count_call(token, limit=2, now=later) == 2
    assert count_call(token, limit=2, now=now + timedelta(seconds=60)) == 0
    token.refresh_from_db()
    assert (token.calls, token.last_used_at) == (1, now + timedelta(seconds=60))


def test_the_command_prints_the_token_alone(anna, capsys, now):
    call_command("create_token", "Anna@vetervolna.example", "--name", "отчёт", "--days", "7")
    told = capsys.readouterr()
    token = holder_of(told.out.strip(), now=now)
    assert token is not None
    assert (token.user, token.name, (token.expires_at - token.created_at).days) == (anna, "отчёт", 7)


@pytest.mark.parametrize("words", [["nobody@vetervolna.example"], ["anna@vetervolna.example", "--days", "0"]])
def test_the_command_refuses_with_a_sentence(anna, words):
    with pytest.raises(CommandError) as refused:
        call_command("create_token", *words)
    assert refused.value.returncode == 2
    assert ApiToken.objects.count() == 0


def test_a_passing_token_opens_only_while_it_is_used(anna, now):
    with passing(anna, now=now) as secret:
        assert holder_of(secret, now=now).user == anna
        assert holder_of(secret, now=now + timedelta(minutes=10)) is None
    assert holder_of(secret, now=now) is None
    assert not ApiToken.objects.exists()
