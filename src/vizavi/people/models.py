"""Users, their roles, departments and groups."""

from datetime import time
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vizavi.common.permissions import Role


class Department(models.Model):
    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="department_once_per_parent")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class ExternalCalendar(models.TextChoices):
    NONE = "none", _("none")
    GOOGLE = "google", "Google"


class User(AbstractBaseUser):
    """A login holder; signs in with the e-mail address."""

    email = models.EmailField(_("E-mail"), unique=True)
    last_name = models.CharField(_("Last name"), max_length=80)
    first_name = models.CharField(_("First name"), max_length=80)
    patronymic = models.CharField(_("Patronymic"), max_length=80, blank=True)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    department = models.ForeignKey(
        Department, verbose_name=_("Department"), null=True, blank=True, on_delete=models.SET_NULL
    )
    role = models.CharField(_("Access role"), max_length=20, choices=Role.choices, default=Role.RECRUITER)
    time_zone = models.CharField(_("Time zone"), max_length=60, default=settings.TIME_ZONE)
    language = models.CharField(_("Language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    external_calendar = models.CharField(
        _("External calendar"), max_length=10, choices=ExternalCalendar.choices, default=ExternalCalendar.NONE
    )
    work_from = models.TimeField(_("Working hours from"), default=time(9))
    work_to = models.TimeField(_("Working hours until"), default=time(18))
    work_days = models.CharField(_("Working days"), max_length=7, default="12345")  # ISO: 1 is Monday
    is_active = models.BooleanField(_("Active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "first_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.short_name

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip() or self.email

    @property
    def short_name(self) -> str:
        """«Анна Крылова», as colleagues say it."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()


class Group(models.Model):
    """A set of users, by which people are chosen at once; it gives no rights."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    members = models.ManyToManyField(User, verbose_name=_("Members"), blank=True, related_name="groups")

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A key for programs: whoever holds it acts with the rights of its user. Only the hash of the secret is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    # calls within the minute that began at `minute_began_at`: what the limit of calls is counted by
    minute_began_at = models.DateTimeField(null=True)
    calls = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
