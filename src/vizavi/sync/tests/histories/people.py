"""What people do, on both sides, in any order: one table of actions that every driver of histories draws from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from vizavi.sync.decide import is_removal
from vizavi.sync.model import Answer, Content, Group, Link, LinkState, LocalStatus, Person, Rejected, When
from vizavi.sync.ports import Note
from vizavi.sync.tests.histories.company import CALENDARS, PEOPLE, Company
from vizavi.sync.tests.values import MONDAY, at, meeting

NUMBERS = range(1, 5)
HOURS = range(41)
TITLES = ("", "Second talk", "OFFER", "Phone call")
PLACES = ("", "Baikal", "Room 7")
GUESTS = ("guest1@example.com", "guest2@example.com")
KINDS = ("interview", "call", "private")
NAMES = ("Denis Orlov", "Denis Orlov-Belov", "ORLOV")
OWNERS = tuple(PEOPLE)
ALL_CALENDARS = tuple(name for names in CALENDARS.values() for name in names)


@dataclass(frozen=True)
class Action:
    """`domains` are the arguments' values; `calm` = a mere edit; `aside` = may happen in the midst of a run."""

    act: Callable[..., None]
    domains: dict[str, Sequence[Any]]
    weight: int
    calm: bool
    aside: bool


ACTIONS: dict[str, Action] = {}


def action(weight: int = 3, *, calm: bool = False, aside: bool = True, **domains: Sequence[Any]) -> Callable[..., Any]:
    def register(act: Callable[..., None]) -> Callable[..., None]:
        ACTIONS[act.__name__] = Action(act, domains, weight, calm, aside)
        return act

    return register


# --- here -------------------------------------------------------------------------------------------------------------


@action(2, calm=True, owner=OWNERS, hour=HOURS, kind=KINDS, candidate=("orlov", "belova"))
def we_plan(company: Company, owner: str, hour: int, kind: str, candidate: str) -> None:
    if len(company.office.events) < len(NUMBERS):
        company.plan(owner, hour, kind, candidate)


@action(6, calm=True, number=NUMBERS, hour=HOURS, tell=(False, False, False, True))
def we_move(company: Company, number: int, hour: int, *, tell: bool) -> None:
    if _open(company, number):
        _edit(company, number, when=at(hour))
        if tell:
            company.office.events[number].notify_revision = company.office.events[number].revision
            company.asked_to_tell[number] += 1


@action(2, calm=True, number=NUMBERS, day=range(3))
def we_make_it_all_day(company: Company, number: int, day: int) -> None:
    if _open(company, number):
        _edit(company, number, when=_day(day))


@action(3, calm=True, number=NUMBERS, title=TITLES)
def we_rename(company: Company, number: int, title: str) -> None:
    if number in company.office.events:
        _edit(company, number, title=title)


@action(2, calm=True, number=NUMBERS, place=PLACES)
def we_choose_a_place(company: Company, number: int, place: str) -> None:
    if number in company.office.events:
        _edit(company, number, location=place)


@action(2, calm=True, candidate=("orlov", "belova"), name=NAMES)
def we_rename_the_candidate(company: Company, candidate: str, name: str) -> None:
    """An indirect edit: the revision of what lies ahead is raised in one go."""
    office = company.office
    before = {number: office.content_of(number) for number in office.events}
    office.candidates[candidate] = name
    for number, event in office.events.items():
        company.ledger.said_here(number, before[number], office.content_of(number))
        if not company.lies_ahead(number):
            company.ledger.disturb(number)  # shown here, and sent with the next edit only
        if event.candidate == candidate:
            _touch(company, number)


@action(3, calm=True, number=NUMBERS, guest=GUESTS)
def we_invite(company: Company, number: int, guest: str) -> None:
    if number in company.office.events:
        _edit(company, number, people=_with(company.office.events[number].content.people, guest))


@action(2, calm=True, number=NUMBERS, guest=GUESTS)
def we_uninvite(company: Company, number: int, guest: str) -> None:
    if number in company.office.events:
        _edit(company, number, people=_without(company.office.events[number].content.people, guest))


