"""Who is told of what the journal says: a table from its codes to notifications, and when these are over.

Called by whoever writes the journal, in the same transaction: what is told is what stands there. Loading thousands of
items writes its lines in bulk and tells nobody. An edit in an external calendar has no author we could know (all who
share the calendar count as the responsible), so the responsible is told of it too.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from vizavi.connections import conflicts
from vizavi.connections.models import Account, AccountState, Link, Proposal
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.notifications import operations
from vizavi.notifications.models import Notification
from vizavi.notifications.queries import deciders_of, people_of
from vizavi.sync.codec import content_to_json
from vizavi.sync.model import Content, Group, LinkState
from vizavi.sync.ports import Note


@dataclass(frozen=True, slots=True)
class Told:
    """What a line of an event's journal tells; a question or trouble that stands is told once, a change each time."""

    code: str
    whom: Callable[[int], list[int]]
    stands: bool = False


DETACHED, CONFLICT, PROPOSED, REFUSED, BRAKE = "detached", "conflict", "proposed", "refused", "brake"
_REFUSED = Told(REFUSED, deciders_of, stands=True)
OF_NOTE: Mapping[str, Told] = {
    "detached": Told(DETACHED, deciders_of, stands=True),
    "cancel": Told("cancelled", people_of),
    "conflict": Told(CONFLICT, deciders_of),
    "overlaps": Told("overlaps", deciders_of),
    "proposed": Told(PROPOSED, deciders_of),  # never to the guest
    "rejected": _REFUSED,
    "failed": _REFUSED,
    "unreadable": _REFUSED,
}
MOVED = Told("moved", people_of)
TAKING = frozenset({"taken", "conflict", "came_back"})  # actions that may have moved the event
ANSWERED: Mapping[str, Collection[str]] = {  # what a line puts an end to
    "answered_cancel": [DETACHED],
    "answered_export": [DETACHED],
    "answered_keep": [DETACHED],
    "came_back": [DETACHED],
    "cancel": [DETACHED, CONFLICT, PROPOSED],
    "conflict_accepted": [CONFLICT],
    "conflict_undone": [CONFLICT],
    "retried": [REFUSED],
    "proposal_accept": [PROPOSED],
    "proposal_return": [PROPOSED],
}
TROUBLES = {
    f"account_{state.value}": state for state in (AccountState.EXPIRED, AccountState.LIMITED, AccountState.ERROR)
}
OVER = TROUBLES.keys() | {  # account lines after which earlier trouble is the past
    "account_ok",
    "account_connected",
    "account_disconnected",
    "account_closing",
    "account_paused",
    "account_replaced",
}


def of_note(account: Account, event_id: int, note: Note, now: datetime) -> None:
    """Tell of a line about an event. A guest's own proposal is no news to the guest."""
    told, moved = OF_NOTE.get(note.action), _moved(note)
    answered(event_id, note.action, now)
    if told is None and not moved:
        return
    revision = Event.objects.values_list("revision", flat=True).get(pk=event_id)
    line = _Line(account, event_id, revision, note, now)
    asked = line.hearers(told) if told else set()
    if told is not None:
        line.tell(told, asked)
    if moved:
        line.tell(MOVED, line.hearers(MOVED) - asked)


def answered(event_id: int, action: str, now: datetime) -> None:
    """A line that answers a question: nobody is asked any more."""
    if codes := ANSWERED.get(action):
        operations.settle_event(event_id, codes, now=now)


def of_line(account: Account, action: str, now: datetime) -> None:
    """Tell the owner of what became of the account; that it works again only after having told that it did not."""
    if action.startswith("brake_"):
        operations.settle(_of_account(account, [BRAKE]), now=now)
    if action not in OVER:
        return
    mended = operations.settle(_of_account(account, TROUBLES), now=now)
    values = {"account": account.pk, "reason": account.state_code, "detail": account.state_text}
    if action in TROUBLES:
        key = f"{action}:{account.pk}:{account.state_code}"
        operations.tell([account.user_id], action, key=key, values=values, now=now)
    elif action == "account_ok" and mended:
        key = f"{action}:{account.pk}:{now.isoformat()}"
        operations.tell([account.user_id], action, key=key, values=values, now=now)


def of_brake(account: Account, count: int, now: datetime) -> None:
    """So many deletions at once that they wait for the owner's answer."""
    if count:
        values = {"account": account.pk, "count": count}
        operations.tell([account.user_id], BRAKE, key=f"{BRAKE}:{account.pk}", values=values, now=now)
    else:
        operations.settle(_of_account(account, [BRAKE]), now=now)


def settle_what_is_over(now: datetime) -> None:
    """Whatever put an end to a question or a trouble (an edit, a cancellation, a retry by itself): it is done."""
    links, accounts = Link.objects.filter(event=OuterRef("event")), Account.objects.filter(user=OuterRef("user"))
    proposals = Proposal.objects.filter(event=OuterRef("event"), event__status__in=OPEN)
    standing: dict[str, QuerySet[Any]] = {
        DETACHED: links.filter(state=LinkState.DETACHED.value),
        CONFLICT: links.filter(conflict__isnull=False),
        REFUSED: links.filter(error_code__gt=""),
        PROPOSED: proposals.filter(time_edited_at=OuterRef("event__time_edited_at")),
        BRAKE: accounts.filter(active=True, braked__gt=0),
    }
    standing |= {code: accounts.filter(active=True, state=state) for code, state in TROUBLES.items()}
    waiting = Notification.objects.filter(code__in=standing, done_at=None)
    for code in waiting.values_list("code", flat=True).distinct():
        operations.settle_free(waiting.filter(~Exists(standing[code]), code=code), now=now)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an event's journal, with the revision the event has now."""

    account: Account
    event_id: int
    revision: int
    note: Note
    now: datetime

    def hearers(self, told: Told) -> set[int]:
        guest = {self.account.user_id} if told.code == PROPOSED else set()
        return set(told.whom(self.event_id)) - guest

    def tell(self, told: Told, people: Collection[int]) -> None:
        note = self.note
        values: dict[str, Any] = {"before": _when(note.before), "after": _when(note.after), "text": note.text[:500]}
        key = f"{told.code}:{self.event_id}"
        if told.code == CONFLICT:
            values["sides"] = conflicts.sides(conflicts.remembered(note))
        if told.code == PROPOSED:
            values["name"] = self.account.user.short_name
            key = f"{key}:{self.account.user_id}:{_start(note.after)}"
        elif not told.stands:
            key = f"{key}:{self.revision}"
        operations.tell(people, told.code, key=key, event_id=self.event_id, values=values, now=self.now)


def _moved(note: Note) -> bool:
    """Whether our event took another time over."""
    if note.action not in TAKING or Group.TIME not in note.groups or (note.kept or {}).get(Group.TIME) == "ours":
        return False
    return note.before is None or note.after is None or note.before.when != note.after.when


def _when(content: Content | None) -> dict[str, str] | None:
    if content is None:
        return None
    stored = content_to_json(content)
    return {"start": stored["start"], "end": stored["end"]}


def _start(content: Content | None) -> str:
    return content.when.start.isoformat() if content else ""


def _of_account(account: Account, codes: Collection[str]) -> QuerySet[Notification]:
    return Notification.objects.filter(user=account.user_id, code__in=codes, values__account=account.pk)
