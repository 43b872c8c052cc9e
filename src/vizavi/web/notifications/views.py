"""The bell in the menu bar, the list behind it, and reading."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from vizavi.notifications import operations, queries
from vizavi.notifications.models import Notification
from vizavi.web.access import UserRequest
from vizavi.web.notifications.words import KIND_CAPTIONS, KINDS, shown
from vizavi.web.paging import page_of


@require_GET
def index(request: UserRequest) -> HttpResponse:
    rows = queries.of(request.user)
    unread = rows.filter(read_at=None).count()
    found = _narrowed(rows, request).select_related("event__type", "event__candidate").order_by("-at", "-pk")
    page_obj = page_of(request, found)
    context = {
        "page_obj": page_obj,
        "lines": shown(page_obj.object_list),
        "unread": unread,
        "kinds": KIND_CAPTIONS.items(),
        "filtered": bool(request.GET.get("show") or request.GET.get("kind")),
    }
    return render(request, "web/notifications/index.html", context)


def _narrowed(rows: QuerySet[Notification], request: UserRequest) -> QuerySet[Notification]:
    """By what the address says; what it says wrongly counts as not said."""
    match request.GET.get("show"):
        case "unread":
            rows = rows.filter(read_at=None)
        case "open":
            rows = rows.filter(code__in=[*KINDS["questions"], *KINDS["failures"]], done_at=None)
    kind = request.GET.get("kind", "")
    return rows.filter(code__in=KINDS[kind]) if kind in KINDS else rows


@require_GET
def bell(request: UserRequest) -> HttpResponse:
    """How many are unread: asked each minute and when the window is looked at again."""
    return render(request, "web/notifications/_bell.html", {"unread_notifications": queries.unread(request.user)})


@require_GET
def opened(request: UserRequest, pk: int) -> HttpResponse:
    """Following a notification reads it."""
    row = get_object_or_404(queries.of(request.user), pk=pk)
    operations.mark_read(request.user, [row.pk], now=timezone.now())
    return redirect("event_card", row.event_id) if row.event_id else redirect("settings_google")


@require_POST
def read(request: UserRequest) -> HttpResponse:
    """One (`id`), answered with its line, or all."""
    number, now = request.POST.get("id", ""), timezone.now()
    if not number:
        operations.mark_all_read(request.user, now=now)
        return redirect("notifications")
    rows = queries.of(request.user).select_related("event__type", "event__candidate")
    row = get_object_or_404(rows, pk=int(number) if number.isdecimal() else 0)
    operations.mark_read(request.user, [row.pk], now=now)
    if not getattr(request, "htmx", False):
        return redirect("notifications")
    row.refresh_from_db(fields=["read_at"])
    response = render(request, "web/notifications/_line.html", {"line": shown([row])[0]})
    response["HX-Trigger"] = "notifications-read"
    return response
