"""The kinds of values that requests and answers consist of; nothing is guessed from another type."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
)

D = TypeVar("D", bound=date)
LARGEST_ID = 2**63 - 1
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_YEARS = range(1900, 2201)


class Body(BaseModel):
    """What is sent to us: a name that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError(_("Enter date, time and offset as RFC 3339 has them, for example 2026-11-27T10:00:00+03:00."))
    moment = _existing(datetime.fromisoformat, re.sub(r"(\.\d{6})\d+", r"\1", value.upper()))
    if moment.year not in _YEARS:
        raise ValueError(_("This year cannot be right."))
    return moment


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(_("Enter a date as YYYY-MM-DD."))
    day = _existing(date.fromisoformat, value)
    if day.year not in _YEARS:
        raise ValueError(_("This year cannot be right."))
    return day


def _existing(read: Callable[[str], D], text: str) -> D:
    try:
        return read(text)
    except ValueError:
        raise ValueError(_("There is no such day or time.")) from None


def _readable(text: str) -> str:
    if UNREADABLE.search(text):
        raise ValueError(_("The text holds characters that cannot be stored."))
    return text


def _only(kind: type) -> BeforeValidator:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(_("This must be a whole number."))
        return value

    return BeforeValidator(check)


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[int, Field(ge=0, le=1_000_000), _only(int)]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1), _only(int)]  # a restore lifts all of them by a million
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), _only(int)]
QueryId = Annotated[int, Field(ge=1, le=LARGEST_ID)]  # in an address everything is text
Flag = StrictBool
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_readable)]
Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_readable)]
Words = Annotated[str, StringConstraints(max_length=100), AfterValidator(_readable)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_readable)]


class Named(BaseModel):
    """Something that is referred to: its id, and how people call it."""

    id: int
    name: str


def named(row: Any) -> Named | None:
    return Named(id=row.pk, name=str(row)) if row is not None else None


def shown_at(moment: datetime, zone: str) -> datetime:
    """An instant as the clock of `zone` shows it: the offset of the answer is that zone's."""
    return moment.astimezone(ZoneInfo(zone))
