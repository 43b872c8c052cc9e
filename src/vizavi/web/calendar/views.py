"""The calendar page and the feed behind it."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed
from vizavi.events.models import EventType
from vizavi.people.models import User
from vizavi.web.access import UserRequest
from vizavi.web.calendar.feed import feed as feed_items
from vizavi.web.calendar.feed import offset
from vizavi.web.calendar.query import BadWindow, read_filters, read_view, read_window

WORKING = {"workFrom": "09:00", "workTo": "18:00", "workDays": [1, 2, 3, 4, 5]}


@require_GET
def page(request: UserRequest) -> HttpResponse:
    filters = read_filters(request.GET, request.user.pk)
    people = User.objects.filter(is_active=True).order_by("last_name", "first_name")
    context = {
        "filters": filters,
        "people": people,
        "types": EventType.objects.filter(active=True, in_grid=True).order_by("order", "pk"),
        "config": _config(request),
        "may_plan": allowed(request.user, Right.PLAN_EVENTS),
    }
    return render(request, "web/calendar/page.html", context)


@require_GET
def feed(request: UserRequest) -> HttpResponse:
    try:
        window = read_window(request.GET, ZoneInfo(request.user.time_zone))
    except BadWindow:
        return JsonResponse({"text": _("The range of the calendar was not understood.")}, status=400)
    filters = read_filters(request.GET, request.user.pk)
    items = feed_items(request.user, window, filters, now=timezone.now())
    return HttpResponse(msgspec.json.encode(items), content_type="application/json")


def _config(request: UserRequest) -> dict[str, Any]:
    view, day = read_view(request.GET)
    return {
        "view": view,
        "date": day,
        "feed": reverse("calendar_feed"),
        "create": reverse("event_new"),
        "locale": get_language(),
        "offset": offset(ZoneInfo(request.user.time_zone), timezone.now()),
        "mayPlan": allowed(request.user, Right.PLAN_EVENTS),
        "texts": {
            "buttons": {
                "today": _("Today"),
                "timeGridDay": _("Day"),
                "timeGridWeek": _("Week"),
                "dayGridMonth": _("Month"),
                "prev": _("Previous"),
                "next": _("Next"),
                "close": _("Close"),
            },
            "allDay": _("All day"),
            "more": _("%s more"),
            "stale": _("The calendar could not be refreshed and may be out of date; it tries again by itself."),
            "unreachable": _("The server did not answer, so the event stays where it was. Try again."),
        },
        **WORKING,
    }
