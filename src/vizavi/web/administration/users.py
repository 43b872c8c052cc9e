"""Администрирование → Пользователи: the list, the card, a new password."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vizavi.common.permissions import Right
from vizavi.people.models import User
from vizavi.people.operations import change_password, save_user
from vizavi.web.access import UserRequest, needs
from vizavi.web.administration.forms import NewPasswordForm, NewUserForm, UserForm
from vizavi.web.forms import accepted
from vizavi.web.paging import page_of


@needs(Right.ADMINISTER)
def index(request: UserRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    rows = _found(wanted).select_related("department").order_by("-is_active", "last_name", "first_name", "pk")
    context = {"page_obj": page_of(request, rows), "q": wanted}
    return render(request, "web/administration/users.html", context)


def _found(wanted: str) -> QuerySet[User]:
    condition = Q()
    for word in wanted.split():
        for_word = Q()
        for spelling in {word, word.lower(), word.capitalize()}:  # SQLite folds the case of Latin letters only
            for field in ("last_name", "first_name", "email", "position"):
                for_word |= Q(**{f"{field}__icontains": spelling})
        condition &= for_word
    return User.objects.filter(condition)


@needs(Right.ADMINISTER)
def card(request: UserRequest, pk: int | None = None) -> HttpResponse:
    now = timezone.now()
    row = get_object_or_404(User, pk=pk) if pk else User()
    caption = row.short_name if pk else _("New user")
    form = (UserForm if pk else NewUserForm)(request.POST or None, instance=row, now=now)
    if request.method == "POST" and accepted(form, lambda: _save(form, row, by=request.user, now=now)):
        messages.success(request, _("Saved."))
        return redirect("users")
    context = {"form": form, "caption": caption, "pk": pk, "password_form": NewPasswordForm()}
    return render(request, "web/administration/user.html", context, status=422 if form.errors else 200)


def _save(form: UserForm, row: User, *, by: User, now: datetime) -> None:
    save_user(row, password=form.cleaned_data.get("password", ""), by=by, now=now)


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
    context = {"form": UserForm(instance=row, now=now), "caption": row.short_name, "pk": pk, "password_form": form}
    return render(request, "web/administration/user.html", context, status=422)
