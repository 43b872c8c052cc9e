"""Forms of candidates and their applications."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vizavi.recruiting.models import Application, Candidate, RejectionReason, Stage, StageKind, Vacancy
from vizavi.web.choices import NamedChoice, ZoneField
from vizavi.web.forms import Form, ModelForm
from vizavi.web.naming import local_name

Choices = list[tuple[int, str]]


class CandidateForm(ModelForm):
    class Meta:
        model = Candidate
        fields = (
            "last_name",
            "first_name",
            "patronymic",
            "email",
            "phone",
            "birth_year",
            "city",
            "time_zone",
            "source",
            "consent_on",
            "note",
        )
        field_classes = {"time_zone": ZoneField}
        widgets = {
            "phone": forms.TextInput(attrs={"type": "tel"}),
            "consent_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 4}),
            "source": forms.TextInput(attrs={"list": "candidate-sources"}),
        }
        help_texts = {
            "time_zone": _("The candidate's local time is shown beside ours wherever an interview is planned."),
        }


class ApplicationForm(Form):
    """Put the candidate on a vacancy."""

    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(),
        label=_("Vacancy"),
        widget=forms.Select(attrs={"data-searchable": "", "data-placeholder": _("Choose a vacancy")}),
        empty_label="",
    )

    def __init__(self, vacancies: "QuerySet[Vacancy]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vacancy"].queryset = vacancies  # type: ignore[attr-defined]


class _StageChoice(Form):
    """A stage, and the reason where it needs one."""

    stage = NamedChoice(Stage.objects.order_by("order"), label=_("Stage"), empty_label=None)
    reason = NamedChoice(RejectionReason.objects.order_by("pk"), label=_("Rejection reason"), required=False)

    def offer(self, stages: Sequence[Stage], reasons: Choices) -> None:
        """Show these instead of asking the database once per form; stages that need a reason are marked."""
        self.fields["stage"].widget.choices = [(stage.pk, local_name(stage)) for stage in stages]
        lost = [str(stage.pk) for stage in stages if stage.kind == StageKind.LOST]
        self.fields["stage"].widget.attrs["data-needs-reason"] = " ".join(lost)
        self.fields["reason"].widget.choices = [("", ""), *reasons]


class StageForm(_StageChoice):
    """Move an application along the funnel."""

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"stage": application.stage_id, "reason": application.reason_id})
        super().__init__(*args, **{**kwargs, "auto_id": f"application{application.pk}_%s"})


class BulkStageForm(_StageChoice):
    """Move many; the vacancy is named where somebody stands on several."""

    vacancy = forms.ModelChoiceField(
        Vacancy.objects.none(), label=_("Vacancy"), empty_label=_("The one that each is in work on"), required=False
    )
    field_order = ("vacancy", "stage", "reason")

    def __init__(self, vacancies: "QuerySet[Vacancy]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "bulk_%s"})
        self.fields["vacancy"].queryset = vacancies  # type: ignore[attr-defined]
