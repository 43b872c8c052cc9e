"""Event ↔ Content: what leaves the house (the table of DESIGN 5.3), and when an event belongs into which calendar."""

import html
import re
from copy import copy
from dataclasses import replace
from datetime import datetime

import nh3
from django.conf import settings
from django.utils.translation import gettext as _

from vizavi.common.zones import midnight
from vizavi.connections.models import Calendar, Link, LoadMode
from vizavi.events.models import Answer as EventAnswer
from vizavi.events.models import Event, EventStatus, Visibility
from vizavi.events.rules import OPEN, Span
from vizavi.people.models import User
from vizavi.providers.google.account import WRITING_ROLES
from vizavi.sync.model import Answer, Content, Desire, Group, LinkState, Local, LocalStatus, Person, When

LIFE = {
    LinkState.GONE.value: 0,
    LinkState.DETACHED.value: 1,
    LinkState.PAUSED.value: 1,
    LinkState.REMOVING.value: 2,
    LinkState.LIVE.value: 2,
}
LINE_ENDS = re.compile(r"<br\s*/?>|</(?:p|div|li|ul|ol)>", re.IGNORECASE)
CARD = re.compile(r"^https?://\S+/events/\d+/$", re.MULTILINE)
DANGLING = re.compile(r"^[\s:–—-]+|[\s:–—-]+$")
DOUBLED = re.compile(r"([:–—-])\s*[:–—-]\s*")


def content_of(event: Event) -> Content:
    """What the event shows outside: never the internal comment, phones or the résumé."""
    return Content(
        when=when_of(event),
        title=title_of(event),
        description=description_of(event),
        location=location_of(event),
        video=event.video_url,
        people=_guests(event),
        private=event.type.visibility == Visibility.PRIVATE,
    )


def title_of(event: Event) -> str:
    """The event's own title, else the type's template; what the template lacks leaves no dangling dash behind."""
    if event.title:
        return event.title
    candidate = "" if event.type.hide_candidate or event.candidate is None else event.candidate.full_name
    vacancy = event.vacancy.title if event.vacancy else ""
    kind = event.type.name_en if settings.LANGUAGE_CODE == "en" else event.type.name_ru
    text = event.type.title_template.format(type=kind, candidate=candidate, vacancy=vacancy)
    return DANGLING.sub("", DOUBLED.sub(r"\1 ", text)) or kind


def own_title(event: Event, title: str) -> str:
    """A title that came from outside, as the event's own; empty where the type's template says the same."""
    untitled = copy(event)
    untitled.title = ""
    return "" if title == title_of(untitled) else title


def description_of(event: Event) -> str:
    parts = [event.candidate_comment.strip(), event.video_url, card_address(event)]
    return "\n\n".join(part for part in parts if part)


def comment_from(event: Event, description: str) -> str:
    """The comment inside a description that came back: our own footer lines are not part of it."""
    ours = {event.video_url, card_address(event)} - {""}
    return "\n".join(line for line in plain_text(description).splitlines() if line.strip() not in ours).strip()


def comment_of_lost(description: str) -> str:
    """The same for an event of ours that is not here any more: its footer names a card that is none now."""
    return CARD.sub("", plain_text(description)).strip()


def plain_text(markup: str) -> str:
    """Calendars let people write HTML; here it is text, with its line breaks and without tags, scripts or styles."""
    broken = LINE_ENDS.sub("\n", markup)
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def location_of(event: Event) -> str:
    return event.room.name if event.room else event.address or event.video_url


def card_address(event: Event) -> str:
    return f"{settings.BASE_URL}/events/{event.pk}/"


def when_of(event: Event) -> When:
    if event.starts_on is not None and event.ends_on is not None:
        return When(event.starts_on, event.ends_on, event.zone)
    return When(event.starts_at, event.ends_at, event.zone)


def span_of(when: When, midnight_zone: str) -> Span:
    """The span of a remote time; dates begin at midnight of `midnight_zone`, as our all-day events do."""
    if isinstance(when.start, datetime) and isinstance(when.end, datetime):
        return Span(when.start, when.end, when.zone)
    return Span(
        midnight(when.start, midnight_zone), midnight(when.end, midnight_zone), midnight_zone, when.start, when.end
    )


