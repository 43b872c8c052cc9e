"""What a new observation means and what is to be sent: pure functions of link, event and item."""

from dataclasses import dataclass, replace
from datetime import datetime

from vizavi.sync.merge import (
    NO_FIELDS,
    Conflict,
    answered,
    graft,
    guests_to_send,
    merge,
    overruled,
    same,
    same_for_us,
    touched,
)
from vizavi.sync.model import (
    Change,
    Content,
    Create,
    Desire,
    Group,
    InFlight,
    Link,
    LinkState,
    Local,
    LocalStatus,
    Move,
    Patch,
    Policy,
    RemoteItem,
    Remove,
    Stamp,
    Winner,
    Write,
)

ALL_GROUPS = frozenset(Group)
QUESTIONS = frozenset({"detached", "cancel"})  # what a deletion there means for an interview that lies ahead
NOTHING_IN = Policy(Winner.RECRUITING, frozenset())  # what is cancelled here takes nothing from its copy any more


@dataclass(frozen=True, slots=True)
class Absorbed:
    """The consequence of reading an item: the link as it now is, and what our event takes from `theirs`.

    `action` is the journal's code, empty where there is nothing to tell. While `take` is not empty the caller applies
    it and calls `settled` with the event as it then is.
    """

    link: Link
    action: str = ""
    theirs: Content | None = None
    take: frozenset[Group] = frozenset()
    push: frozenset[Group] = frozenset()
    changed_there: frozenset[Group] = frozenset()
    before: Content | None = None  # their content as we last knew it
    conflicts: tuple[Conflict, ...] = ()


def absorb(
    link: Link,
    local: Local,
    item: RemoteItem,
    policy: Policy,
    *,
    answer: bool = False,
    lost: frozenset[str] = NO_FIELDS,
) -> Absorbed:
    """Take in a living item. `answer` = it is the direct answer to our own write, so every difference is the server's.

    The item must have content. Rules: the tables of STYLE section 4 and DESIGN 5.4, 5.5.
    """
    theirs = item.content
    if theirs is None:
        raise ValueError("an item without content cannot be absorbed")
    was_gone = link.state in (LinkState.DETACHED, LinkState.GONE) or link.gone_at is not None
    came_back = was_gone and link.in_flight is None
    seen = replace(link, etag=item.etag, ical_uid=item.ical_uid or link.ical_uid, gone_at=None, in_flight=None)
    seen = _with_bases(seen, link.in_flight, item, theirs, answer=answer, lost=lost)
    if link.state is LinkState.PAUSED or _kept(link, local):
        return Absorbed(_kept_aside(seen, theirs))
    if unwanted(link, local):
        # To be removed whatever it says; should the event be restored before that, it is read and merged then.
        known = replace(_kept_aside(seen, theirs), pushed_revision=_owing(seen, local))
        return Absorbed(known, action="removing" if came_back else "", theirs=theirs)
    if link.state is LinkState.GONE and link.in_flight is None:
        return _revived(seen, local, theirs)
    base_local, base_remote = seen.base_local or local.content, seen.base_remote or theirs
    if local.status is LocalStatus.FINAL:
        # Nothing is taken while it is over; should that be reverted, the empty etag has the item read and merged then.
        kept = replace(seen, state=LinkState.LIVE, etag="", base_local=base_local, base_remote=base_remote)
        action = "" if same(theirs, base_remote, Group.TIME) else "final_kept"
        return Absorbed(kept, action=action, theirs=theirs, before=base_remote)
    result = merge(
        local.content,
        theirs,
        base_local=base_local,
        base_remote=base_remote,
        policy=NOTHING_IN if local.status is LocalStatus.STAYS else policy,
        edited_at=dict(local.edited_at),
        updated=item.updated,
        lost=lost,
    )
    kept_half, agreed = graft(local.content, base_local, result.push), theirs
    if local.status is LocalStatus.STAYS:
        # What they changed in a cancelled one is not taken; should it be restored, the empty etag has it read and
        # merged then.
        theirs_alone = result.changed_there - {Group.PEOPLE}
        agreed = graft(theirs, base_remote, theirs_alone)
        seen = replace(seen, etag="" if theirs_alone else seen.etag)
    else:
        won = [conflict.group for conflict in result.conflicts if conflict.kept == "ours"]
        kept_half = overruled(kept_half, local.content, theirs, won)
    pushed = _owing(seen, local) if result.push else local.revision
    new = replace(seen, state=LinkState.LIVE, base_local=kept_half, base_remote=agreed, pushed_revision=pushed)
    return Absorbed(
        new,
        action=_action(result.take, result.changed_there, result.conflicts, came_back=came_back, answer=answer),
        theirs=theirs,
        take=result.take,
        push=result.push,
        changed_there=result.changed_there,
        before=base_remote,
        conflicts=result.conflicts,
    )


