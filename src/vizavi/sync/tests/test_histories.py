"""Random histories of a small company: people choose and edit on both sides, calls fail, processes die; then quiet."""

import pytest
from hypothesis import HealthCheck, Phase, settings

from vizavi.sync.tests.histories.machine import Meetings, drawn, shortest, violation

TestMeetings = pytest.mark.filterwarnings("ignore")(Meetings.TestCase)
TestMeetings.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # shortening by itself takes minutes; `shortest` does it in seconds
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_drawn_histories_come_to_rest_equal(start):
    found = [shortest(history) for history in map(drawn, range(start, start + 50)) if violation(history)]
    assert [f"{violation(history)}\n{history}" for history in found] == []
