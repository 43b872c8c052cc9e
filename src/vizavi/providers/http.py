"""Requests to the outside world: time-outs, a pool of connections, allowed addresses, usable answers or an error."""

import http.cookiejar
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter

from vizavi.providers import bodies
from vizavi.sync.errors import Unavailable

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
BATCH_SECONDS = 30.0
WHOLE_SECONDS = 50.0  # a server that drips bytes must not outlive the 60 s lease of the account
LARGEST_BODY = 64 * 2**20  # unpacked; a page of 2,500 events stays far below
LONGEST_PAUSE = 6 * 3600.0  # a pause is asked for, never a switch-off
POOL = 16
USER_AGENT = "vizavi (gzip)"  # Google packs only for user agents that contain "gzip"
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")


class ForbiddenAddress(ValueError):
    """The address is none of the configured ones: a mistake in the code, or an attack."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `content` is sent as it is, `form` as a web form."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    form: Mapping[str, str] | None = None
    read_seconds: float = READ_SECONDS


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that arrived whole; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """Seconds of `Retry-After`; the date form is not used by anyone we talk to."""
        text = self.headers.get("retry-after", "").strip()
        return min(float(text), LONGEST_PAUSE) if text.isdecimal() and len(text) < 20 else None

    def json(self) -> Any:
        return self.decoded(Any)

    def decoded(self, shape: Any) -> Any:
        """The body as `shape`; what is not valid JSON of this shape is no answer at all."""
        try:
            return bodies.decoded(self.body, msgspec.json.Decoder(shape))
        except bodies.UNREADABLE as error:
            raise Unavailable(f"The answer could not be read: {error}") from error


class Transport:
    """Sends requests to the allowed roots; safe to share between threads, redirects are never followed.

    `told` hears of each: its method and the status of the answer, 0 where there was none.
    """

    def __init__(self, roots: Iterable[str], told: Callable[[str, int], None] = lambda method, status: None) -> None:
        self._told = told
        self._roots = tuple(root.rstrip("/") for root in roots)
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.auth = _as_given  # else ~/.netrc would replace the Authorization header
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status. Raises Unavailable when there is none that can be used."""
        self._check(request.url)
        began, status = time.monotonic(), 0
        try:
            reply = self._answer(request)
            status = reply.status
            return reply
        finally:
            self._told(request.method, status)
            # the path has addresses of people in it, so only who was asked is told
            taken = round((time.monotonic() - began) * 1000)
            about = {"method": request.method, "host": _host(request.url), "status": status, "milliseconds": taken}
            logger.info("call", extra=about)

    def _answer(self, request: Request) -> Reply:
        deadline = time.monotonic() + WHOLE_SECONDS
        try:
            with self._session.request(
                request.method,
                request.url,
                params=dict(request.params) or None,
                data=request.content if request.form is None else dict(request.form),
                headers=dict(request.headers),
                timeout=(CONNECT_SECONDS, request.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read(response, deadline)
        except (requests.RequestException, OSError) as error:
            # the text of the error may hold the address with its query: only its kind is told
            raise Unavailable(f"No answer from {_host(request.url)}: {type(error).__name__}") from error
        if 300 <= response.status_code < 400:
            raise Unavailable(f"{_host(request.url)} answered with a redirect, which is not followed.")
        return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def close(self) -> None:
        self._session.close()

    def _check(self, url: str) -> None:
        inside = any(url == root or url.startswith((f"{root}/", f"{root}?")) for root in self._roots)
        if not inside or _DOTS.search(urlsplit(url).path):
            raise ForbiddenAddress(f"{_host(url)} is not an address this installation talks to.")


def _read(response: requests.Response, deadline: float) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(2**16):
        size += len(part)
        if size > LARGEST_BODY:
            raise Unavailable("The answer is larger than any answer should be.")
        if time.monotonic() > deadline:
            raise Unavailable("The answer did not arrive in time.")
        parts.append(part)
    return b"".join(parts)


def _host(url: str) -> str:
    return urlsplit(url).hostname or "?"


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