def settled(absorbed: Absorbed, local: Local) -> Link:
    """The link after our event took what it had to: taking raised the revision, and this link owes nothing for that."""
    link = absorbed.link
    base_local = graft(link.base_local or local.content, local.content, absorbed.take - absorbed.push)
    pushed = min(link.pushed_revision, local.revision - 1) if absorbed.push else local.revision
    return replace(link, base_local=base_local, pushed_revision=pushed)


def reminded(link: Link, local: Local, policy: Policy) -> Absorbed:
    """Nothing is owed any more; a guest who was taken off and put back at once may have answered before."""
    theirs, followed = link.base_remote, local.desire is Desire.PRESENT and local.status is LocalStatus.OPEN
    if theirs is None or link.state is not LinkState.LIVE or not followed or Group.PEOPLE not in policy.takes:
        return Absorbed(link)
    if not answered(local.content, theirs):
        return Absorbed(link)
    return Absorbed(link, action="taken", theirs=theirs, take=frozenset({Group.PEOPLE}), before=theirs)


def deleted(link: Link, local: Local, policy: Policy) -> tuple[Link, str]:
    """A remote deletion is applied: the link, and the journal's code ("detached", "cancel", "removed", …)."""
    marked = replace(link, etag="", in_flight=None, gone_at=None, pushed_revision=local.revision)
    gone = replace(marked, state=LinkState.GONE, base_remote=None, base_local=None)
    if link.state in (LinkState.GONE, LinkState.DETACHED, LinkState.PAUSED):
        return replace(marked, state=link.state), ""
    only_moves = local.desire is Desire.ELSEWHERE and local.status is LocalStatus.OPEN
    if (unwanted(link, local) and not only_moves) or local.status is LocalStatus.STAYS:
        return gone, "removed"
    if local.status is LocalStatus.FINAL:
        return gone, "gone_final"
    if local.desire is Desire.KEEP:
        return gone, "gone_kept"
    if policy.cancel_on_remote_delete:
        return gone, "cancel"
    # The bases stay: if the item comes back to life, both sides are compared with their past as if nothing had been.
    flight = link.in_flight
    past_local = link.base_local or (flight.content if flight else None)
    past_remote = link.base_remote or (flight.sent if flight else None)
    return replace(marked, state=LinkState.DETACHED, base_local=past_local, base_remote=past_remote), "detached"


def unwanted(link: Link, local: Local) -> bool:
    """Whether the copy is to be taken away, whatever it says."""
    given_up = link.state is LinkState.REMOVING and local.desire is Desire.KEEP  # else it is wanted again meanwhile
    away = local.desire in (Desire.ABSENT, Desire.ELSEWHERE) or given_up
    return local.status is LocalStatus.CANCELLED or away


def is_removal(flight: InFlight | None) -> bool:
    """Whether what is in flight is our own removal."""
    return flight is not None and flight.content is None and not flight.moving_to


def removed(link: Link) -> Link:
    """Our own removal is confirmed: nothing of the item's past counts any more."""
    pushed = link.in_flight.revision if link.in_flight else link.pushed_revision
    gone = replace(link, state=LinkState.GONE, etag="", in_flight=None, gone_at=None, pushed_revision=pushed)
    return replace(gone, base_local=None, base_remote=None)


@dataclass(frozen=True, slots=True)
class Look:
    """The item must be read before anything is written to it: a write is in flight, or it changed unread."""

    link: Link


@dataclass(frozen=True, slots=True)
class Nothing:
    """No write is owed; the link as it should be stored."""

    link: Link


Plan = Write | Look | Nothing


