"""Two sides against their own bases, group by group: the truth table of STYLE section 4."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from vizavi.sync.model import GROUP_FIELDS, Answer, Content, Group, Person, Policy, Winner

NO_FIELDS: frozenset[str] = frozenset()


class Verdict(StrEnum):
    """What is to be done about one group."""

    NOTHING = "nothing"
    PUSH = "push"
    TAKE = "take"
    REMEMBER = "remember"  # theirs changed, and it is not let in: it becomes their base
    AGREE = "agree"  # both changed alike


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed `group` differently; `kept` says whose value lives on ("ours", "theirs", "both")."""

    group: Group
    ours: Content
    theirs: Content
    kept: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Verdicts for all groups, and the conflicts that were decided by policy."""

    take: frozenset[Group]
    push: frozenset[Group]
    changed_there: frozenset[Group]
    conflicts: tuple[Conflict, ...]


def same(one: Content, other: Content, group: Group, lost: frozenset[str] = NO_FIELDS) -> bool:
    """Whether the two agree on a group; fields the provider does not keep (`lost`) are not compared."""
    fields = (name for name in GROUP_FIELDS[group] if name not in lost)
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def same_for_us(one: Content, other: Content, group: Group, lost: frozenset[str] = NO_FIELDS) -> bool:
    """Like `same`, for two contents of ours: answers are the guests' own and never count as our edit."""
    if group is Group.PEOPLE:
        return _invited(one.people) == _invited(other.people)
    return same(one, other, group, lost)


def graft(base: Content, source: Content, groups: Iterable[Group]) -> Content:
    """`base` with the fields of `groups` taken from `source`."""
    names = [name for group in groups for name in GROUP_FIELDS[group]]
    return replace(base, **{name: getattr(source, name) for name in names})


def touched(ours: Content, base_local: Content, theirs: Content, groups: Iterable[Group]) -> Content:
    """Ours, but in `groups` the fields that we did not change are theirs: what a human wrote there stays (5.3)."""
    names = [name for group in groups for name in GROUP_FIELDS[group]]
    kept = {name: getattr(theirs, name) for name in names if getattr(ours, name) == getattr(base_local, name)}
    return replace(ours, **kept)


def overruled(base_local: Content, ours: Content, theirs: Content, groups: Iterable[Group]) -> Content:
    """The past of ours where ours won: what stands there, in the fields that we changed. Should ours be taken back
    before it was sent, the difference is still seen."""
    names = [name for group in groups for name in GROUP_FIELDS[group]]
    changed = {name: getattr(theirs, name) for name in names if getattr(ours, name) != getattr(base_local, name)}
    return replace(base_local, **changed)


def guests_to_send(ours: Content, base_local: Content | None, theirs: Content | None) -> tuple[Person, ...]:
    """Their guest list with our additions and removals: lists are replaced whole, nobody may get lost (PITFALLS 14)."""
    if base_local is None or theirs is None:
        return ours.people
    before = {person.email: person for person in base_local.people}
    now = {person.email: person for person in ours.people}
    guests = {person.email: person for person in theirs.people if person.email in now or person.email not in before}
    for email, person in now.items():
        known = guests.get(email)
        if known is not None:
            guests[email] = replace(known, optional=person.optional)
        elif email not in before:
            guests[email] = person
    return tuple(guests[email] for email in sorted(guests))


def merge(
    ours: Content,
    theirs: Content,
    *,
    base_local: Content,
    base_remote: Content,
    policy: Policy,
    edited_at: dict[Group, datetime],
    updated: datetime | None,
    lost: frozenset[str] = NO_FIELDS,
) -> Merge:
    """Decide every group. Each side is compared only with its own past; a clock only breaks a tie (`updated`)."""
    take: set[Group] = set()
    push: set[Group] = set()
    changed_there: set[Group] = set()
    conflicts: list[Conflict] = []
    for group in Group:
        we_changed = not same_for_us(ours, base_local, group, lost)
        they_changed = not same(theirs, base_remote, group, lost)
        if they_changed:
            changed_there.add(group)
        if group is Group.PEOPLE:
            # Lists are merged person by person: our invitations go out, their answers come in, nobody loses.
            push |= {group} if we_changed else set()
            take |= {group} if (they_changed or answered(ours, theirs)) and group in policy.takes else set()
            continue
        fields = _fields(group, (ours, base_local, theirs, base_remote), lost)
        clash = any(now != past and there not in (now, before) for now, past, there, before in fields)
        if group not in policy.takes and not clash:
            # Each side's edits stay where they were made; what we send leaves their fields alone (`touched`).
            push |= {group} if any(now not in (past, there) for now, past, there, _ in fields) else set()
            continue
        verdict, conflict = _verdict(
            group,
            ours,
            theirs,
            we_changed=we_changed,
            they_changed=they_changed,
            ours_is_newer=_newer(edited_at.get(group), updated),
            policy=policy,
            lost=lost,
        )
        if verdict is Verdict.TAKE:
            take.add(group)
        if verdict is Verdict.PUSH:
            push.add(group)
        if conflict:
            conflicts.append(conflict)
    return Merge(frozenset(take), frozenset(push), frozenset(changed_there), tuple(conflicts))


def _fields(group: Group, contents: tuple[Content, ...], lost: frozenset[str]) -> list[tuple[Any, ...]]:
    """The values of each field of the group in these contents."""
    return [tuple(getattr(one, name) for one in contents) for name in GROUP_FIELDS[group] if name not in lost]


def _verdict(
    group: Group,
    ours: Content,
    theirs: Content,
    *,
    we_changed: bool,
    they_changed: bool,
    ours_is_newer: bool,
    policy: Policy,
    lost: frozenset[str],
) -> tuple[Verdict, Conflict | None]:
    taken = Verdict.TAKE if group in policy.takes else Verdict.REMEMBER
    if not they_changed:
        return (Verdict.PUSH if we_changed else Verdict.NOTHING), None
    if not we_changed:
        return taken, None
    if same(ours, theirs, group, lost):
        return Verdict.AGREE, None
    ours_wins = policy.winner is Winner.RECRUITING or (policy.winner is Winner.NEWEST and ours_is_newer)
    if ours_wins:
        return Verdict.PUSH, Conflict(group, ours, theirs, "ours")
    kept = "theirs" if taken is Verdict.TAKE else "both"
    return taken, Conflict(group, ours, theirs, kept)


def _newer(ours: datetime | None, theirs: datetime | None) -> bool:
    return theirs is None or (ours is not None and ours >= theirs)


def answered(ours: Content, theirs: Content) -> bool:
    """Whether a guest whose answer we do not have gave one there, perhaps before we invited them."""
    awaited = {person.email for person in ours.people if person.answer is Answer.NEEDS_ACTION}
    return any(person.email in awaited and person.answer is not Answer.NEEDS_ACTION for person in theirs.people)


def _invited(people: Iterable[Person]) -> list[tuple[str, bool]]:
    return sorted((person.email, person.optional) for person in people)
