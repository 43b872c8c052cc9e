"""Who calls, with which rights, and what was asked."""

from __future__ import annotations

from dataclasses import dataclass

from vizavi.sandbox import scopes
from vizavi.sandbox.state import Store
from vizavi.sandbox.wire import Call

# the client by which the sandbox itself acts, for its pages and its admin
SANDBOX = "sandbox"


@dataclass(frozen=True)
class Identity:
    email: str
    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Context:
    store: Store
    call: Call
    who: Identity
    method: str

    @property
    def email(self) -> str:
        return self.who.email

    @property
    def client_id(self) -> str:
        return self.who.client_id

    def _opening(self) -> set[str]:
        return scopes.opening(self.method, self.who.scopes)

    def reaches(self, *, owner: str, made_by: str | None) -> bool:
        """Some scopes open a method only for calendars the caller owns or the client made."""
        opening = self._opening() - {scopes.ONLY_PUBLIC}
        if made_by != self.client_id:
            opening -= {scopes.ONLY_MADE}
        if owner != self.email:
            opening -= scopes.ONLY_OWNED
        return bool(opening)

    @property
    def only_times(self) -> bool:
        return self._opening() == {scopes.ONLY_TIMES}
