"""Answers to what only people can decide: deleted there, both sides changed, refused, too many deletions at once."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.wording import filled
from vizavi.connections import notices, reasons
from vizavi.connections.content import comment_from, own_title, span_of
from vizavi.connections.journal import write_line
from vizavi.connections.locks import lock, locked
from vizavi.connections.models import Account, Direction, JournalEntry, Link, Proposal
from vizavi.connections.tasks import wake_on_commit
from vizavi.events import operations, queries, writing
from vizavi.events.models import Event, EventStatus
from vizavi.events.rules import FINAL, OPEN, Span, check_move
from vizavi.people.models import User
from vizavi.sync.codec import content_from_json
from vizavi.sync.model import Content, Group, LinkState


def answer_detached(link_id: int, choice: str, *, by: User, now: datetime) -> None:
    """«Удалено во внешнем календаре»: "cancel" the interview, "export" it again, or "keep" it here only."""
    with transaction.atomic():
        link = _locked(link_id, by)
        if link.state != LinkState.DETACHED.value:
            raise RuleError("choice", "answered", _("The question has been answered already. Nothing was changed."))
        if choice == "cancel":
            _cancel(link.event, by=by, now=now)
        elif choice == "export":
            link.state, link.base_local, link.base_remote = LinkState.GONE.value, None, None
            writing.raise_revisions([link.event_id])
        elif choice == "keep":
            link.state = LinkState.PAUSED.value
        else:
            raise RuleError("choice", "unknown", _("Choose one of the three answers."))
        link.save(update_fields=["state", "base_local", "base_remote"])
        _line(link, f"answered_{choice}", now)


def _cancel(event: Event, *, by: User, now: datetime) -> None:
    """Who may not cancel interviews says with it that the deletion in the own calendar was meant."""
    if queries.may_edit(by, event):
        operations.cancel(event.pk, event.revision, by=by, now=now)
    else:
        check_move(event.status, EventStatus.CANCELLED)
        operations.cancel_from_remote(event.pk, by=by, now=now)


def answer_link(link_id: int, choice: str, *, by: User, now: datetime) -> None:
    """Whatever is asked beside an event's sync state, by the answer chosen."""
    match choice:
        case "cancel" | "export" | "keep":
            answer_detached(link_id, choice, by=by, now=now)
        case "accept":
            acknowledge(link_id, by=by, now=now)
        case "undo":
            undo_conflict(link_id, by=by, now=now)
        case "retry":
            retry(link_id, by=by, now=now)
        case _:
            raise RuleError("choice", "unknown", _("This answer is not known. Nothing was changed."))


def answer_proposal(proposal_id: int, choice: str, *, by: User, now: datetime) -> None:
    """A guest moved the own copy: "accept" moves the interview, "return" puts the guest's copy back.

    Raises RuleError when the interview was moved or decided meanwhile, and what rescheduling raises.
    """
    with transaction.atomic():
        event = writing.locked(Proposal.objects.values_list("event", flat=True).get(pk=proposal_id))
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id)  # after its event, as a worker does
        if not queries.may_answer(by, event):
            raise PermissionDenied
        if event.time_edited_at != proposal.time_edited_at or event.status not in OPEN:
            raise RuleError("choice", "answered", _("The interview has been changed meanwhile. Nothing was changed."))
        if choice == "accept":
            span = Span(proposal.starts_at, proposal.ends_at, proposal.zone, proposal.starts_on, proposal.ends_on)
            _move(event, span, by=by, now=now)
        elif choice == "return":
            _send_time_again(event)
        else:
            raise RuleError("choice", "unknown", _("Choose one of the two answers."))
        proposal.delete()
        for link in event.links.select_related("calendar"):
            _line(link, f"proposal_{choice}", now)


def _move(event: Event, span: Span, *, by: User, now: datetime) -> None:
    """Who may not move interviews agrees with it to the other time, as by a move in the own calendar."""
    if queries.may_edit(by, event):
        operations.reschedule(event.pk, event.revision, span, by=by, now=now)
    else:
        operations.apply_remote(event.pk, span=span, by=by, now=now)


def acknowledge(link_id: int, *, by: User, now: datetime) -> None:
    """«Принять»: the decided conflict is seen and fine."""
    with transaction.atomic():
        link = _locked(link_id, by)
        link.conflict = None
        link.save(update_fields=["conflict"])
        _line(link, "conflict_accepted", now)


