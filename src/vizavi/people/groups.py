"""Groups of users: create, edit, delete."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, require
from vizavi.people.models import Group, User


def save_group(group: Group, members: Collection[User], *, by: User, now: datetime) -> Group:
    """Create or edit; `group` holds the name entered and is not saved yet."""
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        if Group.objects.filter(name__iexact=group.name).exclude(pk=group.pk).exists():
            raise RuleError("name", "taken", _("There is a group of this name already. Enter a different one."))
        action = "group.edited" if group.pk else "group.created"
        before = _values(Group.objects.filter(pk=group.pk).first())
        group.save()
        group.members.set(members)
        differences = audit.diff(before, _values(group))
        if differences:
            audit.record(action, "group", group.pk, label=group.name, changes=differences, by=by, now=now)
    return group


def delete_group(group: Group, *, by: User, now: datetime) -> None:
    """The people stay; only the set is gone."""
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        audit.record("group.deleted", "group", group.pk, label=group.name, by=by, now=now)
        group.delete()


def _values(group: Group | None) -> dict[str, object]:
    if group is None:
        return {"members": []}
    names = [member.short_name for member in group.members.order_by("last_name", "first_name", "pk")]
    return {"name": group.name, "members": names}
