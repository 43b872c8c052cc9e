"""What holds once nobody does anything any more and every call succeeds: found violations as sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from tests.soak.world import World, rest
from tests.support.sandbox import ANNA, SERGEY

from vizavi.connections import accounts, due, questions, states
from vizavi.connections.content import content_of, is_home
from vizavi.connections.google import provider_for
from vizavi.connections.models import IN_USE, Account, Calendar, Installation, JournalEntry, Link, LoadMode
from vizavi.connections.work import work_account
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people.models import ExternalCalendar
from vizavi.sync.codec import content_from_json
from vizavi.sync.merge import same, same_for_us
from vizavi.sync.model import Group, RemoteItem

LINKED = ("calendar__remote_id", "remote_id", "event__uid")
ROUNDS = 9  # from one account to the other and back, several times


def settle(world: World, *, everyone: bool) -> list[str]:
    """Let everything come to rest, and say what is wrong then. With `everyone`, all accounts are in use again."""
    rest()
    for email, calendars in world.calendars.items():
        world.sandbox.admin("POST", "role", email=email, calendar=calendars[0], role="owner")
    found = list(_comes_to_rest(world, everyone=everyone))
    return found or [*_agreement(world), *_mails(world), *_journal(world), *_mistakes(world)]


def _use_again(world: World) -> None:
    """Whoever has to sign in again does so, and nobody is disconnected or paused any more."""
    for number in range(2):
        user = world.user(number)
        account = Account.objects.filter(user=user).first()
        if account is None or not (account.active and account.begun) or account.closing or account.state == "expired":
            world.do_reconnect(number, 0, 0)
        elif account.paused or user.external_calendar == ExternalCalendar.NONE:
            accounts.resume(user, by=user, now=timezone.now())


def _comes_to_rest(world: World, *, everyone: bool) -> Iterator[str]:
    before = None
    for number in range(ROUNDS):
        if everyone:
            _use_again(world)
        world.sandbox.admin("DELETE", "log")
        results = [work_account(pk, pull=True, now=timezone.now) for pk in _used()]
        wrote = [line for line in world.sandbox.log() if line["method"] != "GET" and "/calendar/v3" in line["path"]]
        rest()
        for account in Account.objects.filter(braked__gt=0):
            questions.answer_brake(account, ("apply", "restore")[number % 2], now=timezone.now())
        now = (_state(), _used())
        if before == now and not wrote:
            bad = [result for result in results if result.status not in ("ok", "partial")]
            if bad:
                yield f"with nothing in the way a run still fails: {bad}"
            return
        before = now
    owing = list(due.accounts_with_work(timezone.now()).values_list("email", flat=True))
    sent = [(line["method"], line["path"].rpartition("/")[2], line["status"]) for line in wrote]
    yield f"it never comes to rest; owing: {owing}; last written: {sent}; last results: {results}"


def _used() -> list[int]:
    """Accounts in use; one whose owner must sign in again waits."""
    rows = Account.objects.filter(IN_USE).exclude(state="expired")
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _state() -> tuple[Any, ...]:
    events = Event.objects.order_by("pk").values_list("pk", "revision", "status", "starts_at", "title")
    links = Link.objects.order_by("pk").values_list("pk", "state", "etag", "pushed_revision", "gone_at", "error_code")
    return tuple(events), tuple(links)


def _agreement(world: World) -> Iterator[str]:
    install = Installation.get().uid.hex
    living = world.living()
    linked = {(calendar, key): uid.hex for calendar, key, uid in Link.objects.values_list(*LINKED)}
    ours: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for calendar, item in living:
        stamp = item.get("extendedProperties", {}).get("private", {})
        is_ours = stamp.get("vz_install") == install and stamp.get("vz_remote_id") == item["id"]
        if uid := stamp["vz_event"] if is_ours else linked.get((calendar, item["id"])):
            ours.setdefault(uid, []).append((calendar, item))
    used, alone = set(_used()), set(Link.objects.filter(state="paused").values_list("remote_id", flat=True))
    rows = list(Event.objects.select_related("type", "responsible").order_by("pk"))
    chips = states.chips(rows, now=timezone.now())
    for event in rows:
        links = list(event.links.select_related("calendar__account"))
        read = {link.calendar.remote_id for link in links if link.calendar.account_id in used and link.calendar.reads}
        live = {link.calendar.remote_id for link in links if link.calendar.account_id in used and link.state != "gone"}
        reach = read | live | _homes(used)
        # what people keep here only and yet brought back there is theirs
        there = [pair for pair in ours.pop(event.uid.hex, []) if pair[1]["id"] not in alone]
        there = [pair for pair in there if pair[1]["id"] not in world.carried or (pair[0], pair[1]["id"]) in linked]
        here = [item for calendar, item in there if calendar in reach]
        found = [*_at_rest(links, used), *_accounted_for(world, event, links, chips[event.pk], here)]
        yield from (f"event {event.pk}: {text}" for text in found)
    if ours:
        yield f"items of ours that belong to no event: {list(ours)}"
    yield from _others(world, living)


def _homes(used: set[int]) -> set[str]:
    """Where we may write; an item that a person carried elsewhere is that person's from then on."""
    return {row.remote_id for row in Calendar.objects.filter(account__in=used) if is_home(row)}


def _at_rest(links: Sequence[Link], used: set[int]) -> Iterator[str]:
    for link in (link for link in links if link.calendar.account_id in used):
        if link.in_flight is not None:
            yield f"a write is still in flight: {link.in_flight}"
        if link.gone_at is not None:
            yield "a deletion was read and never applied"
        if link.error_code:
            yield f"an error stays: {link.error_code} {link.error_text}"
        if link.state == "removing":
            yield "a copy was to be taken away and is still there"


