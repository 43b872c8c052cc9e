"""Many rows by one prepared statement: composing a statement for each batch costs more than the database's own work."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict

AS_THEY_ARE = frozenset({models.CharField, models.TextField, models.ForeignKey, models.PositiveIntegerField})


def insert(rows: Sequence[models.Model], *, key: Collection[str] = (), replaced: Collection[str] = ()) -> None:
    """Store new rows; one whose columns `key` are taken already gets its columns `replaced` renewed instead.

    Primary keys do not come back, `pre_save` of fields and signals are left out.
    """
    if not rows:
        return
    db = connections[DEFAULT_DB_ALIAS]  # `django.db.connection` looks itself up anew for every value
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(db.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    suffix = db.ops.on_conflict_suffix_sql(fields, OnConflict.UPDATE, replaced, key) if key else ""
    statement = f"INSERT INTO {db.ops.quote_name(meta.db_table)} ({names}) VALUES ({places}) {suffix}"  # noqa: S608 - ours
    readers = [_reader(field, db) for field in fields]
    with db.cursor() as cursor:
        cursor.executemany(statement, [[read(row.__dict__) for read in readers] for row in rows])


def _reader(field: "models.Field[Any, Any]", db: BaseDatabaseWrapper) -> Callable[[dict[str, Any]], Any]:
    """What takes the field's value out of a row, as the database wants it."""
    name = field.attname
    if type(field) in AS_THEY_ARE:
        return lambda values: values[name]
    if type(field) is models.DateTimeField:
        adapted = db.ops.adapt_datetimefield_value
        return lambda values: adapted(values[name])
    return lambda values: field.get_db_prep_save(values[name], db)
