"""Google's refusals, as its own error page prints them, become errors by status and reason."""

import json
from typing import Any

import pytest

from vizavi.providers.google import oauth
from vizavi.providers.google.failures import Failure, failure, listing_error
from vizavi.providers.http import Reply
from vizavi.sync.errors import AccessDenied, AuthRevoked, CursorExpired, SyncError, Throttled, Unavailable


def reply(status: int, body: Any, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def envelope(status: int, reason: str, message: str = "слова") -> dict[str, Any]:
    rows = [{"domain": "global", "reason": reason, "message": message}]
    return {"error": {"errors": rows, "code": status, "message": message}}


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (400, "required", None),
        (400, "invalid", None),
        (401, "authError", AuthRevoked),
        (403, "userRateLimitExceeded", Throttled),
        (403, "rateLimitExceeded", Throttled),
        (403, "dailyLimitExceeded", Throttled),
        (403, "quotaExceeded", AccessDenied),
        (403, "accessNotConfigured", AccessDenied),
        (403, "insufficientPermissions", AccessDenied),
        (403, "requiredAccessLevel", AccessDenied),
        (403, "forbiddenForNonOrganizer", None),
        (403, "forbiddenForServiceAccounts", None),
        (404, "notFound", None),
        (409, "duplicate", None),
        (412, "conditionNotMet", None),
        (429, "rateLimitExceeded", Throttled),
        (429, "", Throttled),
        (500, "backendError", Unavailable),
        (503, "", Unavailable),
        (408, "", Unavailable),
    ],
)
def test_status_and_reason_decide(status: int, reason: str, expected: type[SyncError] | None) -> None:
    error = failure(reply(status, envelope(status, reason))).error()
    assert (type(error) if error else None) is expected


def test_the_newer_form_is_read_alike() -> None:
    body = envelope(403, "insufficientPermissions") | {}
    body["error"] |= {"status": "PERMISSION_DENIED", "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}
    assert failure(reply(403, body)) == Failure(403, "insufficientPermissions", "слова")


@pytest.mark.parametrize(
    "body", [b"", b"<html>Service Unavailable</html>", b"[]", {"error": "text"}, {"error": {"errors": [5]}}, b"\xff"]
)
def test_a_refusal_needs_no_json(body: Any) -> None:
    found = failure(reply(503, body, retry_after="3"))
    assert (found.status, found.reason, found.after) == (503, "", 3.0)
    assert isinstance(found.error(), Unavailable)


def test_long_texts_are_cut() -> None:
    assert len(failure(reply(400, envelope(400, "invalid", "x" * 5000))).text) == 300


@pytest.mark.parametrize(
    ("status", "with_cursor", "expected"),
    [(410, True, CursorExpired), (400, True, CursorExpired), (404, True, AccessDenied), (400, False, AccessDenied)],
)
def test_a_list_that_is_refused_concerns_the_cursor_or_the_calendar(
    status: int,
    with_cursor: bool,
    expected: type[SyncError],
) -> None:
    assert type(listing_error(Failure(status, "x", "слова"), with_cursor=with_cursor)) is expected


@pytest.mark.parametrize(
    ("status", "body", "expected", "code"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, AuthRevoked, ""),
        (400, {"error": "invalid_grant", "error_subtype": "invalid_rapt"}, AuthRevoked, ""),
        (401, {"error": "invalid_client"}, AccessDenied, "invalid_client"),
        (401, {"error": "unauthorized_client"}, AccessDenied, "unauthorized_client"),
        (400, {"error": "redirect_uri_mismatch"}, AccessDenied, "redirect_uri_mismatch"),
        (400, {"error": "admin_policy_enforced"}, AccessDenied, "admin_policy_enforced"),
        (429, {"error": "rate_limited"}, Throttled, ""),
        (500, {"error": "internal_failure"}, Unavailable, ""),
        (503, b"<html>", Unavailable, ""),
        (400, b"<html>", Unavailable, ""),
    ],
)
def test_the_token_endpoints_refusals(status: int, body: Any, expected: type[SyncError], code: str) -> None:
    error = oauth._error(reply(status, body))
    assert type(error) is expected
    assert getattr(error, "code", "") == code


def test_scopes_are_compared_with_what_is_needed() -> None:
    assert oauth.missing(oauth.SCOPES) == ()
    assert oauth.missing([oauth.EVERYTHING]) == ()
    assert oauth.missing([]) == oauth.NEEDED
    assert oauth.missing([*oauth.NEEDED[1:], oauth.NEW_CALENDAR]) == oauth.NEEDED[:1]
    assert (oauth.may_create_calendar(oauth.NEEDED), oauth.may_create_calendar(oauth.SCOPES)) == (False, True)


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert oauth.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
