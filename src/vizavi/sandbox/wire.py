"""A call and its reply, free of the web server, so that a batch part and a request look alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from vizavi.sandbox import errors

OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    target: str = ""

    @classmethod
    def of(cls, method: str, target: str, headers: dict[str, str], body: bytes) -> Call:
        parts = urlsplit(target)
        lower = {name.lower(): value for name, value in headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        return cls(lower.get("x-http-method-override", method).upper(), unquote(parts.path), query, lower, body, target)

    def text(self, name: str, default: str | None = None) -> str | None:
        values = self.query.get(name)
        return values[0] if values and values[0] != "" else default

    def many(self, name: str) -> list[str]:
        return self.query.get(name, [])

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in {"true", "false", "1", "0"}:
            raise errors.ApiError(400, "invalidParameter", f"Invalid value '{value}'.", location=("parameter", name))
        return value.lower() in {"true", "1"}

    def number(self, name: str, default: int, most: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not value.lstrip("-").isdigit() or int(value) < 1:
            message = f"Invalid integer value: '{value}'."
            raise errors.ApiError(400, "invalidParameter", message, location=("parameter", name))
        return min(int(value), most)

    def moment(self, name: str) -> datetime | None:
        """RFC 3339 with an offset, as Google insists on it."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parsed = datetime.fromisoformat(value.replace(" ", "+").upper())
        except ValueError:
            parsed = None
        if parsed is None or not OFFSET.search(value.replace(" ", "+")):
            raise errors.ApiError(400, "badRequest", "Bad Request", location=("parameter", name))
        return parsed.astimezone(UTC).replace(microsecond=0)

    def zone(self, name: str) -> ZoneInfo | None:
        value = self.text(name)
        return zone(value) if value else None

    def json(self) -> dict[str, Any]:
        try:
            data = msgspec.json.decode(self.body or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise errors.parse_error() from error
        if not isinstance(data, dict):
            raise errors.parse_error()
        return data


@dataclass
class Reply:
    status: int = 200
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def encoded(self, *, pretty: bool = False) -> bytes:
        if self.raw is not None:
            return self.raw
        if self.payload is None:
            return b""
        raw = msgspec.json.encode(self.payload)
        return msgspec.json.format(raw, indent=2) if pretty else raw


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise errors.invalid("Invalid time zone definition.") from error


def stamp(moment: datetime, *, millis: bool = False) -> str:
    """RFC 3339 as Google writes it: Z instead of +00:00."""
    return moment.isoformat(timespec="milliseconds" if millis else "seconds").replace("+00:00", "Z")
