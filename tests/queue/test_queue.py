"""The queue only carries wake-ups: real workers on each kind of queue, messages lost, workers doubled."""

import statistics

import pytest

pytestmark = pytest.mark.slow


def test_an_idle_worker_takes_up_a_wake_up_within_a_tenth_of_a_second(queue):
    with queue.worker() as worker:
        queue.step("start")
        queue.step("finished_state")
        delays = queue.step("wake_up_delays")["delays"]
    assert statistics.median(delays) < 0.1
    state = queue.step("state")
    assert [(run["done"], run["total"]) for run in state["runs"]] == [(2, 2)] * 9
    assert set(state["claims"]) == {1}
    assert state["results"] == 0
    assert worker.returncode == 0  # it ended cleanly when asked to


def test_losing_every_message_loses_nothing(queue):
    queue.step("start")
    assert queue.step("lose_messages") == {"lost": 2}
    with queue.worker():
        state = queue.step("finished_state")
    assert [(run["done"], run["total"], run["finished"]) for run in state["runs"]] == [(2, 2, True)]


def test_two_workers_and_twenty_messages_start_a_due_schedule_once_and_on_time(queue):
    with queue.worker(), queue.worker():
        due = queue.step("make_due")["due"]
        state = queue.step("finished_state")
    assert [(run["done"], run["total"]) for run in state["runs"]] == [(2, 2)]
    assert 0 <= state["runs"][0]["started"] - due < 10
    assert state["claims"] == [1, 1]
