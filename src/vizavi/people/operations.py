"""What is done with users: create, edit, change one's own settings, a new password, departments."""

from copy import copy
from datetime import datetime, time

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vizavi.common import audit, changes, rows, zones
from vizavi.common.errors import RuleError
from vizavi.common.permissions import Right, Role, require
from vizavi.people.models import Department, User
from vizavi.people.rules import check_working_hours

_SECRET = ("password", "last_login")
_SHOWN_OUTSIDE = frozenset({"email", "last_name", "first_name"})


def save_user(user: User, *, password: str = "", by: User | None, now: datetime) -> User:
    """Create or edit; `user` holds the values entered and is not saved yet. `by` is None on the command line."""
    if by is not None:
        # whoever edits oneself may be the very object that holds the new, not yet granted role
        require(User.objects.get(pk=by.pk) if by.pk == user.pk else by, Right.ADMINISTER)
    zones.check_zone(user.time_zone, field="time_zone")
    check_working_hours(user.work_from, user.work_to, user.work_days)
    user.email = user.email.strip().lower()
    with transaction.atomic():
        created = user.pk is None
        _check_email(user)
        _check_administrators(user)
        _check_not_oneself(user, by)
        if password or created:
            _set_password(user, password)
        differences = rows.save(user, "user", by=by, now=now, label=user.short_name, without=_SECRET)
        if password and not created:
            audit.record("user.password_set", "user", user.pk, label=user.short_name, by=by, now=now)
        if not _SHOWN_OUTSIDE.isdisjoint(differences):
            changes.changed("user", [user.pk])
    return user


def check_switching_off(person: User, *, by: User) -> None:
    """Raises RuleError where `save_user` would not switch off this one, as it is stored."""
    leaver = copy(person)
    leaver.is_active = False
    if person.role == Role.ADMINISTRATOR:
        with transaction.atomic():
            _check_administrators(leaver)
    _check_not_oneself(leaver, by)


def save_own_settings(user: User, *, language: str, time_zone: str, external_calendar: str, now: datetime) -> User:
    """What everybody decides alone: language, zone and which external calendar is used."""
    require(user, Right.OWN_SETTINGS)
    zones.check_zone(time_zone, field="time_zone")
    if language not in dict(settings.LANGUAGES):
        raise RuleError("language", "unknown", _("This language is not available. Choose one from the list."))
    with transaction.atomic():
        user.language, user.time_zone, user.external_calendar = language, time_zone, external_calendar
        differences = rows.changes_of(user, without=_SECRET)
        user.save(update_fields=["language", "time_zone", "external_calendar"])
        if differences:
            audit.record("user.settings", "user", user.pk, label=user.short_name, changes=differences, by=user, now=now)
    return user


def save_working_hours(user: User, *, start: time, end: time, days: str, now: datetime) -> User:
    """One's own working time, as everybody decides alone."""
    require(user, Right.OWN_SETTINGS)
    check_working_hours(start, end, days)
    with transaction.atomic():
        user.work_from, user.work_to, user.work_days = start, end, days
        differences = rows.changes_of(user, without=_SECRET)
        user.save(update_fields=["work_from", "work_to", "work_days"])
        if differences:
            audit.record("user.settings", "user", user.pk, label=user.short_name, changes=differences, by=user, now=now)
    return user


def change_password(user: User, password: str, *, by: User, now: datetime) -> None:
    """One's own, or as an administrator anybody's."""
    if by.pk != user.pk:
        require(by, Right.ADMINISTER)
    with transaction.atomic():
        _set_password(user, password)
        user.save(update_fields=["password"])
        audit.record("user.password_set", "user", user.pk, label=user.short_name, by=by, now=now)


def save_department(department: Department, *, by: User, now: datetime) -> Department:
    """Create, rename or hang elsewhere in the tree."""
    require(by, Right.EDIT_DIRECTORIES)
    with transaction.atomic():
        _check_place(department)
        rows.save(department, "department", by=by, now=now)
    return department


def delete_department(department: Department, *, by: User, now: datetime) -> None:
    """Only one that nobody belongs to; users and vacancies would lose it without a word."""
    require(by, Right.EDIT_DIRECTORIES)
    with transaction.atomic():
        if is_used(department):
            raise RuleError("", "used", _("The department is in use. Nothing was deleted."))
        audit.record("department.deleted", "department", department.pk, label=str(department), by=by, now=now)
        department.delete()


def is_used(department: Department) -> bool:
    """Whether anything points to it, rows of other apps included."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: department}).exists()
        for relation in Department._meta.related_objects
    )


def _check_place(department: Department) -> None:
    stored = dict(Department.objects.values_list("pk", "parent"))
    above = department.parent_id
    while above is not None:
        if above == department.pk:
            raise RuleError(
                "parent", "circle", _("A department cannot be part of itself. Choose another one above it.")
            )
        above = stored[above]
    beside = Department.objects.filter(parent=department.parent, name__iexact=department.name)
    if beside.exclude(pk=department.pk).exists():
        raise RuleError("name", "taken", _("There is a department of this name already. Enter a different one."))


def _check_email(user: User) -> None:
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise RuleError("email", "taken", _("Another user signs in with this address. Enter a different one."))


def _check_administrators(user: User) -> None:
    """Somebody must be left who can let others in."""
    if user.pk is None or (user.role == Role.ADMINISTRATOR and user.is_active):
        return
    administrators = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if {one.pk for one in administrators} == {user.pk}:
        raise RuleError(
            "role", "last_administrator", _("This is the only administrator. Make somebody else administrator first.")
        )


def _check_not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk and not user.is_active:
        raise RuleError("is_active", "own", _("Nobody switches off oneself. Ask another administrator."))


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleError("password", "weak", " ".join(error.messages)) from None
    user.set_password(password)