@action(3, number=NUMBERS, status=("cancel", "cancel", "restore", "hold", "revert"))
def we_decide(company: Company, number: int, status: str) -> None:
    event = company.office.events.get(number)
    steps = {
        "cancel": (LocalStatus.OPEN, LocalStatus.CANCELLED),
        "restore": (LocalStatus.CANCELLED, LocalStatus.OPEN),
        "hold": (LocalStatus.OPEN, LocalStatus.FINAL),
        "revert": (LocalStatus.FINAL, LocalStatus.OPEN),
    }
    before, after = steps[status]
    if event is not None and event.status is before:
        event.status = after
        company.office.raised(number)
        company.ledger.disturb(number)


@action(2, number=NUMBERS, owner=OWNERS)
def we_hand_it_to(company: Company, number: int, owner: str) -> None:
    event = company.office.events.get(number)
    if event is not None and event.responsible != owner:
        event.responsible = owner
        company.asked_to_tell[number] += number in company.asked_to_tell  # taken off one, invited by the other
        company.office.raised(number)
        company.ledger.disturb(number)


@action(2, number=NUMBERS, kind=KINDS)
def we_change_the_type(company: Company, number: int, kind: str) -> None:
    event = company.office.events.get(number)
    if event is not None and event.type != kind:
        before = company.office.content_of(number)
        event.type = kind
        company.office.raised(number)
        company.ledger.said_here(number, before, company.office.content_of(number))
        company.ledger.disturb(number)


@action(2, kind=("interview", "call"), choice=("on", "keep", "remove"))
def we_switch_the_export(company: Company, kind: str, choice: str) -> None:
    """As connections.exports.save_type."""
    office = company.office
    if office.exported[kind] is (choice == "on"):
        return
    office.exported[kind] = choice == "on"
    for number in [number for number, event in office.events.items() if event.type == kind]:
        _touch(company, number)
        company.ledger.disturb(number)
        links = [link for link in office.links_of(number) if office.calendar_of(link.id).account.active]
        if choice == "on":
            company.leave([link for link in links if not office.calendar_of(link.id).account.closing])
        if choice == "remove":
            for link in company.future(links):
                company.put(link, state=LinkState.REMOVING)


@action(3, owner=OWNERS, second=(False, True), loads=("", "", "busy", "interview"))
def we_choose_calendars(company: Company, owner: str, second: bool, loads: str) -> None:
    """As connections.accounts.choose: which calendar is written to, and what is loaded from the other one."""
    account = company.office.accounts[owner]
    if not account.active:
        return
    account.fence += 1
    rows = company.calendars_of(owner)
    homes = {row.name for row in rows if row.is_home}
    chosen = rows[int(second)]
    for row in rows:
        old = (row.is_home, row.reads, row.loads_as)
        row.writes = row is chosen
        row.loads_as = "" if row is chosen or loads == "busy" else loads
        row.reads = row is chosen or bool(loads)
        if not row.reads:
            row.blocks.clear()
        if (row.is_home, row.reads, row.loads_as) != old:
            row.cursor = None
    changed = homes ^ {row.name for row in rows if row.is_home}
    for number in {company.number_of(link) for link in company.links_in(sorted(changed))}:
        if company.lies_ahead(number):
            company.office.events[number].revision += 1
    company.ledger.disturb(*company.office.events)


@action(2, owner=OWNERS, existing=("keep", "remove"))
def we_disconnect(company: Company, owner: str, existing: str) -> None:
    """As connections.accounts.disconnect."""
    account = company.office.accounts[owner]
    if not account.active:
        return
    account.fence += 1
    ahead = company.future(company.links_in(CALENDARS[owner]))
    company.ledger.disturb(*company.office.events)
    if existing == "remove" and ahead:
        account.closing = True
        for link in ahead:
            company.put(link, state=LinkState.REMOVING)
    else:
        company.finish_closing(account)


@action(3, owner=OWNERS)
def we_reconnect(company: Company, owner: str) -> None:
    account = company.office.accounts[owner]
    if account.active and not account.closing:
        return
    account.fence += 1
    account.active, account.closing, account.paused = True, False, False
    links = company.links_in(CALENDARS[owner])
    company.leave(links)
    for number in {company.number_of(link) for link in links}:
        if company.lies_ahead(number):
            company.office.events[number].revision += 1
    company.ledger.disturb(*company.office.events)


@action(1, owner=OWNERS)
def we_pause_or_resume(company: Company, owner: str) -> None:
    account = company.office.accounts[owner]
    account.fence += 1
    account.paused = not account.paused
    company.ledger.disturb(*company.office.events)


