"""The pace of an account: what Google counts within any sixty seconds stays below its quota."""

from datetime import UTC, datetime, timedelta

from vizavi.connections.pace import QUOTA, WRITES, Pace

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def flow(pace: Pace, cost: int, batches: int) -> list[float]:
    """Seconds at which the batches go, when each waits for as long as it is told."""
    now, sent = START, []
    while len(sent) < batches:
        pace.wait = 0.0
        if pace.affords(cost, now):
            pace.take(cost, now)
            sent.append((now - START).total_seconds())
        now += timedelta(seconds=pace.wait)
    return sent


def test_burst_goes_at_once_and_the_rest_a_minute_later():
    assert flow(Pace(), 50, 12) == [0.0] * 10 + [61.0] * 2


def test_no_sixty_seconds_hold_more_than_the_quota():
    sent = flow(Pace(), 150, 40)
    assert max(sum(150 for at in sent if start <= at < start + 60) for start in sent) <= WRITES


def test_calls_beyond_the_quota_rest_before_they_go():
    pace = Pace()
    rests = [pace.take(1, START) for _ in range(QUOTA + 1)]
    assert (rests[QUOTA - 1], rests[QUOTA]) == (0.0, 0.1)


def test_batch_larger_than_the_quota_goes_when_nothing_else_was_spent():
    assert Pace().affords(QUOTA * 2, START)
