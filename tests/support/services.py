"""PostgreSQL and Redis for tests: used where they answer, required where continuous integration says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
import redis

from vizavi.bench.services import database_at

POSTGRES = os.environ.get("VIZAVI_TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("VIZAVI_TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"


def _missing(name: str, address: str) -> NoReturn:
    text = f"{name} does not answer at {urlsplit(address).hostname}:{urlsplit(address).port}"
    if os.environ.get("VIZAVI_TEST_REQUIRE_SERVICES") == "1":
        pytest.fail(text)
    pytest.skip(text)


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of an empty database that is dropped afterwards."""
    with database_at(POSTGRES, silent=lambda: _missing("PostgreSQL", POSTGRES)) as address:
        yield address


@contextmanager
def redis_queue(address: str = REDIS) -> Iterator[str]:
    """The address of a Redis without messages of ours, before and after."""
    client = redis.Redis.from_url(address, socket_connect_timeout=3)
    try:
        _forget_messages(client)
    except redis.RedisError:
        _missing("Redis", address)
    try:
        yield address
    finally:
        _forget_messages(client)
        client.close()


def _forget_messages(client: redis.Redis) -> None:
    keys = list(client.scan_iter("huey.*vizavi*"))
    if keys:
        client.delete(*keys)
