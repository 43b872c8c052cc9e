"""What a letter begins with: a template filled in for one event, by the candidate's clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import pgettext

from vizavi.common.dates import named_day
from vizavi.common.wording import name_in
from vizavi.common.zones import zone_label
from vizavi.events.models import Event, EventStatus, Format, LetterKind, MessageTemplate
from vizavi.events.rules import OPEN
from vizavi.letters.models import Letter, LetterState
from vizavi.recruiting.models import Candidate

GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Draft:
    subject: str
    body: str


def fitting_template(event: Event) -> MessageTemplate | None:
    """The one to begin with: what is cancelled or moved since the last letter has its own, else the type decides.

    None where the type invites no candidate and nothing was written yet: what is talked about among us stays so.
    """
    active = MessageTemplate.objects.filter(active=True).order_by("pk")
    chosen = event.type.invitation_template
    told = last_told(event)
    if chosen is None and told is None:
        return None
    if event.status == EventStatus.CANCELLED:
        return active.filter(kind=LetterKind.CANCELLATION).first()
    if told and told.starts_at != event.starts_at and (found := active.filter(kind=LetterKind.RESCHEDULE).first()):
        return found
    return chosen if chosen and chosen.active else active.filter(kind=LetterKind.INVITATION).first()


def last_told(event: Event) -> Letter | None:
    """The last letter that went out, is about to, or may have gone."""
    return Letter.objects.filter(event=event).exclude(state=LetterState.FAILED).order_by("-pk").first()


def told_otherwise(event: Event, *, now: datetime) -> Letter | None:
    """The letter by which the candidate still expects something else, of an event that is not over."""
    if event.status not in OPEN and event.status != EventStatus.CANCELLED:
        return None
    told = last_told(event)
    if told is None or max(told.starts_at, event.ends_at) <= now:
        return None
    cancelled = event.status == EventStatus.CANCELLED
    moved = told.starts_at != event.starts_at and not (told.cancels and cancelled)
    return told if moved or told.cancels != cancelled else None


def draft(template: MessageTemplate, event: Event, candidate: Candidate) -> Draft:
    with translation.override(template.language):
        values = values_of(event, candidate, template.language)
    lines = [line.format(**values) for line in template.body.splitlines() if _says_something(line, values)]
    body = GAP.sub("\n\n", "\n".join(lines)).strip()
    return Draft(subject=" ".join(template.subject.format(**values).split()), body=body)


def values_of(event: Event, candidate: Candidate, language: str) -> dict[str, str]:
    """Each of `rules.LETTER_FIELDS`, in the language in use; what there is nothing to say about is empty."""
    day, time = _when(event, candidate.time_zone)
    return {
        "candidate": f"{candidate.first_name} {candidate.patronymic}".strip(),
        "type": name_in(language, event.type),
        "vacancy": event.vacancy.title if event.vacancy else "",
        "date": day,
        "time": time,
        "zone": "" if event.all_day else zone_label(candidate.time_zone, event.starts_at),
        "place": place_of(event),
        "video_link": event.video_url,
        "responsible": event.responsible.short_name,
        "comment": event.candidate_comment.strip(),
    }


def place_of(event: Event) -> str:
    """Where the candidate has to go: the room of a call or a video meeting is our own affair."""
    if event.format != Format.OFFICE:
        return ""
    if event.room:
        return ", ".join(part for part in (event.room.name, event.room.city) if part)
    return event.address


def _when(event: Event, zone: str) -> tuple[str, str]:
    """Day and time, both in words."""
    if event.starts_on and event.ends_on:
        first, last = event.starts_on, event.ends_on - timedelta(days=1)
        days = named_day(first) if first == last else f"{named_day(first)} – {named_day(last)}"
        return days, pgettext("time in a letter", "all day")
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (event.starts_at, event.ends_at))
    return named_day(start), f"{start:%H:%M}" if start == end else f"{start:%H:%M}–{end:%H:%M}"


def _says_something(line: str, values: Mapping[str, str]) -> bool:
    """A line whose fields are all empty would be a caption of nothing."""
    fields = [name for _text, name, _spec, _conversion in Formatter().parse(line) if name]
    return not fields or any(values[name] for name in fields)
