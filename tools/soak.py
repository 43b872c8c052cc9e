"""Random histories until we trust the engine: on the memory twins, over HTTP, on PostgreSQL, and with real kills.

HISTORIES (10000), HISTORIES_HTTP (500), HISTORIES_POSTGRES (200) and KILLS (200) say how many, SEED where chance
begins. A history is drawn from its number alone: `SEED=7 HISTORIES=1` lives through number 7 again. What fails is
printed as the shortest history that still does. The last line counts all parts together.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pool

from suite import POSTGRES, REQUIRED, postgres_answers

from vizavi.sync.tests.histories.machine import drawn, shortest, violation

AT_ONCE = 50  # histories of one message between processes
SHOWN = 5  # of what fails; the rest is counted
SUMMARY = re.compile(r"^(\d+) (?:histories|kills)\b.*?, (\d+) violations", re.MULTILINE)


def number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


SEED = number("SEED", 1)
WORKERS = number("WORKERS", 2)


def failing(seed: int) -> int | None:
    return seed if violation(drawn(seed)) else None


def on_the_twins() -> tuple[int, int]:
    """Histories lived and violations found."""
    histories, found, began = number("HISTORIES", 10_000), [], time.monotonic()
    with Pool(WORKERS) as pool:
        for done, seed in enumerate(pool.imap(failing, range(SEED, SEED + histories), AT_ONCE), 1):
            if seed is not None:
                found.append(seed)
                show(seed, quietly=len(found) > SHOWN)
            if done % 1000 == 0:
                print(f"  {done} of {histories}, {time.monotonic() - began:.0f} s", flush=True)
    return histories, len(found)


def show(seed: int, *, quietly: bool) -> None:
    print(f"\nHistory {seed} fails: {violation(drawn(seed))}", flush=True)
    if not quietly:
        least = shortest(drawn(seed))
        print(f"The shortest one: {violation(least)}\n{least}\n", flush=True)


def parts() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Title, test and environment of what goes beyond the twins."""
    http, postgres, kills = number("HISTORIES_HTTP", 500), number("HISTORIES_POSTGRES", 200), number("KILLS", 200)
    histories = "tests/soak/test_histories_over_http.py"
    if http:
        yield "Over HTTP, on SQLite", histories, {"HISTORIES_HTTP": str(http)}
    if postgres and postgres_answers():
        there = {"HISTORIES_HTTP": str(postgres), "VIZAVI_DATABASE_URL": POSTGRES}
        yield "Over HTTP, on PostgreSQL", histories, there
    elif postgres and REQUIRED:
        raise SystemExit("PostgreSQL is required and not reachable.")
    elif postgres:
        print("PostgreSQL is not reachable: its histories are left out.")
    if kills:
        yield "Killed at random", "tests/soak/test_kills.py", {"KILLS": str(kills)}


def in_pytest(test: str, environment: dict[str, str]) -> tuple[int, int]:
    """The part's own summary, shown as it goes; one that ends badly without one is a violation."""
    command = [sys.executable, "-m", "pytest", test, "-n", "0", "-s", "-q"]
    settings = os.environ | {"SEED": str(SEED), "VIZAVI_LOG_LEVEL": "WARNING"} | environment
    lines = []
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    told = SUMMARY.findall("".join(lines))
    histories, violations = (sum(int(pair[which]) for pair in told) for which in (0, 1))
    return histories, violations or int(process.returncode != 0)


def main() -> int:
    print("=== On the memory twins", flush=True)
    counts = [on_the_twins()]
    for title, test, environment in parts():
        print(f"\n=== {title}", flush=True)
        counts.append(in_pytest(test, environment))
    histories, violations = map(sum, zip(*counts, strict=True))
    print(f"{histories} histories, {violations} violations, seed {SEED}", flush=True)
    return int(violations > 0)


if __name__ == "__main__":
    sys.exit(main())