@action(4, number=NUMBERS, choice=("cancel", "export", "keep"))
def we_answer(company: Company, number: int, choice: str) -> None:
    """As connections.questions.answer_detached."""
    office = company.office
    for link in office.links_of(number) if number in office.events else ():
        if link.state is LinkState.DETACHED:
            company.ledger.disturb(number)
            if choice == "cancel":
                we_decide(company, number, "cancel")
            elif choice == "export":
                company.put(link, state=LinkState.GONE, base_local=None, base_remote=None)
                office.events[number].revision += 1
            else:
                company.put(link, state=LinkState.PAUSED)
            return


@action(2, owner=OWNERS, choice=("apply", "restore"))
def we_answer_the_brake(company: Company, owner: str, choice: str) -> None:
    """As connections.questions.answer_brake."""
    account = company.office.accounts[owner]
    if not account.braked:
        return
    account.braked = 0
    for link in company.links_in(CALENDARS[owner]):
        if link.gone_at is None:
            continue
        number = company.number_of(link)
        company.ledger.disturb(number)
        gone = {"state": LinkState.GONE, "base_local": None, "base_remote": None, "in_flight": None}
        if link.state is LinkState.PAUSED:
            company.put(link, gone_at=None, etag="")
        elif company.office.events[number].status is LocalStatus.FINAL:
            company.put(link, gone_at=None, **gone)
        elif choice == "restore":
            company.put(link, gone_at=None, **gone)
            company.office.events[number].revision += 1
        else:
            company.put(link, gone_at=None, state=LinkState.DETACHED, etag="", in_flight=None)
            company.office.journal.append((number, Note("detached", outward=False, before=link.base_remote)))


@action(1, aside=False, hours=(6, 30))
def time_passes(company: Company, hours: int) -> None:
    company.office.now += timedelta(hours=hours)
    company.ledger.disturb(*company.office.events)


# --- there ------------------------------------------------------------------------------------------------------------


@action(6, calm=True, number=NUMBERS, hour=HOURS)
def they_move(company: Company, number: int, hour: int) -> None:
    _edit_there(company, number, lambda content: replace(content, when=at(hour)))


@action(2, calm=True, number=NUMBERS, day=range(3))
def they_make_it_all_day(company: Company, number: int, day: int) -> None:
    _edit_there(company, number, lambda content: replace(content, when=_day(day)))


@action(3, calm=True, number=NUMBERS, title=TITLES[1:])
def they_rename(company: Company, number: int, title: str) -> None:
    _edit_there(company, number, lambda content: replace(content, title=title))


@action(2, calm=True, number=NUMBERS, place=PLACES)
def they_choose_a_place(company: Company, number: int, place: str) -> None:
    _edit_there(company, number, lambda content: replace(content, location=place))


@action(2, calm=True, number=NUMBERS, guest=GUESTS)
def they_invite(company: Company, number: int, guest: str) -> None:
    _edit_there(company, number, lambda content: replace(content, people=_with(content.people, guest)))


@action(1, calm=True, number=NUMBERS, guest=GUESTS)
def they_uninvite(company: Company, number: int, guest: str) -> None:
    _edit_there(company, number, lambda content: replace(content, people=_without(content.people, guest)))


@action(2, calm=True, number=NUMBERS, guest=GUESTS, answer=tuple(Answer))
def guest_answers(company: Company, number: int, guest: str, answer: Answer) -> None:
    def answered(content: Content) -> Content:
        people = (replace(person, answer=answer) if person.email == guest else person for person in content.people)
        return replace(content, people=tuple(people))

    _edit_there(company, number, answered)


@action(4, number=NUMBERS)
def they_delete(company: Company, number: int) -> None:
    for link, item in _copies(company, number)[:1]:
        company.provider_of(link).human_deletes(item.remote_id)
        company.ledger.disturb(number)


@action(3, number=NUMBERS, hour=(None, *HOURS))
def they_bring_back(company: Company, number: int, hour: int | None) -> None:
    links = company.office.links_of(number) if number in company.office.events else []
    for link in links:
        item = company.provider_of(link).items.get(link.remote_id)
        moved = link.remote_id in company.provider_of(link).moved_away
        if item is not None and item.deleted and item.content and not moved and not _copies(company, number):
            company.unseen[number] += is_removal(link.in_flight)
            content = item.content if hour is None else replace(item.content, when=at(hour))
            company.provider_of(link).human_puts(item.remote_id, content)
            company.ledger.said_there(number, item.content, content)
            company.ledger.disturb(number)
            return


