"""Many users at once: each is changed or left on its own, and it is told who was left and why."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, Role, require
from vizavi.people.groups import save_group
from vizavi.people.models import Group, User
from vizavi.people.operations import save_user


@dataclass(slots=True)
class Result:
    """How many were changed, and who was not, with the reason in words."""

    done: int = 0
    skipped: list[tuple[User, str]] = field(default_factory=list)


def each(people: Iterable[User], change: Callable[[User], None]) -> Result:
    """`change` is a transaction of its own and refuses with RuleError."""
    result = Result()
    for person in people:
        try:
            change(person)
        except RuleError as refused:
            result.skipped.append((person, str(refused)))
        else:
            result.done += 1
    return result


def change_roles(people: Iterable[User], role: Role, *, by: User, now: datetime) -> Result:
    """One's own role stays: whoever chooses the whole list does not mean to shut oneself out."""
    require(by, Right.ADMINISTER)

    def change(person: User) -> None:
        if person.pk == by.pk:
            raise RuleError("role", "own", _("Your own role is changed on your card."))
        if person.role == role:
            raise RuleError("role", "same", _("Has this role already."))
        person.role = role
        save_user(person, by=by, now=now)

    return each(people, change)


def switch_on(people: Iterable[User], *, by: User, now: datetime) -> Result:
    require(by, Right.ADMINISTER)

    def change(person: User) -> None:
        if person.is_active:
            raise RuleError("is_active", "same", _("Is active already."))
        person.is_active = True
        save_user(person, by=by, now=now)

    return each(people, change)


def add_to_group(people: Collection[User], group: Group, *, by: User, now: datetime) -> Result:
    """In one edit of the group."""
    members = set(group.members.all())
    there = _("Is in this group already.")
    result = Result(skipped=[(person, there) for person in people if person in members])
    result.done = len(people) - len(result.skipped)
    save_group(group, members | set(people), by=by, now=now)
    return result
