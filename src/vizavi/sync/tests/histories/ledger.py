"""Who said what: an account of people's edits that knows nothing of links and bases, to hold the outcome against."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from vizavi.sync.merge import same
from vizavi.sync.model import GROUP_FIELDS, Content, Group

Key = tuple[int, Group]
GROUPS = (Group.TIME, Group.TEXT, Group.PLACE)


@dataclass
class Ledger:
    """By event and group: the last value said on each side since the company was last at rest."""

    here: dict[Key, Any] = field(default_factory=dict)
    there: dict[Key, Any] = field(default_factory=dict)
    ever: dict[Key, set[Any]] = field(default_factory=lambda: defaultdict(set))
    began: dict[Key, Any] = field(default_factory=dict)  # ours as it was planned, loaded, or when last at rest
    rested: dict[Key, tuple[Any, Any]] = field(default_factory=dict)  # both sides' values when last at rest
    numbers: set[int] = field(default_factory=set)  # of all events there are
    disturbed: set[int] = field(default_factory=set)  # more than edits happened to it since

    def planned(self, number: int, content: Content) -> None:
        self.numbers.add(number)
        self.disturbed.add(number)
        for group in GROUPS:
            self.ever[number, group].add(value(content, group))
            self.began[number, group] = value(content, group)

    def said_here(self, number: int, before: Content, after: Content) -> None:
        self._said(self.here, number, before, after)

    def said_there(self, number: int, before: Content, after: Content) -> None:
        self._said(self.there, number, before, after)

    def disturb(self, *numbers: int) -> None:
        self.disturbed.update(numbers)

    def _said(self, side: dict[Key, Any], number: int, before: Content, after: Content) -> None:
        for group in GROUPS:
            if not same(before, after, group):  # a change of case alone is said, too
                side[number, group] = value(after, group)
                self.ever[number, group].add(value(after, group))

    def rest(self, ours: dict[int, Content], sides: dict[Key, tuple[Any, Any]]) -> None:
        """Our events as they are, and the values (here, there) of what flows, both at rest."""
        self.began |= {(number, group): value(content, group) for number, content in ours.items() for group in GROUPS}
        self.here.clear()
        self.there.clear()
        self.disturbed.clear()
        self.rested = sides


def value(content: Content, group: Group) -> Any:
    """A group's value as all servers keep it: some rewrite the case of text."""
    found = tuple(getattr(content, name) for name in GROUP_FIELDS[group])
    return tuple(part.casefold() if isinstance(part, str) else part for part in found)
