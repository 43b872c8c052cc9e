"""Сервис → Персональные настройки → Интеграция с Google."""

from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from vizavi.common.permissions import Right, allowed
from vizavi.connections import accounts, consent, previews, questions, states
from vizavi.connections.models import Account, LoadMode
from vizavi.people.models import ExternalCalendar, User
from vizavi.web.access import UserRequest, UserView, needs
from vizavi.web.consent.session import key_of
from vizavi.web.events.records import journal_lines
from vizavi.web.forms import accepted
from vizavi.web.personal.ending import closing_context
from vizavi.web.personal.forms import CalendarsForm, CodeForm, LoginForm
from vizavi.web.personal.stamp import open_attempt, stamp

LINES = 5  # of the journal, on the page


def sent(view: UserView[[]]) -> UserView[[]]:
    """For forms that answer a refusal under their own address: whoever opens that address sees the page."""

    @wraps(view)
    def opened(request: UserRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("settings_google")

    return opened


def shown(request: UserRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with the forms that were refused (the others as they are stored)."""
    user, account, now = request.user, accounts.active_account(request.user), timezone.now()
    login = account.email if account else user.email
    context = {
        "item": "google",
        "account": account,
        "waiting": accounts.awaiting_account(user),
        "chosen": user.external_calendar == ExternalCalendar.GOOGLE,
        "problem": consent.configuration_problem(),
        "administers": allowed(user, Right.ADMINISTER),
        "login_form": LoginForm(initial={"login": login}),
        "code_form": CodeForm(),
        "stamp": stamp(user),
        "attempt": open_attempt(user, now),
    }
    if account is not None:
        context |= _at_work(account, now)
    return render(request, "web/personal/google.html", context | forms, status=status)


def _at_work(account: Account, now: datetime) -> dict[str, Any]:
    """What the page shows of a connected account, by what it is in the middle of."""
    entries = states.journal_of_account(account)[:LINES]
    context: dict[str, Any] = {"latest": list(zip(entries, journal_lines(entries, account.user), strict=True))}
    if account.closing:
        return context | closing_context(account)
    if not account.paused:
        context["calendars_form"] = CalendarsForm(account)
    if not account.begun:
        context["preview"] = previews.first_sync(account, now=now)
    return context


@needs(Right.OWN_ACCOUNT, own=True)
@never_cache
def page(request: UserRequest) -> HttpResponse:
    return shown(request)


@needs(Right.OWN_ACCOUNT, own=True)
@sent
@never_cache
def request_access(request: UserRequest) -> HttpResponse:
    """Begin the consent; the answer, in a new tab, takes the person to Google's page."""
    form = LoginForm(request.POST)
    if not form.is_valid():
        return shown(request, login_form=form, status=422)
    try:
        login = form.cleaned_data["login"]
        address = consent.start(request.user, session_key=key_of(request), login=login, now=timezone.now())
    except consent.ConsentError as error:
        return render(request, "web/consent/failed.html", {"text": str(error)}, status=422)
    return render(request, "web/consent/leaving.html", {"address": address})


@needs(Right.OWN_ACCOUNT, own=True)
@sent
@never_cache
def paste_code(request: UserRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        _finish(request, form)
    if form.errors:
        return shown(request, code_form=form, status=422)
    return redirect("settings_google")


def _finish(request: UserRequest, form: CodeForm) -> None:
    text = form.cleaned_data["code"]
    try:
        finished = consent.finish_pasted(request.user, text, session_key=key_of(request), now=timezone.now())
    except consent.ConsentError as error:
        form.add_error("code", str(error))
        return
    if not finished.awaiting_confirmation:
        values = {"email": finished.account.email, "granted": ", ".join(finished.granted)}
        messages.success(request, _("Access granted: %(email)s. Allowed: %(granted)s.") % values)


@needs(Right.OWN_ACCOUNT, own=True)
@require_POST
def check(request: UserRequest) -> HttpResponse:
    """A live call; the answer goes under the button."""
    account = accounts.active_account(request.user)
    result = accounts.check(account, now=timezone.now()) if account else None
    return render(request, "web/personal/_check.html", {"result": result})


@needs(Right.OWN_ACCOUNT, own=True)
@never_cache
def watch(request: UserRequest) -> HttpResponse:
    """Asked while an attempt is open: has the other tab finished it?"""
    if request.GET.get("stamp", "") != stamp(request.user):
        return HttpResponseClientRedirect(reverse("settings_google"))
    attempt = open_attempt(request.user, timezone.now())
    context = {"stamp": stamp(request.user), "attempt": attempt}
    return render(request, "web/personal/_watch.html", context)


@needs(Right.OWN_ACCOUNT, own=True)
@require_POST
def refresh(request: UserRequest) -> HttpResponse:
    """Read the list of calendars again, which is what a check begins with."""
    account = accounts.active_account(request.user)
    result = accounts.check(account, now=timezone.now()) if account else None
    if result and not result.ok:
        messages.warning(request, result.text)
    return redirect("settings_google")


@needs(Right.OWN_ACCOUNT, own=True)
@require_POST
def brake(request: UserRequest) -> HttpResponse:
    """The answer to "so many interviews have disappeared there at once"."""
    account = accounts.active_account(request.user)
    if account is not None and account.braked:
        questions.answer_brake(account, request.POST.get("choice", ""), now=timezone.now())
        messages.success(request, _("Your answer is being carried out."))
    return redirect("settings_google")


@needs(Right.OWN_ACCOUNT, own=True)
@sent
def save(request: UserRequest) -> HttpResponse:
    account = accounts.active_account(request.user)
    if account is None:
        messages.error(request, _("No account is connected. Request access first."))
        return redirect("settings_google")
    form = CalendarsForm(account, request.POST)
    if "back" in request.POST:
        return shown(request, calendars_form=form)
    if form.is_valid() and "confirmed" not in request.POST:
        preview = previews.calendars(account, form.writing, form.modes, now=timezone.now())
        if preview.has_consequences:
            return _asked(request, account, form, preview)
    if accepted(form, lambda: _choose(account, form, by=request.user)):
        messages.success(request, _("Saved."))
        return redirect("settings_google")
    return shown(request, calendars_form=form, status=422)


def _choose(account: Account, form: CalendarsForm, *, by: User) -> None:
    now = timezone.now()
    accounts.choose(account, form.writing, form.modes, by=by, now=now)
    accounts.set_policy(account, **form.policy, by=by, now=now)


def _asked(request: UserRequest, account: Account, form: CalendarsForm, preview: previews.Preview) -> HttpResponse:
    """The consequences in numbers; the same form comes back with `confirmed`."""
    context = {
        "item": "google",
        "account": account,
        "preview": preview,
        "writing": form.writing_name,
        "unread": previews.newly_read(account, form.modes),
        "sent": [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"],
    }
    return render(request, "web/personal/confirm_calendars.html", context)


@needs(Right.OWN_ACCOUNT, own=True)
@never_cache
def found(request: UserRequest) -> HttpResponse:
    """How much would be loaded from the calendars as the form has them: a look at Google, after the page."""
    account = accounts.active_account(request.user)
    if account is None:
        return HttpResponse(status=204)
    keys = [row.pk for row in account.calendars.all()]
    read = [pk for pk in keys if request.GET.get(f"mode_{pk}", LoadMode.SKIP) != LoadMode.SKIP]
    read += [pk for pk in keys if request.GET.get("writing") == str(pk) and pk not in read]
    result = previews.found_there(account, read, now=timezone.now())
    return render(request, "web/personal/_found.html", {"found": result})


@needs(Right.OWN_ACCOUNT, own=True)
@require_POST
def confirm_login(request: UserRequest, pk: int) -> HttpResponse:
    """The account that consented is not the login that was entered: use it all the same, or not."""
    account = get_object_or_404(Account, pk=pk, user=request.user, active=False)
    if request.POST.get("answer") == "yes":
        accounts.confirm_login(account, by=request.user, now=timezone.now())
        messages.success(request, _("Access granted."))
    else:
        accounts.disconnect(account, existing="keep", by=request.user, now=timezone.now())
        messages.info(request, _("The account was not connected."))
    return redirect("settings_google")
