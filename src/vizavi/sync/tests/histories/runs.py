"""The service's runs as actions: well, in trouble, and with somebody acting in the midst of them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from vizavi.sync.model import Patch
from vizavi.sync.tests.histories import checks
from vizavi.sync.tests.histories.company import PARTS, Company
from vizavi.sync.tests.histories.fate import TROUBLES, Fate
from vizavi.sync.tests.histories.people import ACTIONS, HOURS, OWNERS, action, they_move, they_rename

PLACES = (*range(60), *range(60, 240, 4))  # where something strikes: statements and calls of a run, counted


Aside = tuple[str, tuple[tuple[str, Any], ...]]


def _asides() -> list[Aside]:
    """Acts for the midst of a run, on the first meetings, each with a few of its arguments."""
    found = []
    for name, row in ACTIONS.items():
        if not row.aside:
            continue
        for turn in range(6):
            chosen = {key: values[(turn * 7 + 1) % len(values)] for key, values in row.domains.items()}
            if "number" in chosen:
                chosen["number"] = turn % 3 + 1
            found.append((name, tuple(chosen.items())))
    return found


ASIDES = _asides()


@action(8, calm=True, aside=False, owner=OWNERS, pull=(False, True, True))
def run(company: Company, owner: str, *, pull: bool) -> None:
    company.troubled_run(owner, pull=pull, fate=Fate())


@action(10, calm=True, aside=False, owner=OWNERS, pull=(False, True), kind=tuple(TROUBLES), at=PLACES)
def run_in_trouble(company: Company, owner: str, *, pull: bool, kind: str, at: int) -> None:
    """Calls are fewer than statements: the places of a call's trouble are counted closer."""
    company.troubled_run(owner, pull=pull, fate=Fate(kind, at if kind == "crash" else at // 8))


@action(2, calm=True, aside=False, owner=OWNERS, pull=(False, True), parts=tuple(PARTS))
def run_whose_batches_fail_in_part(company: Company, owner: str, *, pull: bool, parts: str) -> None:
    company.troubled_run(owner, pull=pull, fate=Fate(), parts=parts)


@action(8, calm=True, aside=False, owner=OWNERS, pull=(False, True, True), at=PLACES, act=ASIDES)
def run_with_somebody_acting(company: Company, owner: str, *, pull: bool, at: int, act: Aside) -> None:
    name, arguments = act
    row = ACTIONS[name]
    if company.setting.calm and not row.calm:
        return
    meanwhile = partial(row.act, company, **dict(arguments))
    company.troubled_run(owner, pull=pull, fate=Fate("meanwhile", at, meanwhile=meanwhile))


@action(3, calm=True, aside=False, owner=OWNERS, times=(1, 2, 9), hour=HOURS)
def run_while_they_keep_editing(company: Company, owner: str, *, times: int, hour: int) -> None:
    """Between our look and our write the item is edited there: 412, as often as `times`."""
    left = [times]

    def touch(batch: Sequence[Any]) -> None:
        for write in batch:
            if isinstance(write, Patch) and left[0] > 0:
                left[0] -= 1
                number = company.office.places[write.link_id][0]
                they_move(company, number, (hour + left[0]) % len(HOURS))
                they_rename(company, number, f"Talk {left[0]}")

    company.troubled_run(owner, pull=False, fate=Fate(before_write=touch))


@action(2, calm=True, aside=False)
def rest(company: Company) -> None:
    """Quiet, then both sides are equal."""
    checks.rest(company)
