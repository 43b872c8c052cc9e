"""The form of an event: what a person enters, and the values the domain takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vizavi.common.errors import RuleError
from vizavi.events import queries, rules
from vizavi.events.models import Event, EventType, Format, Room
from vizavi.events.operations import EventValues
from vizavi.events.writing import span_of
from vizavi.people.models import User
from vizavi.recruiting.models import OPEN_VACANCIES, Candidate, Vacancy
from vizavi.web.choices import ChosenOnly, NamedChoice, ZoneField
from vizavi.web.forms import Form

FIELD_OF_RULE: Mapping[str, str] = {"start": "start_time", "end": "end_time"}
WHOLE_DAY_FIELD: Mapping[str, str] = {"start": "start_date", "end": "end_date"}
TIME_FIELDS = {"all_day", "start_date", "start_time", "end_date", "end_time", "zone"}
CLASHING_FIELDS = TIME_FIELDS | {"type", "candidate", "responsible", "participants", "optional", "room"}


class TypeSelect(forms.Select):
    """Each type carries its defaults, so that choosing it fills them in without asking the server."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if event_type := getattr(value, "instance", None):
            option["attrs"] |= {
                "data-duration": event_type.duration,
                "data-all-day": "1" if event_type.default_all_day else "",
                "data-format": event_type.default_format,
                "data-needs-candidate": "1" if event_type.needs_candidate else "",
                "data-needs": " ".join(name for name, needed in _needs(event_type) if needed),
                "data-invites": "1" if event_type.invite_participants else "",
                "data-color": event_type.color,
            }
        return option


def _needs(event_type: EventType) -> list[tuple[str, bool]]:
    return [
        ("candidate", event_type.needs_candidate),
        ("vacancy", event_type.needs_vacancy),
        ("room", event_type.needs_room),
        ("video_url", event_type.needs_link),
    ]


def _date(label: Any, required: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages={"required": required})


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})
    return forms.TimeField(label=label, widget=widget, required=False)


def _searchable(**attrs: str) -> forms.Select:
    return forms.Select(attrs={"data-searchable": "", **attrs})


class RoomChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Room) -> str:
        return _("%(room)s · %(city)s, seats %(seats)s") % {
            "room": obj.name,
            "city": obj.city or "–",
            "seats": obj.capacity,
        }


class VacancyChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Vacancy) -> str:
        return f"{obj.title} · {obj.number}"


@dataclass(frozen=True, slots=True)
class Choosable:
    """A person who can take part, as the form shows them."""

    user: User
    chosen: bool
    optional: bool
    answer: str


