"""Consent and tokens: what is refused, what is granted, how tokens die."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from tests.support.sandbox import ANNA, CLIENT_ID, CLIENT_SECRET, SCOPE, Api, Sandbox

BACK = "http://127.0.0.1:8800/oauth/google/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "response_type": "code",
    "state": "st&te",
    "access_type": "offline",
    "scope": f"openid email {SCOPE}calendar.events {SCOPE}calendar.freebusy",
    "login_hint": ANNA,
    "prompt": "select_account consent",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
FULL = f"openid {SCOPE}userinfo.email {SCOPE}calendar.events {SCOPE}calendar.freebusy"


def ask(sandbox: Sandbox, **changed: Any) -> requests.Response:
    return sandbox.http.get(f"{sandbox.url}/o/oauth2/v2/auth", params=ASKED | changed, allow_redirects=False)


def form_of(page: requests.Response) -> str:
    found = re.search(r'name="request" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return html.unescape(found.group(1))


def decide(sandbox: Sandbox, page: requests.Response, **form: Any) -> dict[str, str]:
    answer = sandbox.http.post(
        f"{sandbox.url}/o/oauth2/v2/auth", allow_redirects=False, data={"request": form_of(page), "email": ANNA} | form
    )
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def accept(sandbox: Sandbox, *, ticked: list[str] | None = None, **changed: Any) -> dict[str, str]:
    names = ["calendar.events", "calendar.freebusy"] if ticked is None else ticked
    return decide(sandbox, ask(sandbox, **changed), answer="accept", scope=[SCOPE + name for name in names])


def ask_token(sandbox: Sandbox, **form: Any) -> tuple[int, dict[str, Any]]:
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = sandbox.http.post(f"{sandbox.url}/token", data=known | form)
    return answer.status_code, answer.json()


def exchange(sandbox: Sandbox, **changed: Any) -> tuple[int, dict[str, Any]]:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return ask_token(sandbox, **(form | changed))


def refresh(sandbox: Sandbox, token: str) -> tuple[int, dict[str, Any]]:
    return ask_token(sandbox, grant_type="refresh_token", refresh_token=token)


def test_the_whole_way_from_the_page_to_the_calendar(sandbox: Sandbox) -> None:
    chooser = ask(sandbox)
    assert f'value="{ANNA}" autocomplete' in chooser.text
    page = sandbox.http.post(f"{sandbox.url}/o/oauth2/v2/auth", data={"request": form_of(chooser), "email": ANNA})
    assert ">Принять</button>" in page.text
    assert page.text.count('type="checkbox"') == 2
    back = decide(sandbox, page, answer="accept", scope=[SCOPE + "calendar.events", SCOPE + "calendar.freebusy"])
    assert (back["state"], back["scope"]) == ("st&te", FULL)
    status, tokens = exchange(sandbox, code=back["code"])
    assert (status, tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (200, 3599, FULL, "Bearer")
    assert tokens["id_token"].count(".") == 2
    head = {"Authorization": f"Bearer {tokens['access_token']}"}
    who = sandbox.http.get(f"{sandbox.url}/oauth2/v2/userinfo", headers=head).json()
    assert (who["email"], who["verified_email"]) == (ANNA, True)
    api = Api(sandbox.url, tokens["access_token"])
    assert api.items() == []
    assert api.refused("GET", "users/me/calendarList") == (403, "insufficientPermissions")
    assert exchange(sandbox, code=back["code"]) == (400, {"error": "invalid_grant", "error_description": "Bad Request"})
    status, renewed = refresh(sandbox, tokens["refresh_token"])
    assert (status, "refresh_token" in renewed) == (200, False)


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "stranger"}, 401, "invalid_client"),
        ({"redirect_uri": BACK + "/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://evil.example/oauth/google/callback"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, 400, "invalid_request"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob:auto"}, 400, "invalid_request"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": "calender"}, 400, "invalid_scope"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"code_challenge": "short"}, 400, "invalid_request"),
    ],
)
def test_wrong_requests_end_on_googles_own_page(
    sandbox: Sandbox, changed: dict[str, str], status: int, error: str
) -> None:
    page = ask(sandbox, **changed)
    assert (page.status_code, f'data-error="{error}"' in page.text, "Location" in page.headers) == (status, True, False)


def test_refusal_comes_back_and_a_ticked_off_scope_is_missing(sandbox: Sandbox) -> None:
    assert decide(sandbox, ask(sandbox), answer="deny") == {"state": "st&te", "error": "access_denied"}
    _, tokens = exchange(sandbox, code=accept(sandbox, ticked=["calendar.freebusy"])["code"])
    assert tokens["scope"] == f"openid {SCOPE}userinfo.email {SCOPE}calendar.freebusy"


def test_refresh_token_only_the_first_time_unless_asked_to_consent(sandbox: Sandbox) -> None:
    given = []
    for prompt in ("select_account", "select_account", "consent"):
        page = ask(sandbox, prompt=prompt)
        _, tokens = exchange(sandbox, code=decide(sandbox, page, answer="accept", scope=FULL.split())["code"])
        given.append("refresh_token" in tokens)
    assert given == [True, False, True]


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": BACK + "x"}, 400, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "stranger"}, 401, "invalid_client"),
        ({"code": "4/nonsense"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_exchanges_are_refused_and_leave_the_code_whole(
    sandbox: Sandbox, changed: dict[str, str], status: int, error: str
) -> None:
    code = accept(sandbox)["code"]
    found, answer = exchange(sandbox, **({"code": code} | changed))
    assert (found, answer["error"]) == (status, error)
    assert exchange(sandbox, code=code)[0] == 200


def test_tokens_die_by_expiry_by_switch_and_by_revocation(sandbox: Sandbox) -> None:
    dead = (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})
    pair, other = sandbox.mint(ANNA, ["calendar.events"]), sandbox.mint(ANNA, ["calendar.freebusy"])
    sandbox.admin("POST", "expire-access", email=ANNA)
    assert Api(sandbox.url, pair["access_token"]).refused("GET", "colors") == (401, "authError")
    assert refresh(sandbox, pair["refresh_token"])[0] == 200
    assert sandbox.http.post(f"{sandbox.url}/revoke", data={"token": other["refresh_token"]}).status_code == 200
    assert refresh(sandbox, pair["refresh_token"]) == dead
    assert sandbox.http.post(f"{sandbox.url}/revoke", data={"token": "unknown"}).status_code == 400
    again = sandbox.mint(ANNA)
    sandbox.admin("POST", "revoke", email=ANNA)
    assert refresh(sandbox, again["refresh_token"]) == dead


def test_a_hundred_and_first_refresh_token_ends_the_oldest(sandbox: Sandbox) -> None:
    tokens = [sandbox.mint(ANNA)["refresh_token"] for _ in range(101)]
    assert [refresh(sandbox, token)[0] for token in (tokens[0], tokens[1], tokens[100])] == [400, 200, 200]


WEEK, HALF_YEAR = 7 * 86_400, 183 * 86_400
DEAD = (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})


def test_in_testing_a_refresh_token_lives_a_week(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "screen", testing=True)
    calendar, sign_in = sandbox.mint(ANNA, ["calendar.events"]), sandbox.mint(ANNA, ["openid", "userinfo.email"])
    sandbox.admin("POST", "clock", ahead_s=WEEK - 60)
    assert refresh(sandbox, calendar["refresh_token"])[0] == 200
    sandbox.admin("POST", "clock", ahead_s=120)
    assert refresh(sandbox, calendar["refresh_token"]) == DEAD
    assert refresh(sandbox, sign_in["refresh_token"])[0] == 200
    sandbox.admin("POST", "screen", testing=False)
    assert refresh(sandbox, calendar["refresh_token"])[0] == 200


def test_a_refresh_token_dies_of_disuse_and_lives_by_use(sandbox: Sandbox) -> None:
    used, unused = (sandbox.mint(ANNA)["refresh_token"] for _ in range(2))
    sandbox.admin("POST", "clock", ahead_s=HALF_YEAR - 60)
    assert refresh(sandbox, used)[0] == 200
    sandbox.admin("POST", "clock", ahead_s=120)
    assert (refresh(sandbox, used)[0], refresh(sandbox, unused)) == (200, DEAD)


def test_access_granted_for_a_time_says_so_and_ends(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "screen", days=30)
    _, tokens = exchange(sandbox, code=accept(sandbox)["code"])
    assert tokens["refresh_token_expires_in"] == 30 * 86_400
    sandbox.admin("POST", "clock", ahead_s=30 * 86_400 + 1)
    assert refresh(sandbox, tokens["refresh_token"]) == DEAD


def test_access_tokens_and_codes_age(sandbox: Sandbox) -> None:
    token, code = sandbox.mint(ANNA)["access_token"], accept(sandbox)["code"]
    sandbox.admin("POST", "clock", ahead_s=3600)
    assert Api(sandbox.url, token).refused("GET", "colors") == (401, "authError")
    assert exchange(sandbox, code=code) == (400, {"error": "invalid_grant", "error_description": "Bad Request"})


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        (
            "invalid_rapt",
            {
                "error": "invalid_grant",
                "error_description": "reauth related error (invalid_rapt)",
                "error_subtype": "invalid_rapt",
            },
        ),
        (
            "admin_policy_enforced",
            {
                "error": "admin_policy_enforced",
                "error_description": "The administrator has restricted access to this service.",
            },
        ),
    ],
)
def test_an_administrators_policy_stops_the_renewal(sandbox: Sandbox, policy: str, answer: dict[str, str]) -> None:
    token = sandbox.mint(ANNA)["refresh_token"]
    sandbox.admin("POST", "screen", policies={ANNA: policy})
    assert refresh(sandbox, token) == (400, answer)
    sandbox.admin("POST", "screen", policies={})
    assert refresh(sandbox, token)[0] == 200


@pytest.mark.parametrize(
    ("screen", "status", "error"),
    [
        ({"policies": {ANNA: "admin_policy_enforced"}}, 400, "admin_policy_enforced"),
        ({"policies": {ANNA: "org_internal"}}, 403, "org_internal"),
        ({"testing": True, "testers": ["somebody@else.example"]}, 403, "access_denied"),
    ],
)
def test_who_may_not_consent_is_told_on_googles_own_page(
    sandbox: Sandbox, screen: dict[str, Any], status: int, error: str
) -> None:
    sandbox.admin("POST", "screen", **screen)
    page = ask(sandbox, prompt="consent")
    assert (page.status_code, f'data-error="{error}"' in page.text) == (status, True)


def test_desktop_client_takes_any_loopback_address(sandbox: Sandbox) -> None:
    desktop = "vizavi-desktop.apps.sandbox"
    assert [
        ask(sandbox, client_id=desktop, redirect_uri=address).status_code
        for address in ("http://127.0.0.1:1234", "http://[::1]:1/x", "https://evil.example/")
    ] == [200, 200, 400]


def test_forms_from_other_sites_and_admin_calls_from_pages_are_refused(sandbox: Sandbox) -> None:
    foreign = {"Origin": "https://evil.example"}
    answer = sandbox.http.post(
        f"{sandbox.url}/o/oauth2/v2/auth",
        headers=foreign,
        data={"request": form_of(ask(sandbox)), "email": ANNA, "answer": "accept"},
    )
    assert answer.status_code == 403
    assert sandbox.http.get(f"{sandbox.url}/sandbox/state", headers=foreign).status_code == 403
    assert sandbox.http.get(f"{sandbox.url}/", headers={"Host": "evil.example"}).status_code == 400
    assert sandbox.http.get(f"{sandbox.url}/u/{ANNA}/calendar/v3/colors").status_code == 403


def test_app_created_scope_reaches_only_calendars_the_client_made(sandbox: Sandbox) -> None:
    api = sandbox.api(ANNA, ["calendar.app.created"])
    made = api.ok("POST", "calendars", {"summary": "Подбор"})["id"]
    assert api.items(made) == []
    assert api.refused("GET", "calendars/primary/events") == (403, "insufficientPermissions")
    assert api.refused("GET", "users/me/calendarList") == (403, "insufficientPermissions")


def test_log_keeps_no_secret(sandbox: Sandbox) -> None:
    token = sandbox.mint(ANNA)["access_token"]
    sandbox.http.post(f"{sandbox.url}/oauth2/v2/tokeninfo", params={"access_token": token})
    ask(sandbox)
    text = str(sandbox.log())
    assert (token in text, "st&te" in text, CHALLENGE in text) == (False, False, False)
