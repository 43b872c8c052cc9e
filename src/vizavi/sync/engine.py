"""The order of steps: push and pull of one calendar. Rules are in `decide` and `merge`, this file has none.

"Git for calendars": pull rebases our edits onto what the server has, push sends what still differs on condition that
the server has not moved. No transaction is open during a call to the provider.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from vizavi.sync import decide
from vizavi.sync.decide import Absorbed, Look, Nothing
from vizavi.sync.errors import AccessDenied, AuthRevoked, CursorExpired, Throttled, Unavailable
from vizavi.sync.model import (
    AlreadyThere,
    Change,
    Create,
    Group,
    Kind,
    Link,
    LinkState,
    Missing,
    Move,
    Moved,
    Outcome,
    Patch,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Undone,
    Write,
)
from vizavi.sync.ports import Note, Provider, Reading, Store, Trouble, Work

AT_ONCE = 500  # items absorbed in one transaction, so that nobody waits long for the database
ROUNDS = 6  # how often one link may be looked at and tried again in one run (412, lost replies)
BUSY = "The external calendar is busy."
UNANSWERED = "unanswered"  # a trouble's code: whether the write landed is settled by looking
MOVED_ON = Trouble("412/conditionNotMet", "It keeps changing in the external calendar while being written.")


@dataclass
class Session:
    """One run over one calendar; `now` is asked at the edge, `counts` is what the run log shows.

    `affords` says whether the account's pace allows these writes now; where it does not, pushing ends for this time.
    """

    provider: Provider
    store: Store
    now: Callable[[], datetime]
    counts: Counter[str] = field(default_factory=Counter)
    affords: Callable[[Sequence[Change]], bool] = lambda writes: True
    written: set[int] = field(default_factory=set)  # links written to since reading began: a page may tell of before
    between: Callable[[], None] | None = None  # after each page read, instead of pushing this calendar alone


def push(session: Session) -> None:
    """Send everything that is owed. Raises what concerns the account; one link's trouble stays with the link."""
    tries: Counter[int] = Counter()
    size = session.provider.traits.batch_size
    while works := session.store.pending(session.now(), size):
        writes: list[Write] = []
        for work in works:
            tries[work.link.id] += 1
            write = _next_write(session, work, out_of_tries=tries[work.link.id] > ROUNDS)
            if write is not None:
                writes.append(write)
        if writes and not session.affords(writes):
            return
        if writes:
            _send(session, writes)


def pull(session: Session) -> None:
    """The whole exchange with a calendar that is alone in its account."""
    read(session)
    apply_deletions(session)
    push(session)


def read(session: Session, *, full: bool = False) -> None:
    """Read what changed there, page by page, pushing in between; deletions are only marked (`apply_deletions`)."""
    session.written.clear()
    reading = session.store.begin(session.now(), full=full)
    try:
        cursor = _read_pages(session, reading)
        if cursor is None and reading.since is not None:
            cursor = _read_pages(session, replace(reading, since=None))
    except CursorExpired:
        if full:
            raise
        session.counts["rereads"] += 1
        return read(session, full=True)
    if reading.cursor is None:
        _confirm_unseen(session, reading)
    _complete_series(session, reading)
    with session.store.transaction():
        session.counts.update(session.store.finish(reading, cursor, session.now()))
    return None


def apply_deletions(session: Session) -> None:
    """Apply all deletions that were read, or none while there are too many for nobody to have asked (DESIGN 5.6).

    Called when all calendars of the account were read: what a person moved between two of them is not deleted.
    """
    with session.store.transaction():
        marked = session.store.marked()
        if session.store.brake(len(marked)):
            session.counts["braked"] = max(session.counts["braked"], len(marked))
            return
        for work in marked:
            _apply_deletion(session, work)


def _read_pages(session: Session, reading: Reading) -> str | None:
    cursor = None
    for page in session.provider.changes(reading.cursor, reading.since):
        for start in range(0, len(page.items), AT_ONCE):
            with session.store.transaction():
                _absorb_items(session, page.items[start : start + AT_ONCE], reading)
        cursor = page.cursor
        if not page.items:
            continue  # it took no time in which anybody waited
        if session.between is None:
            push(session)
        else:
            session.between()
    return cursor