def _accounted_for(
    world: World, event: Event, links: Sequence[Link], chip: states.Chip, here: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """At most one item there; and of what lies ahead exactly one, or the chip says why not."""
    if len(here) > 1:
        yield f"{len(here)} living items: {[(item['organizer']['email'], item['id']) for item in here]}"
    account = Account.objects.filter(user=event.responsible, pk__in=_used()).first()
    if account is None:
        return
    stays = {link.remote_id for link in links if link.calendar.account.cancelled_stays}
    if event.status == "cancelled" and any(item["id"] not in stays for item in here):
        yield f"cancelled here, and still there: {[item['id'] for item in here]}"
    if event.status not in OPEN or event.ends_at <= timezone.now() or not event.type.export_enabled:
        return
    if chip.code in ("synced", "conflict"):
        if len(here) != 1:
            yield f"{chip.code}, and {len(here)} items there"
        yield from _same_on_both_sides(world, event)
    elif chip.code == "detached":
        if here:
            yield "said to be deleted there, and it is there"
    elif not (chip.code == "not_exported" and any(link.state == "paused" for link in links)):
        yield f"unaccounted for: {chip.code} ({chip.detail}), {len(here)} items there"


def _same_on_both_sides(world: World, event: Event) -> Iterator[str]:
    """Each side equals its own past, and the time (and what the account lets in) equals the other side."""
    live = event.links.filter(state="live", calendar__account__user=event.responsible).select_related(
        "calendar__account"
    )
    if len(live) != 1:
        yield f"{len(live)} living links: {[(link.calendar.remote_id, link.remote_id) for link in live]}"
        return
    [link] = live
    item = provider_for(link.calendar, now=timezone.now()).fetch(link.remote_id)
    if not isinstance(item, RemoteItem) or item.content is None:
        yield f"its item cannot be read: {item}"
        return
    content = content_of(event)
    base_local, base_remote = content_from_json(link.base_local), content_from_json(link.base_remote)
    for group in Group:
        if not same_for_us(content, base_local, group):
            yield f"{group}: ours differs from what was agreed: {content} / {base_local}"
        if not same(item.content, base_remote, group):
            yield f"{group}: theirs differs from what was agreed: {item.content} / {base_remote}"
    if not same(content, item.content, Group.TIME):
        yield f"other times: {content.when} here, {item.content.when} there"
    yield from _told(world, link, item.content.when.start.isoformat())


def _told(world: World, link: Link, start: str) -> Iterator[str]:
    """The journal leads up to the present start; what both sides changed alike needed no exchange."""
    told = link.event.journal.filter(account=link.calendar.account, changes__has_key="start").order_by("-at", "-pk")
    told = told.exclude(action="removing")  # tells of a copy that is taken away
    last = next((line for line in told if line.changes["start"][1] is not None), None)
    alike = last is not None and link.remote_id in world.moved and link.event.time_edited_at > last.at
    if last is None or (last.changes["start"][1] != start and not alike):
        yield f"the journal does not end with the present start {start}: {last and (last.action, last.changes)}"


def _others(world: World, living: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """What people created there is taken time or an event of a type, once; nothing else came into being."""
    linked = Counter(Link.objects.values_list("calendar__remote_id", "remote_id"))
    loaded = Event.objects.filter(loaded=True).count()
    foreign = Link.objects.filter(remote_id__in=world.foreign).values("event").distinct().count()
    if loaded > foreign:
        yield f"{loaded} events were loaded, only {foreign} from items that people created there"
    for account in Account.objects.filter(pk__in=_used()):
        for calendar in account.calendars.filter(reads=True).exclude(mode=LoadMode.SKIP):
            there = {
                item["id"]
                for where, item in living
                if where == calendar.remote_id and not linked[where, item["id"]] and _taken(item, calendar.remote_id)
            }
            here = set(calendar.blocks.values_list("remote_id", flat=True))
            if there != here:
                yield f"{calendar.remote_id}: taken there {sorted(there)}, here {sorted(here)}"


def _taken(item: dict[str, Any], calendar: str) -> bool:
    """People's own items; invitations to our meetings are those events."""
    return item["organizer"]["email"] == calendar and item.get("transparency") != "transparent"


def _mails(world: World) -> Iterator[str]:
    events = {remote_id: uid.hex for remote_id, uid in Link.objects.values_list("remote_id", "event__uid")}
    sent: Counter[str] = Counter()
    for letter in world.sandbox.outbox():
        if letter["sendUpdates"] is not None and letter["mailed"] and letter["by"] in (ANNA, SERGEY):
            sent[events.get(letter["event"], letter["event"])] += 1
    for uid, number in sent.items():
        if number > world.mails_wanted[uid]:
            yield f"event {uid}: {number} mails to its guests, wanted were {world.mails_wanted[uid]}"


def _journal(world: World) -> Iterator[str]:
    for link in Link.objects.filter(base_remote__isnull=False):
        if not JournalEntry.objects.filter(event=link.event_id, action__in=("created", "loaded", "restored")).exists():
            yield f"event {link.event_id}: it is there, and the journal does not say since when"


def _mistakes(world: World) -> Iterator[str]:
    yield from world.unexpected.seen
    if world.process.called_in_transaction:
        yield f"{world.process.called_in_transaction} calls were made while a transaction was open"
