"""The calendar page and the feed behind it."""

from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed
from vizavi.common.zones import zone_label
from vizavi.events.models import EventType
from vizavi.web.access import UserRequest
from vizavi.web.calendar.feed import feed as feed_items
from vizavi.web.calendar.panel import (
    choosable_groups,
    choosable_people,
    choosable_rooms,
    choosable_vacancies,
    statuses,
    usual_team,
)
from vizavi.web.calendar.query import BadWindow, read_filters, read_team, read_window
from vizavi.web.calendar.setup import KEYS, MARKS, config


@require_GET
def page(request: UserRequest) -> HttpResponse:
    filters = read_filters(request.GET, request.user.pk)
    people = choosable_people(request.user)
    context = {
        "filters": filters,
        "people": people,
        "groups": choosable_groups(),
        "usual_team": usual_team(people),
        "team": read_team(request.GET) or usual_team(people),
        "types": EventType.objects.filter(active=True, in_grid=True).order_by("order", "pk"),
        "statuses": statuses(filters),
        "vacancies": choosable_vacancies(request.user, filters.vacancy),
        "rooms": choosable_rooms(filters.rooms),
        "zone": zone_label(request.user.time_zone, timezone.now()),
        "keys": KEYS,
        "marks": MARKS,
        "config": config(request),
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
