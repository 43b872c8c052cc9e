"""What the server needs for the calendar's feed of a full month, and for lists over the data of a large company."""

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any

from vizavi.bench.company import company
from vizavi.bench.ground import ground, seconds
from vizavi.bench.rows import Row, at_most
from vizavi.bench.services import postgres_database

EVENTS, RUNS = 2_000, 9
LISTS = {  # what is measured: address, parameters
    "candidates": ("/candidates/", {}),
    "… the last page, by city": ("/candidates/", {"sort": "-city", "page": "800"}),
    "… found by a name": ("/candidates/", {"q": "ковалев дарья"}),
    "… found by a part of a phone": ("/candidates/", {"q": "00-12"}),
    "… at a stage of a vacancy": ("/candidates/", {"vacancy": "{vacancy}", "stage": "1"}),
    "… with something planned": ("/candidates/", {"upcoming": "1"}),
    "choosing a candidate by typing": ("/candidates/options.json", {"q": "ков"}),
    "vacancies": ("/vacancies/", {}),
    "… by how many are in work": ("/vacancies/", {"sort": "-in_work"}),
    "vacancy board": ("/vacancies/{vacancy}/", {}),
    "a vacancy's events": ("/vacancies/{vacancy}/events/", {}),
    "synchronisation journal": ("/tools/journal/", {}),
    "… errors": ("/tools/journal/", {"result": "error"}),
    "… found by a candidate": ("/tools/journal/", {"q": "Ковалёв"}),
    "audit log": ("/administration/audit-log/", {}),
    "… of a kind and a person": ("/administration/audit-log/", {"kind": "event", "person": "{viewer}"}),
    "connections": ("/administration/connections/", {}),
    "event list of a week": ("/calendar/events.json", {"people": "all", "start": "{monday}", "end": "{sunday}"}),
    "calendar page": ("/calendar/", {"view": "list", "people": "all"}),
    "users": ("/administration/users/", {}),
}


def month() -> Iterator[Row]:
    """Median of 9 requests after one to warm up; six weeks as the month view asks for."""
    with ground() as here:
        account = here.recruiter()
        here.plan(account, EVENTS, every=timedelta(minutes=20))
        first = date.today()  # noqa: DTZ011 - any six weeks that hold the events
        asked = {"start": f"{first}T00:00", "end": f"{first + timedelta(days=42)}T00:00"}
        browser = _signed_in(account.user)
        assert len(browser.get("/calendar/events.json", asked).json()["events"]) == EVENTS
        passed, queries = _measured(browser, "/calendar/events.json", asked)
    yield at_most("month view with 2,000 events: server", passed * 1000, 100, "ms")
    yield at_most("… queries", queries, 12, "")


def lists() -> Iterator[Row]:
    """Median of 9 requests after one to warm up, over 20,000 candidates and 50,000 events on SQLite."""
    with ground():
        yield from _lists("SQLite")


def lists_on_postgres() -> Iterator[Row]:
    """The same on PostgreSQL, in a database of its own."""
    with postgres_database() as database, ground(DATABASE_URL=database):
        from django.db import connection

        yield from _lists("PostgreSQL")
        connection.close()


def _lists(database: str) -> Iterator[Row]:
    from django.db import connection
    from django.utils import timezone

    here = company(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = _signed_in(here.viewer)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    facts = {
        "vacancy": here.vacancy.pk,
        "viewer": here.viewer.pk,
        "monday": f"{monday}T00:00",
        "sunday": f"{monday + timedelta(days=7)}T00:00",
    }
    for name, (address, query) in LISTS.items():
        filled = {key: value.format(**facts) for key, value in query.items()}
        passed, queries = _measured(browser, address.format(**facts), filled)
        yield at_most(f"{database}: {name}, {queries} queries", passed * 1000, 100, "ms")


def _signed_in(user: Any) -> Any:
    from django.test import Client

    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(user)
    return browser


def _measured(browser: Any, address: str, query: dict[str, str]) -> tuple[float, int]:
    """Seconds of a request (the first one warms up), and its number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address, query)
    queries = len(captured)  # later requests empty the log
    assert answer.status_code == 200, (address, answer.status_code)
    return median(seconds(lambda: browser.get(address, query)) for _ in range(RUNS)), queries
