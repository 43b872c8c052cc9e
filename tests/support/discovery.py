"""Google's own description of its interfaces as a judge over what was said: requests and answers, part by part.

The description is the one that the installed `google-api-python-client` carries. Nothing here knows the product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import googleapiclient
import msgspec

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache/documents"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WHOLE = re.compile(r"-?\d+", re.ASCII)
# the descriptions list what a field may hold; the schemas themselves have no enumerations
VALUES = re.compile(r'^- "(\w+)" - ', re.MULTILINE)
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "any": (object,),
}
PLACE = "[^/]+"
BATCH = "/batch/calendar/v3"
# what the description leaves out: fields of forms and answers of the authorization server, from Google's guide
GRANTS = {
    "authorization_code": {"code", "redirect_uri", "code_verifier"},
    "refresh_token": {"refresh_token"},
}
TOKEN_ANSWER = {
    "access_token": str,
    "expires_in": int,
    "scope": str,
    "token_type": str,
    "refresh_token": str,
    "id_token": str,
    "refresh_token_expires_in": int,
}
CONSENT = {
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "access_type",
    "prompt",
    "include_granted_scopes",
    "login_hint",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "hl",
}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; `of_product` is strict about requests that were refused, too."""

    method: str
    url: str
    body: str
    status: int
    answer: str
    of_product: bool = True
    spoilt: bool = False

    def __str__(self) -> str:
        return (
            f"{self.method} {self.url}\n  sent:     {self.body[:2000]}\n  answered: {self.status} {self.answer[:2000]}"
        )


@dataclass(frozen=True)
class Method:
    """One method of the description with a pattern for its path."""

    about: dict[str, Any]
    schemas: Schemas
    path: re.Pattern[str]
    common: dict[str, Any]

    @property
    def name(self) -> str:
        return self.about["id"]


def complaints(exchange: Exchange) -> list[str]:
    """What Google's description says against this exchange; empty is good."""
    path = urlsplit(exchange.url).path
    if path in {"/token", "/revoke", "/o/oauth2/v2/auth"}:
        return list(_of_authorization(exchange, path))
    if path == BATCH:
        return [] if exchange.method == "POST" else [f"a batch is sent with POST, not {exchange.method}"]
    method = _method(exchange.method, path)
    if method is None:
        return [f"no such method: {exchange.method} {path}"] if _is_judged(exchange) else []
    found = list(_of_answer(method, exchange))
    if _is_judged(exchange):
        found += _of_query(method, exchange.url)
        found += _of_body(method, exchange.body)
    return found


def _is_judged(exchange: Exchange) -> bool:
    """Tests send nonsense on purpose; the product never does."""
    return exchange.of_product or exchange.status < 400


# requests -----------------------------------------------------------------------------------------------


def _of_query(method: Method, url: str) -> Iterator[str]:
    known = method.common | {
        name: about for name, about in method.about.get("parameters", {}).items() if about["location"] == "query"
    }
    given = parse_qs(urlsplit(url).query, keep_blank_values=True)
    for name, values in given.items():
        if name not in known:
            yield f"{method.name} has no parameter {name}"
            continue
        if len(values) > 1 and not known[name].get("repeated"):
            yield f"{method.name}: {name} is given {len(values)} times"
        for value in values:
            if not _fits_parameter(known[name], value):
                yield f"{method.name}: {name}={value!r} is no {known[name].get('format') or known[name]['type']}"
    for name, about in known.items():
        if about.get("required") and name not in given:
            yield f"{method.name} needs {name}"


def _fits_parameter(about: dict[str, Any], value: str) -> bool:
    if "enum" in about and value not in about["enum"]:
        return False
    if about["type"] == "boolean":
        return value in {"true", "false"}
    if about["type"] == "integer":
        return bool(WHOLE.fullmatch(value)) and int(about.get("minimum", value)) <= int(value) <= 2**31 - 1
    return bool(STAMP.fullmatch(value)) if about.get("format") == "date-time" else True


def _of_body(method: Method, text: str) -> Iterator[str]:
    wanted = method.about.get("request")
    if wanted is None:
        if text:
            yield f"{method.name} takes no body"
        return
    try:
        body = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        yield f"{method.name}: the body is no JSON"
        return
    yield from method.schemas.complaints(wanted["$ref"], body, sent=True)
    for name, about in method.schemas[wanted["$ref"]]["properties"].items():
        needed = method.name in about.get("annotations", {}).get("required", [])
        if needed and (not isinstance(body, dict) or body.get(name) is None):
            yield f"{method.name} needs the field {name}"


# answers ------------------------------------------------------------------------------------------------


def _of_answer(method: Method, exchange: Exchange) -> Iterator[str]:
    if exchange.spoilt:
        return
    wanted = method.about.get("response")
    if exchange.status == 304 or (exchange.status < 300 and wanted is None):
        if exchange.answer:
            yield f"{method.name} answers {exchange.status} without a body"
        return
    try:
        answer = msgspec.json.decode(exchange.answer)
    except msgspec.DecodeError:
        yield f"{method.name}: the answer is no JSON"
        return
    if exchange.status < 300:
        yield from method.schemas.complaints(wanted["$ref"], answer, sent=False)
    elif not _is_error(answer, exchange.status):
        yield f"{method.name}: the refusal is not in Google's form"


