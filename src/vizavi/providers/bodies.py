"""JSON bodies as they arrive: broken letters are replaced, and what no database keeps is taken out."""

import json
import re
from typing import Any

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)  # deep nesting ends in the last one
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def decoded(body: bytes, shape: "msgspec.json.Decoder[Any]") -> Any:
    """The value of a body, mended first where it is no valid JSON. Raises one of UNREADABLE."""
    body = _storable(body)
    try:
        return shape.decode(body)
    except msgspec.ValidationError:
        raise
    except UNREADABLE:
        mended = _mended(body)
        if mended is None:
            raise
    return shape.decode(mended)


def _storable(body: bytes) -> bytes:
    """Without the one character that PostgreSQL does not store."""
    return _ESCAPED_NUL.sub(rb"\1", body) if b"\\u0000" in body else body


def _mended(body: bytes) -> bytes | None:
    """The same value, broken letters and numbers replaced; None where it is no JSON all the same."""
    try:
        value = json.loads(body.decode(errors="replace"), strict=False, parse_constant=lambda _name: None)
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return _storable(text.encode(errors="replace"))
