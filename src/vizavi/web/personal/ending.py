"""Интеграция с Google → «Отключить аккаунт»: what becomes of the copies there, and how their removal goes on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.connections import accounts, previews, states
from vizavi.connections.models import Account, Link
from vizavi.web.access import UserRequest, needs


@needs(Right.OWN_ACCOUNT, own=True)
@never_cache
def disconnect(request: UserRequest) -> HttpResponse:
    """The choice with its counts; sent, it is carried out."""
    account = accounts.active_account(request.user)
    if account is None:
        return redirect("settings_google")
    if request.method == "POST":
        return _ended(request, account)
    now = timezone.now()
    context = {
        "item": "google",
        "account": account,
        "keep": previews.disconnect(account, "keep", now=now),
        "remove": previews.disconnect(account, "remove", now=now),
    }
    return render(request, "web/personal/disconnect.html", context)


@needs(Right.OWN_ACCOUNT, own=True)
@never_cache
def closing(request: UserRequest) -> HttpResponse:
    """How many copies are still to be removed; asked again and again until the account is disconnected."""
    account = accounts.active_account(request.user)
    if account is None or not account.closing:
        if account is None:
            messages.success(request, _("The account is disconnected."))
        return HttpResponseClientRedirect(reverse("settings_google"))
    return render(request, "web/personal/_closing.html", closing_context(account))


def closing_context(account: Account) -> dict[str, object]:
    links = Link.objects.filter(calendar__account=account)
    return {"account": account, "removals": states.removals(links)}


def _ended(request: UserRequest, account: Account) -> HttpResponse:
    existing: accounts.Existing = "remove" if request.POST.get("existing") == "remove" else "keep"
    revokes = "revoke" in request.POST
    if revokes and existing == "remove":
        text = _("Without access the copies could not be removed. Choose one of the two. Nothing was changed.")
        messages.error(request, text)
        return redirect("google_disconnect")
    try:
        _end(account, request, existing, revokes=revokes)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _said(account))
    return redirect("settings_google")


def _end(account: Account, request: UserRequest, existing: accounts.Existing, *, revokes: bool) -> None:
    if revokes:
        accounts.revoke(account, by=request.user, now=timezone.now())
    else:
        accounts.disconnect(account, existing=existing, by=request.user, now=timezone.now())


def _said(account: Account) -> str:
    if account.closing:
        return _("The copies are being removed from Google Calendar; then the account is disconnected.")
    return _("The account is disconnected. Interviews stay here, their copies stay in Google Calendar.")