class EventForm(Form):
    type = NamedChoice(EventType.objects.none(), label=gettext_lazy("Event type"), widget=TypeSelect, empty_label="")
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300, required=False)
    all_day = forms.BooleanField(label=gettext_lazy("All day"), required=False)
    start_date = _date(gettext_lazy("Start"), gettext_lazy("Enter the day it starts on."))
    start_time = _time(gettext_lazy("Start time"))
    end_date = _date(gettext_lazy("End"), gettext_lazy("Enter the day it ends on."))
    end_time = _time(gettext_lazy("End time"))
    zone = ZoneField()
    candidate = forms.ModelChoiceField(
        Candidate.objects.none(),
        label=gettext_lazy("Candidate"),
        required=False,
        widget=ChosenOnly(attrs={"data-searchable": "", "data-source": reverse_lazy("candidate_options")}),
    )
    vacancy = VacancyChoice(Vacancy.objects.none(), label=gettext_lazy("Vacancy"), required=False, widget=_searchable())
    responsible = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Responsible"), widget=_searchable())
    participants = forms.ModelMultipleChoiceField(
        User.objects.none(), label=gettext_lazy("Participants"), required=False
    )
    optional = forms.ModelMultipleChoiceField(User.objects.none(), required=False)
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Format.choices)
    room = RoomChoice(
        Room.objects.none(), label=gettext_lazy("Room"), required=False, empty_label=gettext_lazy("no room")
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    video_url = forms.CharField(
        label=gettext_lazy("Video link"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    candidate_comment = forms.CharField(
        label=gettext_lazy("Comment for the candidate"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Goes into the external calendar."),
    )
    internal_comment = forms.CharField(
        label=gettext_lazy("Internal comment"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stays here: neither the candidate nor the external calendar gets it."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason of the reschedule"), max_length=300, required=False)
    notify = forms.BooleanField(
        label=gettext_lazy("Google mails the guests"),
        required=False,
        help_text=gettext_lazy("Otherwise the change appears in their calendars without a letter."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, now: datetime, event: Event | None = None, **kwargs: Any) -> None:
        self.event = event
        if event:
            kwargs["initial"] = {**initial_of(event), **kwargs.get("initial", {})}
        kwargs["auto_id"] = "event_%s"
        super().__init__(*args, **kwargs)
        self._offer(user, now)

    def _offer(self, user: User, now: datetime) -> None:
        """What can be chosen: what is in use, and what the event has already."""
        event = self.event
        types = Q(active=True) | Q(pk=event.type_id if event else None)
        rooms = Q(active=True) | Q(pk=event.room_id if event else None)
        vacancies = Q(status__in=OPEN_VACANCIES) | Q(pk=event.vacancy_id if event else None)
        taking_part = [event.responsible_id, *(p.user_id for p in event.participants.all())] if event else []
        people = User.objects.filter(Q(is_active=True) | Q(pk__in=taking_part)).order_by("last_name", "first_name")
        self._choice("type").queryset = EventType.objects.filter(types).order_by("order", "pk")
        self._choice("room").queryset = Room.objects.filter(rooms).order_by("city", "name")
        self._choice("vacancy").queryset = queries.visible_vacancies(user).filter(vacancies).order_by("number")
        self._choice("candidate").queryset = queries.visible_candidates(user).order_by("last_name", "first_name", "pk")
        for name in ("responsible", "participants", "optional"):
            self._choice(name).queryset = people
        zones = [user.time_zone, event.zone if event else ""]
        zone = cast("ZoneField", self.fields["zone"])
        zone.offer([*zones, event.candidate.time_zone if event and event.candidate else ""], now)

    def _choice(self, name: str) -> "forms.ModelChoiceField[Any]":
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    @property
    def people(self) -> list[Choosable]:
        """Everyone who can be chosen, and how."""
        chosen, optional = ({str(pk) for pk in self[name].value() or []} for name in ("participants", "optional"))
        answers = {p.user_id: p.get_answer_display() for p in self.event.participants.all()} if self.event else {}
        return [
            Choosable(user, str(user.pk) in chosen, str(user.pk) in optional, answers.get(user.pk, ""))
            for user in self._choice("participants").queryset or ()
        ]

    @property
    def time_fields(self) -> list[BoundField]:
        return [self[name] for name in ("start_date", "start_time", "end_date", "end_time")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("all_day"):
            for name in ("start_time", "end_time"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Enter a time, for example 10:30, or switch “All day” on."))
        if not self.errors.keys() & TIME_FIELDS:
            try:
                cleaned["span"] = self._span(cleaned)
            except RuleError as refused:
                self.refuse(refused)
        return cleaned

    def _span(self, cleaned: Mapping[str, Any]) -> rules.Span:
        if self.event and not TIME_FIELDS.intersection(self.changed_data):
            return span_of(self.event)  # the form shows minutes, and only one of two equal wall-clock times
        if cleaned["all_day"]:
            return rules.days(cleaned["start_date"], cleaned["end_date"], cleaned["zone"])
        start = datetime.combine(cleaned["start_date"], cleaned["start_time"])
        end = datetime.combine(cleaned["end_date"], cleaned["end_time"])
        return rules.timed(start, end, cleaned["zone"])

    def refuse(self, refused: RuleError) -> None:
        """Show a rule's refusal at the field it belongs to."""
        names = WHOLE_DAY_FIELD if self.cleaned_data.get("all_day") else FIELD_OF_RULE
        field = names.get(refused.field, refused.field)
        self.add_error(field if field in self.fields else None, str(refused.text))

    @property
    def may_clash(self) -> bool:
        """Whether anything was changed that may collide with something else."""
        return self.event is None or not CLASHING_FIELDS.isdisjoint(self.changed_data)

    @property
    def notifies(self) -> bool:
        """Whether the person wants Google to mail the guests; a type without guests has nobody to mail."""
        return bool(self.cleaned_data["notify"] and self.cleaned_data["type"].invite_participants)

    def values(self) -> EventValues:
        data = self.cleaned_data
        optional = set(data["optional"])
        return EventValues(
            type=data["type"],
            span=data["span"],
            responsible=data["responsible"],
            candidate=data["candidate"],
            vacancy=data["vacancy"],
            title=data["title"],
            format=data["format"],
            room=data["room"],
            address=data["address"],
            video_url=data["video_url"],
            candidate_comment=data["candidate_comment"],
            internal_comment=data["internal_comment"],
            participants=tuple((user, user in optional) for user in data["participants"]),
        )


def initial_of(event: Event) -> dict[str, Any]:
    """The event as the form shows it: by the wall clock of its own zone, the last day inclusive."""
    zone = ZoneInfo(event.zone)
    start, end = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    participants = list(event.participants.all())
    same = ("title", "zone", "format", "address", "video_url", "candidate_comment", "internal_comment", "revision")
    return {
        **{name: getattr(event, name) for name in same},
        "type": event.type_id,
        "candidate": event.candidate_id,
        "vacancy": event.vacancy_id,
        "responsible": event.responsible_id,
        "room": event.room_id,
        "participants": [p.user_id for p in participants],
        "optional": [p.user_id for p in participants if p.optional],
        "all_day": event.all_day,
        "start_date": event.starts_on or start.date(),
        "end_date": event.last_day or end.date(),
        "start_time": None if event.all_day else start.time(),
        "end_time": None if event.all_day else end.time(),
    }


def copied(event: Event, user: User, now: datetime) -> dict[str, Any]:
    """A new event like that one: at the same time where that is still ahead, else on the next working day."""
    initial = initial_of(event)
    del initial["revision"]
    if not queries.may_plan(user, responsible=event.responsible, vacancy=event.vacancy):
        initial["responsible"] = user.pk
    if event.starts_at <= now:
        days = _next_working_day(user, now.astimezone(ZoneInfo(event.zone)).date()) - initial["start_date"]
        initial["start_date"] += days
        initial["end_date"] += days
    return initial


def _next_working_day(user: User, day: date) -> date:
    following = day + timedelta(days=1)
    return following if _works_on(user, following) else _next_working_day(user, following)


def suggested(query: Mapping[str, str], user: User, event_type: EventType | None, now: datetime) -> dict[str, Any]:
    """The first state of a new event: what was clicked or dragged, else the next full hour of the planner's work."""
    local = now.astimezone(ZoneInfo(user.time_zone)).replace(tzinfo=None)
    duration = timedelta(minutes=event_type.duration if event_type else 60)
    start = _moment(query.get("start")) or _working_hour(user, _moment(query.get("day")), local)
    all_day = query.get("all_day") == "1" or (event_type is not None and event_type.default_all_day)
    end = _moment(query.get("end")) or (start if all_day else start + duration)
    return {
        "type": event_type.pk if event_type else None,
        "format": event_type.default_format if event_type else Format.OFFICE,
        "all_day": all_day,
        "start_date": start.date(),
        "end_date": max(start, end).date(),
        "start_time": None if all_day else start.time(),
        "end_time": None if all_day else end.time(),
        "zone": user.time_zone,
        "responsible": _number(query.get("responsible")) or user.pk,
        "candidate": _number(query.get("candidate")),
        "vacancy": _number(query.get("vacancy")),
        "room": _number(query.get("room")),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def _working_hour(user: User, day: datetime | None, local: datetime) -> datetime:
    """The next full hour of the day chosen, or of the next working one; never before work begins."""
    today, ahead = local.date(), local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if day is not None:
        chosen = day.date()
    elif ahead.date() > today or ahead.time() >= user.work_to or not _works_on(user, today):
        chosen = _next_working_day(user, today)
    else:
        chosen = today
    return ahead if chosen == ahead.date() and ahead.time() >= user.work_from else _morning(user, chosen)


def _works_on(user: User, day: date) -> bool:
    return str(day.isoweekday()) in user.work_days


def _morning(user: User, day: date) -> datetime:
    return datetime.combine(day, time(10) if user.work_from < time(10) < user.work_to else user.work_from)
