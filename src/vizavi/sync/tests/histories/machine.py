"""The drivers of histories: a seeded one that is fast and shortens what it finds, and hypothesis beside it."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from vizavi.sync.model import Winner
from vizavi.sync.tests.histories import checks, people, runs
from vizavi.sync.tests.histories.company import PEOPLE, Company, Setting
from vizavi.sync.tests.histories.people import ACTIONS, Action

assert runs  # registers its actions
LONGEST = 100  # steps of a history
SHARE = 0.4  # of the acts that one history is made of
ALWAYS = frozenset({"run", "run_in_trouble"})
SETTINGS: dict[str, tuple[Any, ...]] = {
    "winner": tuple(Winner),
    "takes": (False, True),
    "lower": (False, True),
    "page": (1, 2, 100),
    "batch": (1, 2, 50),
    "cancels": (False, False, True),
    "stays": (False, False, True),
    "brake": (False, False, True),
    "calm": (False, False, True),
}
assert set(SETTINGS) == {field.name for field in fields(Setting)}


@dataclass(frozen=True)
class Step:
    """One action with its arguments."""

    name: str
    arguments: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.arguments)})"


@dataclass(frozen=True)
class History:
    """A setting and steps: it always ends the same way."""

    setting: Setting
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "\n".join([str(self.setting), *map(str, self.steps)])


def drawn(seed: int) -> History:
    chance = random.Random(seed)
    setting = Setting(**{name: chance.choice(values) for name, values in SETTINGS.items()})
    allowed = [(name, row) for name, row in ACTIONS.items() if row.calm or not setting.calm]
    # Few kinds of acts, other ones in each history: what needs several of a kind is met more often like that.
    rows = [pair for pair in allowed if pair[0] in ALWAYS or chance.random() < SHARE]
    names = chance.choices(rows, weights=[row.weight for _, row in rows], k=chance.randint(5, LONGEST))
    steps = (
        Step(name, tuple((key, chance.choice(values)) for key, values in row.domains.items())) for name, row in names
    )
    return History(setting, tuple(steps))


def violation(history: History) -> str:
    """Live through it, then rest; what went wrong, or nothing."""
    company = Company(history.setting)
    try:
        for step in history.steps:
            live(company, ACTIONS[step.name], dict(step.arguments))
        end(company)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def end(company: Company) -> None:
    """Quiet as things are, and once more when everybody is connected again: nothing was forgotten meanwhile."""
    checks.rest(company)
    for owner in PEOPLE:
        people.we_reconnect(company, owner)
        if company.office.accounts[owner].paused:
            people.we_pause_or_resume(company, owner)
    checks.rest(company)


def live(company: Company, row: Action, arguments: dict[str, Any]) -> None:
    company.tick()
    row.act(company, **arguments)
    checks.always(company)


def shortest(history: History) -> History:
    """Leave out whatever the violation does not need: halves, quarters …, single steps, until nothing more goes."""
    size = max(len(history.steps) // 2, 1)
    while True:
        shorter = next(filter(violation, _without_parts(history, size)), None)
        if shorter is not None:
            history = shorter
        elif size == 1:
            return history
        else:
            size //= 2


def _without_parts(history: History, size: int) -> Iterable[History]:
    bounds = [*range(0, len(history.steps), size), len(history.steps)]
    for start, end in pairwise(bounds):
        yield History(history.setting, history.steps[:start] + history.steps[end:])


class Meetings(RuleBasedStateMachine):
    """The same actions and checks under hypothesis, which looks for its own way to break them."""

    @initialize(**{name: st.sampled_from(values) for name, values in SETTINGS.items()})
    def begin(self, **setting: Any) -> None:
        self.company = Company(Setting(**setting))

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "company"):
            checks.always(self.company)

    def teardown(self) -> None:
        if hasattr(self, "company"):
            end(self.company)


def _rule(name: str, row: Action) -> Callable[..., None]:
    def step(self: Meetings, **arguments: Any) -> None:
        if row.calm or not self.company.setting.calm:
            live(self.company, row, arguments)

    step.__name__ = name
    return rule(**{key: st.sampled_from(values) for key, values in row.domains.items()})(step)


for _name, _row in ACTIONS.items():
    setattr(Meetings, _name, _rule(_name, _row))
