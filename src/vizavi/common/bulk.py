"""Many rows by one prepared statement: composing a statement for each batch costs more than the database's own work."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict

AS_THEY_ARE = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.ForeignKey,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
        models.URLField,
    }
)


Row = Mapping[str, Any]  # column values by `attname`; what is left out has the field's default, the same in every row


def insert(
    model: type[models.Model], rows: Sequence[Row], *, key: Collection[str] = (), replaced: Collection[str] = ()
) -> None:
    """Store new rows; one whose columns `key` are taken already gets its columns `replaced` renewed instead.

    Rows are no instances, because making these costs more than storing them. Primary keys do not come back,
    `pre_save` of fields and signals are left out.
    """
    if not rows:
        return
    db = connections[DEFAULT_DB_ALIAS]  # `django.db.connection` looks itself up anew for every value
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    names = ", ".join(db.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    suffix = db.ops.on_conflict_suffix_sql(fields, OnConflict.UPDATE, replaced, key) if key else ""
    statement = f"INSERT INTO {db.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({places}) {suffix}"  # noqa: S608 - ours
    readers = [_reader(field, db) for field in fields]
    with db.cursor() as cursor:
        cursor.executemany(statement, [[read(row) for read in readers] for row in rows])


def _reader(field: "models.Field[Any, Any]", db: BaseDatabaseWrapper) -> Callable[[Row], Any]:
    """What takes the field's value out of a row, as the database wants it."""
    name, default = field.attname, field.get_default()
    if type(field) in AS_THEY_ARE:
        return lambda row: row.get(name, default)
    if type(field) is models.DateTimeField:
        return _instants(name, db.ops.adapt_datetimefield_value)
    return lambda row: field.get_db_prep_save(row.get(name, default), db)


def _instants(name: str, adapted: Callable[[Any], Any]) -> Callable[[Row], Any]:
    """The moment of writing is the same one in every row: it is adapted once."""
    last: tuple[Any, Any] = (None, None)

    def read(row: Row) -> Any:
        nonlocal last
        value = row.get(name)
        if value is not last[0]:
            last = value, adapted(value)
        return last[1]

    return read
