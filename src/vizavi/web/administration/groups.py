"""Администрирование → Группы: sets of users by which people are chosen at once."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vizavi.common.permissions import Right
from vizavi.people.groups import delete_group, save_group
from vizavi.people.models import Group, User
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.people_forms import GroupForm
from vizavi.web.forms import accepted
from vizavi.web.paging import page_of
from vizavi.web.sorting import Column, sorted_rows

COLUMNS = (
    Column("name", gettext_lazy("Name"), ("name", "pk")),
    Column("size", gettext_lazy("Members"), ("size", "name", "pk")),
)


@needs(Right.ADMINISTER)
def index(request: UserRequest) -> HttpResponse:
    members = Prefetch("members", User.objects.order_by("last_name", "first_name"))
    found = Group.objects.annotate(size=Count("members")).prefetch_related(members)
    rows, headers = sorted_rows(request, found, COLUMNS)
    return render(request, "web/administration/groups.html", {"page_obj": page_of(request, rows), "headers": headers})


@needs(Right.ADMINISTER)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(Group, pk=pk) if pk else Group()
    caption = row.name if pk else _("New group")
    belongs = Q(groups=row) if pk else Q(pk__in=[])
    people = User.objects.filter(Q(is_active=True) | belongs).distinct().order_by("last_name", "first_name")
    form = GroupForm(request.POST or None, instance=row, people=people)
    if request.method == "POST" and accepted(
        form, lambda: save_group(row, form.cleaned_data["members"], by=request.user, now=timezone.now())
    ):
        messages.success(request, _("Saved."))
        return redirect("groups")
    context = {"form": form, "caption": caption, "pk": pk}
    return render(request, "web/administration/group.html", context, status=422 if form.errors else 200)


@needs(Right.ADMINISTER)
@require_POST
def delete(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Group, pk=pk)
    delete_group(row, by=request.user, now=timezone.now())
    messages.success(request, _("Deleted: %(name)s.") % {"name": row.name})
    return redirect("groups")
