"""The OpenAPI description: completed by what every operation can answer, and read back for the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vizavi.api.problems import MEDIA_TYPE, ProblemDetails

METHODS = ("get", "post", "put", "patch", "delete")
CREATING = "201"
_REF = "#/components/schemas/"
_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag of the event as you saw it.",
    "schema": {"type": "string"},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key within a day, the request is answered again, not repeated.",
    "schema": {"type": "string", "maxLength": 200},
}


def describe(schema: Mapping[str, Any]) -> dict[str, Any]:
    """With problem details as the answer to whatever is refused, and the headers we read."""
    described = dict(schema)
    components = described["components"]
    problem = ProblemDetails.model_json_schema(ref_template=_REF + "{model}")
    components["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}}}
    components["responses"] = {"Problem": {"description": "Refused; nothing was changed.", "content": content}}
    for address, _method, operation in _operations(described):
        operation["responses"] = {str(code): answer for code, answer in operation["responses"].items()}
        operation["responses"]["4XX"] = {"$ref": "#/components/responses/Problem"}
        operation.setdefault("parameters", []).extend(_headers(address, operation))
    return described


def _headers(address: str, operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "{event_id}" in address and "requestBody" in operation:
        return [_MATCH]
    return [_KEY] if CREATING in operation["responses"] and "consent" not in address else []


def _operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for address, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield address, method, methods[method]


@dataclass(frozen=True)
class Row:
    """A field of a body or an answer, or a parameter."""

    name: str
    kind: str
    text: str
    required: bool = False


@dataclass(frozen=True)
class Shown:
    """An operation on the page."""

    anchor: str
    method: str
    address: str
    summary: str
    text: str
    parameters: list[Row]
    body: list[Row]
    answers: list[tuple[str, str, list[Row]]]


@dataclass
class Part:
    title: str
    operations: list[Shown] = field(default_factory=list)


def listed(schema: Mapping[str, Any]) -> list[Part]:
    """Everything for the page, by part."""
    parts: dict[str, Part] = {}
    for address, method, operation in _operations(schema):
        title = operation["tags"][0]
        parts.setdefault(title, Part(title)).operations.append(_shown(schema, address, method, operation))
    return list(parts.values())


def _shown(schema: Mapping[str, Any], address: str, method: str, operation: Mapping[str, Any]) -> Shown:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Shown(
        anchor=f"{method}-{address.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        address=address,
        summary=operation["summary"],
        text=_plain(operation.get("description", "")),
        parameters=[_parameter(one) for one in operation["parameters"]],
        body=_rows(schema, body),
        answers=[(code, *_answer(schema, answer)) for code, answer in operation["responses"].items() if code != "4XX"],
    )


def _parameter(one: Mapping[str, Any]) -> Row:
    text = one.get("description") or one["schema"].get("description", "")
    return Row(f"{one['name']} ({one['in']})", _kind(one["schema"]), _plain(text), one.get("required", False))


def _plain(text: str) -> str:
    """Descriptions are Markdown, of which ours use the mark of code alone."""
    return text.replace("`", "")


def _answer(schema: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[str, list[Row]]:
    content = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return _kind(content) if content else "", _rows(schema, content)


def _rows(schema: Mapping[str, Any], value: Mapping[str, Any]) -> list[Row]:
    resolved = _resolved(schema, value)
    required = resolved.get("required", [])
    return [
        Row(name, _kind(one), _plain(one.get("description", "")), name in required)
        for name, one in resolved.get("properties", {}).items()
    ]


def _resolved(schema: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in value or "allOf" in value or value.get("type") == "array":
        value = value.get("items", {}) if value.get("type") == "array" else value
        value = value["allOf"][0] if "allOf" in value else value
        if "$ref" not in value:
            break
        value = schema["components"]["schemas"][value["$ref"].removeprefix(_REF)]
    return value


def _kind(value: Mapping[str, Any]) -> str:
    """What a value is, in a word or two."""
    if "anyOf" in value:
        return " or ".join(_kind(one) for one in value["anyOf"])
    if "allOf" in value:
        return _kind(value["allOf"][0])
    if "$ref" in value:
        return str(value["$ref"].removeprefix(_REF))
    if "enum" in value or "const" in value:
        return " | ".join(str(one) for one in value.get("enum", [value.get("const")]))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}))}"
    return str(value.get("format") or value.get("type") or "anything")
