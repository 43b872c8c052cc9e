"""Reading when nothing has changed: one account's cost, and a round over 200 accounts by a real worker."""

import time
from collections.abc import Iterator
from datetime import timedelta

from vizavi.bench.ground import ground
from vizavi.bench.rows import Row, at_most

POLLS = 50
HISTORY = 500  # events of the account that are in Google already: the cost must not depend on them
ACCOUNTS = 200


def one_account() -> Iterator[Row]:
    """The mean of 50 polls after the first reading; CPU of the process that polls."""
    from django.utils import timezone

    with ground() as here:
        from vizavi.connections.work import work_account

        account = here.recruiter()
        here.plan(account, HISTORY)
        work_account(account.pk, pull=True, now=timezone.now)
        work_account(account.pk, pull=True, now=timezone.now)
        here.clear_log()
        before = time.process_time()
        for _ in range(POLLS):
            work_account(account.pk, pull=True, now=timezone.now)
        milliseconds = (time.process_time() - before) * 1000 / POLLS
        requests = here.requests() / POLLS
    yield at_most("poll without changes: requests", requests, 1, "", digits=1)
    yield at_most(f"… CPU, with {HISTORY} exported events", milliseconds, 5, "ms", digits=1)


def everybody() -> Iterator[Row]:
    """Started by hand (a schedule spreads it over ten seconds), one worker; the second round: nothing has changed."""
    with ground() as here:
        for _ in range(ACCOUNTS):
            here.fill(here.recruiter().email, 5, since=timedelta(days=1), until=timedelta(days=8))
        with here.started("worker"):
            round_of()
            here.clear_log()
            passed = round_of()
        requests = here.requests()
    yield Row(f"a round over {ACCOUNTS} accounts without changes", f"{passed:.1f} s")
    yield at_most("… requests", requests, ACCOUNTS, "")


def round_of() -> float:
    """Seconds of one run of the background task over all accounts."""
    from django.utils import timezone

    from vizavi.jobs import operations
    from vizavi.jobs.models import RunStatus, TaskDefinition
    from vizavi.people.models import User

    olga, _ = User.objects.get_or_create(email="olga@vetervolna.example", role="administrator")
    started = time.perf_counter()
    run = operations.run_now(TaskDefinition.objects.get(code="calendar_pull"), by=olga, now=timezone.now())
    while run.finished_at is None:
        time.sleep(0.05)
        run.refresh_from_db()
    assert run.status == RunStatus.OK, f"{run.status}: {run.summary}"
    return time.perf_counter() - started
