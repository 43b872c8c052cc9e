"""Candidates, vacancies and the applications that join them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vizavi.people.models import Department
from vizavi.recruiting import rules
from vizavi.recruiting.fields import DerivedField


class StageKind(models.TextChoices):
    INITIAL = "initial", _("Initial")
    ACTIVE = "active", _("In progress")
    INTERVIEW = "interview", _("Interview")
    OFFER = "offer", _("Offer")
    HIRED = "hired", _("Final, hired")
    RESERVE = "reserve", _("Final, talent pool")
    LOST = "lost", _("Final, lost")


FINAL = (StageKind.HIRED, StageKind.RESERVE, StageKind.LOST)


class Stage(models.Model):
    """A column of the funnel (DOMAIN 5.4)."""

    code = models.SlugField(unique=True, editable=False)
    name_ru = models.CharField(_("Name (Russian)"), max_length=80)
    name_en = models.CharField(_("Name (English)"), max_length=80)
    kind = models.CharField(max_length=10, choices=StageKind.choices, editable=False)
    order = models.PositiveSmallIntegerField(_("Order"))

    def __str__(self) -> str:
        return self.name_ru


class RejectionReason(models.Model):
    name_ru = models.CharField(_("Name (Russian)"), max_length=120, unique=True)
    name_en = models.CharField(_("Name (English)"), max_length=120, blank=True)
    active = models.BooleanField(_("Active"), default=True)

    def __str__(self) -> str:
        return self.name_ru


class VacancyStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("vacancy", "Draft")
    OPEN = "open", pgettext_lazy("vacancy", "Open")
    PAUSED = "paused", pgettext_lazy("vacancy", "Paused")
    CLOSED = "closed", pgettext_lazy("vacancy", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("vacancy", "Cancelled")


OPEN_VACANCIES = (VacancyStatus.DRAFT, VacancyStatus.OPEN, VacancyStatus.PAUSED)  # still to be filled


class Vacancy(models.Model):
    number = models.CharField(_("No."), max_length=20, unique=True)
    title = models.CharField(_("Position"), max_length=200)
    department = models.ForeignKey(
        Department, verbose_name=_("Department"), null=True, blank=True, on_delete=models.SET_NULL
    )
    city = models.CharField(_("City"), max_length=80, blank=True)
    recruiter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Recruiter"), on_delete=models.PROTECT, related_name="vacancies"
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Hiring manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="managed_vacancies",
    )
    salary_from = models.PositiveIntegerField(_("Salary from, ₽ thousand"), null=True, blank=True)
    salary_to = models.PositiveIntegerField(_("Salary to, ₽ thousand"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("Seats"), default=1)
    urgent = models.BooleanField(_("Urgent"), default=False)
    status = models.CharField(_("Status"), max_length=10, choices=VacancyStatus.choices, default=VacancyStatus.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class Candidate(models.Model):
    last_name = models.CharField(_("Last name"), max_length=80)
    first_name = models.CharField(_("First name"), max_length=80)
    patronymic = models.CharField(_("Patronymic"), max_length=80, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=60, default=settings.TIME_ZONE)
    source = models.CharField(_("Source"), max_length=40, blank=True)
    consent_on = models.DateField(_("Personal-data consent"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # what lists sort and search by, and duplicates are found by
    name_key = DerivedField(max_length=170, source="folded_name")
    search_key = DerivedField(max_length=260, source="folded_names")
    phone_key = DerivedField(max_length=10, source="phone_digits")

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "patronymic", "id"], name="candidate_by_name"),
            models.Index(fields=["phone_key"], name="candidate_by_phone"),
            models.Index(Lower("email"), name="candidate_by_email"),
            models.Index(fields=["city", "name_key"], name="candidate_by_city"),
            models.Index(fields=["source", "name_key"], name="candidate_by_source"),
            models.Index(fields=["created_at"], name="candidate_by_age"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def folded_name(self) -> str:
        return rules.folded(self.full_name)

    @property
    def folded_names(self) -> str:
        return rules.folded(f"{self.full_name} {self.patronymic}")

    @property
    def phone_digits(self) -> str:
        return rules.phone_key(self.phone)


class Application(models.Model):
    """A candidate on a vacancy."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="applications")
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="applications")
    stage = models.ForeignKey(Stage, verbose_name=_("Stage"), on_delete=models.PROTECT, related_name="applications")
    reason = models.ForeignKey(
        RejectionReason, verbose_name=_("Rejection reason"), null=True, blank=True, on_delete=models.PROTECT
    )
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "vacancy"], name="application_once")]
        indexes = [models.Index(fields=["vacancy", "stage", "moved_at"], name="application_on_board")]

    def __str__(self) -> str:
        return f"{self.candidate} – {self.vacancy}"
