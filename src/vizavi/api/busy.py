"""Taken time from external calendars: one's own with titles, that of others without."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest
from vizavi.api.fields import Instant, QueryId
from vizavi.api.paging import refuse_unknown
from vizavi.api.problems import wrong
from vizavi.connections import states
from vizavi.connections.states import Taken

router = Router(tags=["events"])
LONGEST = timedelta(days=62)


class BusyFilter(BaseModel):
    since: Instant
    until: Instant = Field(description="At most 62 days later.")
    user: list[QueryId] = Field([], max_length=100, description="Whose; without it yours.")


class BusyOut(BaseModel):
    user: int
    start: datetime | None
    end: datetime | None
    first_day: date | None
    last_day: date | None
    title: str | None = Field(description="Null for the time of others, and where only busy time is kept.")


class Busy(BaseModel):
    items: list[BusyOut]


@router.get("/busy", response=Busy, summary="Taken time from external calendars")
def list_busy(request: ApiRequest, query: Query[BusyFilter]) -> Any:
    """What the task has loaded as blocks."""
    refuse_unknown(request, query)
    if not timedelta() < query.until - query.since <= LONGEST:
        raise wrong("until", _("The end is at most 62 days after the start."))
    found = states.blocks_between(request.user, query.since, query.until, query.user or [request.user.pk])
    return Busy(items=[_shown(one) for one in found])


def _shown(one: Taken) -> BusyOut:
    if one.starts_on and one.ends_on:
        last = one.ends_on - timedelta(days=1)
        return BusyOut(user=one.user_id, start=None, end=None, first_day=one.starts_on, last_day=last, title=one.title)
    start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    return BusyOut(user=one.user_id, start=start, end=end, first_day=None, last_day=None, title=one.title)