def _absorb_items(session: Session, items: Sequence[RemoteItem], reading: Reading) -> None:
    session.store.follow(items)
    known = session.store.known([item.remote_id for item in items])
    session.counts["read"] += len(items)
    for item in items:
        work = known.get(item.remote_id)
        if work is not None and work.link.id in session.written and item.etag != work.link.etag:
            session.store.save(decide.doubted(work.link, work.local))
        elif work is not None:
            _absorb_known(session, work, item, full=reading.cursor is None)
    if known and reading.cursor is None:
        session.store.seen(list(known), reading)
    # A linked item that was made recurring is also a series: its other occurrences are nobody's but taken time.
    unknown = [item for item in items if item.remote_id not in known or item.deleted or item.kind is Kind.MASTER]
    if unknown:
        session.counts.update(session.store.absorb_unknown(unknown, reading, session.now()))


def _absorb_known(session: Session, work: Work, item: RemoteItem, *, answer: bool = False, full: bool = False) -> None:
    """A `full` reading trusts no etag: what it reads may be understood otherwise than before (DESIGN 5.4)."""
    link = work.link
    if item.deleted:
        if decide.is_removal(link.in_flight):
            _note_removed(session, work)
        elif link.state in (LinkState.LIVE, LinkState.PAUSED) or link.in_flight is not None:
            session.store.save(decide.gone_marked(_buried(session, link, item), session.now()))
        return
    if item.content is None:
        session.counts["errors"] += 1
        session.store.save(link, Trouble("unreadable", item.problem))
        session.store.note(link, Note("unreadable", outward=False, text=item.problem, ok=False))
        return
    known = bool(item.etag) and item.etag == link.etag and link.in_flight is None and link.gone_at is None
    if known and not full:
        return
    policy, lost = session.store.policy, session.provider.traits.lost_fields
    absorbed = decide.absorb(link, work.local, item, policy, answer=answer, lost=lost)
    if known and absorbed.link == link and not (absorbed.take or absorbed.action):
        return
    if not answer:
        _note_landed(session, link, item)
    _settle(session, absorbed)


def _settle(session: Session, absorbed: Absorbed) -> None:
    """Apply what the event takes, write the journal, store the link."""
    link = absorbed.link
    note = Note(
        absorbed.action,
        outward=False,
        before=absorbed.before,
        after=absorbed.theirs,
        groups=absorbed.take or absorbed.changed_there,
        ours=absorbed.conflicts[0].ours if absorbed.conflicts else None,
        kept={conflict.group: conflict.kept for conflict in absorbed.conflicts} or None,
    )
    if absorbed.take and absorbed.theirs is not None:
        local = session.store.take(link, absorbed.theirs, absorbed.take, note)
        link = decide.settled(absorbed, local)
        session.counts["moved" if Group.TIME in absorbed.take else "updated"] += 1
    elif absorbed.action:
        session.store.note(link, note)
    if absorbed.conflicts:
        session.counts["conflicts"] += 1
    session.store.save(link)


def _meet_deletion(session: Session, work: Work) -> None:
    """A deletion met by looking at one item. Where it means a question, it waits like those that reading tells of:
    the item may have been moved to another calendar, and many at once are for the brake."""
    _, action = decide.deleted(work.link, work.local, session.store.policy)
    if action in decide.QUESTIONS:
        session.store.save(decide.gone_marked(work.link, session.now()))
    else:
        _apply_deletion(session, work)


def _buried(session: Session, link: Link, item: RemoteItem | Missing) -> Link:
    """A deletion was met: what had landed before it is told, and is the past should the item come back."""
    if isinstance(item, Missing):
        return link
    _note_landed(session, link, item)
    return decide.buried(link, item)


def _apply_deletion(session: Session, work: Work) -> None:
    link, action = decide.deleted(work.link, work.local, session.store.policy)
    session.store.save(link)
    if not action:
        return
    note = Note(action, outward=False, before=work.link.base_remote)
    if action == "cancel":
        session.store.cancel(link, note)
    else:
        session.store.note(link, note)
    session.counts["questions" if action == "detached" else "removed_there"] += 1


def _confirm_unseen(session: Session, reading: Reading) -> None:
    """A linked item that is merely absent from a full reading is asked for before it counts as deleted."""
    with session.store.transaction():
        unseen = session.store.unseen(reading)
    for work in unseen:
        _look(session, work)


