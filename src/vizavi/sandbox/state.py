"""The sandbox's memory: one SQLite file, one connection, one lock."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (
    email TEXT PRIMARY KEY, sub TEXT NOT NULL, given_name TEXT NOT NULL, family_name TEXT NOT NULL,
    locale TEXT NOT NULL, time_zone TEXT NOT NULL, list_counter INTEGER NOT NULL DEFAULT 0,
    list_epoch INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS client (id TEXT PRIMARY KEY, secret TEXT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, redirects TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS consent (email TEXT, client_id TEXT, scopes TEXT NOT NULL,
    PRIMARY KEY (email, client_id));
CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, data TEXT NOT NULL, expires REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refresh (token TEXT PRIMARY KEY, email TEXT NOT NULL, client_id TEXT NOT NULL,
    scopes TEXT NOT NULL, created REAL NOT NULL, dead TEXT, used REAL NOT NULL DEFAULT 0, expires REAL);
CREATE TABLE IF NOT EXISTS access (token TEXT PRIMARY KEY, email TEXT NOT NULL, client_id TEXT NOT NULL,
    scopes TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS calendar (id TEXT PRIMARY KEY, owner TEXT NOT NULL, is_primary INTEGER NOT NULL,
    made_by TEXT, counter INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0,
    etag INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (email TEXT NOT NULL, calendar TEXT NOT NULL, role TEXT NOT NULL,
    change INTEGER NOT NULL, etag INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL,
    PRIMARY KEY (email, calendar));
CREATE TABLE IF NOT EXISTS event (calendar TEXT NOT NULL, id TEXT NOT NULL, change INTEGER NOT NULL,
    born INTEGER NOT NULL, etag INTEGER NOT NULL, master TEXT, ical_uid TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (calendar, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS event_change ON event (calendar, change);
CREATE INDEX IF NOT EXISTS event_master ON event (calendar, master);
CREATE INDEX IF NOT EXISTS event_uid ON event (calendar, ical_uid);
CREATE INDEX IF NOT EXISTS event_id ON event (id);
CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS channel (id TEXT PRIMARY KEY, resource_id TEXT NOT NULL, body TEXT NOT NULL);
"""
TABLES = (
    "account",
    "client",
    "consent",
    "code",
    "refresh",
    "access",
    "calendar",
    "entry",
    "event",
    "outbox",
    "channel",
)


class Store:
    """Everything that must survive a restart; every request is one transaction under the lock."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / "sandbox.sqlite3"
        self.lock = threading.RLock()
        self._depth = 0
        self._last_tick = 0
        self._key: str | None = None
        self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        # a power cut may lose the last seconds of a simulator; an fsync per request would slow every test
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(SCHEMA)
        self._widen()

    def _widen(self) -> None:
        """A home of an earlier version gets the columns it lacks."""
        if "used" not in {row["name"] for row in self._db.execute("PRAGMA table_info(refresh)")}:
            self._db.execute("ALTER TABLE refresh ADD COLUMN used REAL NOT NULL DEFAULT 0")
            self._db.execute("ALTER TABLE refresh ADD COLUMN expires REAL")
            self._db.execute("UPDATE refresh SET used=created")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    self._db.execute("BEGIN IMMEDIATE")
                yield
            except BaseException:
                if self._depth == 1:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        with self.lock:
            found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return found

    def run(self, sql: str, *values: Any) -> int:
        with self.lock:
            return self._db.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self.lock:
            self._db.executemany(sql, rows)

    def wipe(self) -> None:
        """Forget everything; with the key go all page and sync tokens given so far."""
        self.run("DELETE FROM meta")
        self._key = None
        for table in TABLES:
            self.run(f"DELETE FROM {table}")  # noqa: S608 - names from the constant above

    def meta(self, key: str) -> str | None:
        found = self.row("SELECT value FROM meta WHERE key=?", key)
        return found["value"] if found else None

    def set_meta(self, key: str, value: str) -> None:
        self.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", key, value)

    def key(self) -> str:
        """The secret that signs consent forms and page tokens; made once per home."""
        if self._key is None:
            with self.transaction():
                self._key = self.meta("key") or secrets.token_hex(32)
                self.set_meta("key", self._key)
        return self._key

    def tick(self) -> int:
        """A strictly growing number near twice the microseconds, the way real etags look."""
        with self.lock:
            self._last_tick = max(self._last_tick + 2, time.time_ns() // 1000 * 2)
            return self._last_tick


def dump(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def load(text: str | bytes) -> Any:
    return msgspec.json.decode(text)


def quoted(etag: int) -> str:
    return f'"{etag}"'


def short_hash(text: str, length: int = 26) -> str:
    """Letters a-v and digits only, so the result is a legal event id."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


_opened: list[Store] = []


def open_store(home: Path) -> Store:
    _opened[:] = [Store(home)]
    return _opened[0]


def store() -> Store:
    return _opened[0]
