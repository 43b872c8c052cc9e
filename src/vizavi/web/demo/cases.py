"""The special cases of the demo in the order of DOMAIN 6: what each is, what to do there, who can, where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from vizavi.connections.models import BusyBlock
from vizavi.demo import situations
from vizavi.demo.people import ANNA, DMITRY, MARINA, OLGA, SERGEY, DemoUser
from vizavi.events.models import Event
from vizavi.jobs.models import TaskDefinition
from vizavi.people.models import User

RECRUITERS = (OLGA, ANNA, DMITRY, MARINA)  # they see all interviews
HEAD = (OLGA,)
Where = Callable[[User, datetime], str]  # the address for this person now; "" where it has been dealt with


@dataclass(frozen=True, slots=True)
class Case:
    """`people` can do what it says; the first of them is named to everybody else.

    `also` is the menu's key of a second page that is needed, `there` whose calendar at the local Google.
    """

    number: int
    title: str | Promise
    advice: str | Promise
    where: Where
    people: tuple[DemoUser, ...] = RECRUITERS
    also: str = ""
    there: DemoUser | None = None


def _card(events: QuerySet[Event]) -> str:
    event = events.first()
    return reverse("event_card", args=[event.pk]) if event else ""


def _week_of(block: BusyBlock | None) -> str:
    """The week of a block in its owner's calendar."""
    if block is None:
        return ""
    shown = {"view": "week", "date": localtime(block.starts_at).date(), "people": block.calendar.account.user_id}
    return f"{reverse('calendar')}?{urlencode(shown)}"


def _run_log(_user: User, _now: datetime) -> str:
    task = TaskDefinition.objects.filter(code="calendar_pull").first()
    return reverse("task", args=[task.code]) if task else ""


CASES = (
    Case(
        1,
        _("Moved in Google by an hour, not loaded yet"),
        _("The card shows the old time. Press “Run” on the page of the manual run: the interview moves here too."),
        lambda _user, _now: _card(situations.moved_there()),
        people=HEAD,
        also="calendar_pull",
        there=SERGEY,
    ),
    Case(
        2,
        _("Deleted in Google"),
        _("Nothing is cancelled by itself. Press “Export again”, “Cancel the interview” or “Keep here only”."),
        lambda _user, _now: _card(situations.deleted_there()),
        people=HEAD,
    ),
    Case(
        3,
        _("Changed on both sides at the same time"),
        _("One of the two times was kept. Press “Accept”, or “Undo” for the other one; the tab “Journal” has both."),
        lambda _user, _now: _card(situations.changed_on_both_sides()),
        people=HEAD,
    ),
    Case(
        4,
        _("Access ended: three interviews wait"),
        _("Press “Request application access” and accept at Google: all three go out by themselves."),
        lambda _user, now: reverse("settings_google") if situations.waiting_for_sign_in(now).exists() else "",
        people=(DMITRY,),
    ),
    Case(
        5,
        _("An event of a type that is not exported"),
        _("The card says why. Switch on the type's “Export to external calendar”: a preview counts what would go out."),
        lambda _user, now: _card(situations.never_exported(now)),
        people=HEAD,
        also="event_types",
    ),
    Case(
        6,
        _("Somebody else is responsible"),
        _("You may move it all the same: change the time and save. The tab “History” names you, not the responsible."),
        lambda user, now: _card(situations.of_somebody_else(user, now)),
        people=HEAD,
    ),
    Case(
        7,
        _("A panel of three, one has declined"),
        _("Look at the answers of the participants; who has declined no longer counts as taken."),
        lambda _user, _now: _card(situations.declined_panel()),
    ),
    Case(
        8,
        _("Two interviews in one room"),
        _("The card warns of the room; choose another one and save: the warning disappears."),
        lambda _user, now: _card(situations.same_room_twice(now)),
    ),
    Case(
        9,
        _("No time to travel"),
        _("The way to the client is longer than the pause before; start half an hour later and save: no more warning."),
        lambda _user, now: _card(situations.without_time_to_travel(now)),
    ),
    Case(
        10,
        _("A candidate in Vladivostok"),
        _("17:00 there is 10:00 in Moscow: the card shows both clocks, the form too."),
        lambda _user, _now: _card(situations.far_away()),
    ),
    Case(
        11,
        _("All day: the first working day"),
        _("It stands above the hours of the calendar and is a date, whatever the zone."),
        lambda _user, _now: _card(situations.all_day()),
    ),
    Case(
        12,
        _("Moved twice"),
        _("Open the tab “History”: each time, who moved it and why."),
        lambda _user, _now: _card(situations.rescheduled_twice()),
    ),
    Case(
        13,
        _("Moved in Google after it was held"),
        _("What was held stays as it was. Open the tab “Journal”: a line says that the move was not taken."),
        lambda _user, _now: _card(situations.moved_after_it_was_held()),
        people=(OLGA, ANNA),
    ),
    Case(
        14,
        _("Entered in Google by hand"),
        _("It came as taken time: you see its title, others see “Busy”. Add one more there and press “Run” here."),
        lambda _user, _now: _week_of(situations.made_by_hand().first()),
        people=HEAD,
        also="calendar_pull",
        there=OLGA,
    ),
    Case(
        15,
        _("A private appointment every week"),
        _("Dmitry's Thursday evenings are taken, and nobody here learns for what: turn the weeks."),
        lambda _user, now: _week_of(situations.private_repeat().filter(ends_at__gt=now).first()),
    ),
    Case(
        16,
        _("Twenty-five runs of the background task"),
        _("Open those that are not “Done”: two with errors, one without network, one pressed twice."),
        _run_log,
        people=HEAD,
    ),
)