def _complete_series(session: Session, reading: Reading) -> None:
    """Masters that only their exceptions told of are read; what cannot be expanded here is asked of the provider."""
    store = session.store
    for master_id in store.missing_masters():
        try:
            item = session.provider.fetch(master_id)
        except Unavailable:  # met again with the next change of the series
            session.counts["errors"] += 1
            continue
        if isinstance(item, RemoteItem):
            with store.transaction():
                session.counts.update(store.absorb_unknown([item], reading, session.now()))
    for master_id in store.series(session.now()):
        with store.transaction():
            window = store.expand(master_id, session.now())
        if window is not None:
            _ask_for_occurrences(session, master_id, *window)


def _ask_for_occurrences(session: Session, master_id: str, start: datetime, end: datetime) -> None:
    try:
        items = session.provider.occurrences(master_id, start, end)
    except Unavailable:  # one odd series stops neither the others nor the reading: its taken time stays as it is
        session.counts["errors"] += 1
        return
    with session.store.transaction():
        session.store.save_occurrences(master_id, () if isinstance(items, Missing) else items)
    session.counts["errors" if isinstance(items, Missing) else "by_provider"] += 1


def _look(session: Session, work: Work) -> RemoteItem | Missing:
    """Read one item and take in what it says."""
    item = session.provider.fetch(work.link.remote_id)
    with session.store.transaction():
        fresh = session.store.read([work.link.id])[work.link.id]
        if isinstance(item, Missing) or item.deleted:
            _look_gone(session, fresh, item)
        else:
            _absorb_known(session, fresh, item)
    return item


def _look_gone(session: Session, work: Work, item: RemoteItem | Missing) -> None:
    if decide.is_removal(work.link.in_flight):
        _note_removed(session, work)
        return
    link = _buried(session, work.link, item)
    wanted_there = link.state in (LinkState.LIVE, LinkState.REMOVING)
    never_arrived = isinstance(item, Missing) and link.base_remote is None and wanted_there
    if never_arrived or link.state is LinkState.GONE:
        session.store.save(decide.not_landed(link))
    else:
        _meet_deletion(session, replace(work, link=link))


def _next_write(session: Session, work: Work, *, out_of_tries: bool) -> Write | None:
    """What to send for a link, after reading the item where that is needed first; None = nothing (more)."""
    store = session.store
    plan = _plan(session, work)
    if out_of_tries and not isinstance(plan, Nothing):
        with store.transaction():
            store.save(store.read([work.link.id])[work.link.id].link, MOVED_ON)
            store.note(work.link, Note("failed", outward=True, text=MOVED_ON.text, ok=False))
        session.counts["errors"] += 1
        return None
    item = _look_first(session, work) if isinstance(plan, Look) else None
    if isinstance(plan, Look | Nothing):
        # What people answered or edited meanwhile counts: planned again with the link as it is now, locked.
        with store.transaction():
            work = store.read([work.link.id])[work.link.id]
            plan = _plan_after_look(session, work, item) if item is not None else _plan(session, work)
            if isinstance(plan, Nothing):
                _settle(session, decide.reminded(plan.link, work.local, store.policy))
    return None if isinstance(plan, Look | Nothing) else plan


def _look_first(session: Session, work: Work) -> RemoteItem | Missing:
    """Read what is to be written; perhaps only this one is not answered, so it waits on its own link."""
    try:
        return _look(session, work)
    except Unavailable as error:
        with session.store.transaction():
            link = session.store.read([work.link.id])[work.link.id].link
            session.store.save(link, Trouble(UNANSWERED, str(error)))
        raise


def _plan_after_look(session: Session, work: Work, item: RemoteItem | Missing) -> decide.Plan:
    link = work.link
    if isinstance(item, Missing) and link.state is LinkState.GONE:
        link = replace(link, state=LinkState.LIVE)  # the id was never used: a plain creation
        session.store.save(link)
    if isinstance(item, Missing):
        return _plan(session, Work(link, work.local))
    if item.deleted:
        return _plan(session, Work(link, work.local), tombstone=item.etag)
    return _plan(session, Work(link, work.local), looked=item.etag)


def _plan(session: Session, work: Work, *, tombstone: str | None = None, looked: str = "") -> decide.Plan:
    store = session.store
    return decide.plan_push(
        work.link,
        work.local,
        install=store.install,
        takes=store.policy.takes,
        lost=session.provider.traits.lost_fields,
        tombstone=tombstone,
        looked=looked,
    )


def _again(session: Session, work: Work, write: Write) -> bool:
    """Whether this write is still what the link owes."""
    looked = write.etag if isinstance(write, Patch) and not write.revive else ""
    return _plan(session, work, tombstone=_tombstone(write), looked=looked) == write


