"""The month with 2,000 events: what the server needs for the calendar's feed."""

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

from bench.ground import ground, seconds
from bench.rows import Row, at_most

EVENTS, RUNS = 2_000, 9


def month() -> Iterator[Row]:
    """Median of 9 requests after one to warm up; six weeks as the month view asks for."""
    with ground() as here:
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        account = here.recruiter()
        here.plan(account, EVENTS, every=timedelta(minutes=20))
        browser = Client(headers={"host": "127.0.0.1"})
        browser.force_login(account.user)
        first = date.today()  # noqa: DTZ011 - any six weeks that hold the events
        asked = {"start": f"{first}T00:00", "end": f"{first + timedelta(days=42)}T00:00"}
        with CaptureQueriesContext(connection) as captured:
            shown = browser.get("/calendar/events.json", asked).json()["events"]
        queries = len(captured)  # later requests empty the log
        assert len(shown) == EVENTS, len(shown)
        passed = median(seconds(lambda: browser.get("/calendar/events.json", asked)) for _ in range(RUNS))
    yield at_most("month view with 2,000 events: server", passed * 1000, 100, "ms")
    yield at_most("… queries", queries, 12, "")
