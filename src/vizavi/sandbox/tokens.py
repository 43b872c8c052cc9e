"""Page and sync tokens: signed, self-contained, so they survive a restart and cannot be made up."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec

from vizavi.sandbox.state import Store


def make(store: Store, kind: str, data: dict[str, Any]) -> str:
    raw = msgspec.json.encode([kind, data])
    return base64.urlsafe_b64encode(_mark(store, raw) + raw).decode().rstrip("=")


def read(store: Store, kind: str, token: str) -> dict[str, Any] | None:
    try:
        blob = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    mark, raw = blob[:12], blob[12:]
    if not hmac.compare_digest(mark, _mark(store, raw)):
        return None
    found, data = msgspec.json.decode(raw)
    return data if found == kind else None


def _mark(store: Store, raw: bytes) -> bytes:
    return hmac.new(store.key().encode(), raw, hashlib.sha256).digest()[:12]
