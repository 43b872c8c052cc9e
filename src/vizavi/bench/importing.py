"""First import of 10,000 events, as busy blocks and as events of a type, beside gcal-sync and the raw floor."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import requests

from vizavi.bench import rivals
from vizavi.bench.ground import Ground, ground, seconds
from vizavi.bench.rows import Row, at_most
from vizavi.providers.google.wire import PAGE_FIELDS

EVENTS = 10_000
RUNS = 3


def blocks() -> Iterator[Row]:
    """Into the database as busy blocks; median of 3 runs, each on a fresh account, after one small warm-up."""
    with ground() as here:
        ours, theirs, floor, pages = _compared(here)
    yield Row("raw floor: 10,000 events downloaded and parsed", f"{floor:.2f} s")
    yield Row("gcal-sync: the same events into memory", rivals.missing("gcal_sync") or f"{theirs:.2f} s")
    yield _beside_gcal_sync("first import of 10,000 as busy blocks", ours, theirs, limit=1)
    yield at_most("… events.list requests", pages, 4, "")


def typed() -> Iterator[Row]:
    """Into the database as events of a type, each with link, journal and audit line."""
    with ground() as here:
        ours, theirs, _floor, _pages = _compared(here, mode="typed")
    yield _beside_gcal_sync("first import of 10,000 as events of a type", ours, theirs, limit=3)


def _beside_gcal_sync(name: str, ours: float, theirs: float, *, limit: int) -> Row:
    """In seconds where there is nothing to compare with (`theirs` is 0)."""
    return at_most(name, ours / theirs, limit, "× gcal-sync", digits=2) if theirs else Row(name, f"{ours:.2f} s")


def _compared(here: Ground, **calendar: Any) -> tuple[float, float, float, int]:
    """Medians of ours, gcal-sync (0 where absent) and the floor, measured in turns; and our last import's requests."""
    _run(here, 10, calendar)
    runs = [_run(here, EVENTS, calendar) for _ in range(RUNS)]
    ours, theirs, floor = (median(run[number] for run in runs) for number in range(3))
    return ours, theirs, floor, int(runs[-1][3])


def _run(here: Ground, count: int, calendar: dict[str, Any]) -> tuple[float, float, float, int]:
    from django.utils import timezone

    from vizavi.connections.models import BusyBlock
    from vizavi.connections.work import work_account
    from vizavi.events.models import Event, EventType

    of_type = {"event_type": EventType.objects.get(code="interview")} if calendar else {}
    account = here.recruiter(**calendar, **of_type)
    # events of a type are planned ones: they lie ahead
    here.fill(account.email, count, since=timedelta(days=1 if calendar else -29), until=timedelta(days=179))
    call = (here.google.url, account.access_token, account.email)
    floor = seconds(lambda: _raw_floor(*call))
    theirs = 0.0 if rivals.missing("gcal_sync") else seconds(lambda: rivals.gcal_sync(*call))
    here.clear_log()
    ours = seconds(lambda: work_account(account.pk, pull=True, now=timezone.now))
    loaded = BusyBlock.objects.filter(calendar__account=account).count()
    loaded += Event.objects.filter(responsible=account.user).count()
    assert loaded == count, f"{loaded} of {count} were loaded"
    return ours, theirs, floor, here.requests()


def _raw_floor(url: str, token: str, calendar: str) -> int:
    """Download and parse, nothing else: pages of 2,500 with the fields that we read."""
    query = {"maxResults": "2500", "fields": PAGE_FIELDS}
    found = 0
    with requests.Session() as http:
        http.headers.update({"Authorization": f"Bearer {token}", "User-Agent": "gzip"})
        while True:
            page = http.get(f"{url}/calendar/v3/calendars/{calendar}/events", params=query, timeout=60).json()
            found += len(page["items"])
            if "nextPageToken" not in page:
                return found
            query["pageToken"] = page["nextPageToken"]