def _is_error(answer: Any, status: int) -> bool:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict) or set(error) - {"errors", "code", "message", "status", "details"}:
        return False
    if error.get("status") == "UNAUTHENTICATED" and "errors" not in error:
        return bool(error["code"] == status == 401)
    listed = error.get("errors")
    return (
        (error.get("code"), bool(listed)) == (status, True)
        and isinstance(error.get("message"), str)
        and all({"domain", "reason", "message"} <= set(one) for one in listed)
    )


def _of_authorization(exchange: Exchange, path: str) -> Iterator[str]:
    judged, given = _is_judged(exchange), set(parse_qs(urlsplit(exchange.url).query))
    if path == "/o/oauth2/v2/auth":
        if exchange.method == "GET" and judged and given - CONSENT:
            yield f"the consent page knows no {sorted(given - CONSENT)}"
        return
    form = {name: values[0] for name, values in parse_qs(exchange.body).items()}
    if path == "/token" and judged:
        allowed = GRANTS.get(form.get("grant_type", ""), set()) | {"grant_type", "client_id", "client_secret"}
        if exchange.method != "POST" or given or set(form) - allowed or "grant_type" not in form:
            yield f"this is no token request: {exchange.method} {sorted(given | set(form))}"
    if path == "/token" and not exchange.spoilt:
        yield from _of_token_answer(exchange)


def _of_token_answer(exchange: Exchange) -> Iterator[str]:
    answer = json.loads(exchange.answer)
    if exchange.status >= 400:
        if not {"error"} <= set(answer) <= {"error", "error_description", "error_subtype", "error_uri"}:
            yield f"the refusal of a token has {sorted(answer)}"
        return
    for name, value in answer.items():
        if not isinstance(value, TOKEN_ANSWER.get(name, type(None))):
            yield f"the token answer has {name}={value!r}"


# the description ----------------------------------------------------------------------------------------


class Schemas(dict[str, dict[str, Any]]):
    """The resources of one interface."""

    def complaints(self, name: str, value: Any, *, sent: bool) -> list[str]:
        return list(self._of(self[name], value, name, sent))

    def _of(self, about: dict[str, Any], value: Any, where: str, sent: bool) -> Iterator[str]:
        if "$ref" in about:
            about = self[about["$ref"]]
        kind = about["type"]
        if value is None and sent:
            return
        if not isinstance(value, KINDS[kind]) or (kind in {"integer", "number"} and isinstance(value, bool)):
            if not (sent and about.get("format") == "int64" and isinstance(value, int)):
                yield f"{where}: {value!r} is no {kind}"
            return
        if kind == "string":
            yield from _of_string(about, value, where, sent)
        elif kind == "array":
            for number, item in enumerate(value):
                yield from self._of(about["items"], item, f"{where}[{number}]", sent)
        elif kind == "object":
            yield from self._of_object(about, value, where, sent)

    def _of_object(self, about: dict[str, Any], value: dict[str, Any], where: str, sent: bool) -> Iterator[str]:
        known, more = about.get("properties", {}), about.get("additionalProperties")
        for name, inner in value.items():
            field = known.get(name, more)
            if field is None:
                yield f"{where} has no field {name}"
            else:
                yield from self._of(field, inner, f"{where}.{name}", sent)


def _of_string(about: dict[str, Any], value: str, where: str, sent: bool) -> Iterator[str]:
    form = about.get("format")
    if form == "date-time":
        # a zone beside the time may stand for its offset
        fits = STAMP.fullmatch(value) or (sent and where.endswith(".dateTime") and LOCAL.fullmatch(value))
    elif form is None:
        fits = not (allowed := _values(about.get("description", ""))) or value in allowed
        fits = fits and (sent or not where.endswith(".kind") or value == about.get("default", value))
    else:
        fits = {"date": DAY, "int64": WHOLE}[form].fullmatch(value)
    if not fits:
        yield f"{where}: {value!r} is no {form or 'known value'}"


@cache
def _values(description: str) -> frozenset[str]:
    return frozenset(VALUES.findall(description)) if "Possible values are" in description else frozenset()


@cache
def _methods() -> tuple[Method, ...]:
    return (*_read("calendar.v3"), *_read("oauth2.v2"))


def _read(name: str) -> list[Method]:
    document = json.loads((DOCUMENTS / f"{name}.json").read_text())
    schemas, common = Schemas(document["schemas"]), document["parameters"]
    groups = [one["methods"] for one in document["resources"].values()]
    methods = [about for group in (document.get("methods", {}), *groups) for about in group.values()]
    return [
        Method(about, schemas, _pattern("/" + document["servicePath"] + about["path"]), common) for about in methods
    ]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", PLACE, re.escape(path)))


def _method(verb: str, path: str) -> Method | None:
    matching = [one for one in _methods() if one.about["httpMethod"] == verb and one.path.fullmatch(path)]
    # `events/import` is a method of its own and no event of that name
    return min(matching, key=lambda one: one.path.pattern.count(PLACE), default=None)
