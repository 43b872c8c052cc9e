"""Long lists in pages: a cursor says behind which row the next page begins, so nothing is skipped or shown twice."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field as Column
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from vizavi.api.fields import UNREADABLE
from vizavi.api.problems import Problem

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Slice(BaseModel):
    """Every list takes these."""

    limit: int = Field(50, ge=1, le=200, description="How many on a page.")
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before.")


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


def page(
    request: HttpRequest, rows: "QuerySet[M]", query: Slice, show: Callable[[list[M]], list[T]], *, order: str = "pk"
) -> dict[str, Any]:
    """The page that `query` asks for, by the field `order` ("-" in front: the largest first) and then by key."""
    refuse_unknown(request, query)
    field, backwards = order.removeprefix("-"), order.startswith("-")
    if query.cursor:
        rows = rows.filter(_behind(rows.model, query.cursor, field, backwards=backwards))
    sign = "-" if backwards else ""
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: query.limit + 1])
    shown = found[: query.limit]
    return {"items": show(shown), "next": _cursor(shown[-1], field) if len(found) > len(shown) else None}


def refuse_unknown(request: HttpRequest, query: BaseModel) -> None:
    """A filter with a typing error would otherwise answer with everything."""
    unknown = [name for name in request.GET if name not in type(query).model_fields]
    if unknown:
        errors = [(name, _("This parameter is not known.")) for name in unknown]
        raise Problem(422, "unknown-field", _("These parameters are not known."), errors=errors)


def _cursor(row: Model, field: str) -> str:
    value = getattr(row, field)
    plain = value.isoformat() if hasattr(value, "isoformat") else value
    return base64.urlsafe_b64encode(json.dumps([plain, row.pk]).encode()).decode().rstrip("=")


def _behind(model: type[Model], cursor: str, field: str, *, backwards: bool) -> Q:
    value, key = _read(model, cursor, field)
    beyond = "lt" if backwards else "gt"
    if field == "pk":
        return Q(**{f"pk__{beyond}": key})
    return Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"pk__{beyond}": key})


def _read(model: type[Model], cursor: str, field: str) -> tuple[Any, int]:
    try:
        value, key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        value = model._meta.pk.to_python(value) if field == "pk" else _field_value(model, field, value)
        if type(key) is not int or not 0 < key < 2**63 or value is None:
            raise ValueError(key)
    except (ValueError, TypeError, binascii.Error, UnicodeError, ValidationError, RecursionError) as error:
        text = _("This cursor is not one of ours. Take “next” of the page before, or begin without one.")
        raise Problem(400, "bad-cursor", text, errors=[("cursor", text)]) from error
    return value, key


def _field_value(model: type[Model], field: str, value: Any) -> Any:
    """Only what such a field can hold: a cursor is text from outside."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(value)
    read = cast("Column[Any, Any]", model._meta.get_field(field)).to_python(value)
    if isinstance(read, str) and UNREADABLE.search(read):
        raise ValueError(value)
    if isinstance(read, int) and not -(2**63) < read < 2**63:
        raise ValueError(value)
    return read
