"""«Рабочий стол»: one page, which asks for itself again after something on it was answered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from vizavi.common.permissions import Right, allowed
from vizavi.web.access import UserRequest
from vizavi.web.desk.load import week_of
from vizavi.web.desk.today import today_of
from vizavi.web.desk.trouble import own_account, trouble_of
from vizavi.web.desk.waiting import waiting_for


@require_GET
def page(request: UserRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    account = own_account(user)
    waiting = waiting_for(user, account, now)
    today = today_of(user, now)
    context = {
        "today": today,
        "waiting": waiting,
        "trouble": trouble_of(user, account),
        "week": week_of(user, now),
        "plans": allowed(user, Right.PLAN_EVENTS),
        "moving": any(row.chip.moving for row in today.rows),
    }
    template = "web/desk/_desk.html" if getattr(request, "htmx", False) else "web/desk/page.html"
    return render(request, template, context)
