"""The table of scenarios: what broke in other products (its numbers are theirs), as given / when / then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Test = Callable[..., Any]


@dataclass(frozen=True)
class Scenario:
    """One row: `lesson` is a number of the list of complaints, or a short name of the "further instructive" ones."""

    lesson: int | str
    given: str
    when: str
    then: str
    test: str


TABLE: list[Scenario] = []

ELSEWHERE = {
    7: "a rule of a series alone: src/vizavi/sync/tests/test_series.py (RDATE only, RDATE with TZID), tests/hostile",
    20: "free time is asked anew when a candidate picks a slot; candidates pick slots with self-scheduling",
    23: "a rule of a series alone: test_wall_clock_is_kept_over_the_change_to_summer_time in the same test_series.py",
    "feeds": "there is no ICS feed that could stand in for synchronisation",
    "channels": "push channels and their expiry come with the webhooks",
}


def scenario(lesson: int | str, *, given: str, when: str, then: str) -> Callable[[Test], Test]:
    """Enters a test into the table."""

    def entered(test: Test) -> Test:
        TABLE.append(Scenario(lesson, given, when, then, test.__name__))
        return test

    return entered
