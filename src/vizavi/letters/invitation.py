"""The .ics of an event for its candidate (RFC 5545, RFC 5546): what calendars of any kind take in."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vUri

from vizavi.common.wording import name_in
from vizavi.events.models import Event as OurEvent
from vizavi.events.models import EventStatus
from vizavi.letters.drafting import place_of
from vizavi.recruiting.models import Candidate

PRODUCT = "-//Vizavi//Vizavi//EN"
AROUND = timedelta(days=366)


def calendar_of(event: OurEvent, candidate: Candidate, *, language: str, now: datetime) -> str:
    """With the same UID at every revision, so that a later one replaces an earlier; a cancelled event cancels."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(event, candidate))
    calendar.add_component(_entry(event, candidate, language, now))
    calendar.add_missing_timezones(  # the rules of the zone around the event, not those since 1970
        first_date=event.starts_at.date() - AROUND, last_date=event.ends_at.date() + AROUND
    )
    text: str = calendar.to_ical().decode()
    return text


def time_in(text: str) -> tuple[date, date]:
    """Start and exclusive end that such an .ics tells: both dates of whole days, or both aware datetimes."""
    entry = Calendar.from_ical(text).walk("VEVENT")[0]
    start = entry.decoded("dtstart")
    return start, entry.decoded("dtend", start)


def method_of(event: OurEvent, candidate: Candidate) -> str:
    """A request asks somebody by their address; without one the entry is only made known."""
    if event.status == EventStatus.CANCELLED:
        return "CANCEL"
    return "REQUEST" if candidate.email else "PUBLISH"


def _entry(event: OurEvent, candidate: Candidate, language: str, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", str(event.uid))
    entry.add("sequence", event.revision)
    entry.add("dtstamp", now)
    entry.add("summary", ": ".join(filter(None, [name_in(language, event.type), _vacancy(event)])))
    _add_time(entry, event)
    told = [event.candidate_comment.strip(), event.video_url]
    for name, text in (("description", "\n\n".join(filter(None, told))), ("location", place_of(event))):
        if text:
            entry.add(name, text)
    if event.video_url:
        entry.add("url", vUri(event.video_url))
    entry.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    entry.add("organizer", _person(event.responsible.email, event.responsible.short_name))
    if candidate.email:
        attendee = _person(candidate.email, candidate.full_name)
        attendee.params["rsvp"] = "TRUE"
        entry.add("attendee", attendee)
    return entry


def _add_time(entry: Event, event: OurEvent) -> None:
    if event.starts_on and event.ends_on:
        entry.add("dtstart", event.starts_on)
        entry.add("dtend", event.ends_on)
        return
    zone = ZoneInfo(event.zone)
    entry.add("dtstart", event.starts_at.astimezone(zone))
    if event.ends_at > event.starts_at:  # a moment has no end of its own
        entry.add("dtend", event.ends_at.astimezone(zone))


def _vacancy(event: OurEvent) -> str:
    return event.vacancy.title if event.vacancy else ""


def _person(email: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    person.params["cn"] = name
    return person
