"""Conferences: made on request, dropped in silence without their version, sometimes late or not at all."""

from __future__ import annotations

from typing import Any

from vizavi.sandbox import errors, faults
from vizavi.sandbox.context import Context

FIELDS = ("conferenceData", "hangoutLink")


def taken(ctx: Context, sent: dict[str, Any], event_id: str, before: dict[str, Any]) -> dict[str, Any]:
    """What was sent, with the conference it asks for; without conferenceDataVersion=1 the field is dropped."""
    if ctx.call.text("conferenceDataVersion") != "1" or "conferenceData" not in sent:
        return {name: value for name, value in sent.items() if name != "conferenceData"}
    data = sent["conferenceData"]
    if data is None:
        return sent | {"hangoutLink": None}
    request = data.get("createRequest")
    if not request:
        return sent
    if request.get("conferenceSolutionKey", {}).get("type") != "hangoutsMeet":
        raise errors.invalid("Invalid conference type value.")
    known = before.get("conferenceData", {}).get("createRequest", {})
    if known.get("requestId") == request.get("requestId") is not None:
        return {name: value for name, value in sent.items() if name != "conferenceData"}
    return sent | _made(request, event_id, faults.knobs.conference)


def settled(body: dict[str, Any]) -> dict[str, Any] | None:
    """The event once a pending conference is there; None where nothing is pending."""
    request = body.get("conferenceData", {}).get("createRequest", {})
    if request.get("status", {}).get("statusCode") != "pending":
        return None
    return body | _made(request, body["id"], "success")


def _made(request: dict[str, Any], event_id: str, outcome: str) -> dict[str, Any]:
    asked = request | {"status": {"statusCode": outcome}}
    if outcome != "success":
        return {"conferenceData": {"createRequest": asked}}
    letters = "".join(letter for letter in event_id if letter.isalpha()).ljust(10, "x")
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:10]}"
    entry = {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": f"meet.google.com/{code}"}
    data = {
        "createRequest": asked,
        "entryPoints": [entry],
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "conferenceId": code,
    }
    return {"conferenceData": data, "hangoutLink": entry["uri"]}
