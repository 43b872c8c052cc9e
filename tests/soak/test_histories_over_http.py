"""Random histories on the real store and over real HTTP: people on both sides, faults, deaths; then quiet, then equal.

HISTORIES_HTTP says how many (20), SEED where they begin. A failing one is printed as the shortest list of steps that
still fails, ready to be played by a test.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from tests.soak.fate import Process, watched
from tests.soak.histories import history, shortest
from tests.soak.quiet import settle
from tests.soak.world import Step, World
from tests.support.google_settings import google_at
from tests.support.sandbox import Sandbox

from vizavi.connections.models import JournalEntry

HISTORIES = int(os.environ.get("HISTORIES_HTTP") or 20)
SEED = int(os.environ.get("SEED") or 1)
happened: Counter[str] = Counter()  # lines of the journal, to see that the histories meet what they are meant to


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("google")) as running:
        yield running


@pytest.fixture
def process(settings, sandbox: Sandbox) -> Process:
    settings.GOOGLE = google_at(sandbox.url, settings.GOOGLE)
    return watched()


def play(sandbox: Sandbox, process: Process, steps: Sequence[Step]) -> list[str]:
    """The violations: those at a rest half-way, or those at the end, when all accounts are in use again."""
    world = World(sandbox, process)
    world.begin()
    for step in steps:
        if step.what != "quiet":
            world.play(step)
        elif found := settle(world, everyone=False):
            return found
    found = settle(world, everyone=True)
    happened.update(JournalEntry.objects.values_list("action", flat=True))
    return found


def kind(violation: str) -> str:
    """What sort of thing is wrong, whichever meeting it is."""
    return re.sub(r"\d+", "", violation)[:40]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_both_sides_agree_after_any_history(sandbox: Sandbox, process: Process):
    failed = {}
    happened.clear()
    for seed in range(SEED, SEED + HISTORIES):
        steps = history(seed)
        found = play(sandbox, process, steps)
        if found:
            failed[seed] = found
            sys.stdout.write(f"\nseed {seed}: {found}\n")
    sys.stdout.write("\n" + ", ".join(f"{action} {number}" for action, number in happened.most_common()))
    sys.stdout.write(f"\n{HISTORIES} histories over HTTP, {len(failed)} violations, seed {SEED}\n")
    if failed:
        seed = min(failed)
        kinds = {kind(text) for text in failed[seed]}
        least = shortest(history(seed), lambda steps: not kinds.isdisjoint(map(kind, play(sandbox, process, steps))))
        listed = ",\n    ".join(repr(step) for step in least)
        pytest.fail(f"seed {seed}: {play(sandbox, process, least)}\n[\n    {listed},\n]")