def plan_push(
    link: Link,
    local: Local,
    *,
    install: str,
    takes: frozenset[Group] = ALL_GROUPS,
    lost: frozenset[str] = NO_FIELDS,
    tombstone: str | None = None,
    looked: str = "",
) -> Plan:
    """What the link owes the calendar; in groups that are not let in (`takes`) only the fields we changed are ours.

    `tombstone` is the etag of a deletion just read (an undelete needs it), `looked` that of a living item.
    """
    if link.state is LinkState.REMOVING and local.desire is Desire.PRESENT:
        link = replace(link, state=LinkState.LIVE)
    done = replace(link, pushed_revision=local.revision)
    if link.in_flight is not None:
        return Look(link)
    if link.state is LinkState.PAUSED or _kept(link, local):
        return Nothing(done)
    kept_after_all = link.state is LinkState.REMOVING and local.past and local.desire is Desire.KEEP
    if local.status is LocalStatus.FINAL or (kept_after_all and local.status is LocalStatus.OPEN):
        return Nothing(replace(done, state=LinkState.LIVE) if link.state is LinkState.REMOVING else done)
    if unwanted(link, local):
        return _removal(link, local, done)
    if local.status is LocalStatus.STAYS and not (link.state is LinkState.LIVE and _is_there(link)):
        return Nothing(replace(done, state=LinkState.GONE))
    if link.state is LinkState.DETACHED:
        return Nothing(done)
    stamp = Stamp(install, local.event_uid, link.remote_id, local.revision, local.type_code)
    notify = local.notify_revision > link.pushed_revision and not local.past
    if link.state is LinkState.GONE:
        return _undelete(link, local, stamp, tombstone, done, notify=notify)
    if link.base_remote is None or link.base_local is None:
        return Nothing(done) if local.past else Create(link.id, link.remote_id, local.content, stamp, notify)
    etag = link.etag or looked
    if not etag:
        return Look(link)
    groups = changed_groups(local.content, link.base_local, lost)
    if not groups:
        return Nothing(done)
    content = touched(local.content, link.base_local, link.base_remote, frozenset(Group) - takes)
    content = replace(content, people=guests_to_send(local.content, link.base_local, link.base_remote))
    return Patch(link.id, link.remote_id, etag, content, groups, stamp, notify)


def moves(link: Link, local: Local) -> bool:
    """Whether the item can be taken along into the calendar where its event belongs now."""
    settled = link.in_flight is None and link.gone_at is None
    wanted = local.desire is Desire.ELSEWHERE and local.status is LocalStatus.OPEN and not local.past
    return wanted and settled and link.state is LinkState.LIVE and _is_there(link)


def arrived(link: Link, local: Local, lost: frozenset[str] = NO_FIELDS) -> Link:
    """The item was met in the destination; what changed here meanwhile is still owed, after a look."""
    there = replace(link, in_flight=None, gone_at=None, etag="")
    wanted = local.status is LocalStatus.OPEN and local.desire is Desire.ELSEWHERE  # as seen from the old calendar
    unchanged = link.base_local is not None and not changed_groups(local.content, link.base_local, lost)
    return replace(there, pushed_revision=local.revision if wanted and unchanged else _owing(link, local))


def taking_off(link: Link, local: Local, write: Change) -> Link:
    """The link with its write in flight, to be stored before the call."""
    if isinstance(write, Remove):
        return replace(link, in_flight=InFlight(local.revision))
    if isinstance(write, Move):
        return replace(link, in_flight=InFlight(local.revision, moving_to=write.destination))
    groups = write.groups if isinstance(write, Patch) else ALL_GROUPS
    flight = InFlight(local.revision, local.content, write.content, groups, creating=not isinstance(write, Patch))
    return replace(
        link,
        in_flight=flight,
        type_code=local.type_code,
        guests_notified=link.guests_notified or write.notify,
    )


def changed_groups(ours: Content, base_local: Content, lost: frozenset[str] = NO_FIELDS) -> frozenset[Group]:
    """The groups we changed since the base."""
    return frozenset(group for group in Group if not same_for_us(ours, base_local, group, lost))


def doubted(link: Link, local: Local) -> Link:
    """A page told of an item that was written to since: which of the two is newer is seen by looking."""
    return replace(link, etag="", pushed_revision=_owing(link, local))


def not_landed(link: Link) -> Link:
    """Reading showed that nothing of the write in flight arrived, or the server said it refused it."""
    return replace(link, in_flight=None)


def landed(flight: InFlight, item: RemoteItem) -> bool:
    """Whether a write whose answer we never got is seen done in the item."""
    return flight.creating or (item.stamp is not None and item.stamp.revision >= flight.revision)


