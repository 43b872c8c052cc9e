"""What people paste: a code, our `state.code`, or the whole redirect address, with the damage that copying does."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

STATE_LENGTH = 43  # of secrets.token_urlsafe(32)
LONGEST = 4096
_SPACES = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff]+")
_WITH_STATE = re.compile(rf"([A-Za-z0-9_-]{{{STATE_LENGTH}}})\.(.+)")
_CODE = re.compile(r"[!-~]{4,512}")


@dataclass(frozen=True, slots=True)
class Pasted:
    """`state` is empty for a bare code; `error` is Google's when it answered with a refusal."""

    code: str = ""
    state: str = ""
    error: str = ""


def parse(text: str) -> Pasted | None:
    """None where it is neither a code nor an address with one."""
    compact = _SPACES.sub("", text).strip("\"'<>«»“”")
    if not compact or len(compact) > LONGEST:
        return None
    pasted = _from_query(compact) if "code=" in compact or "error=" in compact else _from_code(compact)
    if pasted.error:
        return pasted
    return pasted if is_code(pasted.code) else None


def is_code(text: str) -> bool:
    """Whether it may be an authorization code: printable, of a sane length (facts 2.2: up to 256 bytes)."""
    return _CODE.fullmatch(text) is not None


def _from_query(text: str) -> Pasted:
    address = urlsplit(text) if "?" in text or "#" in text else None
    query = (address.query or address.fragment) if address else text
    values = {name: found[0] for name, found in parse_qs(query).items()}
    return Pasted(values.get("code", ""), values.get("state", ""), values.get("error", ""))


def _from_code(text: str) -> Pasted:
    plain = unquote(text)
    found = _WITH_STATE.fullmatch(plain)
    return Pasted(code=found.group(2), state=found.group(1)) if found else Pasted(code=plain)
