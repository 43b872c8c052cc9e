"""What the calendar in the browser is told once: views, words, keys, the clock of the person who looks."""

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right, Scope, allowed, scope
from vizavi.people.models import User
from vizavi.web.access import UserRequest
from vizavi.web.calendar.feed import offset
from vizavi.web.calendar.query import COLUMNS, VIEWS, read_view

VIEW_NAMES = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "workweek": gettext_lazy("Work week"),
    "day": gettext_lazy("Day"),
    "list": gettext_lazy("List"),
    "team": gettext_lazy("Colleagues"),
    "rooms": gettext_lazy("Rooms"),
}
KEYS = (
    ("T", gettext_lazy("today")),
    ("← →", gettext_lazy("back and forward")),
    ("M W B D L", gettext_lazy("month, week, work week, day, list")),
    ("K R", gettext_lazy("colleagues, rooms")),
    ("N", gettext_lazy("plan an event")),
    ("Tab ↑ ↓", gettext_lazy("from event to event")),
    ("Enter", gettext_lazy("open the event")),
    ("?", gettext_lazy("this help")),
)
MARKS = (
    ("cloud-check", "synced", gettext_lazy("in the external calendar")),
    ("cloud-up", "pending", gettext_lazy("on its way there")),
    ("git-compare", "conflict", gettext_lazy("changed on both sides")),
    ("cloud-x", "detached", gettext_lazy("deleted there, your answer is awaited")),
    ("cloud-exclamation", "error", gettext_lazy("could not be sent")),
)


def config(request: UserRequest) -> dict[str, Any]:
    views = views_for(request.user)
    view, day = read_view(request.GET, views)
    return {
        "view": view,
        "views": {view: str(VIEW_NAMES[view]) for view in views},
        "date": day,
        "feed": reverse("calendar_feed"),
        "create": reverse("event_new"),
        "locale": get_language(),
        "firstDay": get_format("FIRST_DAY_OF_WEEK"),
        "offset": offset(ZoneInfo(request.user.time_zone), timezone.now()),
        "mayPlan": allowed(request.user, Right.PLAN_EVENTS),
        "texts": _texts(),
        **_working_time(request.user),
    }


def _working_time(user: User) -> dict[str, Any]:
    return {
        "workFrom": f"{user.work_from:%H:%M}",
        "workTo": f"{user.work_to:%H:%M}",
        "workDays": [int(day) % 7 for day in user.work_days],  # the browser counts Sunday as 0
    }


def views_for(user: User) -> list[str]:
    """Columns of colleagues and rooms are for those who see all events: half of them would look like free time."""
    sees_all = scope(user, Right.SEE_EVENTS) is Scope.ALL
    return [view for view in VIEWS if sees_all or view not in COLUMNS]


def _texts() -> dict[str, Any]:
    return {
        "buttons": {
            "today": _("Today"),
            "prev": _("Previous"),
            "next": _("Next"),
            "close": _("Close"),
        },
        "monthBefore": _("Previous month"),
        "monthAfter": _("Next month"),
        "allDay": _("All day"),
        "more": _("%s more"),
        "nothing": _("Nothing is planned here. Choose other days or other filters."),
        "undo": _("Undo"),
        "undone": _("Moved back."),
        "stale": _("The calendar could not be refreshed and may be out of date; it tries again by itself."),
        "unreachable": _("The server did not answer, so the event stays where it was. Try again."),
    }
