"""Saving what an edit form holds: one row, its differences to what was stored, one line in the audit log."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Field, Model

from vizavi.common import audit


def save(
    row: Model,
    kind: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    label: str = "",
    without: Collection[str] = (),
) -> audit.Changes:
    """Create or edit within the caller's transaction; returns what changed, empty for a row that is new."""
    created = row.pk is None
    differences = changes_of(row, without=without)
    row.save()
    if created or differences:
        action = f"{kind}.created" if created else f"{kind}.edited"
        audit.record(action, kind, row.pk, label=label or audit.name_of(row), changes=differences, by=by, now=now)
    return {} if created else differences


def changes_of(row: Model, *, without: Collection[str] = ()) -> audit.Changes:
    """What `row` (not yet saved) changes against the database, whose row is locked; all that is set for a new one."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key and field.editable and field.name not in without
    ]
    if row.pk is None:
        set_ones = [field for field in fields if getattr(row, field.attname)]
        return audit.diff({}, {field.name: _readable(row, field) for field in set_ones})
    # not type(row): request.user is a lazy object around the row
    stored = row.__class__._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    changed = [field for field in fields if getattr(row, field.attname) != getattr(stored, field.attname)]
    return {field.name: audit.pair(_readable(stored, field), _readable(row, field)) for field in changed}


def _readable(row: Model, field: "Field[Any, Any]") -> Any:
    value = getattr(row, field.name)
    return audit.name_of(value) if isinstance(value, Model) else value
