"""What concerns the whole account is raised; errors are named by who reacts (STYLE section 4).

SyncError
├── AuthRevoked     the user: «Требуется повторный вход», work is kept
├── AccessDenied    the user or the administrator: «Ограничен», `code` says what is missing
├── CursorExpired   the engine: full reading
├── Throttled       the scheduler: not before `after` seconds; `project` when all accounts are meant
└── Unavailable     the scheduler: back off; a write may or may not have happened
"""


class SyncError(Exception):
    """Base of everything a provider raises."""


class AuthRevoked(SyncError):
    """The grant is gone (invalid_grant, revoked token): only the user can mend it."""


class AccessDenied(SyncError):
    """The account is connected, but a scope, a write right or a quota is missing."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class CursorExpired(SyncError):
    """The cursor is no longer valid (410): read everything again."""


class Throttled(SyncError):
    """Too fast; `after` is in seconds (None: the caller chooses), `project` means every account of the project."""

    def __init__(self, text: str, *, after: float | None = None, project: bool = False) -> None:
        super().__init__(text)
        self.after = after
        self.project = project


class Unavailable(SyncError):
    """No usable answer: time-out, 5xx, broken body. The effect of a write is unknown."""
