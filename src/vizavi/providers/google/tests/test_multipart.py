"""Batch bodies: what is packed, and answers with parts out of order, missing, cut or spoilt."""

import pytest

from vizavi.providers.google import multipart
from vizavi.providers.http import Reply
from vizavi.sync.errors import Unavailable


def part(number: int | None, body: str, status: str = "HTTP/1.1 200 OK", headers: str = "") -> str:
    name = "" if number is None else f"Content-ID: <response-item-{number}>\r\n"
    inner = f"{status}\r\nContent-Type: application/json\r\n{headers}\r\n{body}\r\n"
    return f"Content-Type: application/http\r\n{name}\r\n{inner}"


def answer(*parts: str, content_type: str = "multipart/mixed; boundary=b_1", newline: str = "\r\n") -> Reply:
    body = "".join(f"--b_1\r\n{one}" for one in parts) + "--b_1--\r\n"
    return Reply(200, {"content-type": content_type}, body.replace("\r\n", newline).encode())


def bodies(reply: Reply, expected: int) -> list[bytes | None]:
    return [inner.body if inner else None for inner in multipart.unpacked(reply, expected)]


def test_parts_carry_a_path_their_headers_and_their_number() -> None:
    target = "/calendar/v3/calendars/a%40b/events?sendUpdates=none"
    body, content_type = multipart.packed(
        [
            multipart.Part("POST", target, {"Content-Type": "application/json"}, "{ё}".encode()),
            multipart.Part("DELETE", "/calendar/v3/x", {"If-Match": '"1"'}, b""),
        ]
    )
    boundary = content_type.partition("boundary=")[2]
    first, second = body.split(f"--{boundary}\r\n".encode())[1:]
    assert first.endswith("Content-Length: 4\r\n\r\n{ё}\r\n".encode())
    assert b"Content-ID: <item-0>\r\n\r\nPOST " + target.encode() + b" HTTP/1.1\r\n" in first
    assert b'<item-1>\r\n\r\nDELETE /calendar/v3/x HTTP/1.1\r\nIf-Match: "1"\r\n\r\n\r\n' in second
    assert second.endswith(f"--{boundary}--\r\n".encode())


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_parts_are_found_by_their_number(newline: str) -> None:
    reply = answer(part(1, '{"n":1}'), part(0, '{"n":0}\r\n\r\n'), newline=newline)
    assert bodies(reply, 2) == [b'{"n":0}', b'{"n":1}']


def test_parts_without_a_number_stand_in_order() -> None:
    assert bodies(answer(part(None, "a"), part(None, "b")), 2) == [b"a", b"b"]


def test_a_missing_part_is_nothing_and_a_surplus_one_is_passed_over() -> None:
    assert bodies(answer(part(1, "b"), part(7, "c"), part(1, "again")), 3) == [None, b"b", None]


def test_status_and_headers_of_a_part_are_its_own() -> None:
    [inner] = multipart.unpacked(answer(part(0, "", "HTTP/1.1 429 Slow", "Retry-After: 9\r\n")), 1)
    assert inner is not None
    assert (inner.status, inner.retry_after, inner.body) == (429, 9.0, b"")


@pytest.mark.parametrize(
    "spoilt",
    [
        part(0, "{}", status="nonsense"),
        part(0, "{}", headers="Content-Length: 1000\r\n"),
        "Content-ID: <response-item-0>\r\n\r\n",
        "",
    ],
)
def test_a_spoilt_part_is_nothing(spoilt: str) -> None:
    assert bodies(answer(spoilt, part(1, "b")), 2) == [None, b"b"]


def test_a_quoted_boundary_is_understood() -> None:
    assert bodies(answer(part(0, "a"), content_type='multipart/mixed; boundary="b_1"'), 1) == [b"a"]


@pytest.mark.parametrize("content_type", ["application/json", "", "multipart/mixed"])
def test_what_is_no_multipart_body_is_no_answer(content_type: str) -> None:
    with pytest.raises(Unavailable):
        multipart.unpacked(answer(part(0, "a"), content_type=content_type), 1)
