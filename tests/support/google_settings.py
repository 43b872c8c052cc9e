"""Where the product looks for Google while the sandbox stands in for it."""

from typing import Any

from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET


def google_at(url: str, before: dict[str, Any]) -> dict[str, Any]:
    """`settings.GOOGLE` for tests inside the process."""
    return before | {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "auth_uri": f"{url}/o/oauth2/v2/auth",
        "token_uri": f"{url}/token",
        "revoke_uri": f"{url}/revoke",
        "userinfo_uri": f"{url}/oauth2/v2/userinfo",
        "api_root": f"{url}/calendar/v3",
        "batch_uri": f"{url}/batch/calendar/v3",
    }


def google_variables(url: str) -> dict[str, str]:
    """The same as VIZAVI_ variables of an installation, without the prefix."""
    return {f"GOOGLE_{name.upper()}": value for name, value in google_at(url, {}).items()}
