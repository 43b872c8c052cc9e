"""Whatever a calendar says, no page lets it come alive; whose private calendar it is about is for its owner's eyes."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.hostile.conftest import TOMORROW, House, item
from tests.hostile.markup import EVIL, harmless
from tests.hostile.test_fuzz import FEED

from vizavi.connections import states, unreadable
from vizavi.connections.models import Account, Calendar, JournalEntry, Link
from vizavi.events import writing
from vizavi.events.models import Event
from vizavi.people.models import User
from vizavi.providers.google import wire

JOURNAL = "/tools/journal/"


@pytest.fixture
def evil(house: House) -> House:
    """Everything a calendar can tell is hostile: texts taken over, blocks, odd items, refusals, names of calendars."""
    Account.objects.update(takes_text=True, takes_place=True, state_text=EVIL)
    Calendar.objects.update(name=EVIL)
    moved = house.moved() | {"summary": EVIL, "description": f"&lt;vzevil&gt;{EVIL}", "location": EVIL}
    house.serve([moved, item("evil", summary=EVIL), item("odd", summary=EVIL, start=EVIL), item(EVIL, start=1)])
    assert house.pull().status == "partial"
    error = {"code": 400, "message": EVIL, "errors": [{"reason": EVIL}]}
    house.google.refusal = (400, json.dumps({"error": error}).encode())
    writing.raise_revisions(list(Event.objects.values_list("pk", flat=True)), candidate_comment=EVIL)
    house.google.pages.clear()
    assert house.pull().status == "partial"
    theirs = {**house.link.base_local, "title": EVIL}
    kept = {"kept": {"text": "ours"}, "ours": house.link.base_local, "theirs": theirs}
    Link.objects.update(conflict=kept, error_code=house.link.error_code)
    return house


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def administrator() -> User:
    return User.objects.create_user("olga@vetervolna.example", last_name="О", first_name="О", role="administrator")


def addresses(event: Event) -> list[str]:
    card = f"/events/{event.pk}/"
    return [
        card,
        f"{card}sync/",
        f"{card}journal/",
        f"{card}history/",
        FEED,
        "/calendar/",
        "/desk/",
        "/notifications/",
        JOURNAL,
        "/settings/google/",
    ]


def test_no_page_lets_it_come_alive(evil: House) -> None:
    event = evil.interview
    event.refresh_from_db()
    assert (EVIL[:300], EVIL) == (event.title, event.candidate_comment)
    client = signed_in(evil.anna)
    for address in addresses(event):
        harmless(client.get(address))
    client = signed_in(administrator())
    for address in [*addresses(event)[:-1], "/administration/connections/", "/administration/audit-log/"]:
        harmless(client.get(address))


def test_a_description_with_markup_comes_as_text(house: House) -> None:
    Account.objects.update(takes_text=True)
    text = "Привет<br>мир &lt;b&gt;<script>vzevil()</script><style>a{}</style>" + "<div>" * 5000 + "конец"
    house.serve([house.moved(description=text)])
    assert house.pull().status == "ok"
    house.interview.refresh_from_db()
    assert house.interview.candidate_comment == "Привет\nмир <b>конец"


@pytest.mark.parametrize(
    "place", ["javascript:vzevil()", "data:text/html,vzevil", "https://x.example/\"onmouseover='vzevil()'", EVIL]
)
def test_a_place_is_a_link_only_as_a_web_address(house: House, place: str) -> None:
    Account.objects.update(takes_place=True)
    house.serve([house.moved(location=place)])
    assert house.pull().status == "ok"
    harmless(signed_in(house.anna).get(f"/events/{house.interview.pk}/"))
    house.interview.refresh_from_db()
    assert bool(house.interview.video_url) == place.startswith("https://")


def test_titles_of_odd_items_are_shown_to_their_owner_alone(house: House) -> None:
    house.serve([item("odd", summary="Психолог", start=1)])
    house.pull()
    own, others = (signed_in(user).get(JOURNAL).content.decode() for user in (house.anna, administrator()))
    assert ("Психолог" in own, "Психолог" in others) == (True, False)
    assert "Не загружено" in others


def test_the_feed_is_data_and_its_titles_are_short(evil: House) -> None:
    items = signed_in(evil.anna).get(FEED).json()["events"]
    blocks = [found["title"] for found in items if found["extendedProps"]["kind"] == "busy"]
    assert blocks == [EVIL]
    assert all(len(found["title"]) <= 300 for found in items)


def sentences() -> list[str]:
    names = ("NO_EVENT", "NO_ID", "NO_ORIGINAL", "NO_START", "NO_TIME", "MIXED_ENDS", "NEGATIVE", "NO_YEAR")
    return [getattr(wire, name) for name in names]


@pytest.mark.parametrize("problem", sentences())
def test_every_reason_is_said_in_both_languages(house: House, problem: str) -> None:
    Link.objects.update(error_code="unreadable", error_text=f"{problem} (7)")
    said = {}
    for language in ("ru", "en"):
        with translation.override(language):
            said[language] = str(chip(house.interview).detail)
    assert problem in said["en"]
    assert problem not in said["ru"]
    assert "(7)" in said["ru"]


def chip(event: Event) -> Any:
    fresh = Event.objects.select_related("type").get(pk=event.pk)
    return states.chips([fresh], now=timezone.now())[fresh.pk]


def test_a_day_is_told_as_it_is_written_there(house: House) -> None:
    house.serve([item("odd", end={"date": "1999-01-01"}, start={"date": f"{TOMORROW:%Y-%m-%d}"})])
    house.pull()
    assert house.told() == [f"Не загружено (Анна, {TOMORROW:%Y-%m-%d}, odd). Конец раньше начала."]
    assert JournalEntry.objects.get(action=unreadable.ACTION).ok is False
