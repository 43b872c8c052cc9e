"""Authorised calls to the Calendar API: the bearer token, one renewal after a 401, whole batches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec

from vizavi.providers.google import multipart
from vizavi.providers.google.failures import failure, refusal
from vizavi.providers.http import BATCH_SECONDS, READ_SECONDS, Reply, Request, Transport
from vizavi.sync.errors import AuthRevoked

JSON = "application/json; charset=UTF-8"


class Tokens(Protocol):
    """Where access tokens come from; keeping them is the caller's business."""

    def current(self) -> str:
        """A token that should work. Raises AuthRevoked, AccessDenied, Throttled, Unavailable."""

    def renewed(self, refused: str) -> str:
        """A new one, after `refused` met a 401."""


class Call(msgspec.Struct, frozen=True):
    """One call of the Calendar API; `path` is relative to its root."""

    method: str
    path: str
    params: Mapping[str, str] = {}
    body: Any = None
    headers: Mapping[str, str] = {}

    def content(self) -> bytes | None:
        return None if self.body is None else msgspec.json.encode(self.body)

    def all_headers(self) -> dict[str, str]:
        return dict(self.headers) | ({} if self.body is None else {"Content-Type": JSON})


class Session:
    """Sends calls for one account."""

    def __init__(
        self,
        transport: Transport,
        tokens: Tokens,
        *,
        api_root: str,
        batch_uri: str,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`before` is called before each request, and may raise to stop it."""
        self._transport = transport
        self._before = before
        self._tokens = tokens
        self._root = api_root.rstrip("/")
        self._batch_uri = batch_uri

    def call(self, call: Call) -> Reply:
        """The reply to one call, a refusal included; a 401 is met once with a new token."""
        return self._send(
            Request(
                call.method,
                f"{self._root}/{call.path}",
                params=call.params,
                headers=call.all_headers(),
                content=call.content(),
                read_seconds=READ_SECONDS,
            )
        )

    def get(self, url: str) -> Reply:
        """A whole address, for what lies beside the Calendar API."""
        return self._send(Request("GET", url))

    def ask(self, call: Call) -> Reply:
        """A reply that is a success; for calls whose refusal can only mean the account."""
        reply = self.call(call)
        if reply.ok:
            return reply
        raise refusal(failure(reply))

    def batch(self, calls: Sequence[Call]) -> list[Reply | None]:
        """One reply per call, in order; None where the answer has no usable part for it."""
        replies = self._batch(calls)
        again = [number for number, reply in enumerate(replies) if reply is not None and reply.status == 401]
        if again:
            # the outer request was accepted, the token died under its parts
            self._tokens.renewed(self._tokens.current())
            for number, reply in zip(again, self._batch([calls[number] for number in again]), strict=True):
                replies[number] = reply
                if reply is not None and reply.status == 401:
                    raise AuthRevoked(failure(reply).text)
        return replies

    def _batch(self, calls: Sequence[Call]) -> list[Reply | None]:
        root = urlsplit(self._root).path
        parts = [
            multipart.Part(call.method, _target(root, call), call.all_headers(), call.content() or b"")
            for call in calls
        ]
        body, content_type = multipart.packed(parts)
        request = Request(
            "POST",
            self._batch_uri,
            headers={"Content-Type": content_type},
            content=body,
            read_seconds=BATCH_SECONDS,
        )
        reply = self._send(request)
        if not reply.ok:
            raise refusal(failure(reply))
        return multipart.unpacked(reply, len(calls))

    def _send(self, request: Request) -> Reply:
        self._before()
        token = self._tokens.current()
        reply = self._transport.send(_bearing(request, token))
        if reply.status != 401:
            return reply
        self._before()
        reply = self._transport.send(_bearing(request, self._tokens.renewed(token)))
        if reply.status == 401:
            raise AuthRevoked(failure(reply).text)
        return reply


def _bearing(request: Request, token: str) -> Request:
    headers = dict(request.headers) | {"Authorization": f"Bearer {token}"}
    return Request(
        request.method,
        request.url,
        params=request.params,
        headers=headers,
        content=request.content,
        read_seconds=request.read_seconds,
    )


def _target(root: str, call: Call) -> str:
    query = f"?{urlencode(call.params)}" if call.params else ""
    return f"{root}/{call.path}{query}"
