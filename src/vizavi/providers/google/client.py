"""One Google calendar as the sync core's Provider."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from vizavi.providers.google import outgoing, wire, zones
from vizavi.providers.google.account import probe
from vizavi.providers.google.failures import DENIED, Failure, failure, listing_error, refusal
from vizavi.providers.google.session import Call, Session
from vizavi.providers.http import Reply
from vizavi.sync.errors import AccessDenied, AuthRevoked, Throttled, Unavailable
from vizavi.sync.model import (
    AlreadyThere,
    Change,
    Create,
    Group,
    Missing,
    Move,
    Moved,
    Outcome,
    Page,
    Patch,
    Rejected,
    RemoteItem,
    Remove,
    Removed,
    Stale,
    Traits,
    Undone,
)

PAGE_SIZE = "2500"
MOST_OCCURRENCES = 5000
PATCH_UNITS = 3  # of the quota; every other call is one (facts 12)
READ_FIRST = "etag,attendees,attendeesOmitted"


class GuestList(msgspec.Struct, rename="camel"):
    """The guests exactly as they are there, to be sent back with our changes."""

    etag: str = ""
    attendees: list[dict[str, Any]] | None = None
    attendees_omitted: bool = False


class GoogleCalendar:
    """Implements sync.ports.Provider over one calendar; `zone` is used until a page tells the calendar's own."""

    # The link of a conference is Google's own: we read it, but write ours as text (location, description).
    traits = Traits(batch_size=50, lost_fields=frozenset({"video"}))

    def __init__(self, session: Session, calendar_id: str, zone: str) -> None:
        self._session = session
        self._id = calendar_id
        self._zone = zones.iana(zone, zones.UTC)
        self._events = f"calendars/{quote(calendar_id, safe='')}/events"
        self._exists = False

    def changes(self, cursor: str | None, since: datetime | None) -> Iterator[Page]:
        params = {"maxResults": PAGE_SIZE, "singleEvents": "false", "fields": wire.PAGE_FIELDS}
        if cursor is not None:
            params["syncToken"] = cursor
        elif since is not None:
            params["timeMin"] = _instant(since)
        for listing in self._pages(self._events, params, with_cursor=cursor is not None):
            last = listing.next_page_token is None
            yield Page(self._items(listing), listing.next_sync_token if last else None)

    def fetch(self, remote_id: str) -> RemoteItem | Missing:
        reply = self._session.call(Call("GET", self._path(remote_id), {"fields": wire.ITEM_FIELDS}))
        if reply.status in (404, 410):
            return self._missing()
        if not reply.ok:
            raise refusal(failure(reply))
        return self._item(reply)

    def occurrences(self, master_id: str, start: datetime, end: datetime) -> Sequence[RemoteItem] | Missing:
        params = {
            "timeMin": _instant(start),
            "timeMax": _instant(end),
            "maxResults": PAGE_SIZE,
            "fields": wire.PAGE_FIELDS,
        }
        found: list[RemoteItem] = []
        try:
            for listing in self._pages(f"{self._path(master_id)}/instances", params, with_cursor=False):
                found += self._items(listing)
                if len(found) >= MOST_OCCURRENCES:
                    break
        except AccessDenied as refused:
            if refused.code in DENIED:
                raise
            return self._missing()  # this series alone: deleted meanwhile, or refused by itself
        return found[:MOST_OCCURRENCES]

    def cost(self, batch: Sequence[Change]) -> int:
        patches = sum(isinstance(change, Patch) for change in batch)
        guest_lists = sum(_reads_guests(change) for change in batch)
        return len(batch) + patches * (PATCH_UNITS - 1) + guest_lists

    def write(self, batch: Sequence[Change]) -> list[Outcome]:
        if len(batch) > self.traits.batch_size:
            raise ValueError(f"at most {self.traits.batch_size} writes at once")
        guests = self._guest_rows(batch)
        outcomes: list[Outcome | None] = [_before(write, guests.get(number)) for number, write in enumerate(batch)]
        calls = {
            number: self._call(write, guests.get(number))
            for number, write in enumerate(batch)
            if outcomes[number] is None
        }
        for number, reply in self._replies(calls).items():
            outcomes[number] = self._outcome(batch[number], reply, alone=len(batch) == 1)
        return [outcome for outcome in outcomes if outcome is not None]

    def _pages(self, path: str, params: Mapping[str, str], *, with_cursor: bool) -> Iterator[wire.Listing]:
        token: str | None = None
        while True:
            reply = self._session.call(Call("GET", path, {**params, **({"pageToken": token} if token else {})}))
            if not reply.ok:
                raise listing_error(failure(reply), with_cursor=with_cursor)
            listing: wire.Listing = reply.decoded(wire.Listing)
            self._zone = zones.iana(listing.time_zone, self._zone)
            self._exists = True
            yield listing
            if listing.next_page_token is None:
                return
            if listing.next_page_token == token:
                raise Unavailable("Google answers with the same page again and again.")
            token = listing.next_page_token

    def _items(self, listing: wire.Listing) -> tuple[RemoteItem, ...]:
        return wire.read_items(listing.items, calendar_id=self._id, zone=self._zone)

    def _item(self, reply: Reply) -> RemoteItem:
        item = wire.read_item(reply.body, calendar_id=self._id, zone=self._zone)
        if not item.remote_id:
            raise Unavailable("The answer could not be read: it is no event.")
        return item

    def _path(self, remote_id: str) -> str:
        return f"{self._events}/{quote(remote_id, safe='')}"

    def _missing(self) -> Missing:
        """A 404 also means that the whole calendar is out of reach: then nothing was deleted (facts 13)."""
        if not self._exists:
            probe(self._session, self._id)
            self._exists = True
        return Missing()

    def _guest_rows(self, batch: Sequence[Change]) -> dict[int, GuestList | Outcome]:
        """What stands in the guest lists that are about to be replaced, by the number of the write."""
        calls = {
            number: Call("GET", self._path(write.remote_id), {"fields": READ_FIRST})
            for number, write in enumerate(batch)
            if _reads_guests(write)
        }
        found: dict[int, GuestList | Outcome] = {}
        for number, reply in self._replies(calls).items():
            if reply is not None and reply.ok:
                found[number] = _guest_list(reply, alone=len(batch) == 1)
            else:
                read = self._outcome(batch[number], reply, alone=len(batch) == 1)
                # nothing was written yet, whatever became of the reading
                found[number] = Undone(certain=True, after=read.after) if isinstance(read, Undone) else read
        return found

    def _replies(self, calls: Mapping[int, Call]) -> dict[int, Reply | None]:
        if len(calls) == 1:
            return {number: self._session.call(call) for number, call in calls.items()}
        if not calls:
            return {}
        replies = dict(zip(calls, self._session.batch(list(calls.values())), strict=True))
        _raise_if_all_refused(replies.values())
        return replies

    def _call(self, write: Change, guests: GuestList | Outcome | None) -> Call:
        if isinstance(write, Move):
            query = {"destination": write.destination, "sendUpdates": "none"}
            return Call("POST", f"{self._path(write.remote_id)}/move", query)
        mails = {"sendUpdates": "all" if write.notify else "none"}
        if isinstance(write, Remove):
            return Call("DELETE", self._path(write.remote_id), mails)
        answer = mails | {"fields": wire.ITEM_FIELDS}
        if isinstance(write, Create):
            return Call("POST", self._events, answer, outgoing.insert_body(write))
        known = (guests.attendees or ()) if isinstance(guests, GuestList) else ()
        rows = outgoing.merged_guests(known, write.content.people)
        body = outgoing.patch_body(write, rows)
        return Call("PATCH", self._path(write.remote_id), answer, body, {"If-Match": write.etag})

    def _outcome(self, write: Change, reply: Reply | None, *, alone: bool) -> Outcome:
        if reply is None:
            return Undone(certain=False)
        if reply.ok and isinstance(write, Move):
            return Moved()  # its body tells of the stub that is left behind (facts 4.3)
        if reply.ok:
            return Removed() if isinstance(write, Remove) else self._written(reply, alone=alone)
        found = failure(reply)
        if found.status in (404, 410):
            return self._absent(write, found, alone=alone)
        if found.status == 412:
            return Stale()
        if found.status == 409 and found.reason == "duplicate" and isinstance(write, Move):
            return Rejected(found.code, found.text)  # the destination has an item of that id
        if found.status == 409:
            duplicate = isinstance(write, Create) and found.reason != "conflict"
            return AlreadyThere() if duplicate else Undone(certain=True)
        error = found.error()
        if error is None:
            return Rejected(found.code, found.text)
        if alone:
            raise error
        return Undone(certain=not found.uncertain, after=found.after)

    def _written(self, reply: Reply, *, alone: bool) -> Outcome:
        try:
            return self._item(reply)
        except Unavailable:
            if alone:
                raise
            return Undone(certain=False)

    def _absent(self, write: Change, found: Failure, *, alone: bool) -> Outcome:
        if isinstance(write, Remove):
            return Removed()
        if isinstance(write, Create):
            raise AccessDenied(found.reason, found.text)
        try:
            return self._missing()
        except (Throttled, Unavailable):
            if alone:
                raise
            return Undone(certain=True)  # it did not land; the other parts' answers count


