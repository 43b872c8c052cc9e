"""What went to and came from the external calendars, and the questions only people can answer."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from vizavi.api.access import ApiRequest, found, needs
from vizavi.api.fields import Body, Code, Instant, Named, QueryId, named, shown_at
from vizavi.api.paging import Page, Slice, page
from vizavi.common.permissions import Right
from vizavi.connections import open_questions, states
from vizavi.connections.content import title_of
from vizavi.connections.models import Direction, JournalEntry, Proposal
from vizavi.connections.open_questions import CHOICES, Kind, Question
from vizavi.events import queries
from vizavi.events.models import Event
from vizavi.people.models import User

router = Router(tags=["journal and questions"])


class LineOut(BaseModel):
    """One line of the journal; `changes` holds [before, after] by field."""

    id: int
    at: datetime
    account: Named | None
    event: int | None
    direction: Direction
    action: str
    ok: bool
    changes: dict[str, list[Any]]
    text: str


class JournalPage(Page[LineOut]):
    pass


class JournalFilter(Slice):
    event: QueryId | None = None
    account: QueryId | None = None
    direction: Direction | None = None
    ok: bool | None = Field(None, description="false: only what failed.")
    action: Code | None = None
    since: Instant | None = None
    until: Instant | None = None


class ProposedTime(BaseModel):
    start: datetime | None
    end: datetime | None
    first_day: date | None
    last_day: date | None
    zone: str


class QuestionOut(BaseModel):
    kind: Kind
    id: int
    text: str
    choices: list[str]
    event: Named | None
    account: Named | None = Field(description="Of a brake.")
    proposed: ProposedTime | None = Field(description="Of a proposal.")


class Questions(BaseModel):
    items: list[QuestionOut] = Field(description="At most 200 of each kind.")


class AnswerIn(Body):
    choice: Literal["cancel", "export", "keep", "accept", "undo", "retry", "return", "apply", "restore"]


@router.get("/journal", response=JournalPage, summary="The sync journal")
def list_journal(request: ApiRequest, query: Query[JournalFilter]) -> Any:
    """The newest first: lines of your own account; with `event`, of an event you may edit; all for who sees all."""
    user = needs(request, Right.SEE_CONNECTIONS, own=True)
    event = found(queries.visible_to(user), query.event) if query.event else None
    rows = JournalEntry.objects.filter(states.journal_seen_by(user, event)).select_related("account")
    names: dict[str, Any] = {
        "event": query.event,
        "account": query.account,
        "direction": query.direction,
        "ok": query.ok,
    }
    names |= {"action": query.action, "at__gte": query.since, "at__lt": query.until}
    rows = rows.filter(**{name: value for name, value in names.items() if value is not None})
    return page(request, rows, query, lambda lines: [_line(line, user) for line in lines], order="-at")


def _line(line: JournalEntry, reader: User) -> LineOut:
    same = {name: getattr(line, name) for name in ("direction", "action", "ok")}
    changes = line.changes if states.shows_changes(line, reader) else {}
    return LineOut(
        id=line.pk,
        at=timezone.localtime(line.at),
        account=named(line.account),
        event=line.event_id,
        changes={name: pair for name, pair in changes.items() if isinstance(pair, list)},
        text=line.words,
        **same,
    )


@router.get("/questions", response=Questions, summary="Open questions")
def list_questions(request: ApiRequest) -> Any:
    """Those you may answer: deleted there, edited on both sides, refused, another time proposed, many deletions."""
    user = needs(request, Right.SEE_CONNECTIONS, own=True)
    return Questions(items=[_question(one) for one in open_questions.open_questions(user)])


@router.post("/questions/{kind}/{int:key}/answer", response={204: None}, summary="Answer a question")
def answer_question(request: ApiRequest, kind: Kind, key: int, data: AnswerIn) -> Any:
    """`choices` of the question lists what can be answered."""
    user = needs(request, Right.SEE_CONNECTIONS, own=True)
    open_questions.answer(kind, key, data.choice, by=user, now=timezone.now())


def _question(one: Question) -> QuestionOut:
    return QuestionOut(
        kind=one.kind,
        id=one.key,
        text=one.text,
        choices=list(CHOICES[one.kind]),
        event=_event(one.event),
        account=named(one.account),
        proposed=_proposed(one.proposal),
    )


def _event(event: Event | None) -> Named | None:
    return Named(id=event.pk, name=title_of(event)) if event else None


def _proposed(row: Proposal | None) -> ProposedTime | None:
    if row is None:
        return None
    if row.starts_on and row.ends_on:
        last = row.ends_on - timedelta(days=1)
        return ProposedTime(start=None, end=None, first_day=row.starts_on, last_day=last, zone=row.zone)
    start, end = shown_at(row.starts_at, row.zone), shown_at(row.ends_at, row.zone)
    return ProposedTime(start=start, end=end, first_day=None, last_day=None, zone=row.zone)
