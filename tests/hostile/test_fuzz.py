"""Valid items, mutated along their structure: whatever comes out of it, a run ends and what is valid arrives."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile.conftest import ANNA, TOMORROW, House, at, item
from tests.hostile.markup import EVIL, harmless
from tests.hostile.rawserver import page

from vizavi.connections.models import BusyBlock, Calendar, JournalEntry, LoadMode, SeriesItem
from vizavi.events.models import Event, EventType
from vizavi.providers.google import wire
from vizavi.providers.http import Reply
from vizavi.sync.model import RemoteItem

FEED = f"/calendar/events.json?start={TOMORROW:%Y-%m-%d}&end={TOMORROW + timedelta(days=7):%Y-%m-%d}"
TEXTS = st.sampled_from(
    [EVIL, "javascript:vzevil()", "{{ vzevil }}{% vzevil %}", "%(vzevil)s %s %", "\x00", "\ud800", "\u202e\x07\x7f", ""]
)
WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.lists(TEXTS, max_size=2), st.just({"a": {"b": []}})
)
MOMENTS = st.sampled_from(
    [
        *(
            {"dateTime": text}
            for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z")
        ),
        *({"dateTime": text} for text in ("2027-02-29T00:00:00Z", "2027-03-01T00:00:00+99:00", "2027-03-01T00:00:00")),
        *({"date": text} for text in ("2027-02-29", "0000-00-00", "1500-01-01", "2500-12-31", f"{TOMORROW:%Y-%m-%d}")),
        *({**at(2)["start"], "timeZone": name} for name in ("", "Mars/Base", "Russian Standard Time", "\x00", EVIL)),
        *(at(hours)["end"] for hours in (-3000, -2, 0, 3, 100, 4000)),
        {**at(1)["start"], "date": "2027-01-01"},
    ]
)
LINES = st.sampled_from(
    [
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=DAILY;COUNT=1000000000",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,XX",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "RDATE;TZID=Nowhere:20270101T000000",
        "RDATE:20270101T000000Z",
        "EXDATE:19000101T000000Z",
        "\x00",
        EVIL,
        "",
    ]
)
STAMPS = st.dictionaries(
    st.sampled_from(["vz_install", "vz_event", "vz_remote_id", "vz_rev", "vz_type"]),
    st.one_of(TEXTS, st.sampled_from(["OURS", "EVENT", "odd0", "interview", "7", "-1"]), WRONG),
)
GUESTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "email": st.one_of(TEXTS, st.just(ANNA)),
            "displayName": TEXTS,
            "self": WRONG,
            "responseStatus": WRONG,
        },
    ),
    max_size=4,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": st.one_of(WRONG, st.sampled_from(["..", "a" * 1025, "я" * 513, "odd0", "before"])),
    "etag": st.one_of(WRONG, st.just("x" * 999)),
    "iCalUID": st.one_of(WRONG, st.just("u" * 9999)),
    "status": st.sampled_from(["cancelled", "tentative", "confirmed", "?", None, 1]),
    "summary": WRONG,
    "description": WRONG,
    "location": st.one_of(WRONG, st.just("https://x.example/" + EVIL.replace(" ", ""))),
    "start": st.one_of(MOMENTS, WRONG),
    "end": st.one_of(MOMENTS, WRONG),
    "originalStartTime": st.one_of(MOMENTS, WRONG),
    "recurringEventId": st.one_of(WRONG, st.sampled_from(["odd0", "odd1", "..", "nobody"])),
    "recurrence": st.one_of(st.lists(LINES, max_size=3), WRONG),
    "attendees": st.one_of(GUESTS, WRONG),
    "organizer": st.one_of(st.fixed_dictionaries({"email": TEXTS}), WRONG),
    "extendedProperties": st.one_of(st.fixed_dictionaries({"private": STAMPS}), WRONG),
    "conferenceData": st.one_of(st.just({"entryPoints": [{"entryPointType": "video", "uri": EVIL}]}), WRONG),
    "hangoutLink": WRONG,
    "transparency": WRONG,
    "visibility": st.one_of(st.just("private"), WRONG),
    "eventType": WRONG,
    "updated": WRONG,
    EVIL: WRONG,
}
CHANGES = st.fixed_dictionaries({}, optional=FIELDS)


@st.composite
def odd_items(draw: st.DrawFn) -> list[Any]:
    """A handful of items that were valid once, some of them twice, some of them no items at all."""
    found: list[Any] = []
    for number in range(draw(st.integers(1, 4))):
        changes = draw(CHANGES)
        names = draw(st.sets(st.sampled_from(sorted(changes)), max_size=3)) if changes else set()
        lost = draw(st.sets(st.sampled_from(["start", "end", "id", "etag", "iCalUID"]), max_size=1))
        whole = item(f"odd{number}", number, **{name: changes[name] for name in names})
        found.append({name: value for name, value in whole.items() if name not in lost or name in names})
    return found + draw(st.lists(WRONG, max_size=1)) + draw(st.sampled_from([[], found[:1]]))


def strings(value: Any) -> Iterator[str]:
    """Every string in a frozen value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from strings(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from strings(getattr(value, name))


def read(items: list[Any]) -> tuple[RemoteItem, ...]:
    listing: wire.Listing = Reply(200, {}, page(items)).decoded(wire.Listing)
    return wire.read_items(listing.items, calendar_id=ANNA, zone="Europe/Moscow")


@settings(max_examples=300, deadline=None)
@given(odd_items())
def test_whatever_is_read_can_be_stored(items: list[Any]) -> None:
    found = read(items)
    assert len({entry.remote_id for entry in found}) == len(found)
    for entry in found:
        assert entry.remote_id
        assert (entry.content is None) == bool(entry.problem or entry.deleted)
        assert not any("\0" in text for text in strings(entry))
        msgspec.json.encode(list(strings(entry)))  # no half characters
        assert len(entry.remote_id.encode()) <= 1024
        assert len(entry.etag) <= 200
        assert len(entry.ical_uid.encode()) <= 1024


@pytest.mark.parametrize("mode", [LoadMode.NAMED, LoadMode.TYPED])
def test_a_run_over_odd_items_ends_well_and_its_pages_hold_no_markup(house: House, mode: LoadMode) -> None:
    Calendar.objects.update(mode=mode, event_type=EventType.objects.get(code="interview"))
    house.account.takes_text = house.account.takes_place = True
    house.account.save()
    client = Client()
    client.force_login(house.anna)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(items=odd_items(), cut=st.integers(0, 3), seed=st.integers(0, 9))
    def run(items: list[Any], cut: int, seed: int) -> None:
        with transaction.atomic():
            _check_run(house, items, cut, seed)
            for address in (FEED, "/tools/journal/"):
                harmless(client.get(address))
            transaction.set_rollback(True)

    run()


def _check_run(house: House, items: list[Any], cut: int, seed: int) -> None:
    text = json.dumps(items).replace("OURS", "f" * 32).replace("EVENT", house.interview.uid.hex)
    items = json.loads(text)
    around = [item("good1", 1), house.moved(), item("good2", 2)]
    random.Random(seed).shuffle(around)
    house.serve([*around[:1], *items[:cut]], [*items[cut:], *around[1:]])
    result = house.pull()
    assert result.status in {"ok", "partial"}, result
    odd = {entry.remote_id for part in (items[:cut], items[cut:]) for entry in read(part) if entry.problem}
    assert result.status == ("partial" if result.counts.get("errors") else "ok")
    assert result.counts.get("errors", 0) >= len(odd)
    assert {line["item"] for line in JournalEntry.objects.filter(event=None).values_list("changes", flat=True)} == odd
    assert house.cursor() == "cursor"
    assert (house.link.state, house.link.error_code) == ("live", "")
    assert Event.objects.get(pk=house.interview.pk).starts_at == TOMORROW + timedelta(hours=5)
    loaded = set(BusyBlock.objects.values_list("remote_id", flat=True))
    loaded |= set(Event.objects.filter(loaded=True).values_list("links__remote_id", flat=True))
    assert {"good1", "good2"} <= loaded
    assert SeriesItem.objects.count() <= len(items)
