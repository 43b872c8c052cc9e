"""Statements composed once: of what every poll asks, Django's composing costs more than the database's answer."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models import sql

Value = int | str | datetime | list[Any]


class _Statement:
    """SQL that is kept: `compose` is called once, with stand-ins of the kinds given in `values`.

    Each of them must reach the database as it is: a value that is calculated with would be calculated only once.
    """

    def __init__(self, compose: Callable[..., Any], **values: type[Any]) -> None:
        self._compose = compose
        self._stand_ins = {name: _stand_in(kind, number) for number, (name, kind) in enumerate(values.items(), 1)}

    def _query(self, composed: Any) -> Any:
        raise NotImplementedError

    def _run(self, cursor: CursorWrapper, values: dict[str, Value]) -> None:
        statement, places = self._statement
        adapted = {name: _adapted(value) for name, value in values.items()}
        cursor.execute(statement, [adapted[name] if name else constant for name, constant in places])

    @cached_property
    def _compiler(self) -> Any:
        composed = self._compose(**{name: _passed(value) for name, value in self._stand_ins.items()})
        return self._query(composed).get_compiler(DEFAULT_DB_ALIAS)

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL, and for each of its places the name of a value, or a constant."""
        statement, parameters = self._compiler.as_sql()
        names = {_adapted(value): name for name, value in self._stand_ins.items()}
        places = [(names.get(parameter, ""), parameter) for parameter in parameters]
        forgotten = set(self._stand_ins) - {name for name, _ in places}
        if forgotten:
            raise ValueError(f"not passed on as they are: {', '.join(sorted(forgotten))}")
        return statement, places


class Prepared(_Statement):
    """A query; `compose` answers a queryset."""

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows as the database tells them: of a `values_list` of whole numbers and truths."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self._run(cursor, values)
            return list(cursor.fetchall())

    def objects(self, **values: Value) -> list[Any]:
        """Instances of the query's model: of a query that adds and leaves out no columns."""
        rows = self.rows(**values)  # the compiler knows its columns once it has composed
        columns = [column for column, _, _ in self._compiler.select]
        read = self._compiler.apply_converters(rows, self._compiler.get_converters(columns))
        names = [column.target.attname for column in columns]
        return [self._compiler.query.model.from_db(DEFAULT_DB_ALIAS, names, row) for row in read]

    def _query(self, composed: Any) -> Any:
        return composed.query


class PreparedUpdate(_Statement):
    """An UPDATE of one table's rows; `compose` answers (queryset of these rows, {column: new value})."""

    def run(self, **values: Value) -> int:
        """How many rows were changed."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self._run(cursor, values)
            return int(cursor.rowcount)

    def _query(self, composed: Any) -> Any:
        rows, columns = composed
        update = rows.query.chain(sql.UpdateQuery)
        update.add_update_values(columns)
        return update


def _stand_in(kind: type[Any], number: int) -> Value:
    if kind is datetime:
        return datetime(1, 1, 2, microsecond=number, tzinfo=UTC)
    stand_ins: dict[type[Any], Value] = {int: 2**31 - number, str: f"stand-in {number}", list: ["stand-in", number]}
    return stand_ins[kind]


def _passed(value: Value) -> Any:
    """A list goes into a JSON column: as text, which every database takes there."""
    return models.Value(_adapted(value), output_field=models.TextField()) if isinstance(value, list) else value


def _adapted(value: Value) -> Any:
    if isinstance(value, datetime):
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)
    return json.dumps(value) if isinstance(value, list) else value
