"""What the form of an event shows beside its fields while it is filled in, and once more when it is saved."""

from dataclasses import dataclass, field

from vizavi.web.access import UserRequest
from vizavi.web.events.forms import EventForm
from vizavi.web.events.stages import OfferedStage, offered_stage
from vizavi.web.events.warnings import Clock, clocks, twice, warnings_for


@dataclass(frozen=True, slots=True)
class Checked:
    warnings: list[str]
    refused: list[str]
    stage: OfferedStage | None = None
    clocks: list[Clock] = field(default_factory=list)
    twice: str = ""


def checked(form: EventForm, request: UserRequest) -> Checked:
    """Of a form that was asked whether it is valid; what is not filled in yet is left out."""
    data = form.cleaned_data
    told = Checked(
        warnings=warnings_for(data, request.user, form.event),
        refused=[str(text) for name in ("start_time", "zone") for text in form.errors.get(name, [])],
        stage=offer_of(form, request),
    )
    if span := data.get("span"):
        people = {"candidate": data.get("candidate"), "responsible": data.get("responsible")}
        walls = clocks(span, viewer=request.user, **people)
        return Checked(told.warnings, told.refused, told.stage, clocks=walls, twice=twice(span))
    return told


def offer_of(form: EventForm, request: UserRequest) -> OfferedStage | None:
    """Only with a plan: an event that stands has offered its stage already."""
    if form.event is not None:
        return None
    data = form.cleaned_data
    kind, candidate, vacancy = (data.get(name) for name in ("type", "candidate", "vacancy"))
    return offered_stage(request.user, kind, candidate, vacancy=vacancy, sent=request.POST.dict())


def unseen(form: EventForm, request: UserRequest) -> list[str]:
    """Warnings that the person has not been shown yet; saying them once is enough."""
    if not form.may_clash:
        return []
    shown = set(request.POST.getlist("warned"))
    return [text for text in warnings_for(form.cleaned_data, request.user, form.event) if text not in shown]
