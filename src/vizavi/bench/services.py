"""PostgreSQL and Redis for the measures that need them, named by variables of their own and left as they were."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

# read at once: a measure forgets all settings but its own
POSTGRES = os.environ.get("VIZAVI_BENCH_DATABASE_URL", "")
REDIS = os.environ.get("VIZAVI_BENCH_QUEUE_URL", "")
MESSAGES = "huey.*vizavi*"


class Absent(Exception):
    """What a measure needs is not here; the text says what."""


@contextmanager
def database_at(server: str, *, silent: Callable[[], NoReturn]) -> Iterator[str]:
    """The address of an empty database beside that of `server`, dropped afterwards; where it is silent, that raises."""
    name = f"vizavi_{uuid.uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        silent()
    with connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of an empty database that is dropped afterwards."""
    if not POSTGRES:
        raise Absent("VIZAVI_BENCH_DATABASE_URL names no PostgreSQL")
    with database_at(POSTGRES, silent=_silent) as address:
        yield address


@contextmanager
def redis_queue() -> Iterator[str]:
    """The address of a Redis database that holds no messages, before and after."""
    if not REDIS:
        raise Absent("VIZAVI_BENCH_QUEUE_URL names no Redis")
    client = redis.Redis.from_url(REDIS, socket_connect_timeout=3)
    try:
        occupied = any(client.scan_iter(MESSAGES))
    except redis.RedisError:
        raise Absent(f"Redis does not answer at {_place(REDIS)}") from None
    if occupied:
        raise Absent(f"{urlsplit(REDIS).path} of that Redis holds messages already; name another database number")
    try:
        yield REDIS
    finally:
        if keys := list(client.scan_iter(MESSAGES)):
            client.delete(*keys)
        client.close()


def _silent() -> NoReturn:
    raise Absent(f"PostgreSQL does not answer at {_place(POSTGRES)}")


def _place(address: str) -> str:
    """Without user and password."""
    return f"{urlsplit(address).hostname}:{urlsplit(address).port or 'its usual port'}"