def _send(session: Session, writes: Sequence[Write]) -> None:
    """Store what will be sent, send it without a transaction, take in the answers, each by its own rule."""
    store = session.store
    with store.transaction():
        works = store.read([write.link_id for write in writes])
        # Whatever changed between planning and now is planned anew in the next round.
        going = [write for write in writes if _again(session, works[write.link_id], write)]
        for write in going:
            work = works[write.link_id]
            store.save(decide.taking_off(work.link, work.local, write))
    if not going:
        return
    session.written.update(write.link_id for write in going)
    try:
        outcomes = _write(session, going)
    except Unavailable as error:
        # Perhaps only what was sent is answered so: it waits on its own links, and does not stop the next run.
        with store.transaction():
            for work in store.read([write.link_id for write in going]).values():
                store.save(work.link, Trouble(UNANSWERED, str(error)))
        raise
    with store.transaction():  # what it leaves in flight by breaking off is looked at one by one
        works = store.read([write.link_id for write in going])
        for write, outcome in zip(going, outcomes, strict=True):
            _absorb_outcome(session, works[write.link_id], write, outcome)


def _tombstone(write: Write) -> str | None:
    return write.etag if isinstance(write, Patch) and write.revive else None


def _absorb_outcome(session: Session, work: Work, write: Write, outcome: Outcome) -> None:
    store, link = session.store, work.link
    match outcome:
        case RemoteItem():
            session.counts["sent"] += 1
            _note_sent(session, work, write)
            _absorb_known(session, work, outcome, answer=True)
        case Removed():
            _note_removed(session, work)
        case Stale():
            # What was refused did not land; an empty etag makes the next round look first.
            store.save(replace(decide.not_landed(link), etag=""))
        case AlreadyThere():
            pass  # stays in flight: the next round reads it, with what was sent as its base
        case Missing() | Rejected() if _tombstone(write) is not None:
            # The undelete was refused: a new remote id is stored first, then created (DESIGN 5.2).
            store.save(store.renamed(decide.not_landed(link)))
        case Missing():
            _meet_deletion(session, replace(work, link=decide.not_landed(link)))
        case Undone(certain=certain, after=after):
            refused = decide.not_landed(link) if certain else link
            session.counts["errors"] += 1
            store.save(refused, Trouble(UNANSWERED, BUSY, after))
        case Moved():
            raise ValueError("a move is answered in relocate")
        case Rejected(code=code, text=text):
            session.counts["errors"] += 1
            store.save(decide.not_landed(link), Trouble(code, text))
            store.note(link, Note("rejected", outward=True, text=text, ok=False))


def _write(session: Session, batch: Sequence[Change]) -> list[Outcome]:
    """What was refused as a whole is not in flight any more."""
    try:
        return session.provider.write(batch)
    except (AuthRevoked, AccessDenied, Throttled):
        with session.store.transaction():
            for work in session.store.read([write.link_id for write in batch]).values():
                session.store.save(decide.not_landed(work.link))
        raise


def relocate(session: Session, provider_of: Callable[[str], Provider]) -> bool:
    """What belongs into the account's writing calendar goes there with its id (DESIGN 5.3); `session` is the old one's.

    The first step of a run: a move whose answer was lost is settled before anything is written or read, else it would
    look like a deletion here and a stranger there. What cannot be moved is created there and removed here by `push`.
    False: the pace allows no more now, and nothing else may be pushed before the rest has moved.
    """
    ids, size = session.store.leaving(), session.provider.traits.batch_size
    parts = (ids[start : start + size] for start in range(0, len(ids), size))
    return all(_relocate(session, part, provider_of) for part in parts)


def _relocate(session: Session, link_ids: Sequence[int], provider_of: Callable[[str], Provider]) -> bool:
    store = session.store
    with store.transaction():
        works = store.read(link_ids)
    gone = {key for key, work in works.items() if _settle_flight(session, work, provider_of)}
    with store.transaction():
        works = store.read([key for key in link_ids if key not in gone])
        going = [work for work in works.values() if decide.moves(work.link, work.local)]
        batch = [Move(work.link.id, work.link.remote_id, store.destination) for work in going]
        if not batch or not session.affords(batch):
            return not batch
        for work, move in zip(going, batch, strict=True):
            store.save(decide.taking_off(work.link, work.local, move))
    for move, outcome in zip(batch, _move(session, batch), strict=True):
        with store.transaction():
            _absorb_move(session, store.read([move.link_id])[move.link_id], move.destination, outcome)
        if isinstance(outcome, Missing | Rejected):
            _look_unmoved(session, move, provider_of)
        if isinstance(outcome, Undone):
            _wait_unmoved(session, move, outcome, provider_of)
    return True


