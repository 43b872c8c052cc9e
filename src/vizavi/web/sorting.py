"""Lists sorted by a column that the address names: ?sort=city, ?sort=-city."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Column:
    """One that can be sorted by; the first of `fields` turns round, the rest only break ties."""

    key: str
    caption: str | Promise
    fields: tuple[str, ...]
    css: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head as drawn: where a click leads, and how it is sorted now (as `aria-sort` says it)."""

    column: Column
    link: str
    state: str


def sorted_rows(
    request: HttpRequest, rows: "QuerySet[Any]", columns: Sequence[Column]
) -> tuple["QuerySet[Any]", dict[str, Header]]:
    """The rows in the order asked for (the first column's otherwise), and the heads by their keys."""
    asked = request.GET.get("sort", "")
    chosen = next((column for column in columns if column.key == asked.removeprefix("-")), columns[0])
    backwards = asked.startswith("-") and asked[1:] == chosen.key
    first, *ties = chosen.fields
    return rows.order_by(f"-{first}" if backwards else first, *ties), {
        column.key: _header(column, chosen=column is chosen, backwards=backwards) for column in columns
    }


def _header(column: Column, *, chosen: bool, backwards: bool) -> Header:
    if not chosen:
        return Header(column, column.key, "none")
    return Header(column, column.key, "descending") if backwards else Header(column, f"-{column.key}", "ascending")