def _before(write: Change, guests: GuestList | Outcome | None) -> Outcome | None:
    """What the reading of the guest list already decides: a moved etag, a list that was cut, a refusal."""
    if not isinstance(guests, GuestList):
        return guests
    if guests.attendees_omitted:
        text = "The guest list cannot be read in full, so it is not replaced."
        return Rejected("attendeesOmitted", text)
    return Stale() if isinstance(write, Patch) and guests.etag != write.etag else None


def _guest_list(reply: Reply, *, alone: bool) -> GuestList | Outcome:
    """A list of a wrong shape stops its own write; a body that is no JSON was no answer, and nothing was written."""
    try:
        guests: GuestList = reply.decoded(GuestList)
    except Unavailable as error:
        if isinstance(error.__cause__, msgspec.ValidationError):
            return Rejected("attendeesUnreadable", "The guest list cannot be read, so it is not replaced.")
        if alone:
            raise
        return Undone(certain=True)
    return guests


def _reads_guests(write: Change) -> bool:
    return isinstance(write, Patch) and Group.PEOPLE in write.groups


def _raise_if_all_refused(replies: Iterable[Reply | None]) -> None:
    """Trouble of the account in every part is raised; beside parts that were done it waits for the next call."""
    errors = [failure(reply).error() if reply is not None and not reply.ok else None for reply in replies]
    first = errors[0] if errors else None
    if not isinstance(first, AccessDenied | AuthRevoked | Throttled):
        return
    if all(type(error) is type(first) for error in errors):
        raise first


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
