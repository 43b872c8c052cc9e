"""Errors in Google's envelope, one function per answer that clients must tell apart."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer of the Calendar API that is not a success."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: tuple[str, str] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.domain, self.location, self.extra, self.headers = domain, location, extra or {}, headers or {}

    def payload(self) -> dict[str, Any]:
        detail = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            detail["locationType"], detail["location"] = self.location
        top = {"errors": [detail], "code": self.code, "message": self.message}
        top.update(self.extra)
        return {"error": top}


def invalid(message: str, *, parameter: str | None = None) -> ApiError:
    return ApiError(400, "invalid", message, location=("parameter", parameter) if parameter else None)


def required(message: str) -> ApiError:
    return ApiError(400, "required", message)


def parse_error() -> ApiError:
    return ApiError(400, "parseError", "Parse Error")


def time_range_empty() -> ApiError:
    message = "The specified time range is empty."
    return ApiError(400, "timeRangeEmpty", message, domain="calendar", location=("parameter", "timeMax"))


def sync_token_restricted(parameter: str) -> ApiError:
    message = "Sync token cannot be used with other request restrictions."
    return ApiError(
        400,
        "syncTokenWithRequestRestrictions",
        message,
        domain="calendar",
        location=("parameter", parameter),
    )


def event_type_restriction(message: str) -> ApiError:
    return ApiError(400, "eventTypeRestriction", message, domain="calendar")


def login_required() -> ApiError:
    message = "Login Required."
    where = ("header", "Authorization")
    return ApiError(401, "required", message, location=where, extra={"status": "UNAUTHENTICATED"})


def invalid_credentials() -> ApiError:
    return ApiError(401, "authError", "Invalid Credentials", location=("header", "Authorization"))


def insufficient_scopes() -> ApiError:
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "calendar-json.googleapis.com"},
    }
    return ApiError(
        403,
        "insufficientPermissions",
        "Insufficient Permission",
        extra={
            "message": "Request had insufficient authentication scopes.",
            "status": "PERMISSION_DENIED",
            "details": [detail],
        },
    )


def rate_limited(status: int, *, per_user: bool, retry_after: int | None) -> ApiError:
    user = per_user and status == 403
    reason, message = (
        ("userRateLimitExceeded", "User Rate Limit Exceeded") if user else ("rateLimitExceeded", "Rate Limit Exceeded")
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return ApiError(status, reason, message, domain="usageLimits", headers=headers)


def quota_exceeded() -> ApiError:
    return ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.", domain="usageLimits")


def required_access_level(level: str = "writer") -> ApiError:
    message = f"You need to have {level} access to this calendar."
    return ApiError(403, "requiredAccessLevel", message, domain="calendar")


def forbidden_for_non_organizer() -> ApiError:
    message = "Shared properties can only be changed by the organizer of the event."
    return ApiError(403, "forbiddenForNonOrganizer", message, domain="calendar")


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Not Found")


def duplicate() -> ApiError:
    return ApiError(409, "duplicate", "The requested identifier already exists.")


def conflict() -> ApiError:
    return ApiError(409, "conflict", "Conflict")


def deleted() -> ApiError:
    return ApiError(410, "deleted", "Resource has been deleted")


def full_sync_required() -> ApiError:
    message = "Sync token is no longer valid, a full sync is required."
    where = ("parameter", "syncToken")
    return ApiError(410, "fullSyncRequired", message, domain="calendar", location=where)


def updated_min_too_long_ago() -> ApiError:
    message = "The requested minimum modification time lies too far in the past."
    where = ("parameter", "updatedMin")
    return ApiError(410, "updatedMinTooLongAgo", message, domain="calendar", location=where)


def condition_not_met() -> ApiError:
    return ApiError(412, "conditionNotMet", "Precondition Failed", location=("header", "If-Match"))


def backend_error() -> ApiError:
    return ApiError(500, "backendError", "Backend Error")
