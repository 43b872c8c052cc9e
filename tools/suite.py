"""The whole suite: on SQLite, then on PostgreSQL; the queue tests use Redis. Says what is not reachable."""

import argparse
import os
import subprocess
import sys

import psycopg
import redis

POSTGRES = os.environ.get("VIZAVI_TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("VIZAVI_TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
# These use no database, or installations and databases of their own: a second run would be the same one. So would that
# of the tests in a browser, which meet the demo.
INDEPENDENT = ("api", "deploy", "providers", "queue", "running", "sandbox", "upkeep", "workers")
REQUIRED = os.environ.get("VIZAVI_TEST_REQUIRE_SERVICES") == "1"


def postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def redis_answers() -> bool:
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=3).ping()
    except redis.RedisError:
        return False
    return True


def run(title: str, workers: int, *arguments: str, **environment: str) -> int:
    print(f"\n=== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", str(workers), "--dist", "loadfile", *arguments]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    workers = parser.parse_args().workers
    services = {"PostgreSQL": postgres_answers(), "Redis": redis_answers()}
    for name in [name for name, answers in services.items() if not answers]:
        print(f"{name} is not reachable: its part of the suite " + ("is required." if REQUIRED else "is left out."))
    if REQUIRED and not all(services.values()):
        return 1
    result = run("The suite on SQLite", workers)
    if services["PostgreSQL"] and result == 0:
        rest = [f"--ignore=tests/{name}" for name in INDEPENDENT] + ["-m", "not browser"]
        result = run("The suite on PostgreSQL", workers, *rest, VIZAVI_DATABASE_URL=POSTGRES)
    return result


if __name__ == "__main__":
    sys.exit(main())
