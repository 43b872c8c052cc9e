"""A batch request as any client sends it, and its answer taken apart."""

from __future__ import annotations

import json

from tests.support.sandbox import Api, Sandbox


def batch(
    sandbox: Sandbox, api: Api, parts: list[tuple[str, str, dict | None, str]], *, raw: bool = False
) -> list[tuple[str, int, dict]] | list[str]:
    """(method, path, body, inner header lines) -> (content id, status, body), or the raw parts."""
    text = ""
    for number, (method, path, body, headers) in enumerate(parts):
        inner = f"{method} /calendar/v3/{path} HTTP/1.1\r\nContent-Type: application/json\r\n{headers}\r\n"
        text += (
            f"--sep\r\nContent-Type: application/http\r\nContent-ID: <item{number}>\r\n\r\n{inner}"
            f"{'' if body is None else json.dumps(body)}\r\n"
        )
    answer = api.http.post(
        f"{sandbox.url}/batch/calendar/v3",
        data=(text + "--sep--").encode(),
        headers={"Content-Type": "multipart/mixed; boundary=sep"},
    )
    assert answer.status_code == 200, answer.text
    mark = answer.headers["Content-Type"].partition("boundary=")[2]
    pieces = answer.text.split(f"--{mark}")[1:-1]
    if raw:
        return pieces
    found = []
    for piece in pieces:
        outer, head, body = piece.strip("\r\n").split("\r\n\r\n", 2)
        found.append(
            (
                outer.partition("Content-ID: ")[2].splitlines()[0],
                int(head.split()[1]),
                json.loads(body) if body.strip() else {},
            )
        )
    return found
