"""Сервис → Персональные настройки: «Общие», «Внешний календарь», «Пароль»."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vizavi.common.permissions import Right
from vizavi.connections import accounts
from vizavi.people.models import ExternalCalendar, User
from vizavi.people.operations import change_password, save_own_settings, save_working_hours
from vizavi.web.access import UserRequest, needs
from vizavi.web.forms import accepted
from vizavi.web.personal.forms import ExternalCalendarForm, GeneralForm, OwnPasswordForm


@needs(Right.OWN_SETTINGS, own=True)
def general(request: UserRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    initial = {name: getattr(user, name) for name in ("language", "time_zone", "work_from", "work_to", "work_days")}
    form = GeneralForm(request.POST or None, initial=initial, now=now)
    if request.method == "POST" and accepted(form, lambda: _save_general(user, form.cleaned_data, now)):
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return redirect("user_settings")
    context = {"form": form, "item": "general"}
    return render(request, "web/personal/general.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save_general(user: User, values: dict[str, Any], now: datetime) -> None:
    _save(user, values, now)
    save_working_hours(user, start=values["work_from"], end=values["work_to"], days=values["work_days"], now=now)


def _save(user: User, values: dict[str, Any], now: datetime) -> None:
    names = ("language", "time_zone", "external_calendar")
    save_own_settings(user, **{name: values.get(name, getattr(user, name)) for name in names}, now=now)


@needs(Right.OWN_ACCOUNT, own=True)
def external_calendar(request: UserRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    form = ExternalCalendarForm(request.POST or None, initial={"external_calendar": user.external_calendar})
    if request.method == "POST" and accepted(
        form, lambda: accounts.use_calendar(user, form.cleaned_data["external_calendar"], now=now)
    ):
        messages.success(request, _("Saved."))
        return redirect("settings_calendar")
    context = {"form": form, "item": "calendar", "chosen": user.external_calendar != ExternalCalendar.NONE}
    return render(request, "web/personal/external_calendar.html", context, status=422 if form.errors else 200)


@needs(Right.OWN_SETTINGS, own=True)
def password(request: UserRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and accepted(
        form, lambda: change_password(user, form.cleaned_data["new_password1"], by=user, now=now)
    ):
        update_session_auth_hash(request, user)
        messages.success(request, _("The new password is set."))
        return redirect("settings_password")
    context = {"form": form, "item": "password"}
    return render(request, "web/personal/password.html", context, status=422 if form.errors else 200)
