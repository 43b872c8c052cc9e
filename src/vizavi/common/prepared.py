"""Queries composed once: for what is asked at every poll, Django's composing costs more than the database's answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

Value = int | datetime


class Prepared:
    """A query whose SQL is kept; `compose` is called once, with stand-ins of the kinds given in `values`.

    It must pass each of them to the database as it is: a value that it calculates with would be calculated only once.
    """

    def __init__(self, compose: Callable[..., "models.QuerySet[Any, Any]"], **values: type[Value]) -> None:
        self._compose = compose
        self._stand_ins: dict[str, Value] = {
            name: -(2**40) - number if kind is int else datetime(1, 1, 2, microsecond=number, tzinfo=UTC)
            for number, (name, kind) in enumerate(values.items(), 1)
        }

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows as the database tells them: of a `values_list` of whole numbers and truths."""
        statement, places = self._statement
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            adapted = {name: _adapted(value) for name, value in values.items()}
            cursor.execute(statement, [adapted[name] if name else constant for name, constant in places])
            return list(cursor.fetchall())

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL, and for each of its places the name of a value, or a constant."""
        statement, parameters = self._compose(**self._stand_ins).query.sql_with_params()
        names = {_adapted(value): name for name, value in self._stand_ins.items()}
        places = [(names.get(parameter, ""), parameter) for parameter in parameters]
        forgotten = set(self._stand_ins) - {name for name, _ in places}
        if forgotten:
            raise ValueError(f"not passed on as they are: {', '.join(sorted(forgotten))}")
        return statement, places


def _adapted(value: Value) -> Any:
    if isinstance(value, datetime):
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)
    return value
