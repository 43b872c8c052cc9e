"""How long a grant lives: the project's consent screen, the person's administrator, age and disuse."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from vizavi.sandbox import clock, scopes
from vizavi.sandbox.state import Store

DAY = 86_400
TESTING_LIFE = 7 * DAY
UNUSED_LIFE = 183 * DAY
MOST_REFRESH_TOKENS = 100
EXPIRED = "Token has been expired or revoked."
POLICIES = {"admin_policy_enforced", "invalid_rapt", "org_internal"}


@dataclass
class Screen:
    """The project's consent screen; in testing it lets in only its testers (all, if none are named)."""

    testing: bool = False
    testers: list[str] = field(default_factory=list)
    days: int | None = None
    policies: dict[str, str] = field(default_factory=dict)


screen = Screen()


def configure(data: dict[str, Any]) -> dict[str, Any]:
    """Set what is named, keep the rest."""
    if unknown := set(data) - set(Screen.__dataclass_fields__):
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    if wrong := set(data.get("policies", {}).values()) - POLICIES:
        raise ValueError(f"unknown policies: {', '.join(sorted(wrong))}")
    for name, value in data.items():
        setattr(screen, name, value)
    return asdict(screen)


def reset() -> None:
    configure(asdict(Screen()))


def obstacle(email: str) -> tuple[int, str, str] | None:
    """Why Google's own page turns this person away: status, error, words."""
    policy = screen.policies.get(email)
    if policy == "admin_policy_enforced":
        return 400, policy, "Your organization's administrator has to allow this application."
    if policy == "org_internal":
        return 403, policy, "This client is restricted to users within its organization."
    if screen.testing and screen.testers and email not in screen.testers:
        return 403, "access_denied", "The application is being tested and can be used by its testers only."
    return None


def issue_refresh(db: Store, email: str, client_id: str, granted: list[str]) -> str:
    token = "1//0" + secrets.token_urlsafe(72)
    now = clock.now()
    ends = now + screen.days * DAY if screen.days else None
    db.run(
        "INSERT INTO refresh (token, email, client_id, scopes, created, used, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
        token,
        email,
        client_id,
        " ".join(granted),
        now,
        now,
        ends,
    )
    # the oldest beyond the hundredth dies in silence
    db.run(
        "UPDATE refresh SET dead='too many' WHERE dead IS NULL AND token IN (SELECT token FROM refresh WHERE"
        " email=? AND client_id=? AND dead IS NULL ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?)",
        email,
        client_id,
        MOST_REFRESH_TOKENS,
    )
    return token


def lifetime() -> dict[str, int]:
    """What the token answer says of a grant that the person has limited in time."""
    return {"refresh_token_expires_in": screen.days * DAY} if screen.days else {}


def refusal(row: Any) -> tuple[str, dict[str, str]] | None:
    """Why this refresh token renews nothing: the error and what goes with it."""
    if row is None or _is_dead(row):
        return "invalid_grant", {"error_description": EXPIRED}
    policy = screen.policies.get(row["email"])
    if policy == "invalid_rapt":
        return "invalid_grant", {"error_description": "reauth related error (invalid_rapt)", "error_subtype": policy}
    if policy == "admin_policy_enforced":
        return policy, {"error_description": "The administrator has restricted access to this service."}
    return None


def _is_dead(row: Any) -> bool:
    now = clock.now()
    if row["dead"] or row["used"] + UNUSED_LIFE < now or (row["expires"] and row["expires"] < now):
        return True
    more_than_sign_in = set(row["scopes"].split()) - set(scopes.SIGN_IN)
    return bool(screen.testing and more_than_sign_in and row["created"] + TESTING_LIFE < now)