def _move(session: Session, batch: Sequence[Move]) -> list[Outcome]:
    """Perhaps only what was sent is not answered: it is looked for, and the rest of the account goes on."""
    try:
        return _write(session, batch)
    except Unavailable:
        return [Undone(certain=False) for _ in batch]


def _wait_unmoved(session: Session, move: Move, undone: Undone, provider_of: Callable[[str], Provider]) -> None:
    """It has landed after all, or it waits where it is and is moved later."""
    arrived = not undone.certain and _is_in(provider_of, move.destination, move.remote_id)
    with session.store.transaction():
        work = session.store.read([move.link_id])[move.link_id]
        if arrived:
            _absorb_move(session, work, move.destination, Moved())
        else:
            session.counts["errors"] += 1
            session.store.save(decide.not_landed(work.link), Trouble(UNANSWERED, BUSY, undone.after))


def _look_unmoved(session: Session, move: Move, provider_of: Callable[[str], Provider]) -> None:
    """Refused, carried over by a person before us, or deleted there? That one is a deletion like any other."""
    if _is_in(provider_of, move.destination, move.remote_id):
        with session.store.transaction():
            _absorb_move(session, session.store.read([move.link_id])[move.link_id], move.destination, Moved())
        return
    item = session.provider.fetch(move.remote_id)
    with session.store.transaction():
        work = session.store.read([move.link_id])[move.link_id]
        if isinstance(item, Missing) or item.deleted:
            _meet_deletion(session, work)
        else:
            _absorb_known(session, work, item)


def _settle_flight(session: Session, work: Work, provider_of: Callable[[str], Provider]) -> bool:
    """Whether an earlier move had landed after all; any other write in flight is settled by reading."""
    flight = work.link.in_flight
    if flight is None:
        return False
    if not flight.moving_to:
        _look_first(session, work)
        return False
    arrived = _is_in(provider_of, flight.moving_to, work.link.remote_id)
    with session.store.transaction():
        fresh = session.store.read([work.link.id])[work.link.id]
        if arrived:
            _absorb_move(session, fresh, flight.moving_to, Moved())
        else:
            session.store.save(decide.not_landed(fresh.link))
    return arrived


def _is_in(provider_of: Callable[[str], Provider], calendar: str, remote_id: str) -> bool:
    try:
        item = provider_of(calendar).fetch(remote_id)
    except AccessDenied:
        return False  # that calendar is out of reach: what we write to is here
    return isinstance(item, RemoteItem) and not item.deleted


def _absorb_move(session: Session, work: Work, destination: str, outcome: Outcome) -> None:
    store = session.store
    if isinstance(outcome, Moved):
        store.note(work.link, Note("relocated", outward=True))
        store.hand_over(decide.arrived(work.link, work.local, session.provider.traits.lost_fields), destination)
        session.counts["relocated"] += 1
    elif not (isinstance(outcome, Undone) and not outcome.certain):
        store.save(decide.not_landed(work.link))


def _note_removed(session: Session, work: Work) -> None:
    """Our removal has landed; should the event have been restored meanwhile, it is exported again."""
    session.counts["removed"] += 1
    session.store.note(work.link, Note("removed", outward=True, before=work.link.base_remote))
    session.store.save(decide.removed(work.link))


def _note_sent(session: Session, work: Work, write: Write) -> None:
    if isinstance(write, Remove):
        return
    action = "created" if isinstance(write, Create) else "restored" if write.revive else "changed"
    groups = frozenset() if isinstance(write, Create) else write.groups
    note = Note(action, outward=True, before=work.link.base_remote, after=write.content, groups=groups)
    session.store.note(work.link, note)


def _note_landed(session: Session, link: Link, item: RemoteItem) -> None:
    """A write whose answer was lost is found done: the journal says so now."""
    flight = link.in_flight
    if flight is None or flight.sent is None or not decide.landed(flight, item):
        return
    action = "created" if flight.creating else "restored" if link.state is LinkState.GONE else "changed"
    groups = frozenset() if flight.creating else flight.groups
    note = Note(action, outward=True, before=link.base_remote, after=flight.sent, groups=groups)
    session.store.note(link, note)