def undo_conflict(link_id: int, *, by: User, now: datetime) -> None:
    """«Вернуть»: the value that lost is put back, as an edit of ours that goes out like any other."""
    with transaction.atomic():
        link = _locked(link_id, by)
        conflict = link.conflict
        if not conflict:
            raise RuleError("conflict", "answered", _("There is no conflict any more. Nothing was changed."))
        if link.event.status not in OPEN:
            raise RuleError("conflict", "over", _("The interview is over or cancelled: only “Accept” is left."))
        link.conflict = None
        link.save(update_fields=["conflict"])
        for name, kept in conflict["kept"].items():
            loser = content_from_json(conflict["ours" if kept == "theirs" else "theirs"])
            _put_back(link.event, Group(name), loser, by=by, now=now)
        _line(link, "conflict_undone", now)


def retry(link_id: int, *, by: User, now: datetime) -> None:
    """«Повторить»: a refused event is tried again at once."""
    with transaction.atomic():
        link = _locked(link_id, by)
        link.next_try, link.error_code, link.error_text = None, "", ""
        link.save(update_fields=["next_try", "error_code", "error_text"])
        if link.event.revision <= link.pushed_revision:
            writing.raise_revisions([link.event_id])
        _line(link, "retried", now)
        wake_on_commit([link.calendar.account_id])


def answer_brake(account: Account, choice: str, *, now: datetime) -> None:
    """Many deletions at once: "apply" asks about each event apart, "restore" puts all of them back there."""
    if choice not in ("apply", "restore"):
        raise RuleError("choice", "unknown", _("Choose one of the two answers."))
    with transaction.atomic():
        # The account first, as a worker does, so that neither waits for the other in a circle.
        Account.objects.filter(pk=account.pk).update(braked=0)
        links = Link.objects.filter(calendar__account=account, gone_at__isnull=False)
        lock(links)
        links.filter(state=LinkState.PAUSED.value).update(gone_at=None, etag="")  # kept here only: nothing to ask
        links.filter(event__status__in=FINAL).update(
            state=LinkState.GONE.value, gone_at=None, base_local=None, base_remote=None, in_flight=None
        )
        events = list(links.values_list("event_id", flat=True))
        if choice == "restore":
            links.update(state=LinkState.GONE.value, gone_at=None, base_local=None, base_remote=None, in_flight=None)
            writing.raise_revisions(events)
        else:
            links.update(state=LinkState.DETACHED.value, gone_at=None, etag="", in_flight=None)
            told = {"at": now, "account": account, "direction": Direction.IN, "action": "detached"}
            JournalEntry.objects.bulk_create([JournalEntry(event_id=pk, **told) for pk in events])
        write_line(account, f"brake_{choice}", now, text=filled(reasons.ANSWERED_FOR, count=len(events)))
        wake_on_commit([account.pk])


def _locked(link_id: int, by: User) -> Link:
    rows = locked(Link.objects.all())
    link: Link = rows.select_related("event__responsible", "event__vacancy", "calendar").get(pk=link_id)
    if not queries.may_answer(by, link.event):
        raise PermissionDenied
    return link


def _send_time_again(event: Event) -> None:
    """The organizer's time, sent anew, goes to the guests' copies: as if another one had been agreed on there."""
    for link in event.links.filter(state=LinkState.LIVE.value, base_local__isnull=False):
        link.base_local = {**(link.base_local or {}), "start": "1970-01-01", "end": "1970-01-02"}
        link.save(update_fields=["base_local"])
    writing.raise_revisions([event.pk])


def _put_back(event: Event, group: Group, loser: Content, *, by: User, now: datetime) -> None:
    changes: dict[Group, dict[str, object]] = {
        Group.TIME: {"span": span_of(loser.when, event.zone)},
        Group.TEXT: {"title": own_title(event, loser.title), "comment": comment_from(event, loser.description)},
        Group.PLACE: {"place": loser.location},
    }
    operations.apply_remote(event.pk, **changes.get(group, {}), by=by, now=now)  # type: ignore[arg-type]


def _line(link: Link, action: str, now: datetime) -> None:
    JournalEntry.objects.create(
        at=now, account_id=link.calendar.account_id, event_id=link.event_id, direction=Direction.HERE, action=action
    )
    notices.answered(link.event_id, action, now)
