"""The audit log is written here: one line for each change that somebody may ask about later."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, QuerySet

from vizavi.common import wording
from vizavi.common.models import AuditEntry

Changes = dict[str, list[Any]]  # {field: [from, to]}
_LONGEST = 500  # characters kept of one value: the log says what changed, it is no second store of texts


def record(action: str, kind: str, obj_id: object, **about: Any) -> AuditEntry:
    """Write the line that `entry` describes."""
    return AuditEntry.objects.create(**entry(action, kind, obj_id, **about))


def entry(
    action: str,
    kind: str,
    obj_id: object,
    *,
    label: str = "",
    changes: Mapping[str, Any] | None = None,
    by: AbstractBaseUser | None = None,
    now: datetime,
    address: str | None = None,
) -> dict[str, Any]:
    """One line, not yet stored, by columns; `label` and texts among the changes as `common.wording` stores them."""
    return {
        "at": now,
        "actor_id": by.pk if by is not None else None,
        "action": action,
        "kind": kind,
        "object_id": "" if obj_id is None else str(obj_id),
        "label": label,
        "changes": dict(changes or {}),
        "address": address,
    }


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """{field: [from, to]} of what differs, in values that JSON can hold."""
    return {
        field: pair(before.get(field), after.get(field))
        for field in dict.fromkeys([*before, *after])
        if before.get(field) != after.get(field)
    }


def pair(before: Any, after: Any) -> list[Any]:
    """[from, to] of one field, in values that JSON can hold."""
    return [_plain(before), _plain(after)]


def history(kind: str, obj_id: object) -> QuerySet[AuditEntry]:
    """The lines about one object, newest first."""
    entries = AuditEntry.objects.filter(kind=kind, object_id=str(obj_id))
    return entries.select_related("actor").order_by("-at", "-pk")


def name_of(row: Model) -> str:
    """How the log names a row for good; an entry of a directory in each language."""
    return wording.name(cast("wording.Named", row)) if hasattr(row, "name_ru") else str(row)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Model):
        return name_of(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)[:_LONGEST]