def local_of(event: Event, calendar: Calendar, *, sent_as: str, now: datetime) -> Local:
    """The event as the core sees it beside one calendar; `sent_as` is the type it was last sent under."""
    wanted = desire(event, calendar, sent_as=sent_as, now=now)
    status = _status(event.status)
    content = content_of(event)
    if status is LocalStatus.CANCELLED and wanted is Desire.PRESENT and calendar.account.cancelled_stays:
        status = LocalStatus.STAYS
        content = replace(content, title=_("Cancelled: %(title)s") % {"title": content.title}, busy=False)
    return Local(
        event_uid=event.uid.hex,
        revision=event.revision,
        content=content,
        status=status,
        desire=wanted,
        past=event.ends_at <= now,
        type_code=event.type.code,
        notify_revision=0 if _told_elsewhere(event, calendar) else event.notify_revision,
        edited_at={group: getattr(event, f"{group.value}_edited_at") for group in Group},
    )


def desire(event: Event, calendar: Calendar, *, sent_as: str, now: datetime) -> Desire:
    """Whether the event belongs into this calendar (DESIGN 5.3).

    A type switched off keeps the copies it has; so does a calendar no longer written to, for what is past. What a
    person wants away all the same is a state of its link (`LinkState.REMOVING`).
    """
    account = calendar.account
    if event.responsible_id != account.user_id:
        return Desire.ABSENT
    if account.paused or account.closing or not account.active:
        return Desire.KEEP
    best = _best_home(event, calendar)
    if best is not None and best.calendar_id != calendar.pk and best.state == LinkState.LIVE.value and best.base_remote:
        return Desire.ELSEWHERE  # it lives there: one copy is enough, whatever else holds
    if event.type.export_enabled:
        if is_home(calendar) and (best is None or best.calendar_id == calendar.pk):
            return Desire.PRESENT
        return Desire.KEEP if event.ends_at <= now else Desire.ELSEWHERE
    return Desire.ABSENT if sent_as and sent_as != event.type.code else Desire.KEEP


def is_read(calendar: Calendar) -> bool:
    """A calendar we write to is always read: whoever moves an interview there moves it here."""
    return is_home(calendar) or (calendar.reads and calendar.mode != LoadMode.SKIP)


def is_home(calendar: Calendar) -> bool:
    """Our events live in the writing calendar, and in one given to recruiting that may be written to."""
    given = calendar.mode == LoadMode.TYPED and calendar.reads and calendar.access_role in WRITING_ROLES
    return calendar.writes or given


def _told_elsewhere(event: Event, calendar: Calendar) -> bool:
    """Whether the guests have their mail through another calendar: of the same account, or with a copy that lives."""
    told = [row for row in event.links.all() if row.guests_notified and row.pushed_revision >= event.notify_revision]
    others = [row for row in told if row.calendar_id != calendar.pk]
    own = calendar.account_id
    return any(row.state == LinkState.LIVE.value or row.calendar.account_id == own for row in others)


def _best_home(event: Event, calendar: Calendar) -> Link | None:
    """Of several homes with a link one counts: where the item lives, where the question is, else the writing one."""
    homes = [row for row in event.links.all() if row.calendar.account_id == calendar.account_id]
    homes = [row for row in homes if is_home(row.calendar)]
    return max(homes, key=lambda row: (LIFE[row.state], row.calendar.writes), default=None)


def answers_for(event: Event, people: tuple[Person, ...]) -> dict[str, EventAnswer]:
    return {person.email: EventAnswer(person.answer.value) for person in people}


def _status(status: str) -> LocalStatus:
    if status in OPEN:
        return LocalStatus.OPEN
    return LocalStatus.CANCELLED if status == EventStatus.CANCELLED else LocalStatus.FINAL


def _guests(event: Event) -> tuple[Person, ...]:
    if not event.type.invite_participants:
        return ()
    rows = [row for row in event.participants.all() if row.user_id != event.responsible_id]
    guests = [_guest(row.user, row.answer, optional=row.optional) for row in rows]
    return tuple(sorted(guests, key=lambda person: person.email))


def _guest(user: User, answer: str, *, optional: bool) -> Person:
    return Person(user.email.lower(), user.full_name, Answer(answer), optional)
