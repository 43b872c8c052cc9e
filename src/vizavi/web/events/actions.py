"""The buttons of the card: which moves of the status a person can make now, and what each asks for first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, allowed
from vizavi.events import operations, queries, rules
from vizavi.events.models import Event, EventStatus, Outcome
from vizavi.people.models import User
from vizavi.web.events.stages import StageChoice, stage_choices


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the card: what it does and what it says afterwards."""

    code: str
    caption: str
    icon: str
    style: str
    said: str
    run: Callable[..., Event]
    asks: str = ""  # "reason", "outcome" or "stage": what the button asks for first

    @property
    def ends(self) -> bool:
        """Whether the candidate's stage may follow."""
        return self.asks in {"outcome", "stage"}


def actions_for(event: Event, user: User, now: datetime) -> list[Action]:
    """The moves this person can make now, the likeliest first."""
    known = known_actions()
    if not queries.may_edit(user, event):
        codes: list[str] = []
    elif event.status == EventStatus.CANCELLED:
        codes = ["restore"]
    elif event.status in rules.FINAL:
        codes = ["decide"] if event.status == EventStatus.HELD else []
    else:
        first = "confirm" if event.status == EventStatus.PLANNED else "unconfirm"
        codes = [first, *(["hold", "no_show"] if _has_come(event, now) else []), "cancel"]
    if event.status in rules.FINAL and allowed(user, Right.REVERT_EVENTS):
        codes.append("revert")
    return [known[code] for code in codes]


def outcomes_for(event: Event) -> list[tuple[str, str]]:
    """What can be chosen: undecided, what the type allows, and what was decided already."""
    possible = {Outcome.NONE.value, *event.type.outcomes, event.outcome}
    return [(code, str(label)) for code, label in Outcome.choices if code in possible]


def stages_for(event: Event, user: User, actions: list[Action]) -> StageChoice | None:
    return stage_choices(user, [event]).get(event.pk) if any(action.ends for action in actions) else None


def _has_come(event: Event, now: datetime) -> bool:
    try:
        rules.check_has_come(event.starts_at, event.zone, now)
    except RuleError:
        return False
    return True


def known_actions() -> dict[str, Action]:
    every = [
        Action("confirm", _("Confirm"), "check", "success", _("Confirmed."), operations.confirm),
        Action(
            "unconfirm", _("Take the confirmation back"), "arrow-back-up", "", _("Planned again."), operations.unconfirm
        ),
        Action("hold", _("Held"), "circle-check", "primary", _("Marked as held."), operations.hold, asks="outcome"),
        Action("no_show", _("No-show"), "user-x", "", _("Marked as a no-show."), operations.no_show, asks="stage"),
        Action("cancel", _("Cancel the event"), "ban", "danger", _("Cancelled."), operations.cancel, asks="reason"),
        Action("restore", _("Restore"), "restore", "primary", _("Planned again."), operations.restore),
        Action("decide", _("Outcome"), "gavel", "primary", _("Outcome saved."), operations.decide, asks="outcome"),
        Action("revert", _("Take back"), "arrow-back-up", "", _("Planned again."), operations.revert),
    ]
    return {action.code: action for action in every}
