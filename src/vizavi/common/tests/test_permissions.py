"""The table of rights, cell by cell."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from vizavi.common.permissions import MATRIX, Right, Role, Scope, allowed, require, scope

# administrator, head of recruiting, recruiter, interviewer, observer: A all, o own, - nothing (DOMAIN 5.5)
EXPECTED = {
    "see_events": "AAAoA",
    "see_busy": "AAAA-",
    "plan_events": "AAA--",
    "edit_events": "AAo--",
    "revert_events": "A----",
    "answer": "AAAo-",
    "see_candidates": "AAAoA",
    "see_contacts": "AAAo-",
    "edit_candidates": "AAo--",
    "create_candidates": "AAA--",
    "edit_directories": "AA---",
    "administer": "A----",
    "run_loading": "AAoo-",
    "own_settings": "AAAAA",
    "own_account": "AAAA-",
    "see_connections": "AAoo-",
    "manage_connections": "A-oo-",
    "see_audit": "A----",
}
LETTER = {Scope.ALL: "A", Scope.OWN: "o", Scope.NONE: "-"}


def holder(role: str, *, active: bool = True) -> SimpleNamespace:
    return SimpleNamespace(role=role, is_active=active, is_authenticated=True)


def test_the_table_is_the_agreed_one():
    found = {right.value: "".join(LETTER[MATRIX[right][role]] for role in Role) for right in Right}
    assert found == EXPECTED


def test_own_scope_needs_an_own_object():
    recruiter = holder(Role.RECRUITER)
    assert [allowed(recruiter, Right.EDIT_EVENTS, own=own) for own in (False, True)] == [False, True]


def test_all_scope_includes_what_is_own():
    lead = holder(Role.LEAD)
    assert [allowed(lead, Right.EDIT_EVENTS, own=own) for own in (False, True)] == [True, True]


@pytest.mark.parametrize(
    "stranger", [AnonymousUser(), holder(Role.ADMINISTRATOR, active=False), holder("director"), holder("")]
)
def test_stranger_has_no_right_at_all(stranger):
    assert {scope(stranger, right) for right in Right} == {Scope.NONE}


def test_refusal_is_raised_where_a_right_is_required():
    require(holder(Role.INTERVIEWER), Right.SEE_EVENTS, own=True)
    with pytest.raises(PermissionDenied, match=r"You have no right|нет права"):
        require(holder(Role.INTERVIEWER), Right.SEE_EVENTS)
