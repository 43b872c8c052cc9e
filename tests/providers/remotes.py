"""A remote calendar seen from both sides: as the provider under test, and as the people who use it."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from tests.support.sandbox import ANNA, CLIENT_ID, CLIENT_SECRET, Api, Sandbox

from vizavi.providers.google import oauth
from vizavi.providers.google.client import GoogleCalendar
from vizavi.providers.google.outgoing import _fields
from vizavi.providers.google.session import Session
from vizavi.providers.http import Transport
from vizavi.sync.memory import MemoryProvider
from vizavi.sync.model import Content, Group
from vizavi.sync.ports import Provider


class Remote(Protocol):
    provider: Provider

    def human_puts(self, remote_id: str, content: Content) -> None: ...
    def human_deletes(self, remote_id: str) -> None: ...
    def expire_cursors(self) -> None: ...
    def lose_next_write(self, *, after: bool) -> None: ...
    def mails(self) -> int: ...
    def neighbour(self) -> tuple[str, Provider]: ...


class MemoryRemote:
    def __init__(self) -> None:
        self.provider = self.memory = MemoryProvider()

    def human_puts(self, remote_id: str, content: Content) -> None:
        self.memory.human_puts(remote_id, content)

    def human_deletes(self, remote_id: str) -> None:
        self.memory.human_deletes(remote_id)

    def expire_cursors(self) -> None:
        self.memory.expire_cursors()

    def lose_next_write(self, *, after: bool) -> None:
        self.memory.lose.append("after" if after else "before")

    def mails(self) -> int:
        return len(self.memory.mails)

    def neighbour(self) -> tuple[str, Provider]:
        """Another calendar of the account, with its name there."""
        self.memory.neighbours["second"] = MemoryProvider(neighbours={"first": self.memory})
        return "second", self.memory.neighbours["second"]


class KeptTokens:
    """Tokens in memory, renewed over the token endpoint as the product does."""

    def __init__(self, transport: Transport, endpoints: oauth.Endpoints, grant: dict[str, str]) -> None:
        self.transport, self.endpoints = transport, endpoints
        self.access, self.refresh, self.renewals = grant["access_token"], grant["refresh_token"], 0

    def current(self) -> str:
        return self.access

    def renewed(self, refused: str) -> str:
        if refused == self.access:
            client = oauth.Client(CLIENT_ID, CLIENT_SECRET)
            self.access = oauth.refresh(self.transport, self.endpoints, client, self.refresh).access_token
            self.renewals += 1
        return self.access


def endpoints_of(url: str) -> oauth.Endpoints:
    return oauth.Endpoints(
        auth_uri=f"{url}/o/oauth2/v2/auth",
        token_uri=f"{url}/token",
        revoke_uri=f"{url}/revoke",
        userinfo_uri=f"{url}/oauth2/v2/userinfo",
        api_root=f"{url}/calendar/v3",
        batch_uri=f"{url}/batch/calendar/v3",
    )


class GoogleRemote:
    """Anna's primary calendar in the sandbox."""

    def __init__(self, sandbox: Sandbox, scopes: list[str] | None = None) -> None:
        self.sandbox = sandbox
        self.endpoints = endpoints_of(sandbox.url)
        self.transport = Transport(self.endpoints.roots())
        self.tokens = KeptTokens(self.transport, self.endpoints, sandbox.mint(ANNA, scopes))
        self.session = Session(
            self.transport, self.tokens, api_root=self.endpoints.api_root, batch_uri=self.endpoints.batch_uri
        )
        self.provider = self.calendar("primary")
        self.anna: Api = sandbox.api(ANNA)

    def calendar(self, calendar_id: str) -> GoogleCalendar:
        return GoogleCalendar(self.session, calendar_id, "Europe/Moscow")

    def human_puts(self, remote_id: str, content: Content) -> None:
        body = _fields(content, frozenset(Group), [])
        if self.anna.call("GET", f"calendars/primary/events/{remote_id}").status_code == 404:
            self.anna.insert({"id": remote_id, **body})
        else:
            self.anna.patch(remote_id, body)

    def human_deletes(self, remote_id: str) -> None:
        self.anna.delete(remote_id)

    def expire_cursors(self) -> None:
        self.sandbox.admin("POST", "expire-sync", calendar=ANNA)

    def lose_next_write(self, *, after: bool) -> None:
        self.sandbox.fault(effect="lost_after" if after else "lost_before", method="POST", times=1)

    def mails(self) -> int:
        return sum(bool(letter["mailed"]) for letter in self.sandbox.outbox())

    def neighbour(self) -> tuple[str, Provider]:
        made = self.anna.ok("POST", "calendars", {"summary": "Подбор и ещё"})["id"]
        return made, self.calendar(made)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.transport.close()
        self.anna.http.close()
