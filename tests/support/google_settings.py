"""Where the product looks for Google while the sandbox stands in for it."""

from typing import Any

from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET


def google_at(url: str, before: dict[str, Any]) -> dict[str, Any]:
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
