"""Администрирование → Пользователи: the list, the card, switching somebody off, a new password."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vizavi.common import audit
from vizavi.common.permissions import Right, Role
from vizavi.connections import accounts
from vizavi.connections.leaving import switch_off
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people.models import User
from vizavi.people.operations import change_password, save_user
from vizavi.people.queries import matching
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.people_forms import NewPasswordForm, NewUserForm, PeopleFilter, UserForm
from vizavi.web.forms import accepted
from vizavi.web.history import LINES, line_of
from vizavi.web.paging import page_of
from vizavi.web.sorting import Column, sorted_rows

COLUMNS = (
    Column("name", gettext_lazy("User"), ("last_name", "first_name", "pk")),
    Column("position", gettext_lazy("Position"), ("position", "last_name", "pk")),
    Column("role", gettext_lazy("Access role"), ("role", "last_name", "pk")),
    Column("seen", gettext_lazy("Last sign-in"), ("last_login", "pk")),
)
ROLES = (
    (Role.ADMINISTRATOR, gettext_lazy("everything, users and settings included")),
    (Role.LEAD, gettext_lazy("all interviews, candidates and directories; sees all connections")),
    (Role.RECRUITER, gettext_lazy("sees all, plans interviews, edits those of own vacancies")),
    (Role.INTERVIEWER, gettext_lazy("sees own interviews and their candidates, answers, connects a calendar")),
    (Role.OBSERVER, gettext_lazy("sees all interviews and candidates without contacts, changes nothing")),
)


@needs(Right.ADMINISTER)
def index(request: UserRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    rows, headers = sorted_rows(request, _found(form.chosen).select_related("department"), COLUMNS)
    context = {"page_obj": page_of(request, rows), "headers": headers, "form": form, "filtered": bool(form.chosen)}
    return render(request, "web/administration/users.html", context)


def _found(chosen: Mapping[str, Any]) -> QuerySet[User]:
    condition = matching(chosen.get("q", ""))
    if "state" in chosen:
        condition &= Q(is_active=chosen["state"] == "on")
    if "group" in chosen:
        condition &= Q(groups=chosen["group"])
    for name in ("role", "department"):
        if name in chosen:
            condition &= Q(**{name: chosen[name]})
    return User.objects.filter(condition)


@needs(Right.ADMINISTER)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    now = timezone.now()
    row = get_object_or_404(User, pk=pk) if pk else User()
    was_active = pk is not None and row.is_active
    form = (UserForm if pk else NewUserForm)(request.POST or None, instance=row, now=now)
    if request.method == "POST" and form.is_valid() and was_active and not row.is_active:
        return _switched_off(request, form, row, now=now)
    if request.method == "POST" and accepted(form, lambda: _save(form, row, by=request.user, now=now)):
        messages.success(request, _("Saved."))
        return redirect("users")
    return _card(request, form, pk, now=now)


def _card(request: UserRequest, form: UserForm, pk: int | None, **context: Any) -> HttpResponse:
    stored = User.objects.get(pk=pk) if pk else None
    context |= {
        "form": form,
        "caption": stored.short_name if stored else _("New user"),
        "person": stored,
        "roles": ROLES,
        "password_form": context.get("password_form") or NewPasswordForm(),
    }
    if stored is not None:
        context |= {
            "account": accounts.active_account(stored),
            "ahead": _ahead(stored, context["now"]).count(),
            "lines": [line_of(entry) for entry in audit.history("user", stored.pk)[:LINES]],
        }
    failed = form.errors or context["password_form"].errors
    return render(request, "web/administration/user.html", context, status=422 if failed else 200)


def _save(form: UserForm, row: User, *, by: User, now: datetime) -> None:
    save_user(row, password=form.cleaned_data.get("password", ""), by=by, now=now)


def _ahead(person: User, now: datetime) -> QuerySet[Event]:
    return Event.objects.filter(responsible=person, status__in=OPEN, ends_at__gt=now)


def _switched_off(request: UserRequest, form: UserForm, row: User, *, now: datetime) -> HttpResponse:
    """First what follows from it, in numbers; the same form comes back with `confirmed`."""
    account = accounts.active_account(row)
    if "confirmed" in request.POST and accepted(form, lambda: switch_off(row, by=request.user, now=now)):
        messages.success(request, _("%(name)s is switched off.") % {"name": row.short_name})
        return redirect("users")
    if form.errors:
        return _card(request, form, row.pk, now=now)
    context = {
        "person": row,
        "account": account,
        "ahead": _ahead(row, now).count(),
        "sent": [
            (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
        ],
    }
    return render(request, "web/administration/user_off.html", context)


@needs(Right.ADMINISTER)
@require_POST
def password(request: UserRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    row = get_object_or_404(User, pk=pk)
    form = NewPasswordForm(request.POST)
    if accepted(form, lambda: change_password(row, form.cleaned_data["password"], by=request.user, now=now)):
        if row.pk == request.user.pk:
            update_session_auth_hash(request, row)
        messages.success(request, _("The new password is set."))
        return redirect("user", pk)
    return _card(request, UserForm(instance=row, now=now), pk, now=now, password_form=form)
