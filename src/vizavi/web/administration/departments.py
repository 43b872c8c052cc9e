"""Справочники → Общие → Подразделения: a tree."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common import audit
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right
from vizavi.people.models import Department, User
from vizavi.people.operations import delete_department, is_used, save_department
from vizavi.recruiting.models import Vacancy
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.directory_forms import DepartmentForm
from vizavi.web.forms import accepted
from vizavi.web.history import LINES, line_of


@dataclass(frozen=True, slots=True)
class Branch:
    department: Department
    depth: int

    @property
    def steps(self) -> range:
        """To be walked by a template: one indent for each level above."""
        return range(self.depth)


@needs(Right.EDIT_DIRECTORIES)
def index(request: UserRequest) -> HttpResponse:
    people, vacancies = Count("user", distinct=True), Count("vacancy", distinct=True)
    found = Department.objects.annotate(people=people, vacancies=vacancies).order_by("name")
    return render(request, "web/administration/departments.html", {"rows": tree(list(found))})


def tree(departments: list[Department]) -> list[Branch]:
    """Each followed by those below it, as deep as they lie."""
    below: dict[int | None, list[Department]] = defaultdict(list)
    for department in departments:
        below[department.parent_id].append(department)

    def branches(parent: int | None, depth: int) -> Iterator[Branch]:
        for department in below[parent]:
            yield Branch(department, depth)
            yield from branches(department.pk, depth + 1)

    return list(branches(None, 0))


@needs(Right.EDIT_DIRECTORIES)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(Department, pk=pk) if pk else Department()
    caption = row.name if pk else _("New department")
    branches = tree(list(Department.objects.order_by("name")))
    places = [(one.department.pk, "– " * one.depth + one.department.name) for one in branches]
    form = DepartmentForm(request.POST or None, instance=row, places=places)
    if request.method == "POST" and accepted(form, lambda: save_department(row, by=request.user, now=timezone.now())):
        messages.success(request, _("Saved."))
        return redirect("departments")
    context = {"form": form, "caption": caption, "pk": pk, "deletable": pk is not None and not is_used(row)}
    if pk is not None:
        context |= _use(row)
    return render(request, "web/administration/department.html", context, status=422 if form.errors else 200)


def _use(row: Department) -> dict[str, Any]:
    """Who and what belongs to it, and what became of its entry."""
    return {
        "members": User.objects.filter(department=row, is_active=True).order_by("last_name", "first_name"),
        "vacancies": Vacancy.objects.filter(department=row).order_by("number"),
        "lines": [line_of(entry) for entry in audit.history("department", row.pk)[:LINES]],
    }


@require_POST
@needs(Right.EDIT_DIRECTORIES)
def delete(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Department, pk=pk)
    try:
        delete_department(row, by=request.user, now=timezone.now())
    except RuleError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Deleted: %(name)s.") % {"name": row.name})
    return redirect("departments")
