"""What is done with the users chosen in the list: another role, a group, switched off or on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_htmx.http import HttpResponseClientRefresh

from vizavi.common.permissions import Right, Role
from vizavi.connections import leaving
from vizavi.connections.models import Account
from vizavi.events.models import Event
from vizavi.events.rules import OPEN
from vizavi.people import bulk
from vizavi.people.models import Group, User
from vizavi.web.access import UserRequest, needs
from vizavi.web.forms import Form

MOST = 100  # at once; a page of the list has fewer
NAMED = 5


class RoleForm(Form):
    role = forms.ChoiceField(label=gettext_lazy("Access role"), choices=Role.choices, initial=Role.RECRUITER)


class GroupForm(Form):
    group = forms.ModelChoiceField(Group.objects.order_by("name"), label=gettext_lazy("Group"), empty_label=None)


@needs(Right.ADMINISTER)
def role(request: UserRequest) -> HttpResponse:
    """«Изменить роль…»: the dialog with the number of people, and the deed."""
    form = RoleForm(request.POST or None, auto_id="bulk_%s")

    def change(people: "QuerySet[User]", **told: Any) -> bulk.Result:
        return bulk.change_roles(people, Role(form.cleaned_data["role"]), **told)

    return _answered(request, form, change, "web/administration/_bulk_role.html")


@needs(Right.ADMINISTER)
def group(request: UserRequest) -> HttpResponse:
    """«Добавить в группу…»"""
    form = GroupForm(request.POST or None, auto_id="bulk_%s")

    def change(people: "QuerySet[User]", **told: Any) -> bulk.Result:
        return bulk.add_to_group(people, form.cleaned_data["group"], **told)

    return _answered(request, form, change, "web/administration/_bulk_group.html")


@needs(Right.ADMINISTER)
def off(request: UserRequest) -> HttpResponse:
    """«Отключить…»: with what follows from it, in numbers, and who stays all the same."""
    chosen = _chosen(request)
    staying = leaving.staying(chosen, by=request.user)
    people = chosen.exclude(pk__in=[person.pk for person, _why in staying])
    ahead = Event.objects.filter(responsible__in=people, status__in=OPEN, ends_at__gt=timezone.now())
    accounts = Account.objects.filter(user__in=people, active=True, paused=False)
    follows = {"ahead": ahead.count(), "accounts": accounts.count(), "staying": staying, "leaving": people.count()}
    form = Form(request.POST or None)
    return _answered(request, form, leaving.switch_off_all, "web/administration/_bulk_off.html", **follows)


@needs(Right.ADMINISTER)
def on(request: UserRequest) -> HttpResponse:
    """«Включить…»"""
    return _answered(request, Form(request.POST or None), bulk.switch_on, "web/administration/_bulk_on.html")


def _chosen(request: UserRequest) -> "QuerySet[User]":
    asked = (request.POST if request.method == "POST" else request.GET).getlist("id")
    ids = [int(pk) for pk in asked if pk.isdecimal()][:MOST]
    return User.objects.filter(pk__in=ids).order_by("last_name", "first_name", "pk")


def _answered(
    request: UserRequest, form: Form, change: Callable[..., bulk.Result], template: str, **follows: Any
) -> HttpResponse:
    """The dialog, or what was done: the list is loaded anew and says who was left, with the reason."""
    people = list(_chosen(request))
    if request.method == "POST" and form.is_valid():
        result = change(people, by=request.user, now=timezone.now())
        _tell(request, result)
        return HttpResponseClientRefresh()
    context = {"form": form, "chosen": people, "named": people[:NAMED], "more": len(people) - NAMED, **follows}
    return render(request, template, context, status=422 if form.errors else 200)


def _tell(request: UserRequest, result: bulk.Result) -> None:
    if result.done:
        text = ngettext("Changed: %(n)d user.", "Changed: %(n)d users.", result.done)
        messages.success(request, text % {"n": result.done})
    if result.skipped:
        people = " ".join(f"{person.full_name}: {why}" for person, why in result.skipped)
        messages.warning(request, _("Left as they were. %(people)s") % {"people": people})
