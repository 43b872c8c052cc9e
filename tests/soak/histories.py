"""Random histories of steps: made from a seed, played, and where something is wrong then, shortened."""

from collections.abc import Callable, Sequence
from random import Random

from tests.soak.fate import Fate
from tests.soak.world import FAULTS, Step

LENGTH = 40
HERE = (
    *("plan", "move", "move", "edit", "cancel", "restore", "hand_over", "retype", "invite", "confirm", "hold"),
    *("rename_candidate", "switch_flag"),
)
THERE = (
    *("move_there", "move_there", "rename_there", "place_there", "delete_there", "delete_there"),
    *("bring_back_there", "bring_back_there", "answer_there", "create_there", "copy_there"),
    *("guest_moves_there", "guest_deletes_there", "carry_there"),
)
OFFICE = ("pause", "disconnect", "reconnect", "choose", "choose", "policy", "expire", "revoke", "right", "answer")
QUESTIONS = ("answer",)
SERVICE = ("push", "push", "pull", "pull", "pull", "sweep", "time_passes")
KINDS = ((HERE, 9), (THERE, 8), (OFFICE, 3), (QUESTIONS, 1), (SERVICE, 11))


def history(seed: int) -> list[Step]:
    chance = Random(seed)
    habits = [Step("policy", number, chance.randrange(3), chance.randrange(16)) for number in range(2)]
    first = [*habits, Step("plan", 0, 1, 0), Step("plan", 1, 2, 1), Step("sweep", 0, len(FAULTS))]
    first_half, second_half = ([_step(chance, _kind(chance)) for _ in range(LENGTH // 2)] for _ in range(2))
    rest = [Step("quiet")] if seed % 2 else []
    return [*first, *first_half, *rest, *second_half]


def shortest(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], *, attempts: int = 150) -> list[Step]:
    """Leave out what is not needed to fail: halves, quarters … single steps, and at last the fates."""
    left, size = list(steps), len(steps) // 2
    while size:
        start = 0
        while start < len(left) and attempts:
            attempts -= 1
            shorter = left[:start] + left[start + size :]
            if fails(shorter):
                left = shorter
            else:
                start += size
        size //= 2
    return left


def _kind(chance: Random) -> tuple[str, ...]:
    return chance.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]


def _step(chance: Random, kind: tuple[str, ...]) -> Step:
    what = chance.choice(kind)
    fate = _fate(chance, what) if what in SERVICE and chance.random() < 0.45 else None
    trouble = chance.randrange(len(FAULTS) * 5 // 2)  # two runs of five meet a fault
    b = trouble if kind is SERVICE else chance.randrange(40)
    return Step(what, chance.randrange(12), b, chance.randrange(30), fate)


def _fate(chance: Random, what: str) -> Fate | None:
    """One run of five dies; in one of four somebody does something between two of its calls."""
    if chance.random() < 0.45:
        where = chance.choice(("statement", "statement", "before", "after"))
        return Fate(where, chance.randrange(1, 90) if where == "statement" else chance.randrange(1, 5))
    where = chance.choice(("before", "after"))
    # whoever takes the account over does so while the first is not waiting for Google: its lease outlives every call
    kinds = [HERE, THERE, OFFICE, QUESTIONS] + ([("rival",)] if where == "after" else [])
    return Fate(where, chance.randrange(1, 4), _step(chance, chance.choice(kinds)))