def buried(link: Link, item: RemoteItem) -> Link:
    """The link of a tombstone: what was in flight and had landed before the deletion is agreed, and lived."""
    flight = link.in_flight
    if flight is None or flight.sent is None or not landed(flight, item):
        return link
    agreed = _with_bases(link, flight, item, flight.sent, answer=True, lost=NO_FIELDS)
    return replace(agreed, in_flight=None, state=LinkState.LIVE if link.state is LinkState.GONE else link.state)


def gone_marked(link: Link, now: datetime) -> Link:
    """A deletion was read; it is applied after the last page (DESIGN 5.4)."""
    return replace(link, gone_at=link.gone_at or now)


def _with_bases(
    link: Link,
    flight: InFlight | None,
    item: RemoteItem,
    theirs: Content,
    *,
    answer: bool,
    lost: frozenset[str],
) -> Link:
    """Bases after comparing with what was in flight: a group equal to it is agreed, the rest is their edit."""
    if flight is None or flight.content is None or flight.sent is None:
        return link
    base_local, base_remote = link.base_local or flight.content, link.base_remote or flight.sent
    arrived = {group for group in flight.groups if answer or same(theirs, flight.sent, group, lost)}
    base_remote = graft(base_remote, theirs, arrived)
    if answer or landed(flight, item):
        # Sent and arrived, then edited by a human (or rewritten by the server): what we sent is their past.
        base_remote = graft(base_remote, flight.sent, flight.groups - arrived)
        arrived = set(flight.groups)
        # What was told with it is told: another edit meanwhile mails nobody once more.
        link = replace(link, pushed_revision=max(link.pushed_revision, flight.revision))
    return replace(link, base_local=graft(base_local, flight.content, arrived), base_remote=base_remote)


def _kept(link: Link, local: Local) -> bool:
    """Whether the copy is left as it is for now."""
    return local.desire is Desire.KEEP and local.status is LocalStatus.OPEN and link.state is not LinkState.REMOVING


def _is_there(link: Link) -> bool:
    return link.base_remote is not None and link.base_local is not None


def _kept_aside(seen: Link, theirs: Content) -> Link:
    """Not ours to follow now: the empty etag has it looked at again when it is."""
    if seen.state is LinkState.PAUSED:
        return replace(seen, etag="")
    past_local, past_remote = seen.base_local or theirs, seen.base_remote or theirs
    state = seen.state if seen.state is LinkState.REMOVING else LinkState.LIVE
    return replace(seen, state=state, etag="", base_local=past_local, base_remote=past_remote)


def _revived(seen: Link, local: Local, theirs: Content) -> Absorbed:
    """A link we had given up finds its item alive while we want it there: what is ours goes out again."""
    link = replace(
        seen, state=LinkState.LIVE, base_local=theirs, base_remote=theirs, pushed_revision=_owing(seen, local)
    )
    return Absorbed(link, action="came_back", theirs=theirs, push=ALL_GROUPS)


def _removal(link: Link, local: Local, done: Link) -> Plan:
    if link.state is LinkState.GONE:
        return Nothing(done)
    only_moved = local.desire is Desire.ELSEWHERE and local.status is LocalStatus.OPEN
    if link.state is LinkState.DETACHED and only_moved:
        return Nothing(done)  # another calendar is no answer to the question
    never_sent = link.base_remote is None
    if link.state is LinkState.DETACHED or never_sent:
        return Nothing(replace(done, state=LinkState.GONE))
    return Remove(link.id, link.remote_id, notify=link.guests_notified and not local.past and not only_moved)


def _undelete(link: Link, local: Local, stamp: Stamp, tombstone: str | None, done: Link, *, notify: bool) -> Plan:
    if local.past:
        return Nothing(done)
    if tombstone is None:
        return Look(link)
    return Patch(link.id, link.remote_id, tombstone, local.content, ALL_GROUPS, stamp, notify, revive=True)


def _owing(link: Link, local: Local) -> int:
    return min(link.pushed_revision, local.revision - 1)


def _action(
    take: frozenset[Group],
    changed_there: frozenset[Group],
    conflicts: tuple[Conflict, ...],
    *,
    came_back: bool,
    answer: bool,
) -> str:
    if conflicts:
        return "conflict"
    if came_back:
        return "came_back"
    if take:
        return "taken"
    return "remembered" if changed_there and not answer else ""
