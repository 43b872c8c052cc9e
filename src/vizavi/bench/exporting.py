"""First export: 500 events beside Google's own client one by one, and 5,000 under Google's quota of a minute."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from vizavi.bench import rivals
from vizavi.bench.ground import ZONE, Ground, ground, seconds
from vizavi.bench.rows import Row, at_least, at_most

LATENCY_MS = 50
EVENTS, MANY = 500, 5_000
RUNS = 3
QUOTA = 600  # units in a minute and user; a creation costs one
PATIENCE = timedelta(minutes=14)


def five_hundred() -> Iterator[Row]:
    """50 ms for each HTTP request; median of 3 fresh accounts for ours, the rival once: it takes half a minute."""
    from django.utils import timezone

    with ground() as here:
        from vizavi.connections.work import work_account

        here.google.tell("knobs", latency_ms=LATENCY_MS)
        runs, requests = [], 0
        for count in (5, *[EVENTS] * RUNS):
            account = here.recruiter()
            here.plan(account, count)
            here.clear_log()
            runs.append(seconds(partial(work_account, account.pk, pull=False, now=timezone.now)))
            requests = here.requests()
            there = here.reader(account.email).page()["items"]
            assert len(there) == count, f"{len(there)} of {count} were exported"
        missing = rivals.missing("googleapiclient")
        theirs = 0.0 if missing else _one_by_one(here)
    ours = median(runs[1:])
    yield Row("google-api-python-client: 500 inserts one by one, 50 ms each", missing or f"{theirs:.1f} s")
    yield Row("first export of 500 events, 50 ms for each HTTP request", f"{ours:.2f} s")
    if not missing:
        yield at_least("… faster than one by one", theirs / ours, 5, "×")
    yield at_most("… HTTP requests", requests, 12, "")


def _one_by_one(here: Ground) -> float:
    bodies = [_body(number) for number in range(EVENTS)]
    token = here.recruiter().access_token
    return seconds(lambda: rivals.one_by_one(here.google.url, token, bodies))


def under_quota() -> Iterator[Row]:
    """With a real worker, as an organisation's first day would be; nobody intervenes."""
    with ground() as here:
        from vizavi.connections.models import JournalEntry, Link

        here.google.tell("quota", user=QUOTA)
        account = here.recruiter()
        with here.started("worker"):
            started = time.monotonic()
            here.plan(account, MANY)
            deadline = started + PATIENCE.total_seconds()
            links = Link.objects.filter(event__responsible=account.user, synced_at__isnull=False)
            states = {"ok"}
            while links.count() < MANY and time.monotonic() < deadline:
                time.sleep(2)
                account.refresh_from_db()
                states.add(account.state)
            minutes = (time.monotonic() - started) / 60
            errors = JournalEntry.objects.filter(ok=False).count() + len(states - {"ok"})
            missing = MANY - links.count()
        refused = sum(here.google.tell("quota", method="GET")["refused"].values())
    best = (MANY - 500) / QUOTA
    yield Row(f"first export of 5,000 under {QUOTA} units a minute", f"{minutes:.1f} min", f"{best:.1f} min at best")
    yield at_most("… not exported in the end", missing, 0, "")
    yield at_most("… errors shown to anybody", errors, 0, "")
    yield Row("… requests that Google refused for their pace", str(refused))


def _body(number: int) -> dict[str, object]:
    start = datetime.now(UTC) + timedelta(days=1, minutes=30 * number)
    ends = {"start": start, "end": start + timedelta(hours=1)}
    times = {name: {"dateTime": moment.isoformat(), "timeZone": ZONE} for name, moment in ends.items()}
    return {"summary": f"Интервью: кандидат {number}", "description": "Комментарий для кандидата", **times}
