"""Batch bodies: HTTP requests packed into one multipart request, and the answers taken out again (facts 1.1)."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vizavi.providers.http import Reply
from vizavi.sync.errors import Unavailable

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NUMBER = re.compile(r"item-(\d+)>?$")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_BLANK = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One request inside a batch; `target` is a path with its query, without a host."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes


def packed(parts: Sequence[Part]) -> tuple[bytes, str]:
    """The body and its content type."""
    boundary = f"vizavi_{secrets.token_hex(16)}"
    body = b"".join(_packed_part(part, number, boundary) for number, part in enumerate(parts))
    return body + f"--{boundary}--\r\n".encode(), f"multipart/mixed; boundary={boundary}"


def unpacked(reply: Reply, expected: int) -> list[Reply | None]:
    """The inner replies by the number of their request; what is missing or unreadable is None."""
    found = _BOUNDARY.search(reply.headers.get("content-type", ""))
    if found is None:
        raise Unavailable("The answer to a batch is no multipart body.")
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(found.group(1).encode()), reply.body)[1:]
    replies: list[Reply | None] = [None] * expected
    for position, piece in enumerate(piece for piece in pieces if not piece.startswith(b"--")):
        number, inner = _unpacked_part(piece, position)
        if number < expected and replies[number] is None:
            replies[number] = inner
    return replies


def _packed_part(part: Part, number: int, boundary: str) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
    length = f"Content-Length: {len(part.content)}\r\n" if part.content else ""
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <item-{number}>\r\n\r\n"
        f"{part.method} {part.target} HTTP/1.1\r\n{headers}{length}\r\n"
    )
    return head.encode() + part.content + b"\r\n"


def _unpacked_part(piece: bytes, position: int) -> tuple[int, Reply | None]:
    """The number told by Content-ID (else the position: parts come in the order of the requests)."""
    outside, inside = _cut(piece)
    number = _NUMBER.search(_headers(outside).get("content-id", ""))
    head, body = _cut(inside.lstrip(b"\r\n"))
    status = _STATUS.match(head)
    headers = _headers(head)
    length = headers.get("content-length", "")
    whole = not length.isdecimal() or len(body) >= int(length)
    if length.isdecimal():
        body = body[: int(length)]
    reply = Reply(int(status.group(1)), headers, body.strip()) if status and whole else None
    return int(number.group(1)) if number else position, reply


def _cut(block: bytes) -> tuple[bytes, bytes]:
    found = _BLANK.search(block)
    return (block[: found.start()], block[found.end() :]) if found else (block, b"")


def _headers(block: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in block.decode("latin-1").splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in lines}