@action(2, number=NUMBERS)
def they_move_it_to_their_other_calendar(company: Company, number: int) -> None:
    for link, item in _copies(company, number)[:1]:
        here = company.provider_of(link)
        other = next(provider for provider in here.neighbours.values() if provider is not here)
        # Known limit: what they carry off while it is being taken away stays where they put it.
        leaves = link.state is LinkState.REMOVING or is_removal(link.in_flight)
        if item.remote_id not in other.living() and not leaves:
            company.carried.add(item.remote_id)
            here.human_moves(item.remote_id, other)
            company.ledger.disturb(number)


@action(1, number=NUMBERS)
def they_duplicate(company: Company, number: int) -> None:
    """Copies of ours are strangers: their private properties do not count (DESIGN 5.2)."""
    for link, item in _copies(company, number)[:1]:
        if item.content is not None:
            company.strangers += 1
            company.provider_of(link).human_puts(f"stranger{company.strangers}", item.content)


@action(2, calendar=ALL_CALENDARS, hour=HOURS)
def they_create(company: Company, calendar: str, hour: int) -> None:
    company.strangers += 1
    company.providers[calendar].human_puts(f"stranger{company.strangers}", meeting(hour, title="Dentist"))


@action(2, calendar=ALL_CALENDARS, hour=(None, *HOURS))
def they_change_a_private_one(company: Company, calendar: str, hour: int | None) -> None:
    provider = company.providers[calendar]
    linked = {link.remote_id for link in company.links_in([calendar])}
    for key in [key for key in provider.living() if key.startswith("stranger") and key not in linked][:1]:
        if hour is None:
            provider.human_deletes(key)
        else:
            provider.human_puts(key, meeting(hour, title="Dentist"))


# --- the service ------------------------------------------------------------------------------------------------------


@action(2, calm=True, calendar=ALL_CALENDARS)
def cursor_expires(company: Company, calendar: str) -> None:
    company.providers[calendar].expire_cursors()


@action(1, calm=True, number=NUMBERS)
def google_refuses(company: Company, number: int) -> None:
    """This one item, until the next rest."""
    for link in company.office.links_of(number) if number in company.office.events else ():
        company.provider_of(link).rejects[link.remote_id] = Rejected("400/invalid", "Bad value.")


@action(1, calm=True, number=NUMBERS)
def google_accepts_again(company: Company, number: int) -> None:
    for link in company.office.links_of(number) if number in company.office.events else ():
        company.provider_of(link).rejects.pop(link.remote_id, None)


@action(2, calm=True)
def we_press_retry(company: Company) -> None:
    company.office.waiting.clear()


def _open(company: Company, number: int) -> bool:
    event = company.office.events.get(number)
    return event is not None and event.status is LocalStatus.OPEN


def _edit(company: Company, number: int, **changes: object) -> None:
    office = company.office
    before, own = office.content_of(number), office.events[number].content
    if replace(own, **changes) == own:  # type: ignore[arg-type]
        return
    office.edit(number, **changes)
    company.ledger.said_here(number, before, office.content_of(number))


def _touch(company: Company, number: int) -> None:
    """As events.directories.touch."""
    event = company.office.events[number]
    if company.lies_ahead(number):
        event.edited_at = event.edited_at | {Group.TEXT: company.office.now}
        company.office.raised(number)


def _copies(company: Company, number: int) -> list[tuple[Link, Any]]:
    return company.copies(number) if number in company.office.events else []


def _edit_there(company: Company, number: int, change: Callable[[Content], Content]) -> None:
    for link, item in _copies(company, number)[:1]:
        after = change(item.content)
        if after != item.content:
            company.provider_of(link).human_puts(item.remote_id, after)
            company.ledger.said_there(number, item.content, after)


def _day(day: int) -> When:
    start = MONDAY.date() + timedelta(days=day)
    return When(start, start + timedelta(days=1), "Europe/Moscow")


def _with(people: tuple[Person, ...], guest: str) -> tuple[Person, ...]:
    if guest in [person.email for person in people]:
        return people
    return tuple(sorted([*people, Person(guest)], key=lambda person: person.email))


def _without(people: tuple[Person, ...], guest: str) -> tuple[Person, ...]:
    return tuple(person for person in people if person.email != guest)
