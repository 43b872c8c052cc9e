"""Справочники → Общие → Помещения."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from vizavi.common import audit
from vizavi.common.permissions import Right
from vizavi.events.directories import save_room
from vizavi.events.models import Event, Room
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import RoomForm
from vizavi.web.events.listing import listed_events
from vizavi.web.forms import accepted
from vizavi.web.history import LINES, line_of


@needs(Right.EDIT_DIRECTORIES)
def index(request: UserRequest) -> HttpResponse:
    return render(request, "web/administration/rooms.html", {"rows": Room.objects.order_by("-active", "city", "name")})


@needs(Right.EDIT_DIRECTORIES)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(Room, pk=pk) if pk else Room()
    caption = row.name if pk else _("New room")
    form = RoomForm(request.POST or None, instance=row)
    if request.method == "POST" and accepted(form, lambda: save_room(row, by=request.user, now=timezone.now())):
        messages.success(request, _("Saved."))
        return redirect("rooms")
    context = {"form": form, "caption": caption, **(_use(request, row) if pk else {})}
    return render(request, "web/administration/room.html", context, status=422 if form.errors else 200)


def _use(request: UserRequest, room: Room) -> dict[str, Any]:
    """What is still to take place in the room, and what became of its entry."""
    now = timezone.now()
    ahead = Event.objects.filter(room=room, ends_at__gt=now)
    return {
        "events": listed_events(request.user, ahead, now=now)[::-1],
        "lines": [line_of(entry) for entry in audit.history("room", room.pk)[:LINES]],
        "used": True,
    }
